import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Event, Job, Pod } from '../../../function/api/kubernetes.ts';
import { type Evidence, requiredReads } from '../../../function/verdict/evidence.ts';
import { isLostResult, judge } from '../../../function/verdict/judge.ts';

const now = new Date('2026-11-21T10:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const nothing: Evidence = { pods: [], events: [] };

type Condition = { type: string; status?: string; reason?: string; message?: string; lastTransitionTime?: string };

function job(conditions: Condition[], status: Job['status'] = {}): Job {
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

type State = NonNullable<NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state']>;

function pod(state: State, more: Partial<NonNullable<Pod['status']>> = {}, age = 100): Pod {
  return {
    metadata: { name: `pod-${age}`, creationTimestamp: ago(age) },
    status: {
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(age) }],
      containerStatuses: [{ name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, state }],
      ...more,
    },
  };
}

const ended = (exitCode: number, more: object = {}): State => ({
  terminated: { exitCode, startedAt: ago(90), finishedAt: ago(80), ...more },
});

function event(kind: string, reason: string, message: string, more: Partial<Event> = {}): Event {
  return {
    metadata: { creationTimestamp: ago(50) },
    involvedObject: { kind },
    type: 'Warning',
    reason,
    message,
    ...more,
  };
}

const succeeded = (metadata: Pod['metadata'] = {}, conditions: Condition[] = [], end: object = {}): Pod => {
  const proof = pod(ended(0, { reason: 'Completed', ...end }), { phase: 'Succeeded' });
  const all = conditions.map((each) => ({ status: 'True', ...each }));
  return { metadata: { ...proof.metadata, ...metadata }, status: { ...proof.status, conditions: all } };
};
const proof: Evidence = { pods: [succeeded()], events: [] };
const evicted = (lastTransitionTime: string) => ({
  type: 'DisruptionTarget',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
  lastTransitionTime,
});
const deleted = (seconds: number, grace: number) => ({
  deletionTimestamp: ago(seconds - grace),
  deletionGracePeriodSeconds: grace,
});
const complete = job([{ type: 'Complete' }]);

const started = event('Pod', 'Started', '', {
  type: 'Normal',
  involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{e2e}' },
});
const backoff = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
const deadline = { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };

const created = (age: number) =>
  event('Job', 'SuccessfulCreate', 'Created pod: pod-100', {
    type: 'Normal',
    metadata: { creationTimestamp: ago(age) },
  });

interface Row {
  what: string;
  job: Job;
  evidence?: Evidence;
  verdict: string;
  says?: RegExp;
}

