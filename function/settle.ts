/**
 * Writes down what a run has come to: the record in E2ESpec.status, and the Events people read.
 * A write that fails changes no answer; the next call repairs it.
 */
import type { RunRecord } from './e2espec.ts';
import { eventsOf } from './event.ts';
import { type Fault, isFault } from './fault.ts';
import { withRecord } from './record.ts';
import type { Step } from './step.ts';
import type { Verdict } from './verdict.ts';
import type { Context, Sight } from './verify.ts';

const mostConflicts = 5;

export async function settle(sight: Sight, step: Extract<Step, { do: 'answer' }>, context: Context): Promise<void> {
  if (step.record === undefined) return;
  await writeDown(sight, step.record, step.verdict, context);
}

/** Record and Events in one round trip; nothing where the record says it already. */
export async function writeDown(sight: Sight, record: RunRecord, verdict: Verdict, context: Context): Promise<void> {
  if (withRecord(sight.spec.status, record) === undefined) return;
  const { canary, spec, now, run } = sight;
  const events = eventsOf({ ...run, jobUid: record.jobUID ?? '' }, verdict, canary, spec, now);
  const faults = await Promise.all([
    writeRecord(sight, record, context),
    ...events.map((event) => context.kube.createEvent(event)),
  ]);
  for (const fault of faults) if (fault !== undefined) context.log.warn('not written down', { reason: fault.message });
}

// Two writers lose nothing: the patch names the resourceVersion it was made from, and is made again on a conflict.
async function writeRecord(sight: Sight, record: RunRecord, { kube }: Context): Promise<Fault | undefined> {
  let spec = sight.spec;
  for (let tries = 1; tries <= mostConflicts; tries++) {
    const status = withRecord(spec.status, record);
    if (status === undefined) return undefined;
    const outcome = await kube.patchStatus(spec, status);
    if (isFault(outcome)) return outcome;
    if (outcome === 'patched') return undefined;
    const again = await kube.getE2ESpec(spec.metadata.namespace, spec.metadata.name);
    if (isFault(again)) return again;
    if (again.value === undefined) return undefined;
    spec = again.value;
  }
  return {
    kind: 'unavailable',
    message: `the status of E2ESpec ${spec.metadata.name} is written by others all the time`,
  };
}
