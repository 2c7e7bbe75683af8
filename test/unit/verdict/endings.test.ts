/**
 * What is proven of a test that ended, and what is not: who was taken away has neither passed nor failed.
 */
import type { Pod } from '../../../function/api/kubernetes.ts';
import {
  ago,
  backoff,
  complete,
  deadline,
  deleted,
  ended,
  event,
  evicted,
  job,
  judgesEach,
  pod,
  type Row,
  type State,
  started,
  succeeded,
} from './evidence-fixture.ts';

/** A Job that is complete, and what is left of its pod. */
const lostProofs: Row[] = [
  { what: 'nothing', pods: [], verdict: 'inconclusive', says: /^ResultLost: the Job is complete, but its pod is gone/ },
  {
    what: 'a pod that failed',
    pods: [pod(ended(3), { phase: 'Failed' })],
    verdict: 'inconclusive',
    says: /^ResultLost: the Job is complete, but none of its pods proves a pass/,
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
/** Without a state: nobody has seen it yet. */
const container = (name: string, state?: State) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...(state && { state }),
});
const besideTest = { containers: [{ name: 'e2e' }] };
const nativeSidecar = { name: 'proxy', restartPolicy: 'Always' };
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
    says: /\(Evicted: pod pod-100: its node does not say why\)/,
  },
  {
    what: 'hit its deadline when it had been deleted before',
    pod: of(pod(ended(137)), deleted(81, 30), kubelet('DeadlineExceeded')),
  },
  ...[
    { what: 'ended with 0 at its deadline, in the second in which it was evicted', end: 80, evictedAt: 81, began: 181 },
    {
      what: 'ended with 0 in the second of its deadline',
      end: 80,
      evictedAt: undefined,
      began: 180,
      says: /\(its deadline came in the same second\)/,
    },
  ].map(({ what, end, evictedAt, began, says }) => ({
    what,
    ...(says && { says }),
    pod: {
      ...of(
        pod(ended(0, { finishedAt: ago(end) })),
        {},
        {
          ...kubelet('DeadlineExceeded'),
          startTime: ago(began),
          conditions: evictedAt === undefined ? [] : [{ status: 'True', ...evicted(ago(evictedAt)) }],
        },
      ),
      spec: { containers: [], activeDeadlineSeconds: 100 },
    },
  })),
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
    says: /^Error: the test ended with exit code 3 in 10 s$/,
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
    says: /^DeadlineExceeded: the test ran into its deadline after \d+ s$/,
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
    says: /^DeadlineExceeded: the test ran into its deadline after \d+ s$/,
  },
  {
    what: 'a pod that was deleted nobody knows when',
    job: tooLate,
    pods: [of(pod(ended(0)), { deletionTimestamp: ago(-30), deletionGracePeriodSeconds: 0 })],
    verdict: 'inconclusive',
    says: /^PodDisrupted: .* \(pod pod-100 was deleted, at the deadline of its Job or before\);/,
  },
  {
    what: 'a pod that the Job controller has stopped, though not for good yet',
    job: job([{ type: 'FailureTarget', ...deadline }], { startTime: ago(600) }),
    pods: [of(pod(ended(143, { finishedAt: ago(-1) })), deleted(0, 30))],
    verdict: 'failed',
    says: /^DeadlineExceeded: the test ran into its deadline after \d+ s$/,
  },
  {
    what: 'a pod that was deleted, of a Job that does not say when its time was over',
    job: { metadata: { name: 'e2e' }, ...(tooLate.status && { status: tooLate.status }) },
    pods: [of(pod(ended(143, { finishedAt: ago(-1) })), deleted(0, 30))],
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
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
    what: 'Failed, and of the two tries that it had one is gone and the other waits',
    job: job([{ type: 'Failed', ...backoff }], { failed: 2 }),
    evidence: { pods: [pod(ended(1), {}, 200), pod({ waiting: { reason: 'ContainerCreating' } })], events: [started] },
    verdict: 'inconclusive',
    says: /^ResultLost/,
  },
  {
    what: 'Failed, and of the two tries that it had one is gone and the other did not start',
    job: job([{ type: 'Failed', ...backoff }], { failed: 2 }),
    evidence: { pods: [pod(ended(128, { reason: 'StartError', message: 'exec: "x": not found' }))], events: [] },
    verdict: 'inconclusive',
    says: /^StartError: exec: "x": not found/,
  },
  ...[{ phase: 'Failed' }, { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active' }].map(
    (status): Row => ({
      what: `Failed at its deadline, and its pod (${Object.keys(status)}) has waited for a Secret until then`,
      job: job([
        { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
      ]),
      evidence: {
        pods: [pod({ waiting: { reason: 'ContainerCreating' } }, status)],
        events: [createdPod, event('Pod', 'FailedMount', 'secret "x" not found')],
      },
      verdict: 'inconclusive',
      says: /^FailedMount: container e2e: secret "x" not found \(Job was active longer than specified deadline\); create what/,
    }),
  ),
  {
    what: 'Failed, and the pod was deleted before its test began',
    job: failedJob,
    evidence: { pods: [], events: [createdPod, event('Pod', 'FailedMount', 'secret "x" not found')] },
    verdict: 'inconclusive',
    says: /^ResultLost: pod pod-100 was deleted/,
  },
  {
    what: 'Failed, a try that failed and a later one that was evicted',
    job: failedJob,
    evidence: { pods: [pod(ended(3), {}, 200), succeeded({}, [evicted(ago(81))])], events: [] },
    verdict: 'failed',
    says: /^Error: the test ended with exit code 3 in 10 s$/,
  },
  {
    what: 'Failed, a pod that was evicted and a later one that waits',
    job: failedJob,
    evidence: {
      pods: [
        of(pod(ended(143), {}, 200), {}, { conditions: [{ status: 'True', ...evicted(ago(81)) }] }),
        pod({ waiting: { reason: 'ContainerCreating' } }),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^PodDisrupted: .*\(Eviction API: evicting\)/,
  },
  {
    what: 'Failed at the Job’s deadline, and the pod still waits for its image',
    job: tooLate,
    evidence: { pods: [pod({ waiting: { reason: 'ErrImagePull', message: 'not found' } })], events: [] },
    verdict: 'inconclusive',
    says: /^ErrImagePull: container e2e: not found \(Job was active longer/,
  },
  {
    what: 'Failed, for a reason that is a whole sentence, and the test ended with 0',
    job: job([{ type: 'Failed', reason: 'PodFailurePolicy', message: 'Pod test/p.1 has failed.' }], { failed: 1 }),
    evidence: { pods: [pod(ended(0))], events: [] },
    verdict: 'inconclusive',
    says: /^PodFailurePolicy: Pod test\/p\.1 has failed; the test itself ended with 0/,
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
      events: [createdPod, started],
    },
    verdict: 'inconclusive',
    says: /^PodDisrupted/,
  },
  {
    what: 'Failed, and a pod that could not start its test was deleted afterwards',
    job: failedJob,
    evidence: {
      pods: [of(pod(ended(128, { reason: 'StartError', message: 'exec: "x": not found' })), deleted(70, 30))],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^StartError: exec: "x": not found/,
  },
  {
    what: 'Failed at the Job’s deadline, and nobody has seen its pod',
    job: tooLate,
    evidence: { pods: [{ metadata: { name: 'pod-1', creationTimestamp: ago(1) } }], events: [] },
    verdict: 'inconclusive',
    says: /^DeadlineExceeded: Job was active longer/,
  },
  {
    what: 'FailureTarget, a try that failed and another that still runs',
    job: job([{ type: 'FailureTarget', ...deadline }]),
    evidence: { pods: [pod(ended(1), {}, 200), pod({ running: { startedAt: ago(90) } })], events: [] },
    verdict: 'running',
  },
];

/** A pod at its deadline, 100 s after it began, whose test had ended with 0 before. */
const atDeadlineBeside = (...others: ReturnType<typeof container>[]): Pod => ({
  ...pod(ended(0), {
    ...kubelet('DeadlineExceeded'),
    startTime: ago(150),
    containerStatuses: [...others, container('e2e', ended(0, { reason: 'Completed' }))],
  }),
  spec: { containers: [], activeDeadlineSeconds: 100 },
});

/** A pod whose test had not begun. */
const beforeTest = (inits: ReturnType<typeof container>[], more: object, initContainers?: { name: string }[]): Pod => ({
  ...pod({ waiting: { reason: 'PodInitializing' } }, { initContainerStatuses: inits, ...more }),
  spec: { ...besideTest, ...(initContainers && { initContainers }) },
});
const stopped = ended(137, { finishedAt: ago(49) });

const beside: Row[] = [
  ...[
    {
      what: 'one of two sidecars did not end',
      others: [container('cache', ended(0)), container('proxy', stopped)],
      says: 'container proxy had',
    },
    {
      what: 'a sidecar still runs',
      others: [container('proxy', { running: { startedAt: ago(90) } })],
      says: 'container proxy had',
    },
    { what: 'nobody has seen its sidecar', others: [container('proxy')], says: 'container proxy had' },
    {
      what: 'its sidecars ended before',
      others: [container('cache', ended(0)), container('proxy', ended(1))],
      says: 'another container had',
    },
  ].map(({ what, others, says }) => ({
    what: `Failed at the deadline, the test ended with 0 and ${what}`,
    job: failedJob,
    evidence: { pods: [atDeadlineBeside(...others)], events: [] },
    verdict: 'inconclusive',
    says: new RegExp(`^DeadlineExceeded: the test itself ended with 0, but ${says} not ended at the deadline`),
  })),
  {
    what: 'Failed, a sidecar ended with an error beside one that nobody has seen',
    job: failedJob,
    evidence: {
      pods: [
        pod({}, { containerStatuses: [container('e2e', ended(0)), container('cache'), container('proxy', ended(1))] }),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^Error: container proxy ended with exit code 1; the test itself ended with 0/,
  },
  ...[
    {
      what: 'the second of its init containers took too long',
      inits: [container('seed', ended(0)), container('wait', stopped)],
      says: /^DeadlineExceeded: init container wait had not ended at the deadline(;|$)/,
    },
    {
      what: 'its init container took too long, and said what it did',
      inits: [container('wait', ended(137, { finishedAt: ago(49), message: 'no database yet' }))],
      says: /^DeadlineExceeded: init container wait had not ended at the deadline: no database yet/,
    },
    {
      what: 'its init container took too long beside a native sidecar',
      inits: [container('proxy', stopped), container('wait', stopped)],
      declared: [nativeSidecar, { name: 'wait' }],
      says: /^DeadlineExceeded: init container wait had/,
    },
    {
      what: 'its init container had no image',
      inits: [container('wait', { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } })],
      says: /^ImagePullBackOff: container wait: Back-off pulling image \(Job has reached/,
    },
    {
      what: 'nobody has seen its init container',
      inits: [container('wait')],
      says: /^BackoffLimitExceeded: Job has reached/,
    },
  ].map(({ what, inits, declared, says }) => ({
    what: `Failed at the deadline, and ${what}`,
    job: failedJob,
    evidence: {
      pods: [beforeTest(inits, { ...kubelet('DeadlineExceeded'), startTime: ago(150) }, declared)],
      events: [],
    },
    verdict: 'inconclusive',
    says,
  })),
  {
    what: 'Failed, an init container ended with an error and a native sidecar was stopped',
    job: failedJob,
    evidence: {
      pods: [
        beforeTest([container('proxy', ended(137)), container('seed', ended(2))], { phase: 'Failed' }, [
          nativeSidecar,
          { name: 'seed' },
        ]),
      ],
      events: [],
    },
    verdict: 'inconclusive',
    says: /^Error: init container seed ended with exit code 2/,
  },
  ...[
    {
      what: 'a native sidecar that has not started',
      inits: [
        container('seed', ended(0)),
        { ...container('proxy', { running: { startedAt: ago(5) } }), started: false },
      ],
      declared: [{ name: 'seed' }, nativeSidecar],
      says: /^PodInitializing: init container proxy has not started yet/,
    },
    {
      what: 'an init container that runs beside a native sidecar',
      inits: [
        { ...container('proxy', { running: { startedAt: ago(9) } }), started: true },
        { ...container('seed', { running: { startedAt: ago(5) } }), started: true },
      ],
      declared: [nativeSidecar, { name: 'seed' }],
      says: /^PodInitializing: init container seed has not ended yet/,
    },
    {
      what: 'an init container that runs, beside one that nobody has seen',
      inits: [container('later'), { ...container('seed', { running: { startedAt: ago(5) } }), started: true }],
      says: /^PodInitializing: init container seed has not ended yet/,
    },
    {
      what: 'a native sidecar that has started, and a test that is about to',
      inits: [{ ...container('proxy', { running: { startedAt: ago(9) } }), started: true }],
      declared: [nativeSidecar],
      says: /^Starting: /,
    },
  ].map(({ what, inits, declared, says }) => ({
    what,
    job: job([]),
    evidence: { pods: [beforeTest(inits, { phase: 'Pending' }, declared)], events: [] },
    verdict: 'running',
    says,
  })),
  {
    what: 'a test that ended beside a container that still runs and one that nobody has seen',
    job: job([]),
    evidence: {
      pods: [
        pod(
          {},
          {
            containerStatuses: [
              container('cache'),
              container('e2e', ended(3)),
              container('proxy', { running: { startedAt: ago(90) } }),
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^ContainersNotReady: the test itself ended with exit code 3, container proxy still runs/,
  },
  ...[0, 3].map((exitCode) => ({
    what: `a test that ended with ${exitCode} while its native sidecar still has its grace`,
    job: job([]),
    evidence: {
      pods: [
        {
          ...pod(ended(exitCode), {
            initContainerStatuses: [{ ...container('upload', { running: { startedAt: ago(90) } }), started: true }],
          }),
          spec: { containers: [], initContainers: [{ ...nativeSidecar, name: 'upload' }] },
        },
      ],
      events: [],
    },
    verdict: 'running' as const,
    says: new RegExp(`^Running: the test itself ended with exit code ${exitCode}, sidecar upload has not ended yet`),
  })),
  {
    what: 'a test whose pod is being stopped at its deadline',
    job: job([], { active: 1, ready: 0 }),
    evidence: {
      pods: [
        pod(
          { running: { startedAt: ago(5) } },
          { conditions: [{ type: 'ContainersReady', status: 'False', reason: 'PodFailed' }] },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^ContainersNotReady: the test runs; its pod is being stopped/,
  },
  {
    what: 'Complete, the hook beside another container had failed',
    job: complete,
    evidence: {
      pods: [succeeded()],
      events: [
        event('Pod', 'FailedPostStartHook', '', {
          involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{proxy}' },
        }),
      ],
    },
    verdict: 'passed',
  },
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

const table = [...lostProofs, ...takenAway, ...provenFailures, ...atTheDeadline, ...lostFailures, ...beside];

describe('The verdict on a test that ended, or whose end nobody knows,', () => {
  judgesEach(table);
});
