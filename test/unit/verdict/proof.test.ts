/**
 * All that a Job and its pod can say, and the two sentences that the gate lives on, held against an oracle that knows
 * nothing of how a verdict is made:
 * passed, only when the pod is there, undisturbed, its test ended by itself with 0, and what it handed over agrees;
 * failed, only when its test ended by itself otherwise, or at its deadline, or handed over that something failed.
 */
import assert from 'node:assert/strict';
import type { Event, Job, Pod } from '../../../function/api/kubernetes.ts';
import { judge } from '../../../function/verdict/judge.ts';
import { isSilent, mayHideHook } from '../../../function/verdict/proof.ts';

const start = Date.parse('2026-11-21T10:00:00Z');
/** So many seconds after the Job began. */
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString().replace('.000Z', 'Z');
const now = new Date(start + 700_000);
const testEnds = 100;
const podDeadline = 595;
const jobDeadline = 600;

/** How the test's container ended, its exit code being what it is. */
const ends: Record<string, object> = {
  'exit 0': { exitCode: 0, reason: 'Completed' },
  'exit 1': { exitCode: 1, reason: 'Error' },
  'exit 143': { exitCode: 143, reason: 'Error' },
  'signal 9': { exitCode: 0, signal: 9, reason: 'Error' },
  OOMKilled: { exitCode: 137, reason: 'OOMKilled' },
};
const endsLate: Record<string, object> = {
  'exit 0, late': { exitCode: 0, reason: 'Completed', finishedAt: at(podDeadline + 1) },
  'exit 137, late': { exitCode: 137, reason: 'Error', finishedAt: at(podDeadline + 1) },
};
const endsUnproven: Record<string, object> = {
  'exit 0, nobody knows when': { exitCode: 0, reason: 'Completed', finishedAt: undefined },
  StartError: { exitCode: 128, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' },
  ContainerStatusUnknown: { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: undefined },
  'lost by its node': { exitCode: 255, reason: 'Unknown' },
};
const results: Record<string, string> = {
  nothing: '',
  'all passed': JSON.stringify({ total: 3, passed: 3, failed: 0 }),
  'one failed': JSON.stringify({ total: 3, passed: 2, failed: 1 }),
  'no tests': JSON.stringify({ total: 0, failed: 0 }),
  'half a result': '{"total": 3,',
};

const jobs = {
  condition: ['', 'Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget', 'Suspended'],
  reason: ['BackoffLimitExceeded', 'DeadlineExceeded'],
};
const pods = {
  phase: ['Pending', 'Running', 'Succeeded', 'Failed'],
  container: ['none', 'waiting', 'running', ...Object.keys({ ...ends, ...endsLate, ...endsUnproven })],
  /** In seconds after the test ended; `twice`: the kubelet has overwritten when that was. */
  deleted: ['', -1, 0, 1, 'twice', 'at the deadline of its Job'],
  disrupted: ['', -1, 1, 'nobody knows when'],
  kubelet: ['', 'DeadlineExceeded', 'Evicted', 'NodeAffinity'],
};

type Choice<T extends Record<string, readonly unknown[]>> = { [K in keyof T]: T[K][number] };
type JobSays = Choice<typeof jobs>;
type PodSays = Choice<typeof pods> & { handedOver: string };

function product<T extends Record<string, readonly unknown[]>>(axes: T): Choice<T>[] {
  return Object.entries(axes).reduce<Choice<T>[]>(
    (all, [axis, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [axis]: value }))),
    [{} as Choice<T>],
  );
}

function jobWhich({ condition, reason }: JobSays): Job {
  return {
    metadata: { name: 'e2e', namespace: 'test', uid: 'u' },
    spec: { activeDeadlineSeconds: jobDeadline, template: {} },
    status: {
      startTime: at(0),
      conditions: condition === '' ? [] : [{ type: condition, status: 'True', reason, message: 'so it is' }],
    },
  };
}

function deletion(deleted: PodSays['deleted']): object {
  if (deleted === '') return {};
  if (deleted === 'twice') return { deletionTimestamp: at(testEnds - 1), deletionGracePeriodSeconds: 0 };
  const since = typeof deleted === 'number' ? testEnds + deleted : jobDeadline;
  return { deletionTimestamp: at(since + 30), deletionGracePeriodSeconds: 30 };
}

function stateOf({ container, handedOver }: PodSays): object {
  const end = { ...ends, ...endsLate, ...endsUnproven }[container];
  if (end !== undefined) {
    return { terminated: { startedAt: at(1), finishedAt: at(testEnds), message: results[handedOver], ...end } };
  }
  return container === 'running' ? { running: { startedAt: at(1) } } : { waiting: { reason: 'ContainerCreating' } };
}

function podWhich(says: PodSays): Pod {
  const { phase, container, deleted, disrupted, kubelet } = says;
  const lastTransitionTime = typeof disrupted === 'number' ? at(testEnds + disrupted) : undefined;
  const pod: object = {
    metadata: { name: 'p', creationTimestamp: at(0), ...deletion(deleted) },
    spec: { activeDeadlineSeconds: podDeadline },
    status: {
      phase,
      startTime: at(0),
      ...(kubelet && { reason: kubelet }),
      conditions: disrupted === '' ? [] : [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime }],
      containerStatuses: container === 'none' ? [] : [{ name: 'e2e', state: stateOf(says) }],
    },
  };
  return pod;
}

