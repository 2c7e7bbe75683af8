/**
 * Writes without which nothing goes on: who starts, skips or waits must not lose what the next call has to know.
 */
import assert from 'node:assert/strict';
import type { Context, RunSnapshot } from '../../../function/actions/context.ts';
import { skip, start } from '../../../function/actions/start.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../../../function/api/e2espec.ts';
import type { Job, Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { HookError } from '../../../function/errors.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { nextStep } from '../../../function/run/next-step.ts';
import { skipRecord, waitingRecord } from '../../../function/run/record.ts';
import { skipOf } from '../../../function/run/requests.ts';
import { stateOf } from '../../../function/run/state.ts';
import type { Step } from '../../../function/run/step.ts';
import { running } from '../../../function/verdict/judge.ts';
import { ago, conditions, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';

const flake = 'podinfo/85d557f47b: flake';
const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: run.canary } },
} as Canary;
const ready: Target = {
  spec: { replicas: 1, template: {} },
  status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
};

const refused = new HookError('ServiceUnavailable', 'no room in etcd');
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A Kubernetes in which nothing is there, and what it was asked to write. */
function kubernetes(more: Partial<Kube> = {}) {
  const asked: string[] = [];
  const written: Status[] = [];
  const kube: Partial<Kube> = {
    listJobs: async () => [],
    getJob: async () => ({ value: undefined, now }),
    createEvent: async () => undefined,
    createJob: async (job) => {
      asked.push('create');
      return { ...job, metadata: { ...job.metadata, uid: 'j2' } };
    },
    deleteJob: async () => {
      asked.push('delete');
      return 'gone';
    },
    patchStatus: async (_spec, status) => {
      asked.push('patch');
      written.push(status);
      return 'patched';
    },
    ...more,
  };
  const payload = { name: run.canary, namespace: run.namespace, phase: '', checksum: run.checksum, metadata: {} };
  const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };
  const context: Context = { payload, origin, kube: kube as Kube, log: silent, retryAfterSeconds: 10 };
  return { context, asked, written };
}

const failing: Partial<Kube> = { patchStatus: () => Promise.reject(refused) };

function snapshotOf(spec: E2ESpec, more: Partial<RunSnapshot> = {}): RunSnapshot {
  return { run, canary, target: ready, spec, job: undefined, now, ...more };
}

type Start = Extract<Step, { do: 'start' }>;
const first: Start = { do: 'start', next: { attempt: 1, lostJobs: 0, message: '' } };

describe('The Job of a former try', () => {
  const record = waitingRecord(run, specOf(), running('Deleting', 'm'), ago(0), now, { attempt: 2 });
  const step: Start = {
    do: 'start',
    next: { attempt: 2, lostJobs: 0, message: 'again' },
    previousJob: jobOf(),
    record,
  };

  it('goes once the next one is on record, and the next call makes that', async () => {
    const { context, asked, written } = kubernetes();
    const { verdict, job } = await start(step, snapshotOf(specOf()), context);
    assert.deepEqual([verdict.kind, verdict.reason, job], ['running', 'Deleting', undefined]);
    assert.match(verdict.message, /^again; Job e2e-podinfo-85d557f47b of a former run is being deleted$/);
    assert.deepEqual(asked, ['patch', 'delete']);
    assert.equal(written[0]?.runs?.[0]?.attempt, 2);
  });

  it('stays while that cannot be recorded: its tries would be counted anew for ever', async () => {
    const { context, asked } = kubernetes(failing);
    await assert.rejects(
      start(step, snapshotOf(specOf()), context),
      /^Error: again; that cannot be recorded, so it does not begin: no room in etcd/,
    );
    assert.deepEqual(asked, []);
  });

  it('of another rollout goes without a word on record: nothing of it counts', async () => {
    const { context, asked } = kubernetes();
    const { verdict } = await start({ ...first, previousJob: jobOf() }, snapshotOf(specOf()), context);
    assert.equal(verdict.message, 'Job e2e-podinfo-85d557f47b of a former run is being deleted');
    assert.deepEqual(asked, ['delete']);
  });

  for (const verdict of ['Passed', 'Failed'] as const) {
    it(`stays where another call has recorded meanwhile that it has ${verdict.toLowerCase()}`, async () => {
      const answers = ['conflict', 'patched'] as const;
      let patches = 0;
      const { context, asked } = kubernetes({
        patchStatus: async () => answers[patches++] ?? 'patched',
        getE2ESpec: async () => ({ value: specOf({}, [recordOf({ verdict })]), now }),
      });
      await assert.rejects(start(step, snapshotOf(specOf()), context), /another call has recorded its verdict/);
      assert.deepEqual(asked, []);
    });
  }

  it('goes where only the verdict of an earlier try is on record', async () => {
    const { context, asked } = kubernetes();
    const earlier = recordOf({ verdict: 'Inconclusive', jobUID: 'j0' });
    await start(step, snapshotOf(specOf({}, [earlier])), context);
    assert.deepEqual(asked, ['patch', 'delete']);
  });
});

