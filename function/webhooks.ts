/**
 * The Canary's own webhooks, as far as they are the verifier's. A hook is told by the path of its URL.
 */
import type { Canary, Webhook } from './canary.ts';
import { type Hook, hookAt } from './hooks.ts';
import type { Payload } from './payload.ts';
import { runName } from './run.ts';

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

/**
 * The calls by which a Canary's gates ask for runs of the payload's revision, one for each run;
 * without a Canary, the payload itself.
 */
export function gateCalls(canary: Canary | undefined, payload: Payload): Payload[] {
  if (canary === undefined) return [payload];
  const gates = ownWebhooks(canary).filter(({ hook }) => hook.asks === 'gate');
  const calls = gates.map(({ webhook }) => ({ ...payload, metadata: webhook.metadata ?? {} }));
  return [...new Map(calls.map((call) => [runName(call).jobName, call])).values()];
}
