/**
 * How a run stands, by a Job and a record that cannot be written at the same time: either may be older than the other.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { type RunState, stateOf } from '../../../function/run/state.ts';
import { ago, conditions, jobOf, recordOf, run, specOf } from '../run-fixture.ts';

/** Without a Job: its target was waited for, or the next try is. */
function jobless(more: Partial<RunRecord> = {}): RunRecord {
  const { job: _, jobUID: _uid, attempt: _attempt, ...record } = recordOf(more);
  return { ...record, ...(more.attempt !== undefined && { attempt: more.attempt }) };
}

/** As it was written before the generation was. */
function ungenerated(more: Partial<RunRecord>): RunRecord {
  const { specGeneration: _, ...record } = jobless(more);
  return record;
}

const at = (seconds: number, job: Job): Job => ({
  ...job,
  metadata: { ...job.metadata, creationTimestamp: ago(seconds) },
});
const deleted = (job: Job): Job => ({ ...job, metadata: { ...job.metadata, deletionTimestamp: ago(5) } });
const unowned = (job: Job): Job => ({ ...job, metadata: { ...job.metadata, ownerReferences: [] } });
const second = { [annotation.attempt]: '2' };
const skipped = jobless({ verdict: 'Skipped', skip: 'podinfo/85d557f47b: flake' });
const formerRollout = { [annotation.rollout]: ago(9000) };

interface Row {
  when: string;
  job?: Job;
  runs?: RunRecord[];
  requestedAt?: string;
  is: RunState['kind'];
  /** The Job that is to go, or is looked at. */
  with?: string;
}

