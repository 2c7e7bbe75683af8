/**
 * Whether a run holds its rollout, or is only observed: `spec.mode` says so, as long as nothing of the rollout was enforced. So
 * nobody turns a failure into a pass by an edit while the test runs.
 */
import { type E2ESpec, withDefaults } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { noRollout } from '../flagger/canary.ts';
import { factsOf } from './annotations.ts';
import type { Run } from './id.ts';
import { ownership } from './ownership.ts';
import { identityOf, isSameRollout } from './record.ts';

/** `job`: what has the run's name. */
export function inMode(run: Run, spec: E2ESpec, job: Job | undefined): Run {
  return observes(run, spec, job) ? { ...run, mode: 'Observe' } : run;
}

function observes(run: Run, { spec, status }: E2ESpec, job: Job | undefined): boolean {
  if (withDefaults(spec).mode !== 'Observe') return false;
  // A laptop's calls belong to no rollout.
  if (run.rollout === noRollout) return true;
  if (job !== undefined && ownership(job, run) === 'owned' && factsOf(job).mode !== 'Observe') return false;
  return (status?.runs ?? []).every((record) => record.mode === 'Observe' || !isSameRollout(record, identityOf(run)));
}
