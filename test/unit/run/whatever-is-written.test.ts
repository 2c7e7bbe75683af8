/**
 * Whatever people, other programs or an older version have written on a Job and in the status: what comes next is counted,
 * a pass is one of this very run, and nothing is deleted that is not the verifier's.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation, label, manager } from '../../../function/api/labels.ts';
import { ownership } from '../../../function/run/ownership.ts';
import { isPass, recordOf as recordFor } from '../../../function/run/record.ts';
import { stateOf } from '../../../function/run/state.ts';
import type { Step } from '../../../function/run/step.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';
import { inShort, stepIn, told } from './describe-step.ts';

const text = fc.oneof(
  fc.constantFrom('', '-', '0', '1', '2', '3', '99', '-1', '1e9', 'NaN', 'now', ago(5)),
  fc.string(),
);
/** As it should be, mostly. */
const nearly = <T>(right: T, wrong: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, wrong);

const annotations = fc
  .record({
    [annotation.canary]: nearly(run.canary, text),
    [annotation.canaryUid]: nearly(run.canaryUid, text),
    [annotation.checksum]: nearly(run.checksum, text),
    [annotation.rollout]: nearly(run.rollout, text),
    [annotation.e2eSpec]: nearly(run.e2eSpec, text),
    [annotation.metadataHash]: nearly(run.metadataHash, text),
    [annotation.attempt]: nearly('1', text),
    [annotation.lostJobs]: nearly('0', text),
    [annotation.specGeneration]: nearly('1', text),
    [annotation.specUid]: nearly('s1', text),
    [annotation.requestedAt]: nearly('before', text),
    [annotation.targetChangedAt]: text,
  })
  .chain((all) => fc.subarray(Object.entries(all), { minLength: 8 }).map((some) => Object.fromEntries(some)));

const owner = jobOf().metadata?.ownerReferences?.[0] ?? assert.fail();
const owners = nearly([owner], fc.constantFrom([], [{ ...owner, uid: 'c2' }], [{ ...owner, controller: false }]));
const job: fc.Arbitrary<Job> = fc
  .record({
    annotations,
    owners,
    labels: nearly({ [label.managedBy]: manager }, fc.constant({})),
    uid: fc.constantFrom('j1', 'j2'),
    status: fc.constantFrom({}, { ready: 1 }, conditions('Complete'), conditions('Failed')),
    deleted: nearly(false, fc.constant(true)),
    age: fc.nat(9000),
  })
  .map(({ annotations: written, owners: ownerReferences, labels, uid, status, deleted, age }) => {
    const made = jobOf(status, {}, uid);
    const times = { creationTimestamp: ago(age), ...(deleted && { deletionTimestamp: ago(200) }) };
    return { ...made, metadata: { ...made.metadata, ownerReferences, labels, annotations: written, ...times } };
  });

const record: fc.Arbitrary<RunRecord> = fc
  .record({
    verdict: fc.constantFrom<RunRecord['verdict'][]>(
      'Running',
      'Passed',
      'Skipped',
      'Failed',
      'Inconclusive',
      'Superseded',
      'Cancelled',
    ),
    checksum: nearly(run.checksum, fc.constant('b')),
    rollout: nearly(run.rollout, fc.constantFrom('', '-', ago(9000))),
    canaryUID: nearly(run.canaryUid, fc.constantFrom('', 'c2')),
    attempt: fc.integer({ min: 1, max: 1000 }),
    removed: fc.integer({ min: 0, max: 1000 }),
    jobUID: fc.constantFrom('j1', 'j2'),
    startedAt: nearly(ago(100), fc.constantFrom('never', ago(9000), ago(-9000))),
    hasJob: fc.boolean(),
  })
  .map(({ hasJob, ...more }) => {
    const { job: _, jobUID: _uid, ...jobless } = recordOf(more);
    return hasJob ? recordOf(more) : jobless;
  });

type Start = Extract<Step, { do: 'start' }>;

interface Found {
  job: Job | undefined;
  /** The one on record that answers for this run. */
  own: RunRecord | undefined;
}

function assertPassIsOwn({ job: found, own }: Found, what: string): void {
  const isOnRecord = own !== undefined && isPass(own);
  assert.ok(isOnRecord || (found !== undefined && ownership(found, run) === 'owned'), what);
}

function assertCounted({ next, previousJob, record: toWrite }: Start, { own }: Found, what: string): void {
  assert.ok(Number.isInteger(next.attempt) && next.attempt >= 1 && next.attempt <= 1000, what);
  assert.ok(Number.isInteger(next.lostJobs) && next.lostJobs >= 0, what);
  // Another try of the same run is on record before the former Job goes.
  if (next.attempt > 1 && previousJob !== undefined) assert.ok(toWrite ?? own?.attempt, what);
}

function assertRemovable({ previousJob }: Start, what: string): void {
  if (previousJob === undefined) return;
  assert.notEqual(ownership(previousJob, run), 'foreign', what);
  assert.equal(previousJob.metadata?.deletionTimestamp, undefined, what);
}

/** Nobody may have to wait from a time that is none, or is still to come. */
function assertWaitEnds({ waitingSince }: Start, what: string): void {
  assert.ok(waitingSince === undefined || Date.parse(waitingSince) <= now.getTime(), `${what}, since ${waitingSince}`);
}

describe('Whatever is written on the Job and in the status of a run', () => {
  it('is no reason to count anew, to pass on what is another’s, to delete it, or to wait for ever', () => {
    const proof = { pods: [endedPod()], events: [] };
    const input = fc.tuple(fc.option(job, { nil: undefined }), fc.array(record, { maxLength: 3 }));
    fc.assert(
      fc.property(input, ([found, runs]) => {
        const spec = specOf({}, runs);
        const step = stepIn(stateOf(run, spec, found), { run, spec, target: undefined, evidence: proof, now });
        const what = `${inShort(step)}: ${told(step)}`;
        const all = { job: found, own: recordFor(spec.status, run) };
        if (step instanceof Error) return;
        if (step.do === 'answer' && step.verdict.kind === 'passed') assertPassIsOwn(all, what);
        if (step.do !== 'start') return;
        assertCounted(step, all, what);
        assertRemovable(step, what);
        assertWaitEnds(step, what);
      }),
      { numRuns: 5000 },
    );
  });
});
