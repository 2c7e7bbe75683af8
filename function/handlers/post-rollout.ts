/**
 * What post-rollout is answered, and what is done about it: tests that still run are stopped, the records of the rollout
 * are closed, and an unverified promotion is reported. A second hook, or a call that is made again, changes nothing.
 */
import { type Closed, closeRollout, e2eSpecsOf, gatesOf } from '../actions/close-rollout.ts';
import { readE2ESpecs } from '../actions/read.ts';
import { timestamp } from '../api/kubernetes.ts';
import type { OwnReason } from '../api/reasons.ts';
import { canaryMismatch } from '../flagger/authenticate.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import { ownWebhooks } from '../flagger/webhooks.ts';
import { type EndedRollout, endedRollout, isAt } from '../run/closing.ts';
import { authenticateFormerCaller, type HookCall } from './caller.ts';
import type { Ack } from './response.ts';

export async function handlePostRollout(call: HookCall<NoticeHook>): Promise<Ack> {
  const { canary, context } = await authenticateFormerCaller(call);
  if (canary === undefined) return { reason: 'Ignored', message: 'there is no Canary whose runs could be closed' };
  const { kube, payload } = context;
  const { name, namespace, checksum } = payload;
  if (call.authenticates && ownWebhooks(canary, context).length === 0) {
    throw canaryMismatch(`no webhook of Canary ${name} in namespace ${namespace} calls the verifier`);
  }
  const gates = gatesOf(canary, context);
  const { specs, now } = await readE2ESpecs(e2eSpecsOf(canary, gates), namespace, kube);
  const ended = endedRollout(canary, checksum, specs, timestamp(now));
  if (call.authenticates && ended.rollout === undefined && !isAt(canary, checksum)) {
    throw canaryMismatch(`no rollout of checksum ${checksum} was open`);
  }
  return ackOf(ended, await closeRollout(ended, gates, specs, { ...context, canary, now }));
}

const reasons = {
  verified: 'Closed',
  observed: 'PromotedObserved',
  unverified: 'PromotedUnverified',
} as const satisfies Record<Closed['outcome'], OwnReason>;

/** A write that is refused changes no status of the answer, but its words. */
function ackOf({ rollout }: EndedRollout, { message, outcome, isChanged, unwritten }: Closed): Ack {
  const reason = reasons[outcome];
  if (unwritten.length > 0) return { reason, message: `${message}; not on record: ${unwritten.join('; ')}` };
  if (outcome === 'unverified') return { reason, message };
  if (rollout === undefined) return { reason, message: `${message}; no run of it is on record` };
  return { reason, message: `${message}; its runs ${isChanged ? 'are closed' : 'were closed before'}` };
}