/** A Job that is complete, and what is left of its pod. */
const lostProofs: Row[] = [
  { what: 'nothing', pods: [], verdict: 'inconclusive', says: /^ResultLost: the Job is complete, but its pod is gone/ },
  {
    what: 'a pod that failed',
    pods: [pod(ended(3), { phase: 'Failed' })],
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  { what: 'a pod that has not ended', pods: [pod({ running: { startedAt: ago(90) } })], verdict: 'inconclusive' },
  {
    what: 'a pod whose test never began',
    pods: [succeeded({}, [], { startedAt: null })],
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  {
    what: 'a pod that was evicted a second before its test ended',
    pods: [succeeded({}, [evicted(ago(81))])],
    verdict: 'inconclusive',
    says: /^PodDisrupted: the test ended with 0 while its pod was taken away \(Eviction API: evicting\)/,
  },
  {
    what: 'a pod that was evicted in the second in which its test ended',
    pods: [succeeded({}, [evicted(ago(80))])],
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
  },
  {
    what: 'a pod that was evicted a second after its test had ended',
    pods: [succeeded({}, [evicted(ago(79))])],
    verdict: 'passed',
  },
  {
    what: 'a pod that was evicted nobody knows when',
    pods: [succeeded({}, [{ type: 'DisruptionTarget' }])],
    verdict: 'inconclusive',
  },
  {
    what: 'a pod that was deleted a second before its test ended',
    pods: [succeeded(deleted(81, 30))],
    verdict: 'inconclusive',
    says: /^PodDisrupted: .*pod pod-100 was deleted/,
  },
  {
    what: 'a pod that was deleted in the second in which its test ended',
    pods: [succeeded(deleted(80, 30))],
    verdict: 'inconclusive',
  },
  { what: 'a pod that was deleted after its test had ended', pods: [succeeded(deleted(79, 30))], verdict: 'passed' },
  {
    what: 'a pod that was deleted nobody knows when',
    pods: [succeeded({ deletionTimestamp: ago(10) })],
    verdict: 'inconclusive',
  },
  {
    what: 'a pod that the kubelet has deleted for good, which hides when somebody else did',
    pods: [succeeded(deleted(10, 0))],
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
  },
  {
    what: 'an evicted pod and the one that took its place',
    pods: [succeeded({}, [evicted(ago(81))]), succeeded({ name: 'second' })],
    verdict: 'passed',
  },
  {
    what: 'a failed pod before the one that succeeded',
    pods: [pod(ended(1), { phase: 'Failed' }, 200), succeeded()],
    verdict: 'passed',
  },
].map(({ what, pods, verdict, says }) => ({
  what: `Complete with ${what}`,
  job: complete,
  evidence: { pods, events: [] },
  verdict,
  ...(says && { says }),
}));

const failedJob = job([{ type: 'Failed', ...backoff }], { failed: 1 });
const tooLate = job([{ type: 'Failed', ...deadline }], { failed: 1, startTime: ago(600) });
const kubelet = (reason: string, message?: string) => ({ phase: 'Failed', reason, ...(message && { message }) });
const of = (made: Pod, metadata: Pod['metadata'], more: Partial<NonNullable<Pod['status']>> = {}): Pod => ({
  ...made,
  metadata: { ...made.metadata, ...metadata },
  status: { ...made.status, ...more },
});
const container = (name: string, state: State) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
});
const createdPod = event('Job', 'SuccessfulCreate', 'Created pod: pod-100', { type: 'Normal' });
const result = JSON.stringify({ total: 3, passed: 0, failed: 3 });