/** When it began to be taken away, as far as anybody knows. */
function takenAwayAt({ deleted, disrupted, kubelet }: PodSays, { condition, reason }: JobSays): number {
  const byItsJob = deleted === 'at the deadline of its Job';
  const isDeadline = condition.startsWith('Fail') && reason === 'DeadlineExceeded';
  if (deleted === 'twice' || disrupted === 'nobody knows when' || !['', 'DeadlineExceeded'].includes(kubelet)) return 0;
  return Math.min(
    typeof deleted === 'number' ? testEnds + deleted : byItsJob && !isDeadline ? jobDeadline : 9999,
    typeof disrupted === 'number' ? testEnds + disrupted : 9999,
  );
}

function wasStopped({ container, deleted, kubelet }: PodSays, { condition, reason }: JobSays): number {
  const byItsJob =
    condition.startsWith('Fail') && reason === 'DeadlineExceeded' && deleted === 'at the deadline of its Job';
  if (!(container in endsLate) && container !== 'running') return 9999;
  return kubelet === 'DeadlineExceeded' ? podDeadline : byItsJob && container === 'running' ? jobDeadline : 9999;
}

function endedByItself(pod: PodSays, job: JobSays): boolean {
  const end = pod.container in ends ? testEnds : pod.container in endsLate ? podDeadline + 1 : 9999;
  return end < takenAwayAt(pod, job) && end < wasStopped(pod, job);
}

const endedWith0 = ({ container }: PodSays) => container.startsWith('exit 0');

function completes(pod: PodSays, job: JobSays): boolean {
  const isComplete = job.condition === 'Complete' || job.condition === 'SuccessCriteriaMet';
  return isComplete && pod.phase === 'Succeeded' && endedWith0(pod) && endedByItself(pod, job);
}

function mayPass(pod: PodSays | undefined, job: JobSays): boolean {
  return pod !== undefined && completes(pod, job) && ['nothing', 'all passed'].includes(pod.handedOver);
}

function mayFail(pod: PodSays | undefined, job: JobSays): boolean {
  if (pod === undefined) return false;
  if (completes(pod, job)) return pod.handedOver === 'one failed';
  const isStillStopping = pod.container === 'running' && job.condition === 'FailureTarget';
  const atItsDeadline = wasStopped(pod, job) < takenAwayAt(pod, job) && !isStillStopping;
  return job.condition.startsWith('Fail') && ((endedByItself(pod, job) && !endedWith0(pod)) || atItsDeadline);
}

/** Whatever Events say, they are words. */
const started: Event = {
  metadata: { creationTimestamp: at(1) },
  involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{e2e}' },
  type: 'Normal',
  reason: 'Started',
};

describe('Of all that a Job and its pod can say', () => {
  const allJobs = product(jobs).map((says) => ({ says, job: jobWhich(says) }));
  const counts: Record<string, number> = {};

  function check(says: PodSays | undefined, events: Event[]): void {
    const evidence = { pods: says === undefined ? [] : [podWhich(says)], events };
    for (const { says: jobSays, job } of allJobs) {
      const { kind } = judge(job, evidence, now);
      counts[kind] = (counts[kind] ?? 0) + 1;
      const isRight = (kind === 'passed') === mayPass(says, jobSays) && (kind === 'failed') === mayFail(says, jobSays);
      if (!isRight) assert.fail(`${kind}: ${JSON.stringify({ ...jobSays, ...says })}`);
    }
  }

  it('nothing passes without all of its proofs, and nothing fails that did not end by itself or at its deadline', () => {
    for (const says of product(pods)) {
      const handedOver = says.container.startsWith('exit 0') ? Object.keys(results) : ['nothing'];
      for (const each of handedOver) check({ ...says, handedOver: each }, says.disrupted === '' ? [started] : []);
    }
    for (const events of [[], [started]]) check(undefined, events);
    assert.deepEqual(Object.keys(counts).sort(), ['failed', 'inconclusive', 'passed', 'running']);
    const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
    assert.ok(total > 100_000, `${total}`);
  });
});

describe('The Events of a pod', () => {
  const postStart = { lifecycle: { postStart: { exec: { command: ['true'] } } } };
  const withHook = [{ name: 'e2e', ...postStart }, { name: 'proxy' }];
  const state = { terminated: { exitCode: 1, startedAt: at(1), finishedAt: at(testEnds) } };
  const notStarted = { terminated: { exitCode: 128, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' } };
  const podIn = (phase: string, state?: object, containers?: object[]): Pod => {
    const pod: object = {
      metadata: { name: 'p' },
      spec: containers ? { containers } : {},
      status: { phase, containerStatuses: state ? [{ name: 'e2e', state }] : [] },
    };
    return pod;
  };

  const rows: { what: string; pod: Pod; is: 'needed' | 'needed for its hook' | 'not needed' }[] = [
    { what: 'nobody has seen yet', pod: { metadata: { name: 'p' } }, is: 'not needed' },
    { what: 'waits', pod: podIn('Pending'), is: 'needed' },
    { what: 'runs', pod: podIn('Running', { running: { startedAt: at(1) } }, withHook), is: 'not needed' },
    { what: 'could not start its test', pod: podIn('Failed', notStarted), is: 'needed' },
    { what: 'could not start its test, beside a hook', pod: podIn('Failed', notStarted, withHook), is: 'needed' },
    { what: 'has ended', pod: podIn('Failed', state), is: 'not needed' },
    { what: 'has ended beside a hook', pod: podIn('Failed', state, withHook), is: 'needed for its hook' },
    {
      what: 'has ended beside the hook of another container',
      pod: podIn('Failed', state, [{ name: 'e2e' }, { name: 'proxy', ...postStart }]),
      is: 'not needed',
    },
  ];
  for (const { what, pod, is } of rows) {
    it(`are ${is} where it ${what}`, () => {
      assert.deepEqual([isSilent(pod), mayHideHook(pod)], [is !== 'not needed', is === 'needed for its hook']);
    });
  }
});
