/**
 * The Canary's own webhooks, as far as they are the verifier's. A hook is told by the path of its URL.
 */
import type { Canary, Webhook } from './canary.ts';
import { type Hook, hookAt } from './hooks.ts';
import type { Payload } from './payload.ts';
import { type RunName, runName } from './run.ts';

export interface OwnWebhook {
  webhook: Webhook;
  hook: Hook;
}

export function ownWebhooks(canary: Canary): OwnWebhook[] {
  return (canary.spec.analysis?.webhooks ?? []).flatMap((webhook) => {
    const hook = hookAt(URL.parse(webhook.url)?.pathname ?? '');
    return hook === undefined ? [] : [{ webhook, hook }];
  });
}

/** The runs that a Canary's hooks ask for at the payload's revision; without a Canary, the payload's own. */
export function runsAskedFor(canary: Canary | undefined, payload: Payload): RunName[] {
  if (canary === undefined) return [runName(payload)];
  const gates = ownWebhooks(canary).filter(({ hook }) => hook.asks === 'gate');
  const names = gates.map(({ webhook }) => runName({ ...payload, metadata: webhook.metadata ?? {} }));
  return [...new Map(names.map((name) => [name.jobName, name])).values()];
}
