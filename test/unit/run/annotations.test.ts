/**
 * What a run writes on its Job, and reads there again.
 */
import assert from 'node:assert/strict';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation, label, manager } from '../../../function/api/labels.ts';
import {
  annotationsOf,
  canarySelector,
  factsOf,
  type JobFacts,
  labelsOf,
  notedOn,
  type TargetChange,
  targetChangeNote,
} from '../../../function/run/annotations.ts';
import { ago, jobOf, run } from '../run-fixture.ts';

const annotated = (annotations: Record<string, string>): Job => ({ metadata: { annotations } });

describe('What a Job knows of its run', () => {
  const least: JobFacts = { attempt: 1, lostJobs: 0, specGeneration: 1 };
  const identity = {
    [annotation.canary]: 'podinfo',
    [annotation.canaryUid]: 'c1',
    [annotation.checksum]: '85d557f47b',
    [annotation.rollout]: '2026-11-21T09:00:00Z',
    [annotation.e2eSpec]: 'podinfo',
    [annotation.metadataHash]: '',
  };
  const counts = {
    [annotation.attempt]: '1',
    [annotation.lostJobs]: '0',
    [annotation.specGeneration]: '1',
  };
  const rows: { what: string; facts: JobFacts; written: Record<string, string> }[] = [
    { what: 'its counts alone', facts: least, written: counts },
    {
      what: 'what else is known',
      facts: { ...least, specUid: 's1', target: 'a1b2c3', requestedAt: 'second' },
      written: {
        ...counts,
        [annotation.specUid]: 's1',
        [annotation.target]: 'a1b2c3',
        [annotation.requestedAt]: 'second',
      },
    },
    {
      what: 'counts as high as the definition allows',
      facts: { attempt: 1000, lostJobs: 1000, specGeneration: 1_000_000_000 },
      written: {
        [annotation.attempt]: '1000',
        [annotation.lostJobs]: '1000',
        [annotation.specGeneration]: '1000000000',
      },
    },
  ];
  for (const { what, facts, written } of rows) {
    it(`is ${what}, and is read as it was written`, () => {
      assert.deepEqual(annotationsOf(run, facts), { ...identity, ...written });
      assert.deepEqual(factsOf(annotated(annotationsOf(run, facts))), facts);
    });
  }

  it('is the first try of an unknown generation where nothing is written', () => {
    assert.deepEqual(factsOf({ metadata: {} }), { attempt: 1, lostJobs: 0, specGeneration: 0 });
  });
});

describe('The note of a target that changed', () => {
  const change: TargetChange = { since: ago(30), to: 'a1b2c3' };

  it('is read from the Job as it was written', () => {
    const note = { [annotation.targetChangedAt]: ago(30), [annotation.targetChangedTo]: 'a1b2c3' };
    assert.deepEqual(targetChangeNote(change), note);
    assert.deepEqual(notedOn(annotated(note)), change);
  });

  it('is none where nothing was noted', () => {
    for (const job of [jobOf(), { metadata: {} }]) assert.deepEqual(notedOn(job), {});
  });

  it('is taken back: null removes an annotation', () => {
    const none = { [annotation.targetChangedAt]: null, [annotation.targetChangedTo]: null };
    assert.deepEqual(targetChangeNote(undefined), none);
  });
});

describe('The selector for the Jobs of a canary', () => {
  for (const canary of ['podinfo', 'n'.repeat(80)]) {
    it(`finds those of ${canary.slice(0, 10)} by their labels`, () => {
      const { [label.managedBy]: managedBy, [label.canary]: name } = labelsOf({ ...run, canary });
      assert.equal(managedBy, manager);
      assert.equal(
        canarySelector({ ...run, canary }),
        `remarkable.com/managed-by=e2e-verifier,remarkable.com/canary=${name}`,
      );
    });
  }
});
