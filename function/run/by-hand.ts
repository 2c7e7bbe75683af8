/**
 * The step that a person asked for, or why there is none.
 */

import type { Job } from '../api/kubernetes.ts';
import { annotation } from '../api/labels.ts';
import { revisionHash } from '../flagger/target.ts';
import { factsOf } from './annotations.ts';
import { skipRecord } from './record.ts';
import { requestOf, skipOf } from './requests.ts';
import type { RunState } from './state.ts';
import type { Step, StepInput } from './step.ts';

/** What a person asked for comes before what the run says by itself. */
export function manualStep(state: RunState, { run, spec, target, now }: StepInput): Step | undefined {
  const skip = skipOf(spec, run);
  if (skip !== undefined) {
    return { do: 'skip', record: skipRecord(run, spec, skip, target && revisionHash(target), now) };
  }
  const request = requestOf(spec);
  const begun = begunRun(state);
  if (request === undefined || begun === undefined || begun.requestedAt === request) return undefined;
  const message = `run again, as annotation ${annotation.requestedAt} (${request}) asks for`;
  const next = { attempt: 1, lostJobs: 0, message };
  return { do: 'start', next, ...(begun.job && { previousJob: begun.job }), requestedByUser: true };
}

/** What was begun, and by which request; nothing where nothing was, or where something else comes first. */
function begunRun(state: RunState): { requestedAt: string | undefined; job: Job | undefined } | undefined {
  switch (state.kind) {
    case 'present':
      return { requestedAt: factsOf(state.job).requestedAt, job: state.job };
    case 'decided':
      return { requestedAt: state.record.requestedAt, job: state.job };
    case 'jobDeleted':
      return { requestedAt: state.record.requestedAt, job: undefined };
    case 'jobAwaited':
      return state.record.attempt === undefined ? undefined : { requestedAt: state.record.requestedAt, job: state.job };
    case 'foreign':
    case 'stale':
    case 'terminating':
    case 'absent':
      return undefined;
  }
}
