/**
 * What people ask for by annotations of the E2ESpec: to run again, to skip.
 */
import assert from 'node:assert/strict';
import type { RunRecord, Status } from '../../../function/api/e2espec.ts';
import type { Job, Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { revisionHash } from '../../../function/flagger/target.ts';
import { withRecord } from '../../../function/run/history.ts';
import { recordOf as answering, jobRecord } from '../../../function/run/record.ts';
import { stateOf } from '../../../function/run/state.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';
import { inShort, stepIn, told } from './describe-step.ts';

interface Row {
  when: string;
  requestedAt?: string;
  skip?: string;
  /** The Canary's status.lastAppliedSpec. */
  revision?: string;
  job?: Job;
  runs?: RunRecord[];
  is: string;
  says?: RegExp;
}

const passed = recordOf({ verdict: 'Passed' });
const complete = jobOf(conditions('Complete'));
const deletedJob: Job = { ...jobOf(), metadata: { ...jobOf().metadata, deletionTimestamp: ago(5) } };
const answered = { [annotation.requestedAt]: 'first' };
const skipped = recordOf({ verdict: 'Skipped', skip: 'podinfo/85d557f47b: known flake' });
delete skipped.job;
delete skipped.jobUID;

/** Its second try is on record, its first Job is gone or has to go. */
const { job: _job, jobUID: _uid, ...awaited } = recordOf({ attempt: 2 });
const { attempt: _attempt, ...unbegun } = awaited;

const requests: Row[] = [
  { when: 'it passed', job: complete, runs: [passed], is: 'start 1/0 for j1 by hand', says: /run again.*\(second\)/ },
  { when: 'it passed and its Job is gone', runs: [passed], is: 'start 1/0 by hand' },
  { when: 'it failed', runs: [recordOf({ verdict: 'Failed' })], is: 'start 1/0 by hand' },
  { when: 'it could not run', runs: [recordOf({ verdict: 'Inconclusive' })], is: 'start 1/0 by hand' },
  { when: 'it runs', job: jobOf({ ready: 1 }), is: 'start 1/0 for j1 by hand' },
  { when: 'it was let through by hand', runs: [skipped], is: 'start 1/0 by hand' },
  { when: 'its Job was lost twice', runs: [recordOf({ removed: 1 })], is: 'start 1/0 by hand' },
  { when: 'its next try is awaited', runs: [awaited], is: 'start 1/0 by hand', says: /run again/ },
  {
    when: 'its next try is awaited, and the former Job is there',
    job: jobOf(),
    runs: [awaited],
    is: 'start 1/0 for j1 by hand',
  },
  { when: 'its target is waited for: the first run answers it', runs: [unbegun], is: 'start 1/0' },
  { when: 'an earlier request was answered', job: jobOf({ ready: 1 }, answered), is: 'start 1/0 for j1 by hand' },
  { when: 'nothing has begun: the first run answers it', is: 'start 1/0' },
  {
    when: 'a Job of another rollout has the name',
    job: jobOf({}, { [annotation.rollout]: ago(9) }),
    is: 'start 1/0 for j1',
  },
  {
    when: 'a stranger’s Job has the name',
    job: jobOf({}, { [annotation.canary]: 'backend' }),
    is: 'throw AlreadyExists',
  },
].map((row) => ({ requestedAt: 'second', ...row }));

const notAgain: Row[] = [
  { when: 'the Job answers it', job: jobOf({ ready: 1 }, answered), is: 'answer running and write' },
  {
    when: 'the record answers it',
    runs: [{ ...passed, requestedAt: 'first' }],
    is: 'answer passed',
  },
  {
    when: 'the Job answers it and its record was lost',
    job: jobOf(conditions('Complete'), answered, 'j2'),
    runs: [passed],
    is: 'answer passed and write',
  },
  { when: 'the Job that answers it was removed', runs: [recordOf({ requestedAt: 'first' })], is: 'start 1/1' },
  { when: 'the next try answers it', runs: [{ ...awaited, requestedAt: 'first' }], is: 'start 2/0' },
].map((row) => ({ requestedAt: 'first', ...row }));

const takenBack: Row[] = [
  { when: 'it was answered by the Job', job: jobOf({ ready: 1 }, answered), is: 'answer running and write' },
  { when: 'it was answered by what is on record', runs: [{ ...passed, requestedAt: 'first' }], is: 'answer passed' },
];

const flake = 'podinfo/85d557f47b: known flake, see #12';
const skips: Row[] = [
  { when: 'nothing has begun', skip: flake, is: 'skip as Skipped', says: /skipped by hand: known flake, see #12/ },
  { when: 'it runs', skip: flake, job: jobOf({ ready: 1 }), is: 'skip as Skipped' },
  { when: 'it failed', skip: flake, runs: [recordOf({ verdict: 'Failed' })], is: 'skip as Skipped' },
  {
    when: 'a stranger’s Job has the name',
    skip: flake,
    job: jobOf({}, { [annotation.canary]: 'b' }),
    is: 'skip as Skipped',
  },
  {
    when: 'the skip is on record',
    skip: flake,
    runs: [{ ...skipped, skip: flake }],
    is: 'answer passed',
    says: /^Skipped: /,
  },
  {
    when: 'the skip is on record and the Job goes on',
    skip: flake,
    job: jobOf({ ready: 1 }),
    runs: [{ ...skipped, skip: flake }],
    is: 'answer passed',
  },
  {
    when: 'the skip is on record and its Job failed',
    skip: flake,
    job: jobOf(conditions('Failed')),
    runs: [{ ...skipped, skip: flake }, recordOf({ verdict: 'Superseded' })],
    is: 'answer passed',
  },
  {
    when: 'it was skipped, and run again since',
    skip: flake,
    requestedAt: 'first',
    job: jobOf({ ready: 1 }, answered, 'j2'),
    runs: [recordOf({ jobUID: 'j2', requestedAt: 'first' }), { ...skipped, skip: flake, verdict: 'Superseded' }],
    is: 'answer running and write',
  },
  {
    when: 'it was skipped, is run again, and the record of that was lost',
    skip: flake,
    requestedAt: 'first',
    job: jobOf({ ready: 1 }, answered, 'j2'),
    runs: [{ ...skipped, skip: flake }],
    is: 'answer running and write',
  },
  {
    when: 'an earlier rollout of this revision used it up',
    skip: flake,
    runs: [{ ...skipped, skip: flake, rollout: ago(999) }],
    is: 'start 1/0',
  },
  {
    when: 'another hook of this rollout used it as well',
    skip: flake,
    runs: [{ ...skipped, skip: flake, hook: 'a1b2' }],
    is: 'skip as Skipped',
  },
  {
    when: 'another hook of an earlier rollout used it up',
    skip: flake,
    runs: [{ ...skipped, skip: flake, rollout: ago(999), hook: 'a1b2' }],
    is: 'start 1/0',
  },
  {
    when: 'an earlier rollout used another reason',
    skip: flake,
    runs: [{ ...skipped, rollout: ago(999) }],
    is: 'skip as Skipped',
  },
  {
    when: 'it names another canary',
    skip: 'backend/85d557f47b: x',
    job: jobOf({ ready: 1 }),
    is: 'answer running and write',
    says: /until its deadline$/,
  },
  {
    when: 'it names another revision of another canary',
    skip: 'backend/5c95544979: x',
    job: jobOf({ ready: 1 }),
    is: 'answer running and write',
    says: /until its deadline$/,
  },
  {
    when: 'it names what the Canary calls this revision',
    skip: 'podinfo/6d5b8cdb5f: known flake',
    revision: '6d5b8cdb5f',
    job: jobOf({ ready: 1 }),
    is: 'skip as Skipped',
    says: /skipped by hand: known flake$/,
  },
  {
    when: 'it names what a later Flagger calls this revision',
    skip: 'podinfo/v2:0011223344556677: known flake',
    revision: 'v2:0011223344556677',
    is: 'skip as Skipped',
    says: /skipped by hand: known flake$/,
  },
  {
    when: 'it names the revision, and an earlier rollout used it up',
    skip: 'podinfo/6d5b8cdb5f: known flake',
    revision: '6d5b8cdb5f',
    runs: [{ ...skipped, skip: 'podinfo/6d5b8cdb5f: known flake', rollout: ago(999) }],
    is: 'start 1/0',
  },
  {
    when: 'it names another revision than the Canary does',
    skip: 'podinfo/5c95544979: x',
    revision: '6d5b8cdb5f',
    job: jobOf({ ready: 1 }),
    is: 'answer running and write',
    says: /until its deadline$/,
  },
  {
    when: 'it names another revision',
    skip: 'podinfo/5c95544979: x',
    job: jobOf({ ready: 1 }),
    is: 'answer running and write',
    says: /until its deadline$/,
  },
  {
    when: 'it names another revision, and nothing has begun',
    skip: 'podinfo/5c95544979: x',
    is: 'start 1/0',
  },
  {
    when: 'it names another revision, and this one has passed',
    skip: 'podinfo/5c95544979: x',
    runs: [{ ...passed, message: 'the test passed in 60 s' }],
    is: 'answer passed',
    says: /the test passed in 60 s$/,
  },
  {
    when: 'it names another revision, and the former Job is being deleted',
    skip: 'podinfo/5c95544979: x',
    job: deletedJob,
    is: 'answer running',
    says: /is being deleted$/,
  },
  {
    when: 'it names another revision, for which it was used up',
    skip: 'podinfo/5c95544979: x',
    job: jobOf({ ready: 1 }),
    runs: [{ ...skipped, checksum: '5c95544979', skip: 'podinfo/5c95544979: x', rollout: ago(9) }],
    is: 'answer running and write',
    says: /until its deadline$/,
  },
  ...['podinfo/85d557f47b:x', 'podinfo/85d557f47b:   x ', '  podinfo/85d557f47b: x'].map((skip) => ({
    when: `it is "${skip}"`,
    skip,
    is: 'skip as Skipped',
    says: /skipped by hand: x$/,
  })),
  ...['podinfo/85d557f47b', 'podinfo/85d557f47b:', '85d557f47b: x', 'see podinfo/85d557f47b: x', 'true', ''].map(
    (skip) => ({
      when: `it is "${skip}"`,
      skip,
      runs: [recordOf({ verdict: 'Failed' })],
      is: 'answer failed',
    }),
  ),
];

function stepOf({ requestedAt, skip, revision, job, runs = [] }: Row) {
  const spec = specOf({}, runs);
  spec.metadata.annotations = {
    ...(requestedAt !== undefined && { [annotation.requestedAt]: requestedAt }),
    ...(skip !== undefined && { [annotation.skip]: skip }),
  };
  const evidence = { pods: [endedPod()], events: [] };
  const asked = { ...run, ...(revision !== undefined && { revision }) };
  return stepIn(stateOf(asked, spec, job), { run: asked, spec, target: undefined, evidence, now });
}

for (const [title, table] of Object.entries({
  'A request to run again, when': requests,
  'No new run, when': notAgain,
  'A request that was taken back is none, when': takenBack,
  'A request to skip, when': skips,
})) {
  describe(title, () => {
    for (const row of table) {
      it(`${row.when}: ${row.is}`, () => {
        const step = stepOf(row);
        assert.equal(inShort(step), row.is, told(step));
        if (row.says) assert.match(told(step), row.says);
      });
    }
  });
}

describe('What a person lets through', () => {
  const target: Target = { spec: { template: { spec: {} } } };
  const spec = specOf();
  spec.metadata.annotations = { [annotation.skip]: flake, [annotation.requestedAt]: 'first' };
  const entry: RunRecord = {
    canary: 'podinfo',
    canaryUID: 'c1',
    rollout: run.rollout,
    checksum: '85d557f47b',
    hook: '',
    verdict: 'Skipped',
    message: 'skipped by hand: known flake, see #12',
    finishedAt: ago(0),
    specUID: 's1',
    specGeneration: 1,
    requestedAt: 'first',
    skip: flake,
  };
  const recordWith = (seen: Target | undefined) => {
    const step = stepIn({ kind: 'absent' }, { run, spec, target: seen, evidence: { pods: [], events: [] }, now });
    assert.ok(!(step instanceof Error) && step.do === 'skip');
    return step.record;
  };

  it('is on record with whose it is, why, and what the target was', () => {
    assert.deepEqual(recordWith(target), { ...entry, target: revisionHash(target) });
  });

  it('is on record without a target where none was read', () => assert.deepEqual(recordWith(undefined), entry));
});

describe('What a person did', () => {
  const verdictsOf = (runs: RunRecord[] = []) => runs.map(({ verdict }) => verdict);

  it('leaves the former verdict as history', () => {
    const again = recordOf({ jobUID: 'j2', requestedAt: 'first' });
    const { runs } = withRecord({ runs: [recordOf({ verdict: 'Passed', message: 'm' })] }, again) ?? {};
    assert.deepEqual(verdictsOf(runs), ['Running', 'Superseded']);
    assert.equal(runs?.[1]?.message, 'was Passed; run again by hand. m');
    assert.equal(answering({ runs: runs ?? [] }, run)?.verdict, 'Running');
    const after = withRecord({ runs: [recordOf({ verdict: 'Failed', message: 'm' })] }, skipped);
    assert.deepEqual(verdictsOf(after?.runs), ['Skipped', 'Superseded']);
    assert.equal(after?.runs?.[1]?.message, 'was Failed; skipped by hand. m');
  });

  it('is not undone by a call that saw the Job before', () => {
    for (const verdict of ['Running', 'Failed', 'Passed'] as const) {
      assert.equal(withRecord({ runs: [skipped] }, recordOf({ verdict })), undefined);
    }
  });

  it('is kept as long as it could be used again: the newest skip of a canary is never trimmed', () => {
    const rollouts = Array.from({ length: 30 }, (_, index) =>
      recordOf({ rollout: ago(900 - index), jobUID: `j${index}` }),
    );
    const first: Status = { runs: [{ ...skipped, skip: flake, rollout: ago(5000) }] };
    const { runs } = rollouts.reduce<Status>((status, record) => withRecord(status, record) ?? status, first);
    assert.equal(runs?.length, 11);
    assert.equal(runs?.at(-1)?.skip, flake);
  });

  it('stands on the Job that answers it, in words no longer than the record may keep', () => {
    const long = '🏖'.repeat(100);
    const spec = specOf();
    spec.metadata.annotations = { [annotation.requestedAt]: long };
    const kept = '🏖'.repeat(64);
    const job = jobOf({ ready: 1 }, { [annotation.requestedAt]: kept });
    const step = stepIn(stateOf(run, spec, job), {
      run,
      spec,
      target: undefined,
      evidence: { pods: [], events: [] },
      now,
    });
    assert.equal(inShort(step), 'answer running and write');
    assert.equal(jobRecord(run, job, { kind: 'running', reason: 'r', message: 'm' }, now).requestedAt, kept);
  });
});
