/**
 * What confirm-rollout is answered: whether this rollout's tests could be run at all, before the canary is scaled up.
 * Flagger asks for ever: so a finding of lint is a warning, and only what would stop every run is a no.
 */
import { type Context, logFailure } from '../actions/context.ts';
import { type EventSpec, eventOnCanary } from '../actions/events.ts';
import { readE2ESpecs, readTarget, specMissing } from '../actions/read.ts';
import { warnOnce } from '../actions/warn.ts';
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import type { Target } from '../api/kubernetes.ts';
import { allInOrder, HookError } from '../errors.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import type { Payload } from '../flagger/payload.ts';
import { gateCalls } from '../flagger/webhooks.ts';
import { jobManifest } from '../job/manifest.ts';
import { runKey, runOf } from '../run/id.ts';
import { authenticateCaller, type HookCall } from './caller.ts';
import type { Ack } from './response.ts';

export async function handleConfirmRollout(call: HookCall<NoticeHook>): Promise<Ack> {
  const { canary, context } = await authenticateCaller(call);
  const { kube, payload } = context;
  let now = new Date();
  try {
    const calls = gateCalls(canary, payload);
    const names = [...new Set(calls.map((each) => runKey(each).e2eSpec))];
    const [target, read] = await allInOrder([readTarget(canary, kube), readE2ESpecs(names, payload.namespace, kube)]);
    now = read.now;
    if (canary) await warnOnce(canary, read.specs, now, context);
    await allInOrder(calls.map((each) => dryRun({ ...context, payload: each }, read.specs, canary, target)));
    return { reason: 'Ready', message: `the API server takes the Job of E2ESpec ${names.join(', ') || 'none'}` };
  } catch (error) {
    // Flagger shows nothing of a confirm hook but its name.
    if (canary && error instanceof HookError) await warnBlocked(error, canary, now, context);
    throw error;
  }
}

async function warnBlocked(
  error: HookError,
  canary: Canary,
  now: Date,
  { kube, payload, log }: Context,
): Promise<void> {
  const { kind, message } = error;
  if (kind !== 'SpecMissing' && kind !== 'Invalid') return;
  const event: EventSpec = {
    about: 'e2e-preflight',
    once: [payload.checksum, message],
    type: 'Warning',
    reason: kind,
    message: `the rollout waits: ${message}`,
  };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
}

async function dryRun(
  { payload, kube }: { payload: Payload; kube: Context['kube'] },
  specs: E2ESpec[],
  canary: Canary | undefined,
  target: Target | undefined,
): Promise<void> {
  const key = runKey(payload);
  const spec = specs.find(({ metadata }) => metadata.name === key.e2eSpec);
  if (spec === undefined) throw specMissing(key);
  const manifest = jobManifest({ run: runOf(key, canary), attempt: 1, lostJobs: 0, spec, payload, canary, target });
  // With its own name a Job that is there already would be all that the API server speaks of.
  const { name: _, ...metadata } = manifest.metadata ?? {};
  const job = { ...manifest, metadata: { ...metadata, generateName: 'e2e-preflight-' } };
  if ((await kube.createJob(job, 'dryRun')) !== 'exists') return;
  throw new HookError('ServiceUnavailable', 'the API server found no free name for a dry run of the Job');
}
