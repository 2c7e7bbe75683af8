/**
 * What an event hook is answered, at once: Flagger sends one for every event it records, and waits for the answer. Where there
 * is a sink, Flagger's words go on to it afterwards, when the Canary has such a hook: whoever else can reach this port must
 * not write into anybody's chat.
 */
import { hookNotice } from '../actions/notices.ts';
import { readCanary } from '../actions/read.ts';
import { authenticateEvent } from '../flagger/authenticate.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import type { HookCall } from './caller.ts';
import type { Ack } from './response.ts';

export function handleEvent({ context, authenticates }: HookCall<NoticeHook>): Ack {
  const { notifier, payload, origin } = context;
  if (notifier === undefined) return { reason: 'Ignored', message: 'events start nothing' };
  notifier.send(hookNotice(payload, new Date()), async (kube) => {
    if (authenticates) authenticateEvent({ payload, origin }, await readCanary(payload, kube));
  });
  return { reason: 'Forwarded', message: 'it goes on to the sink when the Canary has this event hook' };
}
