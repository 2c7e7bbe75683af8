/**
 * What a person asked for by hand, as the step that it takes. Pure.
 */
import type { Job } from '../kube/wire.ts';
import { describeSkip } from '../record.ts';
import { annotation, requestedAtOf } from '../run.ts';
import { revisionHash } from '../target.ts';
import { requestOf, skipNote, skipOf } from './annotations.ts';
import type { Standing } from './standing.ts';
import type { Seen, Step } from './step.ts';

/** What a person asked for comes before what the run says by itself. */
export function askedByHand(standing: Standing, { run, spec, target, now }: Seen): Step | undefined {
  const skip = skipOf(spec, run);
  if (skip !== undefined) {
    return { do: 'skip', record: describeSkip(run, spec, skip, target && revisionHash(target), now) };
  }
  const request = requestOf(spec);
  const begun = begunBy(standing);
  if (request === undefined || begun === undefined || begun.requestedAt === request) return undefined;
  const why = `run again, as annotation ${annotation.requestedAt} (${request}) asks for`;
  const { job } = begun;
  return { do: 'start', next: { attempt: 1, removed: 0, why }, ...(job && { former: job }), isAskedFor: true };
}

/** What was begun, and by which request; nothing where nothing was, or where something else comes first. */
function begunBy(standing: Standing): { requestedAt: string | undefined; job: Job | undefined } | undefined {
  switch (standing.kind) {
    case 'present':
      return { requestedAt: requestedAtOf(standing.job), job: standing.job };
    case 'recorded':
      return { requestedAt: standing.record.requestedAt, job: standing.job };
    case 'lost':
      return { requestedAt: standing.record.requestedAt, job: undefined };
    case 'foreign':
    case 'stale':
    case 'leaving':
    case 'awaited':
    case 'absent':
      return undefined;
  }
}

/** Says why a skip does nothing here, to the person who asks now; the record keeps what the run says. */
export function withNote(step: Step, { run, spec }: Seen): Step {
  const note = skipNote(spec, run);
  if (note === undefined || step.do !== 'answer' || step.verdict.kind === 'passed') return step;
  return { ...step, verdict: { ...step.verdict, message: `${step.verdict.message}; ${note}` } };
}
