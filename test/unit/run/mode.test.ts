/**
 * Whether a run holds its rollout or is only observed.
 */
import assert from 'node:assert/strict';
import type { Mode, RunRecord } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { inMode } from '../../../function/run/mode.ts';
import { ago, jobOf, recordOf, run, specOf } from '../run-fixture.ts';

interface Row {
  when: string;
  mode?: Mode;
  job?: Job;
  runs?: RunRecord[];
  is: Mode;
}

const observed = { [annotation.mode]: 'Observe' };

const rows: Row[] = [
  { when: 'its E2ESpec says nothing', is: 'Enforce' },
  { when: 'its E2ESpec says so', mode: 'Enforce', is: 'Enforce' },
  { when: 'nothing has begun', mode: 'Observe', is: 'Observe' },
  { when: 'its Job began so', mode: 'Observe', job: jobOf({}, observed), is: 'Observe' },
  { when: 'its Job began enforced', mode: 'Observe', job: jobOf(), is: 'Enforce' },
  {
    when: 'its Job says something else',
    mode: 'Observe',
    job: jobOf({}, { [annotation.mode]: 'observe' }),
    is: 'Enforce',
  },
  {
    when: 'a Job of another rollout has its name',
    mode: 'Observe',
    job: jobOf({}, { [annotation.rollout]: ago(999) }),
    is: 'Observe',
  },
  {
    when: 'a stranger’s Job has its name',
    mode: 'Observe',
    job: jobOf({}, { [annotation.canary]: 'backend' }),
    is: 'Observe',
  },
  { when: 'its record began so', mode: 'Observe', runs: [recordOf({ mode: 'Observe' })], is: 'Observe' },
  { when: 'its record began enforced', mode: 'Observe', runs: [recordOf()], is: 'Enforce' },
  {
    when: 'another revision of its rollout began enforced',
    mode: 'Observe',
    runs: [recordOf({ mode: 'Observe' }), recordOf({ checksum: '5c95544979', verdict: 'Superseded' })],
    is: 'Enforce',
  },
  {
    when: 'another gate of its rollout began enforced',
    mode: 'Observe',
    runs: [recordOf({ hook: 'a1b2' })],
    is: 'Enforce',
  },
  {
    when: 'an earlier rollout was enforced',
    mode: 'Observe',
    runs: [recordOf({ rollout: ago(999), closedAt: ago(500) })],
    is: 'Observe',
  },
  {
    when: 'another canary is enforced',
    mode: 'Observe',
    runs: [recordOf({ canary: 'backend', canaryUID: 'c2' })],
    is: 'Observe',
  },
  {
    when: 'it began observed, and its E2ESpec says Enforce by now',
    mode: 'Enforce',
    job: jobOf({}, observed),
    runs: [recordOf({ mode: 'Observe' })],
    is: 'Enforce',
  },
];

describe('A run', () => {
  for (const { when, mode, job, runs, is } of rows) {
    it(`${is === 'Observe' ? 'is only observed' : 'holds its rollout'} when ${when}${mode === undefined ? '' : ` (mode: ${mode})`}`, () => {
      assert.equal(inMode(run, specOf(mode && { mode }, runs), job).mode ?? 'Enforce', is);
    });
  }

  it('of no rollout is what its E2ESpec says now', () => {
    const laptop = { ...run, canaryUid: '-', rollout: '-' };
    const spec = specOf({ mode: 'Observe' }, [recordOf({ canaryUID: '-', rollout: '-' })]);
    assert.equal(inMode(laptop, spec, undefined).mode, 'Observe');
  });
});
