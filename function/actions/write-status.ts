/**
 * Writes what a run has come to into E2ESpec.status, and the Events that people read.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../api/e2espec.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, HookError } from '../errors.ts';
import type { Kube } from '../kube/client.ts';
import { withRecord } from '../run/history.ts';
import { type Context, logFailure, type RunSnapshot } from './context.ts';
import { type EventSpec, eventsOn, verdictEvent } from './events.ts';

// Retry generously: this may be the last call that sees the verdict. Each conflict means that somebody made progress.
const mostConflicts = 30;

/** The status as it is to be, of the E2ESpec as it is now; nothing where no change is due. It may throw where the change is off. */
export type StatusChange = (status: Status | undefined, spec: E2ESpec) => Status | undefined;

/** Record and Events of a verdict; nothing where the record is up to date. A write that fails changes no answer. */
export async function recordVerdict(
  { canary, spec, now, run }: RunSnapshot,
  record: RunRecord,
  verdict: Verdict,
  context: Context,
): Promise<void> {
  const event = verdictEvent(run, record.jobUID ?? '', verdict);
  const change: StatusChange = (status) => withRecord(status, record);
  await logFailure(context.log, updateStatus(spec, change, event, { ...context, canary, now }));
}

/** Changes the status and writes its Events, in one round trip; nothing where no change is due. Throws where the status could not be written. */
export async function updateStatus(
  spec: E2ESpec,
  change: StatusChange,
  event: EventSpec,
  { kube, log, canary, now }: Pick<Context, 'kube' | 'log'> & { canary: Canary | undefined; now: Date },
): Promise<void> {
  if (change(spec.status, spec) === undefined) return;
  const events = eventsOn(event, canary, spec, now).map((each) => logFailure(log, kube.createEvent(each)));
  await allInOrder([patchStatus(spec, change, kube), ...events]);
}

/** Two writers lose nothing: the patch names the resourceVersion it was made from, and is made again on a conflict. */
export async function patchStatus(first: E2ESpec, change: StatusChange, kube: Kube): Promise<void> {
  let spec = first;
  for (let tries = 1; tries <= mostConflicts; tries++) {
    const status = change(spec.status, spec);
    if (status === undefined || (await kube.patchStatus(spec, status)) === 'patched') return;
    const { value } = await kube.getE2ESpec(spec.metadata.namespace, spec.metadata.name);
    if (value === undefined) {
      throw new HookError(
        'ServiceUnavailable',
        `E2ESpec ${spec.metadata.name} was deleted while its status was written`,
      );
    }
    spec = value;
  }
  const message = `the status of E2ESpec ${spec.metadata.name} is written by others all the time`;
  throw new HookError('ServiceUnavailable', message);
}
