/**
 * Jobs, pods and Events as a verdict is made from them, and the rows of the tables of verdicts.
 */
import assert from 'node:assert/strict';
import type { Event, Job, Pod } from '../../../function/api/kubernetes.ts';
import type { Evidence } from '../../../function/verdict/evidence.ts';
import { isLostResult, judge } from '../../../function/verdict/judge.ts';

export const now = new Date('2026-11-21T10:00:00Z');
export const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
export const nothing: Evidence = { pods: [], events: [] };

export type Condition = {
  type: string;
  status?: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};

export function job(conditions: Condition[], status: Job['status'] = {}): Job {
  return {
    metadata: { name: 'e2e-podinfo-1', uid: 'u', namespace: 'test' },
    spec: { activeDeadlineSeconds: 600, template: {} },
    status: {
      startTime: ago(100),
      ...status,
      conditions: conditions.map((each) => ({ status: 'True', ...each })),
    },
  };
}

export type State = NonNullable<NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state']>;

export function pod(state: State, more: Partial<NonNullable<Pod['status']>> = {}, age = 100): Pod {
  return {
    metadata: { name: `pod-${age}`, creationTimestamp: ago(age) },
    status: {
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(age) }],
      containerStatuses: [{ name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, state }],
      ...more,
    },
  };
}

export const ended = (exitCode: number, more: object = {}): State => ({
  terminated: { exitCode, startedAt: ago(90), finishedAt: ago(80), ...more },
});

export function event(kind: string, reason: string, message: string, more: Partial<Event> = {}): Event {
  return {
    metadata: { creationTimestamp: ago(50) },
    involvedObject: { kind },
    type: 'Warning',
    reason,
    message,
    ...more,
  };
}

export const succeeded = (metadata: Pod['metadata'] = {}, conditions: Condition[] = [], end: object = {}): Pod => {
  const proof = pod(ended(0, { reason: 'Completed', ...end }), { phase: 'Succeeded' });
  const all = conditions.map((each) => ({ status: 'True', ...each }));
  return { metadata: { ...proof.metadata, ...metadata }, status: { ...proof.status, conditions: all } };
};
export const proof: Evidence = { pods: [succeeded()], events: [] };
export const evicted = (lastTransitionTime: string) => ({
  type: 'DisruptionTarget',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
  lastTransitionTime,
});
export const deleted = (seconds: number, grace: number) => ({
  deletionTimestamp: ago(seconds - grace),
  deletionGracePeriodSeconds: grace,
});
export const complete = job([{ type: 'Complete' }]);

export const started = event('Pod', 'Started', '', {
  type: 'Normal',
  involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{e2e}' },
});
export const backoff = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
export const deadline = { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };

export const created = (age: number) =>
  event('Job', 'SuccessfulCreate', 'Created pod: pod-100', {
    type: 'Normal',
    metadata: { creationTimestamp: ago(age) },
  });

export interface Row {
  what: string;
  job: Job;
  evidence?: Evidence;
  verdict: string;
  says?: RegExp;
}

/** Each is judged as its row says, in whatever order it is told. */
export function judgesEach(rows: Row[]): void {
  for (const { what, job, evidence = nothing, verdict, says } of rows) {
    it(`is ${verdict} for ${what}`, () => {
      const judged = judge(job, evidence, now);
      assert.equal(judged.kind, verdict, JSON.stringify(judged));
      const said = judged.kind === 'passed' ? judged.message : `${judged.reason}: ${judged.message}`;
      if (says !== undefined) assert.match(said, says);
      const isLost = judged.reason === 'ResultLost' || judged.reason === 'PodDisrupted';
      assert.equal(isLostResult(judged), isLost, 'never rolls back by itself');
    });
  }

  it('is the same in whatever order the pods, their containers and the Events are listed', () => {
    for (const { what, job, evidence = nothing } of rows) {
      const pods = evidence.pods.map(({ status, ...pod }) => ({
        ...pod,
        status: { ...status, containerStatuses: [...(status?.containerStatuses ?? [])].reverse() },
      }));
      const turned = { pods: pods.reverse(), events: [...evidence.events].reverse() };
      assert.deepEqual(judge(job, turned, now), judge(job, evidence, now), what);
    }
  });
}
