/**
 * What post-rollout is answered, and what is done about it: the records of the rollout are closed, a test that still
 * runs for a failed rollout is stopped, and a promotion that no test allowed is said aloud.
 */
import { canaryMismatch } from './caller.ts';
import type { Canary } from './canary.ts';
import { checksumOf } from './checksum.ts';
import { closed, type Ended, isPass, openRecords, promotedUnverified } from './close/closing.ts';
import type { Context } from './context.ts';
import type { E2ESpec, RunRecord } from './e2espec.ts';
import { type Fault, isFault } from './fault.ts';
import { timestamp } from './kube/wire.ts';
import { type Done, done } from './outcome.ts';
import { digitsOf, type News } from './record/event.ts';
import { publish } from './record/settle.ts';
import { runName } from './run.ts';
import { readSpecs } from './specs.ts';
import { gather } from './verdict/evidence.ts';
import { judge } from './verdict.ts';
import { gateCalls } from './webhooks.ts';

export async function closeRollout(canary: Canary, context: Context, authenticates: boolean): Promise<Done | Fault> {
  const { kube, payload } = context;
  const names = [payload.name, ...gateCalls(canary, payload).map((call) => runName(call).spec)];
  const found = await readSpecs(names, payload.namespace, kube);
  if (isFault(found)) return found;
  const { specs, now } = found;
  const phase = canary.status?.phase === 'Failed' ? 'Failed' : 'Succeeded';
  const ended: Ended = { canary, checksum: payload.checksum, phase, at: timestamp(now) };
  const open = specs.flatMap((spec) => openRecords(spec.status, ended));
  if (authenticates && open.length === 0 && checksumOf(canary.status ?? {}) !== payload.checksum) {
    return canaryMismatch(`no rollout of checksum ${payload.checksum} was open`);
  }
  return phase === 'Failed' ? cancel(specs, open, ended, now, context) : confirm(specs, open, ended, now, context);
}

async function cancel(
  specs: E2ESpec[],
  open: RunRecord[],
  ended: Ended,
  now: Date,
  context: Context,
): Promise<Done | Fault> {
  const { namespace } = ended.canary.metadata;
  const running = open.filter(({ verdict }) => verdict === 'Running');
  const outcomes = await Promise.all(
    running.map(({ job = '', jobUID = '' }) =>
      context.kube.deleteJob({ metadata: { namespace, name: job, uid: jobUID } }),
    ),
  );
  const fault = outcomes.find(isFault);
  if (fault) return fault;
  const stopped = running.map(({ job }) => job).join(', ');
  const message = stopped === '' ? 'the rollout failed; its runs are closed' : `the rollout failed; stopped ${stopped}`;
  return closeAll(specs, ended, message, now, context);
}

async function confirm(
  specs: E2ESpec[],
  open: RunRecord[],
  ended: Ended,
  now: Date,
  context: Context,
): Promise<Done | Fault> {
  const { canary, checksum } = ended;
  const hasPassed = open.some(isPass) || (await someJobPassed(open, now, context));
  if (isFault(hasPassed)) return hasPassed;
  if (hasPassed) {
    const message = 'the rollout succeeded after a passed test; its runs are closed';
    return closeAll(specs, ended, message, now, context);
  }
  const message = `checksum ${checksum} was promoted without a passed test of its own rollout. Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set`;
  const news: News = { ...nameOf(ended), type: 'Warning', reason: 'PromotedUnverified', message };
  await Promise.all(
    specs
      .slice(0, 1)
      .map((spec) => publish(spec, (status) => promotedUnverified(status, ended), news, { ...context, canary, now })),
  );
  return done('PromotedUnverified', message);
}

async function closeAll(specs: E2ESpec[], ended: Ended, message: string, now: Date, context: Context): Promise<Done> {
  const news: News = { ...nameOf(ended), type: 'Normal', reason: 'E2ETestClosed', message };
  const { canary } = ended;
  await Promise.all(
    specs.map((spec) => publish(spec, (status) => closed(status, ended), news, { ...context, canary, now })),
  );
  return done('Closed', message);
}

// Its pass may not have been read, or not been written down.
async function someJobPassed(open: RunRecord[], now: Date, { kube, payload }: Context): Promise<boolean | Fault> {
  const running = open.filter(({ verdict }) => verdict === 'Running');
  const passes = await Promise.all(
    running.map(async ({ job = '', jobUID }) => {
      const read = await kube.getJob(payload.namespace, job);
      if (isFault(read)) return read;
      if (read.value === undefined || read.value.metadata?.uid !== jobUID) return false;
      const evidence = await gather(read.value, kube);
      return isFault(evidence) ? evidence : judge(read.value, evidence, now).kind === 'passed';
    }),
  );
  return passes.includes(true) || (passes.find(isFault) ?? false);
}

function nameOf({ canary, checksum, phase, at }: Ended): { name: string } {
  return { name: `e2e-${canary.metadata.uid.slice(0, 8)}-${checksum}.${digitsOf(at)}.${phase.toLowerCase()}` };
}
