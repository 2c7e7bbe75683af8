/**
 * One run of one canary, and its Job and records, for the tests of what is decided about them.
 */
import { canaryKind } from '../../function/api/canary.ts';
import type { E2ESpec, RunRecord, Spec } from '../../function/api/e2espec.ts';
import type { Job, Pod } from '../../function/api/kubernetes.ts';
import { annotation, label, manager } from '../../function/api/labels.ts';
import type { Run } from '../../function/run/id.ts';

export const now = new Date('2026-11-21T10:00:00Z');

export const ago = (seconds: number): string =>
  new Date(now.getTime() - seconds * 1000).toISOString().replace('.000Z', 'Z');

export const run: Run = {
  namespace: 'test',
  canary: 'podinfo',
  canaryUid: 'c1',
  rollout: '2026-11-21T09:00:00Z',
  checksum: '85d557f47b',
  e2eSpec: 'podinfo',
  metadataHash: '',
  jobName: 'e2e-podinfo-85d557f47b',
};

export function specOf(spec: Partial<Spec> = {}, runs?: RunRecord[], generation = 1): E2ESpec {
  return {
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { name: 'podinfo', namespace: 'test', uid: 's1', resourceVersion: '1', generation },
    spec: { image: 'busybox', ...spec },
    ...(runs && { status: { runs } }),
  };
}

/** A Job of this run. `more`: annotations that differ. */
export function jobOf(status: Job['status'] = {}, more: Record<string, string> = {}, uid = 'j1'): Job {
  return {
    metadata: {
      name: run.jobName,
      namespace: run.namespace,
      uid,
      labels: { [label.managedBy]: manager },
      ownerReferences: [{ ...canaryKind, name: run.canary, uid: run.canaryUid }],
      annotations: {
        [annotation.canary]: run.canary,
        [annotation.canaryUid]: run.canaryUid,
        [annotation.checksum]: run.checksum,
        [annotation.rollout]: run.rollout,
        [annotation.e2eSpec]: run.e2eSpec,
        [annotation.metadataHash]: run.metadataHash,
        [annotation.specGeneration]: '1',
        [annotation.attempt]: '1',
        [annotation.lostJobs]: '0',
        ...more,
      },
    },
    spec: { activeDeadlineSeconds: 600, template: {} },
    status: { startTime: ago(100), ...status },
  };
}

type Condition = NonNullable<NonNullable<Job['status']>['conditions']>[number];

export const conditions = (...types: string[]): { conditions: Condition[] } => ({
  conditions: types.map((type) => ({ type, status: 'True', reason: `${type}Reason`, message: `${type} message` })),
});

/** The pod whose test ended by itself, with 0 unless said otherwise. */
export function endedPod({ exitCode = 0, message = '', age = 90 } = {}): Pod {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const state = { terminated: { exitCode, reason, startedAt: ago(60), finishedAt: ago(59), message } };
  const containerStatuses = [{ name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, state }];
  return {
    metadata: { name: 'p', creationTimestamp: ago(age) },
    status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses },
  };
}

/** A record of this run. */
export function recordOf(more: Partial<RunRecord> = {}): RunRecord {
  return {
    canary: run.canary,
    canaryUID: run.canaryUid,
    checksum: run.checksum,
    rollout: run.rollout,
    hook: run.metadataHash,
    job: run.jobName,
    jobUID: 'j1',
    attempt: 1,
    verdict: 'Running',
    specGeneration: 1,
    ...more,
  };
}
