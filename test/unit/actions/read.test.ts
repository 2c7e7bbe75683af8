/**
 * What a verdict is made from: the Job's own pods, and Events only where they can matter. Events are words: no verdict
 * that a pod proves waits for them.
 */
import assert from 'node:assert/strict';
import { readE2ESpecs, readEvidence, readPodsOf, readTarget } from '../../../function/actions/read.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { Event, Job, Pod, Target } from '../../../function/api/kubernetes.ts';
import { HookError } from '../../../function/errors.ts';
import type { Reader } from '../../../function/kube/read.ts';
import { judge } from '../../../function/verdict/judge.ts';
import { ago, conditions, endedPod, jobOf, now, specOf } from '../run-fixture.ts';

type Evidence = Pick<Reader, 'listPods' | 'listEvents'>;

const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'e2e', uid: 'j1', controller: true };
const own = (pod: Pod, metadata: Pod['metadata'] = {}): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, uid: 'p1', ownerReferences: [owner], ...metadata },
});
const waiting: Pod = own({
  metadata: { name: 'p', creationTimestamp: ago(90) },
  status: {
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'e2e',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'InvalidImageName' } },
      },
    ],
  },
});
const hook = { spec: { containers: [{ name: 'e2e', lifecycle: { postStart: {} } }] } };

const event = (involvedObject: Event['involvedObject'], reason: string, message = ''): Event => ({
  metadata: {},
  involvedObject,
  type: 'Normal',
  reason,
  message,
  lastTimestamp: ago(80),
});
const created = event({ kind: 'Job', uid: 'j1' }, 'SuccessfulCreate', 'Created pod: p');

/** What there is, and what of it is asked for; `fails`: what becomes of a LIST of Events. */
function clusterOf(pods: Pod[], events: Event[], fails?: () => Promise<never>) {
  const asked: string[] = [];
  const reader: Evidence = {
    listPods: async () => {
      asked.push('pods');
      return pods;
    },
    listEvents: async (_, { field, value }) => {
      asked.push(`events of ${field} ${value}`);
      return fails === undefined ? events : fails();
    },
  };
  const warnings: string[] = [];
  const warn = (message: string, { error }: { error?: unknown } = {}) => void warnings.push(`${message}: ${error}`);
  const log = { info: () => undefined, warn, error: () => undefined };
  const verdict = async (job: Job) => judge(job, await readEvidence(job, reader, log), now);
  return { verdict, asked, warnings };
}

const completed = jobOf(conditions('Complete'));
const failed = jobOf(conditions('Failed'));
const undecided = jobOf();

describe('What is read for a verdict', () => {
  const rows: { what: string; job: Job; pods: Pod[]; events?: Event[]; asked: string[] }[] = [
    { what: 'a ready pod', job: jobOf({ ready: 1 }), pods: [], asked: [] },
    { what: 'a suspended Job', job: jobOf(conditions('Suspended')), pods: [], asked: [] },
    { what: 'a complete Job', job: completed, pods: [own(endedPod())], asked: ['pods'] },
    { what: 'a complete Job whose pod is gone', job: completed, pods: [], asked: ['pods'] },
    {
      what: 'a Job that has met its success criteria, and whose pod is gone',
      job: jobOf(conditions('SuccessCriteriaMet')),
      pods: [],
      asked: ['pods'],
    },
    { what: 'a Job that has no pod yet', job: undecided, pods: [], asked: ['pods', 'events of uid j1'] },
    { what: 'a failed Job', job: failed, pods: [own(endedPod({ exitCode: 1 }))], asked: ['pods'] },
    {
      what: 'a failed Job whose pod is gone',
      job: failed,
      pods: [],
      events: [created],
      asked: ['pods', 'events of uid j1', 'events of name p'],
    },
    {
      what: 'a failed Job whose pod has ended at its deadline, while its container waited',
      job: failed,
      pods: [{ ...waiting, status: { ...waiting.status, phase: 'Failed', reason: 'DeadlineExceeded' } }],
      asked: ['pods', 'events of uid p1'],
    },
    {
      what: 'a failed Job whose pod was ended for its deadline, while its container waited',
      job: failed,
      pods: [{ ...waiting, status: { ...waiting.status, phase: 'Failed' } }],
      asked: ['pods', 'events of uid p1'],
    },
    {
      what: 'a failed Job whose pod was evicted before its container was made',
      job: failed,
      pods: [{ ...waiting, status: { phase: 'Failed', reason: 'Evicted' } }],
      asked: ['pods'],
    },
    {
      what: 'a pod that waits',
      job: undecided,
      pods: [waiting],
      asked: ['pods', 'events of uid j1', 'events of uid p1'],
    },
    {
      what: 'a test that has ended beside a hook',
      job: completed,
      pods: [{ ...own(endedPod()), ...hook }],
      asked: ['pods', 'events of uid p1'],
    },
  ];
  for (const { what, job, pods, events = [], asked } of rows) {
    it(`of ${what}: ${asked.join(', ') || 'nothing'}`, async () => {
      const cluster = clusterOf(pods, events);
      await cluster.verdict(job);
      assert.deepEqual(cluster.asked, asked);
    });
  }
});

