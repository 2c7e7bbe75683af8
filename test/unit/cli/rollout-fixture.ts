/**
 * A Canary in a rollout, and its E2ESpec with what is on record of it.
 */
import type { Canary, CanaryPhase, Webhook } from '../../../function/api/canary.ts';
import type { E2ESpec, RunRecord, Spec } from '../../../function/api/e2espec.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import { canary } from '../lint/canary-fixture.ts';

const rollout = '2026-11-27T12:00:00Z';

export function rolling(webhooks: Webhook[], phase: CanaryPhase = 'Progressing'): Canary {
  const subject = canary({ interval: '10s', iterations: 2 }, webhooks);
  const conditions = [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: rollout }];
  return { ...subject, status: { phase, lastAppliedSpec: 'one', conditions } };
}

export function spec(record: Partial<RunRecord> | undefined, more: Partial<Spec> = {}): E2ESpec {
  const checksum = checksumOf({ lastAppliedSpec: 'one' });
  const own = { canary: 'podinfo', canaryUID: 'u', rollout, checksum, hook: '', verdict: 'Running' } as const;
  return {
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { name: 'podinfo', namespace: 'test', uid: 's', resourceVersion: '1', generation: 1 },
    spec: { image: 'x', ...more },
    status: { runs: record === undefined ? [] : [{ ...own, ...record }] },
  };
}