const table: Row[] = [
  { when: 'there is nothing', is: 'absent' },
  { when: 'its Job is there and its record was not written', job: jobOf(), is: 'present' },
  { when: 'its Job and its record are there', job: jobOf(), runs: [recordOf()], is: 'present' },
  {
    when: 'its Job and its verdict are there',
    job: jobOf(conditions('Complete')),
    runs: [recordOf({ verdict: 'Passed' })],
    is: 'decided',
    with: 'j1',
  },
  {
    when: 'its target was waited for in vain, and a Job of its own is there all the same',
    job: jobOf(),
    runs: [jobless({ verdict: 'Inconclusive' })],
    is: 'present',
  },
  { when: 'its Job is another than the one on record', job: jobOf({}, {}, 'j2'), runs: [recordOf()], is: 'foreign' },
  {
    when: 'it has passed, and another Job has the name of its own',
    job: jobOf({}, {}, 'j2'),
    runs: [recordOf({ verdict: 'Passed' })],
    is: 'decided',
  },
  {
    when: 'it has failed, and a stranger’s Job has the name',
    job: unowned(jobOf({}, {}, 'j2')),
    runs: [recordOf({ verdict: 'Failed' })],
    is: 'decided',
  },
  { when: 'a stranger’s Job has the name', job: unowned(jobOf()), runs: [recordOf()], is: 'foreign' },
  { when: 'its Job is a later try', job: jobOf({}, second, 'j2'), runs: [recordOf()], is: 'present' },
  {
    when: 'its Job took the place of a removed one',
    job: jobOf({}, { [annotation.lostJobs]: '1' }, 'j2'),
    runs: [recordOf()],
    is: 'present',
  },
  {
    when: 'its Job is of an edited E2ESpec',
    job: jobOf({}, { [annotation.specGeneration]: '2' }, 'j2'),
    runs: [recordOf({ attempt: 3 })],
    is: 'present',
  },
  {
    when: 'its Job is of an E2ESpec that was created again',
    job: jobOf({}, { [annotation.specUid]: 's1' }, 'j2'),
    runs: [recordOf({ specUID: 's0', specGeneration: 7 })],
    is: 'present',
  },
  {
    when: 'its record is of an E2ESpec that was created again, and its Job of the former one',
    job: jobOf({}, { [annotation.specUid]: 's0', [annotation.specGeneration]: '7' }, 'j2'),
    runs: [recordOf({ specUID: 's1' })],
    is: 'jobAwaited',
    with: 'j2',
  },
  {
    when: 'its Job is a later try of the same E2ESpec',
    job: jobOf({}, { ...second, [annotation.specUid]: 's1' }, 'j2'),
    runs: [recordOf({ specUID: 's1' })],
    is: 'present',
  },
  {
    when: 'its Job is a later try that does not say of which E2ESpec it is',
    job: jobOf({}, second, 'j2'),
    runs: [recordOf({ specUID: 's1' })],
    is: 'present',
  },
  {
    when: 'the next try is on record, which does not say of which E2ESpec it is',
    job: jobOf({}, { [annotation.specUid]: 's1' }),
    runs: [jobless({ attempt: 2 })],
    is: 'jobAwaited',
    with: 'j1',
  },
  {
    when: 'the next try is on record, which does not say of which generation it is',
    job: jobOf(),
    runs: [ungenerated({ attempt: 2 })],
    is: 'jobAwaited',
    with: 'j1',
  },
  {
    when: 'its Job answers a request that was taken back since',
    job: jobOf({}, { [annotation.requestedAt]: 'before' }, 'j2'),
    runs: [recordOf()],
    is: 'present',
  },
  {
    when: 'its record answers a request that another took the place of, and its Job that other one',
    job: jobOf({}, { [annotation.requestedAt]: 'now' }, 'j2'),
    runs: [recordOf({ requestedAt: 'before' })],
    requestedAt: 'now',
    is: 'present',
  },
  {
    when: 'its Job answers a later request',
    job: jobOf({}, { [annotation.requestedAt]: 'now' }, 'j2'),
    runs: [recordOf({ verdict: 'Passed' })],
    requestedAt: 'now',
    is: 'present',
  },
  {
    when: 'its record answers a later request than its Job',
    job: jobOf({}, { [annotation.requestedAt]: 'before' }, 'j2'),
    runs: [recordOf({ requestedAt: 'now' })],
    requestedAt: 'now',
    is: 'jobAwaited',
    with: 'j2',
  },
  {
    when: 'its Job began after its TTL may have removed the one on record',
    job: at(10, jobOf({}, {}, 'j2')),
    runs: [recordOf({ startedAt: ago(3611) })],
    is: 'present',
  },
  {
    when: 'its Job began before its TTL can have removed the one on record',
    job: at(10, jobOf({}, {}, 'j2')),
    runs: [recordOf({ startedAt: ago(3609) })],
    is: 'foreign',
  },
  {
    when: 'the next try is on record, and the former Job still there',
    job: jobOf(),
    runs: [jobless({ attempt: 2 })],
    is: 'jobAwaited',
    with: 'j1',
  },
  {
    when: 'the next try is on record, and the former Job has come to another end',
    job: deleted(jobOf(conditions('Failed'))),
    runs: [jobless({ attempt: 2 })],
    is: 'jobAwaited',
    with: 'j1',
  },
  { when: 'the next try is on record, and no Job is there', runs: [jobless({ attempt: 2 })], is: 'jobAwaited' },
  { when: 'the target was waited for, and its Job is there', job: jobOf(), runs: [jobless()], is: 'present' },
  {
    when: 'the target is waited for, and a Job of another rollout has the name',
    job: jobOf({}, formerRollout),
    runs: [jobless()],
    is: 'jobAwaited',
    with: 'j1',
  },
  { when: 'a Job of another rollout has the name', job: jobOf({}, formerRollout), is: 'stale', with: 'j1' },
  {
    when: 'it was let through by hand, and a Job of another rollout has the name',
    job: jobOf({}, formerRollout),
    runs: [skipped],
    is: 'decided',
  },
  {
    when: 'it was let through by hand after a request that its Job does not answer',
    job: jobOf({}, { [annotation.requestedAt]: 'before' }),
    runs: [{ ...skipped, requestedAt: 'now' }],
    requestedAt: 'now',
    is: 'decided',
  },
  {
    when: 'it was let through by hand, and the request that its Job answers was taken back',
    job: jobOf({}, { [annotation.requestedAt]: 'before' }),
    runs: [skipped],
    is: 'decided',
  },
  {
    when: 'it was let through by hand after a request that its Job does not answer and that was taken back',
    job: jobOf(),
    runs: [{ ...skipped, requestedAt: 'now' }],
    is: 'decided',
  },
  {
    when: 'it was let through by hand while the Job ran that its request had begun',
    job: jobOf({}, { [annotation.requestedAt]: 'now' }),
    runs: [{ ...skipped, requestedAt: 'now' }],
    requestedAt: 'now',
    is: 'decided',
  },
  {
    when: 'another revision of this rollout began in the same second as its Job',
    job: at(50, jobOf()),
    runs: [recordOf({ checksum: 'b', jobUID: 'j2', startedAt: ago(50) })],
    is: 'present',
  },
  {
    when: 'another revision of this rollout began after its Job',
    job: at(100, jobOf()),
    runs: [recordOf({ checksum: 'b', jobUID: 'j2', startedAt: ago(50) })],
    is: 'stale',
  },
  {
    when: 'another revision of this rollout began before its Job',
    job: at(10, jobOf()),
    runs: [recordOf({ checksum: 'b', jobUID: 'j2', startedAt: ago(50) })],
    is: 'present',
  },
  {
    when: 'another revision of another rollout began after its Job',
    job: at(100, jobOf()),
    runs: [recordOf({ checksum: 'b', jobUID: 'j2', startedAt: ago(50), rollout: ago(40) })],
    is: 'present',
  },
  {
    when: 'another revision has superseded its record',
    job: jobOf(),
    runs: [recordOf({ verdict: 'Superseded' })],
    is: 'stale',
  },
  {
    when: 'another revision has superseded a record without a Job',
    job: jobOf(),
    runs: [jobless({ verdict: 'Superseded' })],
    is: 'present',
  },
  { when: 'its Job is being deleted', job: deleted(jobOf({ ready: 1 })), is: 'terminating' },
  { when: 'its Job has ended and is being deleted', job: deleted(jobOf(conditions('Complete'))), is: 'present' },
  { when: 'its Job is gone', runs: [recordOf()], is: 'jobDeleted' },
];

describe('A run', () => {
  for (const { when, job, runs = [], requestedAt, is, with: uid } of table) {
    it(`is ${is} when ${when}`, () => {
      const spec = specOf({}, runs);
      if (requestedAt !== undefined) spec.metadata.annotations = { [annotation.requestedAt]: requestedAt };
      const state = stateOf(run, spec, job);
      assert.equal(state.kind, is);
      if (uid !== undefined) assert.equal('job' in state ? state.job?.metadata?.uid : undefined, uid);
    });
  }
});
