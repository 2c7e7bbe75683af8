/**
 * Whose a Job is that has a run's name, and what people are told about one that is not the run's.
 */
import assert from 'node:assert/strict';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import type { Run } from '../../../function/run/id.ts';
import { alreadyExists, isOfAnotherRevision, ownership } from '../../../function/run/ownership.ts';
import { ago, jobOf, run } from '../run-fixture.ts';

const owner = jobOf().metadata?.ownerReferences?.[0];
assert.ok(owner);
type Metadata = NonNullable<Job['metadata']>;

const withMetadata = (job: Job, change: Partial<Metadata>): Job => ({
  ...job,
  metadata: { ...job.metadata, ...change },
});
const ownedBy = (...ownerReferences: NonNullable<Metadata['ownerReferences']>) =>
  withMetadata(jobOf(), { ownerReferences });
const strangers = { apiVersion: 'v1', kind: 'ConfigMap', name: 'strangers', uid: 'x1' };
const annotated = (name: string, value: string) => jobOf({}, { [name]: value });
const without = (name: string): Job => {
  const job = jobOf();
  const { [name]: _, ...annotations } = job.metadata?.annotations ?? {};
  return withMetadata(job, { annotations });
};
const { ownerReferences: _owners, ...unownedMetadata } = jobOf().metadata ?? {};
const unowned: Job = { ...jobOf(), metadata: unownedMetadata };
const formerCanary = withMetadata(jobOf({}, { [annotation.canaryUid]: 'c0' }), {
  ownerReferences: [{ ...owner, uid: 'c0' }],
});

const table: { what: string; job: Job; is: ReturnType<typeof ownership>; says?: RegExp }[] = [
  { what: 'the verifier made for this run', job: jobOf(), is: 'owned' },
  { what: 'has no counts yet', job: without(annotation.attempt), is: 'owned' },
  { what: 'was made before the uid of the E2ESpec was noted', job: without(annotation.specUid), is: 'owned' },
  { what: 'is of another rollout', job: annotated(annotation.rollout, ago(9000)), is: 'stale' },
  { what: 'is of a deleted Canary of that name', job: formerCanary, is: 'stale' },
  { what: 'nobody owns', job: ownedBy(), is: 'foreign', says: /its owner is not the Canary.*belongs to nobody/ },
  { what: 'has no owners', job: unowned, is: 'foreign', says: /its owner is not the Canary.*belongs to nobody/ },
  { what: 'a Canary of another name owns', job: ownedBy({ ...owner, name: 'backend' }), is: 'foreign' },
  { what: 'another Canary owns', job: ownedBy({ ...owner, name: 'backend', uid: 'c2' }), is: 'foreign' },
  { what: 'the Canary controls, as former versions had it', job: ownedBy({ ...owner, controller: true }), is: 'owned' },
  { what: 'the Canary owns beside somebody else', job: ownedBy(strangers, owner), is: 'owned' },
  {
    what: 'the Canary owns and somebody else controls',
    job: ownedBy(owner, { ...strangers, controller: true }),
    is: 'foreign',
  },
  { what: 'something else of that uid controls', job: ownedBy({ ...owner, kind: 'CronJob' }), is: 'foreign' },
  {
    what: 'says it is of another Canary than its owner',
    job: annotated(annotation.canaryUid, 'c2'),
    is: 'foreign',
    says: /canary-uid/,
  },
  { what: 'says it is of no Canary', job: annotated(annotation.canaryUid, '-'), is: 'foreign' },
  {
    what: 'lacks the label',
    job: withMetadata(jobOf(), { labels: {} }),
    is: 'foreign',
    says: /no label remarkable.com\/managed-by: e2e-verifier/,
  },
  ...([annotation.canary, annotation.checksum, annotation.e2eSpec, annotation.metadataHash] as const).map((name) => ({
    what: `has another ${name}`,
    job: annotated(name, 'another'),
    is: 'foreign' as const,
    says: new RegExp(`its annotation ${name} is "another"`),
  })),
  ...['', '-1', '0', '1.5', 'NaN', 'Infinity', '1e3', '0x1', ' 1', 'many', '1001', '9'.repeat(400)].map((attempt) => ({
    what: `counts its attempts as "${attempt.slice(0, 10)}"`,
    job: annotated(annotation.attempt, attempt),
    is: 'foreign' as const,
    says: /its annotation remarkable.com\/attempt is "/,
  })),
  ...['', '-1', '1.5', 'NaN', '1001'].map((removed) => ({
    what: `counts its removals as "${removed}"`,
    job: annotated(annotation.lostJobs, removed),
    is: 'foreign' as const,
  })),
  ...['', 'x', 'now'].map((rollout) => ({
    what: `is of the rollout "${rollout}"`,
    job: annotated(annotation.rollout, rollout),
    is: 'foreign' as const,
    says: /its annotation remarkable.com\/rollout is/,
  })),
  {
    what: 'is of no rollout',
    job: without(annotation.rollout),
    is: 'foreign',
    says: /its annotation remarkable.com\/rollout is missing/,
  },
];

