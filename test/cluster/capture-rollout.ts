/**
 * A Canary as Flagger leaves it in each phase of a rollout, and the Job that bears the checksum Flagger posted.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { untilInitialized } from './rollout.ts';
import { applyExample, changeRevision, gating, type Wiring } from './wirings.ts';

export interface CapturedRollout {
  /** By `status.phase`; the first seen of each. */
  canaries: Record<string, KubernetesObject>;
  job: KubernetesObject;
}

const ROLLOUT_WITHIN_MS = 180_000;

export async function captureRollout(kubernetes: Kubernetes): Promise<CapturedRollout> {
  const wiring = gating['blue/green'];
  assert.ok(wiring);
  const namespace = await kubernetes.namespace();
  await applyExample(kubernetes, namespace, wiring);
  await untilInitialized({ kubernetes, namespace }, wiring);
  const canaries = await follow(kubernetes, namespace, wiring);
  const [job] = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
  assert.ok(job, 'the run of the rollout');
  return { canaries, job };
}

async function follow(kubernetes: Kubernetes, namespace: string, wiring: Wiring): Promise<CapturedRollout['canaries']> {
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: wiring.name };
  const canaries: CapturedRollout['canaries'] = {};
  const limit = Date.now() + ROLLOUT_WITHIN_MS;
  let hasChanged = false;
  while (canaries['Succeeded'] === undefined) {
    assert.ok(Date.now() < limit, `only ${Object.keys(canaries)}`);
    const canary = await kubernetes.get(key);
    const phase = at(canary, 'status', 'phase');
    if (canary !== undefined && typeof phase === 'string') canaries[phase] ??= canary;
    if (!hasChanged) await changeRevision(wiring, namespace, '2');
    hasChanged = true;
    await sleep(100);
  }
  return canaries;
}