describe('A run whose target is not ready', () => {
  const notReady = snapshotOf(specOf(), { target: { spec: { replicas: 1 }, status: {} } });

  it('is waited for from the time that is on record', async () => {
    const { context, written } = kubernetes();
    const { verdict } = await start(first, notReady, context);
    assert.equal(verdict.reason, 'TargetNotReady');
    assert.equal(written[0]?.runs?.[0]?.startedAt, ago(0));
  });

  it('is a fault while no time can be recorded: it would be waited for anew at each call', async () => {
    const { context } = kubernetes(failing);
    await assert.rejects(
      start(first, notReady, context),
      /is not ready: it has no pods; the time since then cannot be recorded.*no room in etcd/,
    );
  });

  it('comes to its deadline by the time that was recorded, whatever can be written now', async () => {
    const { context } = kubernetes(failing);
    const { verdict } = await start({ ...first, waitingSince: ago(601) }, notReady, context);
    assert.deepEqual([verdict.kind, verdict.reason], ['inconclusive', 'TargetNotReady']);
  });

  it('keeps on record which try it waits for', async () => {
    const { context, written } = kubernetes();
    const next = { attempt: 2, lostJobs: 1, message: 'again' };
    await start({ do: 'start', next, waitingSince: ago(5) }, notReady, context);
    const [record] = written[0]?.runs ?? [];
    assert.deepEqual([record?.attempt, record?.removed, record?.startedAt], [2, 1, ago(5)]);
  });

  it('waits anew, on record, when the E2ESpec was edited after it had waited in vain', async () => {
    const { context, written } = kubernetes();
    const waited = { kind: 'inconclusive', reason: 'TargetNotReady', message: 'm' } as const;
    const before = waitingRecord(run, specOf(), waited, ago(700), now);
    await start(first, { ...notReady, spec: specOf({}, [before], 2) }, context);
    assert.deepEqual([written[0]?.runs?.[0]?.verdict, written[0]?.runs?.[0]?.startedAt], ['Running', ago(0)]);
  });

  for (const startedAt of ['never', ago(-86_400)]) {
    it(`waits from now on, on record, where it is on record that it waits since ${startedAt}`, async () => {
      const { context, written } = kubernetes();
      const wrong = waitingRecord(run, specOf(), running('TargetNotReady', 'm'), startedAt, now);
      const spec = specOf({}, [wrong]);
      const input = { run, spec, target: undefined, evidence: { pods: [], events: [] }, now };
      const step = nextStep(stateOf(run, spec, undefined), input);
      assert.ok(step.do === 'start');
      await start(step, { ...notReady, spec }, context);
      assert.equal(written[0]?.runs?.[0]?.startedAt, ago(0));
    });
  }

  it('says what to do about a target that is scaled to 0', async () => {
    const { context } = kubernetes();
    const { verdict } = await start(first, { ...notReady, target: { spec: { replicas: 0 }, status: {} } }, context);
    assert.match(verdict.message, /scaled to 0.*autoscaler.*spec\.autoscalerRef/);
  });

  for (const kind of ['Deployment', 'DaemonSet', 'Service']) {
    it(`does not begin without its ${kind}: nothing would tell when it changes`, async () => {
      const { context } = kubernetes();
      const of = { ...canary, spec: { targetRef: { kind, name: run.canary } } };
      const { verdict } = await start(first, snapshotOf(specOf(), { canary: of, target: undefined }), context);
      assert.match(verdict.message, new RegExp(`^${kind} podinfo is not ready: it is not there`));
    });
  }
});

