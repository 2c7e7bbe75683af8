/**
 * What confirm-rollout is answered: whether this rollout's tests could be run at all, before the canary is scaled up.
 * It must never block a hotfix, so only a missing E2ESpec or a Job that the API server refuses is a no.
 */
import type { Canary } from './canary.ts';
import type { Context } from './context.ts';
import type { E2ESpec } from './e2espec.ts';
import { type Fault, isFault, reasonOf } from './fault.ts';
import { jobManifest } from './job.ts';
import type { Kube } from './kube.ts';
import { type Done, done } from './outcome.ts';
import type { Payload } from './payload.ts';
import { eventOnCanary } from './record/event.ts';
import { runName, runOf } from './run.ts';
import { readSpecs, specMissing } from './specs.ts';
import { readTarget } from './target/read.ts';
import type { Target } from './target.ts';
import { gateCalls } from './webhooks.ts';
import { tellWiring } from './wiring/tell.ts';

export async function preflight(canary: Canary | undefined, context: Context): Promise<Done | Fault> {
  const { kube, payload } = context;
  const target = await readTarget(canary, payload.namespace, kube);
  if (isFault(target)) return target;
  const calls = gateCalls(canary, payload);
  const names = [...new Set(calls.map((call) => runName(call).spec))];
  const found = await readSpecs(names, payload.namespace, kube);
  if (isFault(found)) return found;
  const { specs, now } = found;
  if (canary) await tellWiring(canary, specs, now, context);
  const checks = await Promise.all(calls.map((call) => check(call, specs, canary, target.value, kube)));
  const fault = checks.find(isFault);
  // Flagger shows nothing of a confirm hook but its name.
  if (fault && canary) await tellHeld(fault, canary, now, context);
  return fault ?? done('Ready', `the API server takes the Job of E2ESpec ${names.join(', ') || 'none'}`);
}

async function tellHeld(fault: Fault, canary: Canary, now: Date, { kube, payload, log }: Context): Promise<void> {
  if (fault.kind !== 'specMissing' && fault.kind !== 'refused') return;
  const reason = reasonOf(fault);
  const message = `the rollout waits: ${fault.message}`;
  const name = `e2e-preflight.${canary.metadata.uid.slice(0, 8)}.${payload.checksum}.${reason.toLowerCase()}`;
  const failure = await kube.createEvent(eventOnCanary({ name, type: 'Warning', reason, message }, canary, now));
  if (failure) log.warn('not written down', { reason: failure.message });
}

async function check(
  payload: Payload,
  specs: E2ESpec[],
  canary: Canary | undefined,
  target: Target | undefined,
  kube: Kube,
): Promise<Fault | undefined> {
  const name = runName(payload);
  const spec = specs.find(({ metadata }) => metadata.name === name.spec);
  if (spec === undefined) return specMissing(name);
  const run = runOf(name, canary);
  const manifest = jobManifest({ run, attempt: 1, removed: 0, spec, payload, canary, target });
  if (isFault(manifest)) return manifest;
  // With its own name a Job that is there already would be all that the API server speaks of.
  const { name: _, ...metadata } = manifest.metadata ?? {};
  const outcome = await kube.createJob(
    { ...manifest, metadata: { ...metadata, generateName: 'e2e-preflight-' } },
    'dryRun',
  );
  return isFault(outcome) ? outcome : undefined;
}
