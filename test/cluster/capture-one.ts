/**
 * One scenario made for real, and what the API server says of it at the moment that matters.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault } from '../../function/fault.ts';
import { jobManifest } from '../../function/job.ts';
import { readPayload } from '../../function/payload.ts';
import { runName, runOf } from '../../function/run.ts';
import type { Job } from '../../function/wire.ts';
import { at } from '../manifests/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import type { Scenario, Snapshot } from './scenarios.ts';

const MOMENT_WITHIN_MS = 120_000;

/** The Job that the function would make of the scenario's E2ESpec. */
function jobOf(namespace: string, { spec, change = (job) => job }: Scenario): KubernetesObject {
  const call = { name: 'podinfo', namespace, phase: 'Progressing', checksum: '5c95544979' };
  const payload = readPayload(JSON.stringify(call));
  if (isFault(payload)) throw new Error(payload.message);
  const run = runOf(runName(payload), undefined);
  const metadata = { name: 'podinfo', namespace, uid: '', resourceVersion: '', generation: 1 };
  const e2eSpec = { apiVersion: 'remarkable.com/v1' as const, kind: 'E2ESpec' as const, metadata, spec };
  const order = { run, attempt: 1, removed: 0, spec: e2eSpec, payload, canary: undefined, target: undefined };
  const job = jobManifest(order);
  if (isFault(job)) throw new Error(job.message);
  return asObject(change(job));
}

function asObject({ metadata, spec }: Job): KubernetesObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: JSON.parse(JSON.stringify(metadata)), spec };
}

async function snapshot(kubernetes: Kubernetes, namespace: string, name: string): Promise<Snapshot | undefined> {
  const job = await kubernetes.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
  if (job === undefined) return undefined;
  const [pods, events] = await Promise.all([
    kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace },
      `batch.kubernetes.io/controller-uid=${job.metadata.uid}`,
    ),
    kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace }),
  ]);
  return { at: new Date().toISOString(), job: job as Job, pods, events };
}

export async function capture(kubernetes: Kubernetes, scenario: Scenario): Promise<Snapshot> {
  const namespace = await kubernetes.namespace();
  if (scenario.prepare !== undefined) await prepare(kubernetes, scenario.prepare(namespace));
  const { metadata } = await kubernetes.apply(jobOf(namespace, scenario));
  const limit = Date.now() + MOMENT_WITHIN_MS;
  let disturb = scenario.disturb;
  for (;;) {
    const seen = await snapshot(kubernetes, namespace, metadata.name ?? '');
    if (seen !== undefined && scenario.isMoment(seen)) return seen;
    const pod = seen?.pods[0]?.metadata.name;
    if (disturb !== undefined && seen?.job.status?.ready === 1 && pod !== undefined) {
      await disturb(namespace, pod);
      disturb = undefined;
    }
    if (Date.now() > limit) throw new Error(`the moment did not come: ${JSON.stringify(seen?.job.status)}`);
    await sleep(20);
  }
}

/** A quota counts only once its controller has written its status. */
async function prepare(kubernetes: Kubernetes, object: KubernetesObject): Promise<void> {
  const { apiVersion, kind, metadata } = await kubernetes.apply(object);
  const key = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
  const limit = Date.now() + MOMENT_WITHIN_MS;
  while (at(await kubernetes.get(key), 'status', 'hard') === undefined) {
    if (Date.now() > limit) throw new Error(`nothing counts for ${kind} ${metadata.name}`);
    await sleep(50);
  }
}