const isTakenAway = /^PodDisrupted: the test was taken away before it ended by itself \(/;

/** A Job that has failed, and what is left of its pod: what was taken away has not failed. */
const takenAwayPods: { what: string; pod: Pod; says?: RegExp }[] = [
  ...[0, 1, 137, 143].flatMap((exitCode) => [
    { what: `was deleted before its test ended with ${exitCode}`, pod: of(pod(ended(exitCode)), deleted(81, 30)) },
    {
      what: `was deleted in the second in which its test ended with ${exitCode}`,
      pod: of(pod(ended(exitCode)), deleted(80, 30)),
    },
    {
      what: `was deleted nobody knows when, and its test ended with ${exitCode}`,
      pod: of(pod(ended(exitCode)), { deletionTimestamp: ago(70), deletionGracePeriodSeconds: 0 }),
    },
    {
      what: `was evicted before its test ended with ${exitCode}`,
      pod: of(pod(ended(exitCode)), {}, { conditions: [{ status: 'True', ...evicted(ago(81)) }] }),
    },
    {
      what: `says no time at which its test ended with ${exitCode}`,
      pod: of(pod(ended(exitCode, { finishedAt: undefined })), {}),
    },
    ...['Evicted', 'Terminated', 'NodeShutdown', 'NodeLost', 'Preempting', 'AnyOtherWordOfTheKubelet'].map((word) => ({
      what: `is ${word}, and its test ended with ${exitCode}`,
      pod: of(pod(ended(exitCode)), {}, kubelet(word, 'the node has its reasons')),
      says: new RegExp(
        `^PodDisrupted: the test was taken away before it ended by itself \\(${word}: pod pod-100: the node`,
      ),
    })),
  ]),
  {
    what: 'was evicted, and its test handed over a result',
    pod: of(pod(ended(1, { message: result })), {}, kubelet('Evicted')),
  },
  {
    what: 'hit its deadline when it had been deleted before',
    pod: of(pod(ended(137)), deleted(81, 30), kubelet('DeadlineExceeded')),
  },
  {
    what: 'was running on a node that is gone',
    pod: of(
      pod({ running: { startedAt: ago(90) } }),
      {},
      {
        phase: 'Failed',
        conditions: [{ type: 'DisruptionTarget', status: 'True', message: 'PodGC: node no longer exists' }],
      },
    ),
    says: /PodGC: node no longer exists/,
  },
  {
    what: 'was on a node that has been restarted',
    pod: pod(ended(255, { reason: 'Unknown' })),
    says: /lost sight of its container/,
  },
];
const takenAway: Row[] = takenAwayPods.map(({ what, pod, says }) => ({
  what: `Failed with a pod that ${what}`,
  job: failedJob,
  evidence: { pods: [pod], events: [started] },
  verdict: 'inconclusive',
  says: says ?? isTakenAway,
}));

/** A Job that has failed, and a pod that proves it nevertheless. */
const provenFailures: Row[] = [
  {
    what: 'was deleted a second after its test had ended',
    pod: of(pod(ended(3)), deleted(79, 30)),
    says: /exit code 3/,
  },
  {
    what: 'was evicted a second after its test had ended',
    pod: of(pod(ended(3)), {}, { conditions: [{ status: 'True', ...evicted(ago(79)) }] }),
    says: /exit code 3/,
  },
  {
    what: 'ended with 143 by itself',
    pod: pod(ended(143, { reason: 'Error' })),
    says: /exit code 143 \(SIGTERM\)/,
  },
  {
    what: 'hit its deadline before it was deleted',
    pod: {
      ...of(pod(ended(137)), deleted(81, 30), { ...kubelet('DeadlineExceeded'), startTime: ago(182) }),
      spec: { containers: [], activeDeadlineSeconds: 100 },
    },
    says: /^DeadlineExceeded: the test ran into its deadline$/,
  },
].map(({ what, pod, says }) => ({
  what: `Failed with a pod that ${what}`,
  job: failedJob,
  evidence: { pods: [pod], events: [started] },
  verdict: 'failed',
  says,
}));

/** The Job controller deletes what runs at the Job's own deadline. */
const atTheDeadline: Row[] = [
  {
    what: 'a pod that the Job controller has stopped',
    job: tooLate,
    pods: [of(pod(ended(143, { finishedAt: ago(-1) })), deleted(0, 30))],
    verdict: 'failed',
    says: /^DeadlineExceeded: the test ran into its deadline$/,
  },
  {
    what: 'a pod that ended with 0 when it was stopped',
    job: tooLate,
    pods: [of(pod(ended(0, { finishedAt: ago(-1) })), deleted(0, 30))],
    verdict: 'failed',
  },
  {
    what: 'a pod that still runs, and was deleted then',
    job: tooLate,
    pods: [of(pod({ running: { startedAt: ago(90) } }), deleted(0, 30))],
    verdict: 'failed',
  },
  {
    what: 'a pod that somebody had deleted a second before',
    job: tooLate,
    pods: [of(pod(ended(143, { finishedAt: ago(-1) })), deleted(1, 30))],
    verdict: 'inconclusive',
    says: /^PodDisrupted: .*pod pod-100 was deleted/,
  },
  {
    what: 'a pod whose test ended with 0 before',
    job: tooLate,
    pods: [of(pod(ended(0)), deleted(0, 30))],
    verdict: 'inconclusive',
    says: /^DeadlineExceeded: .*; the test itself ended with 0$/,
  },
  {
    what: 'a pod that still runs, of a Job that failed otherwise',
    job: failedJob,
    pods: [of(pod({ running: { startedAt: ago(90) } }), deleted(0, 30))],
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
  },
].map(({ what, job, pods, verdict, says }) => ({
  what: `Failed with ${what}`,
  job,
  evidence: { pods, events: [] },
  verdict,
  ...(says && { says }),
}));

const lostFailures: Row[] = [
  {
    what: 'Failed, and the pod was deleted while its test ran',
    job: failedJob,
    evidence: { pods: [], events: [createdPod, started] },
    verdict: 'inconclusive',
    says: /^ResultLost: pod pod-100 was deleted, and with it what its test said \(Job has reached.*; find out who deletes/,
  },
  {
    what: 'Failed, and of the two tries that it had one is gone',
    job: job([{ type: 'Failed', ...backoff }], { failed: 2 }),
    evidence: { pods: [pod(ended(1))], events: [started] },
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  {
    what: 'Failed at the Job’s deadline after a try that failed',
    job: job([{ type: 'Failed', ...deadline }], { failed: 2 }),
    evidence: { pods: [pod(ended(1))], events: [] },
    verdict: 'failed',
  },
  {
    what: 'Failed at the Job’s deadline, the pod gone, and no Event to say more',
    job: job([{ type: 'Failed', ...deadline }]),
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  {
    what: 'Failed at the Job’s deadline, and of two pods both gone',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: { pods: [], events: [createdPod, createdPod, event('Pod', 'FailedScheduling', '0/1 nodes')] },
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  ...['NodeAffinity', 'OutOfcpu', 'UnexpectedAdmissionError'].map((word) => ({
    what: `Failed, the kubelet refused the pod: ${word}`,
    job: failedJob,
    evidence: { pods: [of(pod({}), {}, { ...kubelet(word, 'Pod was rejected'), containerStatuses: [] })], events: [] },
    verdict: 'inconclusive',
    says: new RegExp(`^${word}: pod pod-100: Pod was rejected$`),
  })),
  {
    what: 'Failed, and the node no longer knows a container that had started',
    job: failedJob,
    evidence: {
      pods: [pod({ terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } }, { phase: 'Failed' })],
      events: [started],
    },
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
  },
  {
    what: 'FailureTarget, a try that failed and another that still runs',
    job: job([{ type: 'FailureTarget', ...deadline }]),
    evidence: { pods: [pod(ended(1), {}, 200), pod({ running: { startedAt: ago(90) } })], events: [] },
    verdict: 'running',
  },
];

const beside: Row[] = [
  {
    what: 'Failed at the deadline, the test ended with 0 and an ordinary sidecar did not end',
    job: failedJob,
    evidence: {
      pods: [
        {
          ...pod(ended(0), {
            ...kubelet('DeadlineExceeded'),
            startTime: ago(150),
            containerStatuses: [
              container('proxy', ended(137, { finishedAt: ago(49) })),
              container('e2e', ended(0, { reason: 'Completed' })),
            ],
          }),
          spec: { containers: [], activeDeadlineSeconds: 100 },
        },
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^DeadlineExceeded: the test itself ended with 0, but container proxy had not ended at the deadline/,
  },
  {
    what: 'Failed, the test ended with 0 though a process of it ran out of memory',
    job: failedJob,
    evidence: { pods: [pod(ended(0, { reason: 'OOMKilled' }))], events: [] },
    verdict: 'inconclusive',
    says: /the test itself ended with 0/,
  },
  {
    what: 'Complete, a native sidecar was stopped after the test',
    job: complete,
    evidence: {
      pods: [of(succeeded(), {}, { initContainerStatuses: [container('proxy', ended(137, { finishedAt: ago(78) }))] })],
      events: [],
    },
    verdict: 'passed',
  },
  {
    what: 'Complete, the hook beside the test had failed',
    job: complete,
    evidence: {
      pods: [succeeded()],
      events: [
        event('Pod', 'FailedPostStartHook', '', {
          involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{e2e}' },
        }),
      ],
    },
    verdict: 'inconclusive',
    says: /^FailedPostStartHook: the postStart hook failed, and with it the test/,
  },
  {
    what: 'a test that runs beside a proxy that is not ready yet',
    job: job([], { active: 1, ready: 0 }),
    evidence: {
      pods: [
        pod(
          { running: { startedAt: ago(5) } },
          {
            conditions: [
              { type: 'ContainersReady', status: 'False', message: 'containers with unready status: [proxy]' },
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^ContainersNotReady: the test runs; containers with unready status: \[proxy\]/,
  },
  ...[0, 3].map((exitCode) => ({
    what: `a test that ended with ${exitCode} beside a container whose image is not there`,
    job: job([]),
    evidence: {
      pods: [
        pod(
          {},
          {
            containerStatuses: [
              container('e2e', ended(exitCode)),
              container('proxy', { waiting: { reason: 'InvalidImageName', message: 'no such name' } }),
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: new RegExp(`^ContainersNotReady: .* exit code ${exitCode}, container proxy still waits \\(no such name\\)`),
  })),
  {
    what: 'a pod that its node has refused, before the Job controller has seen it',
    job: job([]),
    evidence: {
      pods: [of(pod({}), {}, { ...kubelet('OutOfcpu', 'Pod was rejected'), containerStatuses: [] })],
      events: [],
    },
    verdict: 'running',
    says: /^OutOfcpu: pod pod-100: Pod was rejected/,
  },
];

const table: Row[] = [
  { what: 'Complete (1.30)', job: complete, evidence: proof, verdict: 'passed' },
  {
    what: 'SuccessCriteriaMet alone (1.31)',
    job: job([{ type: 'SuccessCriteriaMet' }]),
    evidence: proof,
    verdict: 'passed',
  },
  {
    what: 'SuccessCriteriaMet and Complete, in whatever order',
    job: job([{ type: 'Complete' }, { type: 'SuccessCriteriaMet' }]),
    evidence: proof,
    verdict: 'passed',
  },
  { what: 'Complete with status False', job: job([{ type: 'Complete', status: 'False' }]), verdict: 'running' },
  { what: 'Complete with status Unknown', job: job([{ type: 'Complete', status: 'Unknown' }]), verdict: 'running' },
  {
    what: 'Suspended=False before Complete',
    job: job([{ type: 'Suspended', status: 'False' }, { type: 'Complete' }]),
    evidence: proof,
    verdict: 'passed',
  },
  ...lostProofs,
  ...takenAway,
  ...provenFailures,
  ...atTheDeadline,
  ...lostFailures,
  ...beside,
  { what: 'Suspended', job: job([{ type: 'Suspended' }]), verdict: 'running', says: /^Suspended/ },
  {
    what: 'Failed and Complete at once, which no API server stores',
    job: job([{ type: 'Complete' }, { type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(1))], events: [] },
    verdict: 'failed',
  },
  { what: 'no conditions and failed pods counted', job: job([], { failed: 3 }), verdict: 'running' },
  { what: 'no conditions and succeeded pods counted', job: job([], { succeeded: 1 }), verdict: 'running' },
  {
    what: 'FailureTarget, the pod ended',
    job: job([{ type: 'FailureTarget', ...backoff }]),
    evidence: { pods: [pod(ended(1, { reason: 'Error', message: 'boom' }))], events: [] },
    verdict: 'failed',
    says: /^Error: the test ended with exit code 1: boom$/,
  },
  {
    what: 'FailureTarget, the container still running',
    job: job([{ type: 'FailureTarget', ...deadline }]),
    evidence: { pods: [pod({ running: { startedAt: ago(90) } })], events: [] },
    verdict: 'running',
    says: /being stopped/,
  },
  {
    what: 'Failed, killed for memory',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(137, { reason: 'OOMKilled' }))], events: [] },
    verdict: 'failed',
    says: /^OOMKilled: /,
  },
  {
    what: 'Failed, killed by a signal',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(0, { signal: 9 }))], events: [] },
    verdict: 'failed',
    says: /signal 9/,
  },
  {
    what: 'Failed, the pod at its deadline while the test ran',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(137, { reason: 'Error' }), { reason: 'DeadlineExceeded' })], events: [] },
    verdict: 'failed',
    says: /^DeadlineExceeded: /,
  },
  {
    what: 'Failed, the pod at its deadline before the image was there',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: {
      pods: [pod({ terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } }, { reason: 'DeadlineExceeded' })],
      events: [],
    },
    verdict: 'inconclusive',
  },
  {
    what: 'Failed, a command that is not there',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: {
      pods: [
        pod(ended(128, { reason: 'StartError', startedAt: '1970-01-01T00:00:00Z', message: 'exec: "x": not found' })),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^StartError: exec: "x": not found/,
  },
  {
    what: 'Failed, the newest of several pods counts',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(1), {}, 90), pod(ended(2), {}, 10)], events: [] },
    verdict: 'failed',
    says: /exit code 2/,
  },
  {
    what: 'Failed at the Job’s deadline, the pod gone, the test had started',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: { pods: [], events: [started] },
    verdict: 'inconclusive',
    says: /^ResultLost: its pod is gone since its Job's deadline, and with it what its test said/,
  },
  {
    what: 'Failed at the Job’s deadline, the pod gone, never started',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: { pods: [], events: [event('Pod', 'Failed', 'Failed to pull image "x"')] },
    verdict: 'inconclusive',
    says: /Failed to pull image "x"/,
  },
  {
    what: 'Failed at the Job’s deadline with no pod ever made',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: { pods: [], events: [event('Job', 'FailedCreate', 'serviceaccount "x" not found')] },
    verdict: 'inconclusive',
    says: /^FailedCreate: serviceaccount "x" not found/,
  },
  {
    what: 'Failed, an init container ended with an error',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: {
      pods: [
        pod(
          { waiting: { reason: 'PodInitializing' } },
          {
            phase: 'Failed',
            initContainerStatuses: [
              {
                name: 'seed',
                image: '',
                imageID: '',
                ready: false,
                restartCount: 0,
                state: ended(2, { message: 'no db' }),
              },
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^Error: init container seed ended with exit code 2: no db/,
  },
  {
    what: 'Failed, a sidecar ended with an error and the test with 0',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: {
      pods: [
        pod(ended(0, { reason: 'Completed' }), {
          containerStatuses: [
            {
              name: 'e2e',
              image: '',
              imageID: '',
              ready: false,
              restartCount: 0,
              state: ended(0, { reason: 'Completed' }),
            },
            { name: 'proxy', image: '', imageID: '', ready: false, restartCount: 0, state: ended(1) },
          ],
        }),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /container proxy ended with exit code 1; the test itself ended with 0/,
  },
  { what: 'Failed, and nothing left to tell why', job: job([{ type: 'Failed', ...backoff }]), verdict: 'inconclusive' },
  { what: 'a ready pod', job: job([], { active: 1, ready: 1 }), verdict: 'running', says: /500 s left/ },
  {
    what: 'no pod because of a quota',
    job: job([]),
    evidence: { pods: [], events: [event('Job', 'FailedCreate', 'exceeded quota: pods')] },
    verdict: 'running',
    says: /^FailedCreate: exceeded quota/,
  },
  {
    what: 'a pod that was created and is gone',
    job: job([]),
    evidence: { pods: [], events: [created(50)] },
    verdict: 'running',
    says: /^Starting: the Job makes another pod; pod pod-100 was taken away before/,
  },
  {
    what: 'a pod that was created just now and is not listed yet',
    job: job([]),
    evidence: { pods: [], events: [created(1)] },
    verdict: 'running',
    says: /^Starting: the test's pod is starting/,
  },
  {
    what: 'a pod whose readiness gate is shut',
    job: job([]),
    evidence: {
      pods: [
        pod(
          { running: { startedAt: ago(90) } },
          {
            conditions: [
              { type: 'ContainersReady', status: 'True' },
              { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' },
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^Starting: /,
  },
  {
    what: 'a pod that no node takes',
    job: job([]),
    evidence: {
      pods: [
        pod(
          {},
          {
            conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
            containerStatuses: [],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^Unschedulable: 0\/1 nodes/,
  },
  ...['ErrImagePull', 'ImagePullBackOff', 'CreateContainerConfigError', 'CreateContainerError'].flatMap((reason) => [
    {
      what: `${reason} for 59 s`,
      job: job([]),
      evidence: { pods: [pod({ waiting: { reason, message: 'no' } }, {}, 59)], events: [] },
      verdict: 'running',
    },
    {
      what: `${reason} for 60 s`,
      job: job([]),
      evidence: { pods: [pod({ waiting: { reason, message: 'no' } }, {}, 60)], events: [] },
      verdict: 'inconclusive',
    },
  ]),
  ...['InvalidImageName', 'ErrImageNeverPull'].map((reason) => ({
    what: `${reason} at once`,
    job: job([]),
    evidence: { pods: [pod({ waiting: { reason, message: 'no' } }, {}, 1)], events: [] },
    verdict: 'inconclusive',
  })),
  {
    what: 'a volume that cannot be mounted for a minute',
    job: job([]),
    evidence: {
      pods: [pod({ waiting: { reason: 'ContainerCreating' } }, {}, 61)],
      events: [event('Pod', 'FailedMount', 'secret "x" not found', { metadata: { creationTimestamp: ago(61) } })],
    },
    verdict: 'inconclusive',
    says: /^FailedMount: container e2e: secret "x" not found/,
  },
  {
    what: 'ContainerCreating for an hour without a word',
    job: job([]),
    evidence: { pods: [pod({ waiting: { reason: 'ContainerCreating' } }, {}, 3600)], events: [] },
    verdict: 'running',
  },
];

describe('The verdict', () => {
  for (const { what, job, evidence = nothing, verdict, says } of table) {
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
    for (const { what, job, evidence = nothing } of table) {
      const pods = evidence.pods.map(({ status, ...pod }) => ({
        ...pod,
        status: { ...status, containerStatuses: [...(status?.containerStatuses ?? [])].reverse() },
      }));
      const turned = { pods: pods.reverse(), events: [...evidence.events].reverse() };
      assert.deepEqual(judge(job, turned, now), judge(job, evidence, now), what);
    }
  });

  it('is never passed without Complete or SuccessCriteriaMet, whatever else the Job says', () => {
    const type = fc.constantFrom('Failed', 'FailureTarget', 'Suspended', 'Complete', 'SuccessCriteriaMet', 'Ready', '');
    const condition = fc.record({ type, status: fc.constantFrom('True', 'False', 'Unknown', 'true', '') });
    const counters = fc.record({
      succeeded: fc.nat(3),
      failed: fc.nat(3),
      ready: fc.nat(1),
      completionTime: fc.constant(ago(1)),
    });
    fc.assert(
      fc.property(fc.array(condition), counters, (conditions, status) => {
        const isProven = conditions.some(
          (c) => ['Complete', 'SuccessCriteriaMet'].includes(c.type) && c.status === 'True',
        );
        const hasFailed = conditions.some((c) => ['Failed', 'FailureTarget'].includes(c.type) && c.status === 'True');
        assert.equal(judge(job(conditions, status), proof, now).kind === 'passed', isProven && !hasFailed);
        assert.notEqual(judge(job(conditions, status), nothing, now).kind, 'passed');
      }),
    );
  });

  it('needs nothing but a Job whose pod is ready, the pods of one that is decided, the events of others', () => {
    assert.equal(requiredReads(job([], { ready: 1 })), 'nothing');
    assert.equal(requiredReads(job([{ type: 'Suspended' }])), 'nothing');
    assert.equal(requiredReads(job([{ type: 'Complete' }])), 'pods');
    assert.equal(requiredReads(job([{ type: 'SuccessCriteriaMet' }])), 'pods');
    assert.equal(requiredReads(job([{ type: 'Failed' }])), 'pods');
    assert.equal(requiredReads(job([{ type: 'FailureTarget' }])), 'pods');
    assert.equal(requiredReads(job([])), 'podsAndEvents');
  });
});