describe('A Job that was created', () => {
  for (const message of ['', 'again']) {
    it(`is told as ${message === '' ? 'that' : 'another try, with what became of the one before'}`, async () => {
      const { context } = kubernetes();
      const { verdict, job } = await start(
        { ...first, next: { ...first.next, message } },
        snapshotOf(specOf()),
        context,
      );
      assert.deepEqual(verdict, { kind: 'running', reason: 'Started', message: message || 'the Job was created' });
      assert.equal(job?.metadata?.uid, 'j2');
    });
  }

  it('is told as changed on its way in where it would not be known again', async () => {
    const createJob: Kube['createJob'] = async (job) => ({
      ...job,
      metadata: { ...job.metadata, uid: 'j2', annotations: { [annotation.canary]: 'replaced' } },
    });
    const { context } = kubernetes({ createJob });
    await assert.rejects(
      start(first, snapshotOf(specOf()), context),
      /its annotation remarkable.com\/canary is "replaced".*something changes Jobs on their way in/,
    );
  });

  const others: { what: string; job: Job | undefined; says: RegExp }[] = [
    { what: 'of this run', job: jobOf(), says: /^Started: the Job was created by another call/ },
    {
      what: 'that has gone since',
      job: undefined,
      says: /^Deleting: Job e2e-podinfo-85d557f47b of a former run has just been deleted$/,
    },
    { what: 'of a former rollout', job: jobOf({}, { [annotation.rollout]: ago(9000) }), says: /^Deleting: / },
    {
      what: 'that is being deleted',
      job: { ...jobOf(), metadata: { ...jobOf().metadata, deletionTimestamp: ago(3000), finalizers: ['x'] } },
      says: /^Deleting: Job e2e-podinfo-85d557f47b of a former run is being deleted/,
    },
  ];
  for (const { what, job, says } of others) {
    it(`has found one ${what}: ${says.source}`, async () => {
      const { context } = kubernetes({ createJob: async () => 'exists', getJob: async () => ({ value: job, now }) });
      const { verdict } = await start(first, snapshotOf(specOf()), context);
      assert.equal(verdict.kind, 'running');
      assert.match(`${verdict.reason}: ${verdict.message}`, says);
    });
  }

  it('has found one that is somebody else’s, and leaves it alone', async () => {
    const job = jobOf({}, { [annotation.e2eSpec]: 'smoke' });
    const { context } = kubernetes({ createJob: async () => 'exists', getJob: async () => ({ value: job, now }) });
    await assert.rejects(start(first, snapshotOf(specOf()), context), { kind: 'AlreadyExists' });
  });

  it('takes the running Jobs of other checksums away, but only what the Canary owns', async () => {
    const other = (uid: string, metadata: Job['metadata'] = {}, status: Job['status'] = {}): Job => {
      const job = jobOf(status, { [annotation.checksum]: 'b' }, uid);
      return { ...job, metadata: { ...job.metadata, ...metadata } };
    };
    const gone: unknown[] = [];
    const { context } = kubernetes({
      listJobs: async (_namespace, _selector, pick) =>
        [
          other('mine'),
          other('complete', {}, conditions('Complete')),
          other('failed', {}, conditions('Failed')),
          other('forged', { ownerReferences: [] }),
          jobOf({}, {}, 'own'),
        ].flatMap((each) => pick(each) ?? []),
      deleteJob: async (job) => {
        gone.push(job);
        return 'gone';
      },
    });
    await start(first, snapshotOf(specOf()), context);
    assert.deepEqual(gone, [{ metadata: { namespace: 'test', name: run.jobName, uid: 'mine' } }]);
  });
});

describe('A skip', () => {
  const asked = (runs: RunRecord[] = [], value: string | undefined = flake, uid = 's1'): E2ESpec => {
    const spec = specOf({}, runs);
    const annotations = { ...(value !== undefined && { [annotation.skip]: value }) };
    return { ...spec, metadata: { ...spec.metadata, uid, annotations } };
  };
  const record = skipRecord(run, asked(), skipOf(asked(), run) ?? assert.fail(), undefined, now);
  const skipped = async (meanwhile: E2ESpec | undefined) => {
    let conflicts = 1;
    const { context, written } = kubernetes({
      patchStatus: async (_spec, status) => {
        if (conflicts-- > 0) return 'conflict';
        written.push(status);
        return 'patched';
      },
      getE2ESpec: async () => ({ value: meanwhile, now }),
    });
    const { kind } = await skip({ do: 'skip', record }, snapshotOf(asked()), context);
    return { kind, records: written.flatMap(({ runs = [] }) => runs.map(({ verdict }) => verdict)) };
  };

  it('that somebody else’s write only delayed is recorded, and passes', async () => {
    assert.deepEqual(await skipped(asked()), { kind: 'passed', records: ['Skipped'] });
  });

  it('that another call has recorded meanwhile passes', async () => {
    assert.deepEqual(await skipped(asked([record])), { kind: 'passed', records: [] });
  });

  const off: [string, E2ESpec | undefined][] = [
    ['was taken back', asked([], '')],
    ['was given another reason', asked([], `${flake}!`)],
    ['names another revision by now', asked([], 'podinfo/b: flake')],
    ['went with its E2ESpec', undefined],
    ['went with its E2ESpec, which was created again', asked([], '', 's2')],
  ];
  for (const [what, meanwhile] of off) {
    it(`that ${what} while it was written is no pass`, async () => {
      await assert.rejects(skipped(meanwhile), /^Error: the skip cannot be recorded, so it does not count yet/);
    });
  }
});
