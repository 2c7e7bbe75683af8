/**
 * What every case of the behaviour suite gets: a Kubernetes, the real function in front of it, a namespace of its own;
 * and the few moves that most cases make.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CanaryOptions, type CanaryPayload, type PlayedCanary, playCanary } from './canary.ts';
import type { Kubernetes, KubernetesObject } from './kubernetes.ts';
import type { Case } from './side-by-side.ts';
import type { Answered, Verifier } from './verifier.ts';

export interface Place {
  kubernetes: Kubernetes;
  namespace: string;
}

export interface World extends Place {
  verifier: Verifier;
}

export type Behaviour = Case<World>;

export const image = 'busybox:1.36';
export const passing = { image, command: ['sh', '-c', 'echo all is well'] };
export const failing = { image, command: ['sh', '-c', 'echo checkout rejects an expired card; exit 3'] };
export const lasting = { image, command: ['sh', '-c', 'sleep 120'] };

export async function applySpec(
  { kubernetes, namespace }: Place,
  spec: Record<string, unknown>,
  name = 'podinfo',
): Promise<void> {
  await kubernetes.apply({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata: { namespace, name }, spec });
}

/** Of the E2ESpec, as a person does; null takes one away. */
export async function annotate(
  { kubernetes, namespace }: Place,
  annotations: Record<string, string | null>,
): Promise<void> {
  const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
  await kubernetes.patch(key, { metadata: { annotations } });
}

/** A Canary and its E2ESpec, at the beginning of a rollout. */
export async function rollOut(
  place: Place,
  spec: Record<string, unknown>,
  options: Partial<CanaryOptions> = {},
): Promise<PlayedCanary> {
  const { kubernetes, namespace } = place;
  const name = options.name ?? 'podinfo';
  await applySpec(place, spec, name);
  const canary = await playCanary(kubernetes, { namespace, ...options, name });
  await canary.begin('one');
  return canary;
}

/** Asks as Flagger does inside one call, until the answer is no longer "later". */
export async function untilDecided(world: World, payload: CanaryPayload, path = '/pre-rollout'): Promise<Answered> {
  return until(
    () => world.verifier.post(path, payload),
    ({ status }) => status !== 429 && status !== 503,
  );
}

export async function until<T>(ask: () => Promise<T>, isEnough: (value: T) => boolean, seconds = 120): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await ask();
    if (isEnough(value)) return value;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(value)} after ${seconds} s`);
    await sleep(200);
  }
}

export async function jobsIn({ kubernetes, namespace }: World): Promise<KubernetesObject[]> {
  return kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
}

/** The only Job of the namespace. */
export async function onlyJob(world: World): Promise<KubernetesObject> {
  const jobs = await jobsIn(world);
  assert.equal(jobs.length, 1, `one Job, not ${jobs.map(({ metadata }) => metadata.name).join(', ') || 'none'}`);
  const [job] = jobs;
  assert.ok(job);
  return job;
}

export function assertAnswer(answered: Answered, status: number, ...words: (string | RegExp)[]): void {
  assert.equal(answered.status, status, `${answered.status}: ${answered.body}`);
  for (const word of words) {
    if (typeof word === 'string') assert.ok(answered.body.includes(word), `"${word}" in: ${answered.body}`);
    else assert.match(answered.body, word);
  }
}

/** The records of the E2ESpec, newest first. */
export async function recordsOf(
  { kubernetes, namespace }: World,
  name = 'podinfo',
): Promise<Record<string, unknown>[]> {
  const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name });
  const status = spec?.['status'];
  if (typeof status !== 'object' || status === null || !('runs' in status) || !Array.isArray(status.runs)) return [];
  return status.runs;
}

export function jobKey({ namespace }: World, name: string | undefined) {
  assert.ok(name);
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
}