describe('What a verdict is made from', () => {
  const strangers: Record<string, Pod> = {
    'nobody owns': own(endedPod(), { ownerReferences: [] }),
    'another Job owns': own(endedPod(), { ownerReferences: [{ ...owner, uid: 'j2' }] }),
    'something else of that uid owns': own(endedPod(), { ownerReferences: [{ ...owner, kind: 'ReplicaSet' }] }),
    'the Job owns, but does not control': own(endedPod(), { ownerReferences: [{ ...owner, controller: false }] }),
  };
  for (const [what, pod] of Object.entries(strangers)) {
    it(`is no pod that ${what}, whatever its labels`, async () => {
      assert.match((await clusterOf([pod], []).verdict(completed)).reason, /^ResultLost$/);
      assert.equal((await clusterOf([own(endedPod({ exitCode: 1 })), pod], []).verdict(failed)).kind, 'failed');
    });
  }

  it('is no Event of another object', async () => {
    const failure = { kind: 'Pod', uid: 'p1', name: 'p', fieldPath: 'spec.containers{e2e}' };
    const pods = [{ ...own(endedPod()), ...hook }];
    const of = (involved: object) => [event({ ...failure, ...involved }, 'FailedPostStartHook')];
    assert.equal((await clusterOf(pods, of({})).verdict(completed)).reason, 'FailedPostStartHook');
    for (const involved of [{ uid: 'p2' }, { kind: 'ReplicaSet' }, { uid: undefined }]) {
      assert.equal((await clusterOf(pods, of(involved)).verdict(completed)).kind, 'passed');
    }
  });
});

