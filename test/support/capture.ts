/**
 * One scenario made for real, and what the API server says of it at the moment that matters.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, Job, Pod } from '../../function/api/kubernetes.ts';
import { readPayload } from '../../function/flagger/payload.ts';
import { jobManifest } from '../../function/job/manifest.ts';
import { runKey, runOf } from '../../function/run/id.ts';
import type { Place } from './environment.ts';
import type { Kubernetes, KubernetesObject } from './kubernetes.ts';
import type { Evict, Scenario, Snapshot } from './scenario.ts';

const MOMENT_WITHIN_MS = 120_000;

/** The Job that the function would make of the scenario's E2ESpec. */
function jobOf(namespace: string, { spec, change = (job) => job }: Scenario): KubernetesObject {
  const call = { name: 'podinfo', namespace, phase: 'Progressing', checksum: '5c95544979' };
  const payload = readPayload(JSON.stringify(call));
  const run = runOf(runKey(payload), undefined);
  const metadata = { name: 'podinfo', namespace, uid: '', resourceVersion: '', generation: 1 };
  const e2eSpec = { apiVersion: 'remarkable.com/v1' as const, kind: 'E2ESpec' as const, metadata, spec };
  const input = { run, attempt: 1, lostJobs: 0, spec: e2eSpec, payload, canary: undefined, target: undefined };
  return asObject(change(jobManifest(input)));
}

function asObject({ metadata, spec }: Job): KubernetesObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: JSON.parse(JSON.stringify(metadata)), spec };
}

async function snapshot({ kubernetes, namespace }: Place, name: string): Promise<Snapshot | undefined> {
  const job = await kubernetes.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
  if (job === undefined) return undefined;
  const [pods, events] = await Promise.all([
    kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace },
      `batch.kubernetes.io/controller-uid=${job.metadata.uid}`,
    ),
    kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace }),
  ]);
  return {
    at: new Date().toISOString(),
    job: job as Job,
    pods: pods as Pod[],
    events: events as unknown as Event[],
  };
}

const noEviction: Evict = () => Promise.reject(new Error('there is no Eviction API here'));

/** `evict`: where this Kubernetes can. */
export async function capture(kubernetes: Kubernetes, scenario: Scenario, evict = noEviction): Promise<Snapshot> {
  const place = { kubernetes, namespace: await kubernetes.namespace() };
  try {
    await scenario.prepare?.(place);
    const { metadata } = await kubernetes.apply(jobOf(place.namespace, scenario));
    return await momentOf(scenario, { ...place, evict }, metadata.name ?? '');
  } finally {
    await scenario.tidy?.(place);
  }
}

async function momentOf(
  { isMoment, disturb }: Scenario,
  place: Place & { evict: Evict },
  job: string,
): Promise<Snapshot> {
  const limit = Date.now() + MOMENT_WITHIN_MS;
  let isDisturbed = disturb === undefined;
  for (;;) {
    const seen = await snapshot(place, job);
    if (seen !== undefined && isDisturbed && isMoment(seen)) return seen;
    const pod = seen?.pods[0]?.metadata?.name;
    if (!isDisturbed && seen?.job.status?.ready === 1 && pod !== undefined) {
      await disturb?.({ ...place, pod, job });
      isDisturbed = true;
    }
    if (Date.now() > limit) throw new Error(`the moment did not come: ${JSON.stringify(seen?.job.status)}`);
    await sleep(20);
  }
}
