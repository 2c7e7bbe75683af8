/**
 * What confirm-rollout is answered: whether this rollout's tests could be run at all, before the canary is scaled up.
 * Flagger asks for ever, and shows nothing but the hook's name. So only what would stop every run, and what the team can
 * mend, is a no; a finding of lint is a warning, as are a dry run that cannot be made and a right that is missing: of that
 * the next hook tells in an Event of Flagger's own.
 */
import { closeFormerRollouts } from '../actions/close-rollout.ts';
import { type Context, logFailure } from '../actions/context.ts';
import { type EventSpec, eventOnCanary } from '../actions/events.ts';
import { readE2ESpecs, readTarget, specMissing } from '../actions/read.ts';
import { warnOnce } from '../actions/warn.ts';
import type { Canary } from '../api/canary.ts';
import { type E2ESpec, withDefaults } from '../api/e2espec.ts';
import type { Target } from '../api/kubernetes.ts';
import { allInOrder, HookError } from '../errors.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import type { Payload } from '../flagger/payload.ts';
import { gateCalls, refusedGate } from '../flagger/webhooks.ts';
import { jobManifest } from '../job/manifest.ts';
import { runKey, runToTry } from '../run/id.ts';
import { authenticateCaller, type Caller, type HookCall } from './caller.ts';
import type { Ack } from './response.ts';

export async function handleConfirmRollout(call: HookCall<NoticeHook>): Promise<Ack> {
  try {
    return await tryGates(await authenticateCaller(call));
  } catch (error) {
    if (isForbidden(error)) return { reason: 'NotTried', message: unknownFor(error.message) };
    throw error;
  }
}

async function tryGates({ canary, context }: Caller): Promise<Ack> {
  const { kube, payload } = context;
  let now = new Date();
  try {
    const calls = gateCalls(canary, context);
    const names = [...new Set(calls.map((each) => runKey(each).e2eSpec))];
    const [target, read] = await allInOrder([readTarget(canary, kube), readE2ESpecs(names, payload.namespace, kube)]);
    now = read.now;
    if (canary) {
      await closeFormerRollouts(canary, read.specs, now, context);
      await warnOnce(canary, read.specs, now, context);
    }
    const refused = refusedGate(canary, context);
    if (refused !== undefined) throw new HookError('Invalid', refused);
    const attempts = calls.map((each) => dryRun({ ...context, payload: each }, read.specs, canary, target));
    const [unmade] = (await allInOrder(attempts)).filter((why) => why !== undefined);
    if (unmade === undefined) {
      return { reason: 'Ready', message: `the API server accepts the Job of E2ESpec ${names.join(', ') || 'none'}` };
    }
    const message = unknownFor(unmade);
    if (canary) await warn('NotTried', message, canary, now, context);
    return { reason: 'NotTried', message };
  } catch (error) {
    if (canary && isRefusal(error)) await warn(error.kind, `the rollout waits: ${error.message}`, canary, now, context);
    if (canary && isForbidden(error)) await warn('NotTried', unknownFor(error.message), canary, now, context);
    throw error;
  }
}

function unknownFor(why: string): string {
  return `the rollout begins, but whether its test can run is unknown: ${why}`;
}

/** Whoever may bind a role is not the team whose rollout it is. */
function isForbidden(error: unknown): error is HookError & { kind: 'Forbidden' } {
  return error instanceof HookError && error.kind === 'Forbidden';
}

/** Whether it would stop every run of this rollout. All else says nothing of the Job, and may heal before its gate asks. */
function isRefusal(error: unknown): error is HookError & { kind: 'SpecMissing' | 'Invalid' } {
  return error instanceof HookError && (error.kind === 'SpecMissing' || error.kind === 'Invalid');
}

/** Named after what it says: another refusal is another Event. */
async function warn(
  reason: 'SpecMissing' | 'Invalid' | 'NotTried',
  message: string,
  canary: Canary,
  now: Date,
  { kube, payload, log }: Context,
): Promise<void> {
  const once = [payload.checksum, message];
  const event: EventSpec = { about: 'e2e-preflight', once, type: 'Warning', reason, message };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
}

/** Why it could not be made; nothing where the API server would take the Job. Throws where it refuses it. */
async function dryRun(
  { payload, kube }: { payload: Payload; kube: Context['kube'] },
  specs: E2ESpec[],
  canary: Canary | undefined,
  target: Target | undefined,
): Promise<string | undefined> {
  const key = runKey(payload);
  const spec = specs.find(({ metadata }) => metadata.name === key.e2eSpec);
  if (spec === undefined) throw specMissing(key);
  const couldNot = 'the dry run of its Job could not be made';
  try {
    const run = runToTry(key, canary);
    const manifest = jobManifest({ run, attempt: 1, lostJobs: 0, spec, payload, canary, target });
    // With its own name a Job that is there already would be all that the API server speaks of.
    const { name: _, ...metadata } = manifest.metadata ?? {};
    const job = { ...manifest, metadata: { ...metadata, generateName: 'e2e-preflight-' } };
    return (await kube.createJob(job, 'dryRun')) === 'exists' ? `${couldNot}: no name was free for it` : undefined;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    if (!isRefusal(error)) return `${couldNot}: ${error.message}`;
    if (withDefaults(spec.spec).mode === 'Observe') return `its E2ESpec only observes. ${error.message}`;
    throw error;
  }
}