describe('Events that cannot be read', () => {
  const fails = () => Promise.reject(new HookError('ServiceUnavailable', 'etcdserver: timed out'));
  const ways: { why: string; fails: () => Promise<never>; says: string }[] = [
    { why: 'because the API server fails', fails, says: 'etcdserver: timed out' },
    {
      why: 'for want of a right',
      fails: () => Promise.reject(new HookError('Forbidden', 'the verifier lacks the rule')),
      says: 'the verifier lacks the rule',
    },
    { why: 'because no answer comes', fails: () => new Promise(() => undefined), says: 'they took too long' },
  ];
  for (const { why, fails, says } of ways) {
    it(`${why} keep no verdict back, and are told in the log`, async () => {
      const states: [job: Job, pods: Pod[], kind: string][] = [
        [undecided, [waiting], 'inconclusive'],
        [undecided, [{ ...own(endedPod()), ...hook }], 'running'],
        [failed, [waiting], 'inconclusive'],
        [failed, [], 'inconclusive'],
        [failed, [own(endedPod({ exitCode: 1 }))], 'failed'],
      ];
      const judged = states.map(async ([job, pods, kind]) => {
        const cluster = clusterOf(pods, [], fails);
        assert.equal((await cluster.verdict(job)).kind, kind);
        const warning = `Events cannot be read, so the verdict goes without their words: ${says}`;
        assert.deepEqual(cluster.warnings, Array(cluster.asked.length - 1).fill(warning));
      });
      await Promise.all(judged);
    });
  }

  it('where they alone say whether a hook failed, are asked for again: the pod proves nothing', async () => {
    for (const [job, exitCode] of [
      [completed, 0],
      [failed, 143],
    ] as const) {
      const pods = [{ ...own(endedPod({ exitCode })), ...hook }];
      await assert.rejects(clusterOf(pods, [], fails).verdict(job), /etcdserver: timed out/);
    }
  });

  it('by a mistake of the verifier itself are a mistake', async () => {
    const fails = () => Promise.reject(new TypeError('nobody thought of this'));
    await assert.rejects(clusterOf([waiting], [], fails).verdict(undecided), /nobody thought of this/);
  });
});

describe('The target of a Canary', () => {
  const found: Target = { spec: { replicas: 1 } };
  const rows: { targetRef: Canary['spec']['targetRef'] | undefined; asked: string[] }[] = [
    { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' }, asked: ['test apps/v1 deployments app'] },
    { targetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'app' }, asked: [] },
    { targetRef: undefined, asked: [] },
  ];
  for (const { targetRef, asked } of rows) {
    it(`${targetRef ? `of kind ${targetRef.kind}` : 'that is not there'}: ${asked[0] ?? 'nothing is read'}`, async () => {
      const reads: string[] = [];
      const getTarget: Reader['getTarget'] = async (namespace, { group, version, plural, name }) => {
        reads.push(`${namespace} ${group}/${version} ${plural} ${name}`);
        return { value: found, now };
      };
      const canary = targetRef && { metadata: { name: 'podinfo', namespace: 'test', uid: 'c1' }, spec: { targetRef } };
      assert.equal(await readTarget(canary, { getTarget } as Reader), asked.length > 0 ? found : undefined);
      assert.deepEqual(reads, asked);
    });
  }
});

describe('E2ESpecs', () => {
  const there = specOf();
  const read = async (names: string[]) => {
    const asked: string[] = [];
    const getE2ESpec: Reader['getE2ESpec'] = async (namespace, name) => {
      asked.push(`${namespace}/${name}`);
      return { value: name === 'podinfo' ? there : undefined, now };
    };
    return { ...(await readE2ESpecs(names, 'test', { getE2ESpec } as Reader)), asked };
  };

  it('are read once each, and are those that are there, at the time of the API server', async () =>
    assert.deepEqual(await read(['smoke', 'podinfo', 'smoke']), {
      specs: [there],
      now,
      asked: ['test/smoke', 'test/podinfo'],
    }));

  it('that nobody asks for are none', async () => {
    const { specs, now: time, asked } = await read([]);
    assert.deepEqual([specs, asked], [[], []]);
    assert.ok(time instanceof Date);
  });
});

describe('The pods of a Job that goes', () => {
  const read = async (jobUid: string | undefined) => {
    const asked: string[] = [];
    const listPods: Reader['listPods'] = async (namespace, uid) => {
      asked.push(`${namespace}/${uid}`);
      return [own(endedPod()), own(endedPod(), { ownerReferences: [] })];
    };
    return { ...(await readPodsOf(jobUid, 'test', { listPods })), asked };
  };

  it('are its own alone, and nothing more is read', async () =>
    assert.deepEqual(await read('j1'), { pods: [own(endedPod())], events: [], asked: ['test/j1'] }));

  it('are none where nobody knows its uid', async () =>
    assert.deepEqual(await read(undefined), { pods: [], events: [], asked: [] }));
});
