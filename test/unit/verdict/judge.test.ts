import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { fromKubernetes } from '../../../function/api/reasons.ts';
import { inconclusive, isLostResult, judge, recordedVerdict, running } from '../../../function/verdict/judge.ts';
import {
  ago,
  backoff,
  complete,
  created,
  deadline,
  ended,
  event,
  job,
  judgesEach,
  nothing,
  now,
  pod,
  proof,
  type Row,
  started,
  succeeded,
} from './evidence-fixture.ts';

const table: Row[] = [
  { what: 'Complete (1.30)', job: complete, evidence: proof, verdict: 'passed', says: /^the test passed in 10 s$/ },
  {
    what: 'Complete, 42 s after it began, 10 of which were the test’s own',
    job: job([{ type: 'Complete' }], { completionTime: ago(58) }),
    evidence: proof,
    verdict: 'passed',
    says: /^the test passed in 10 s$/,
  },
  {
    what: 'Complete, and nobody knows when the test began',
    job: complete,
    evidence: { pods: [succeeded({}, [], { startedAt: undefined })], events: [] },
    verdict: 'inconclusive',
  },
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
  { what: 'Suspended', job: job([{ type: 'Suspended' }]), verdict: 'running', says: /^Suspended/ },
  {
    what: 'Suspended before it began',
    job: { metadata: { name: 'e2e' }, status: { conditions: [{ type: 'Suspended', status: 'True' }] } },
    verdict: 'running',
    says: /^Suspended: the Job is suspended$/,
  },
  {
    what: 'a Job that its controller has not seen yet',
    job: { metadata: { name: 'e2e' } },
    verdict: 'running',
    says: /^Starting: the test's pod is starting$/,
  },
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
    says: /^Error: the test ended with exit code 1 in 10 s: boom$/,
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
    says: /^OOMKilled: the test ran out of memory in 10 s; check spec\.resources of the E2ESpec$/,
  },
  {
    what: 'Failed, killed by a signal',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(0, { signal: 9 }))], events: [] },
    verdict: 'failed',
    says: /^Error: the test was killed by signal 9 \(SIGKILL\) in 10 s$/,
  },
  ...Object.entries({
    1: 'SIGHUP',
    2: 'SIGINT',
    3: 'SIGQUIT',
    4: 'SIGILL',
    6: 'SIGABRT',
    7: 'SIGBUS',
    8: 'SIGFPE',
    11: 'SIGSEGV',
    13: 'SIGPIPE',
  }).map(([signal, name]) => ({
    what: `Failed, with what a shell makes of ${name}`,
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(128 + Number(signal)))], events: [] },
    verdict: 'failed' as const,
    says: new RegExp(`^Error: the test ended with exit code ${128 + Number(signal)} \\(${name}\\) in 10 s$`),
  })),
  {
    what: 'Failed, killed by a signal that has no common name',
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(0, { signal: 34 }))], events: [] },
    verdict: 'failed',
    says: /^Error: the test was killed by signal 34 in 10 s$/,
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
  ...[undefined, '1970-01-01T00:00:00Z'].map((startedAt) => ({
    what: `Failed, a test that started ${startedAt ?? 'never'}, and nobody says why`,
    job: job([{ type: 'Failed', ...backoff }]),
    evidence: { pods: [pod(ended(128, { startedAt }))], events: [] },
    verdict: 'inconclusive',
    says: /^Error: the test's container did not start$/,
  })),
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
    says: /^ResultLost: its pod was removed at its Job's deadline, and with it what its test said/,
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
    what: 'Failed at the Job’s deadline with a pod that no node took',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: {
      pods: [],
      events: [event('Pod', 'FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu. No preemption victims.')],
    },
    verdict: 'inconclusive',
    says: /^FailedScheduling: 0\/1 nodes are available: 1 Insufficient cpu\. No preemption victims \(Job was active/,
  },
  {
    what: 'Failed at the Job’s deadline, of its pod only known that it was made',
    job: job([{ type: 'Failed', ...deadline }]),
    evidence: { pods: [], events: [created(50)] },
    verdict: 'inconclusive',
    says: /^ResultLost: pod pod-100 was removed at its Job's deadline/,
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
  ...[{ reason: 'BackoffLimitExceeded' }, {}].map((said) => ({
    what: `Failed, and nothing left to tell why but ${said.reason ?? 'that'}`,
    job: job([{ type: 'Failed', ...said }]),
    verdict: 'inconclusive',
    says: new RegExp(`^ResultLost: .*what its test said \\(${said.reason ?? 'Failed'}\\)`),
  })),
  { what: 'a ready pod', job: job([], { active: 1, ready: 1 }), verdict: 'running', says: /500 s left/ },
  {
    what: 'a ready pod of a Job without a deadline',
    job: { metadata: { name: 'e2e' }, status: { ready: 1, startTime: ago(100) } },
    verdict: 'running',
    says: /^Running: the test runs; 100 s since its Job began$/,
  },
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
    what: 'a pod that was created 5 s ago and is gone',
    job: job([]),
    evidence: { pods: [], events: [created(5)] },
    verdict: 'running',
    says: /pod pod-100 was taken away before/,
  },
  {
    what: 'a pod that was created and is still there',
    job: job([]),
    evidence: { pods: [pod({ waiting: { reason: 'ContainerCreating' } })], events: [created(50)] },
    verdict: 'running',
    says: /^Starting: the test's pod is starting; 100 s since/,
  },
  {
    what: 'a pod that nobody has seen yet',
    job: job([]),
    evidence: { pods: [{ metadata: { name: 'pod-1', creationTimestamp: ago(1) } }], events: [] },
    verdict: 'running',
    says: /^Starting: the test's pod is starting; 100 s since/,
  },
  {
    what: 'a pod whose containers nobody has seen yet',
    job: job([]),
    evidence: {
      pods: [{ metadata: { name: 'pod-1', creationTimestamp: ago(1) }, status: { phase: 'Pending' } }],
      events: [],
    },
    verdict: 'running',
    says: /^Starting: the test's pod is starting; 100 s since/,
  },
  {
    what: 'a pod whose containers wait, and are not ready',
    job: job([]),
    evidence: {
      pods: [
        pod(
          { waiting: { reason: 'ContainerCreating' } },
          {
            conditions: [
              { type: 'ContainersReady', status: 'False', message: 'containers with unready status: [e2e]' },
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^Starting: the test's pod is starting; 100 s since/,
  },
  {
    what: 'a pod whose node does not answer',
    job: job([]),
    evidence: {
      pods: [
        pod(
          { running: { startedAt: ago(90) } },
          {
            conditions: [
              { type: 'ContainersReady', status: 'True' },
              { type: 'Ready', status: 'False' },
            ],
          },
        ),
      ],
      events: [],
    },
    verdict: 'running',
    says: /^NodeNotReady: node .* does not answer; the pod is given up if the node stays away/,
  },
  {
    what: 'a pod that is taken away, and nobody says why',
    job: job([]),
    evidence: { pods: [pod({}, { conditions: [{ type: 'DisruptionTarget', status: 'True' }] })], events: [] },
    verdict: 'running',
    says: /^DisruptionTarget: its pod is taken away \(DisruptionTarget\); the Job makes another one/,
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
    says: /^Unschedulable: 0\/1 nodes[^;]*; [^;]*; 100 s since/,
  },
  {
    what: 'a pod that no node takes, and nobody says why',
    job: job([]),
    evidence: {
      pods: [pod({}, { conditions: [{ type: 'PodScheduled', status: 'False' }], containerStatuses: [] })],
      events: [],
    },
    verdict: 'running',
    says: /^Unschedulable: no node accepts the pod/,
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
  judgesEach(table);

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
});

describe('A lost result', () => {
  it('is one of a run that has proven nothing, whatever the word', () => {
    const lost = fromKubernetes('PodDisrupted');
    assert.equal(isLostResult(inconclusive(lost, 'it was evicted')), true);
    assert.equal(isLostResult(inconclusive('NoTestsRun', 'none of 0 tests ran')), false);
    assert.equal(isLostResult(running(lost, 'it is evicted')), false);
  });
});

describe('The verdict that a record keeps', () => {
  const record: RunRecord = {
    canary: 'podinfo',
    checksum: '85d557f47b',
    rollout: '2026-11-21T09:00:00Z',
    hook: '',
    verdict: 'Running',
  };
  const rows: { kept: Partial<RunRecord>; is: string }[] = [
    { kept: { verdict: 'Passed', message: 'the test passed in 3 s' }, is: 'passed Passed: the test passed in 3 s' },
    { kept: { verdict: 'Passed', reason: 'Passed' }, is: 'passed Passed: ' },
    { kept: { verdict: 'Skipped', message: 'hotfix' }, is: 'passed Skipped: hotfix' },
    { kept: { verdict: 'Failed', reason: 'OOMKilled', message: 'no memory' }, is: 'failed OOMKilled: no memory' },
    { kept: { verdict: 'Inconclusive', reason: 'Evicted', message: 'no' }, is: 'inconclusive Evicted: no' },
    { kept: { verdict: 'Running', reason: 'Started', message: 'created' }, is: 'running Started: created' },
    { kept: { verdict: 'Superseded' }, is: 'running Superseded: ' },
    { kept: { verdict: 'Cancelled' }, is: 'running Cancelled: ' },
    { kept: { verdict: 'PromotedUnverified' }, is: 'running PromotedUnverified: ' },
  ];
  for (const { kept, is } of rows) {
    it(`is ${is} of ${kept.verdict}`, () => {
      const { kind, reason, message } = recordedVerdict({ ...record, ...kept });
      assert.equal(`${kind} ${reason}: ${message}`, is);
    });
  }
});