describe('A Job that has the name of a run', () => {
  for (const { what, job, is, says } of table) {
    it(`and ${what} is ${is}`, () => {
      assert.equal(ownership(job, run), is);
      if (says) assert.match(alreadyExists(job, run).message, says);
    });
  }

  it('is never told to be deleted only, where something changes Jobs on their way in: the next would be the same', () => {
    const changed = alreadyExists(annotated(annotation.checksum, 'replaced'), run).message;
    assert.match(changed, /something changes Jobs on their way in.*Exempt those with label remarkable.com\/managed-by/);
    const strange = alreadyExists(ownedBy(), run).message;
    assert.match(strange, /\. Delete or rename it: kubectl delete job e2e-podinfo-85d557f47b -n test$/);
  });

  it('is quoted with 64 characters of what it says, however much that is', () => {
    const { message } = alreadyExists(annotated(annotation.attempt, '9'.repeat(400)), run);
    assert.match(message, /its annotation remarkable.com\/attempt is "9{64}" \(it belongs to Canary podinfo\)/);
  });

  it('and is made as this run’s would be, but by nobody that is on record, is to be deleted', () => {
    const { message } = alreadyExists(jobOf(), run);
    assert.match(
      message,
      /its uid is not the one on record, and this run has made no other \(it belongs to Canary podinfo\)/,
    );
    assert.match(message, /\. Delete or rename it: kubectl delete job/);
  });

  const unchecked: Run = { ...run, canaryUid: '-', rollout: '-' };
  const nobodys = withMetadata(jobOf({}, { [annotation.canaryUid]: '-', [annotation.rollout]: '-' }), {
    ownerReferences: [],
  });

  it('and nobody owns is that of a call without a Canary, and of no other', () => {
    assert.equal(ownership(nobodys, unchecked), 'owned');
    assert.equal(ownership(nobodys, run), 'foreign');
    assert.equal(ownership(withMetadata(nobodys, { ownerReferences: [owner] }), unchecked), 'foreign');
  });
});

describe('A running Job of another checksum', () => {
  const other = { [annotation.checksum]: 'b' };
  it('is superseded where the same Canary owns it', () => assert.ok(isOfAnotherRevision(jobOf({}, other), run)));
  it('is left alone where a deleted Canary of that name owned it', () => {
    const job = withMetadata(jobOf({}, { ...other, [annotation.canaryUid]: 'c0' }), {
      ownerReferences: [{ ...owner, uid: 'c0' }],
    });
    assert.ok(!isOfAnotherRevision(job, run));
  });
  it('is left alone where it says that it is of another canary', () => {
    assert.ok(!isOfAnotherRevision(jobOf({}, { ...other, [annotation.canary]: 'backend' }), run));
  });
  it('is left alone where its annotations alone say so', () => {
    assert.ok(!isOfAnotherRevision(withMetadata(jobOf({}, other), { ownerReferences: [] }), run));
    assert.ok(
      !isOfAnotherRevision(withMetadata(jobOf({}, other), { ownerReferences: [{ ...owner, uid: 'c2' }] }), run),
    );
  });
});
