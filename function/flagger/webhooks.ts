/**
 * The Canary's webhooks, as far as they are the verifier's. The path of its URL says which hook it is.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { HookError } from '../errors.ts';
import { type Hook, hookAt } from './hooks.ts';
import { canonicalMetadata, type Payload } from './payload.ts';

export interface VerifierWebhook {
  webhook: Webhook;
  hook: Hook;
  path: string;
}

export function verifierWebhooks(canary: Canary): VerifierWebhook[] {
  return (canary.spec.analysis?.webhooks ?? []).flatMap((webhook) => {
    const path = URL.parse(webhook.url)?.pathname ?? '';
    const hook = hookAt(path);
    return hook === undefined ? [] : [{ webhook, hook, path }];
  });
}

/** Whether two hooks ask for the same run: their static metadata is what makes a run one of its own. */
export function haveSameMetadata(a: Webhook['metadata'], b: Webhook['metadata']): boolean {
  return canonicalMetadata(a ?? {}) === canonicalMetadata(b ?? {});
}

// Each is some ten requests of one call to the API server, and a call has seconds.
export const mostGates = 20;

/**
 * The calls by which a Canary's gates ask for runs of the payload's revision, one for each run;
 * without a Canary, the payload itself. Throws Invalid where they are too many for a call.
 */
export function gateCalls(canary: Canary | undefined, payload: Payload): Payload[] {
  if (canary === undefined) return [payload];
  const gates = verifierWebhooks(canary).filter(({ hook }) => hook.kind === 'gate');
  const calls = gates.map(({ webhook }) => ({ ...payload, metadata: webhook.metadata ?? {} }));
  const distinct = [...new Map(calls.map((call) => [canonicalMetadata(call.metadata), call])).values()];
  if (distinct.length <= mostGates) return distinct;
  const message = `Canary ${payload.name} has gates with ${distinct.length} different metadata, each a test of its own, and at most ${mostGates} are looked at in one rollout. Nothing is started; give several gates the same metadata, or put their tests into one`;
  throw new HookError('Invalid', message);
}
