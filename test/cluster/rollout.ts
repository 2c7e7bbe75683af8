/**
 * A rollout by Flagger, watched from its first second to its last: what it says, what its users get and what the test does.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { patience } from './patience.ts';
import { changeRevision, type Wiring } from './wirings.ts';

export interface World {
  kubernetes: Kubernetes;
  namespace: string;
}

/** One look. The test is read before the users: who have the revision while it is `running` had it too early. */
export interface Moment {
  second: number;
  test: 'none' | 'running' | 'passed' | 'failed';
  users: string;
  phase: string;
  failedChecks: number;
}

const LOOK_EVERY_MS = 1000;

/** Changes the target and watches until Flagger has promoted it or has rolled back. */
export async function roll(
  world: World,
  wiring: Wiring,
  version: '2' | 'broken',
  seconds = patience.seconds,
): Promise<Moment[]> {
  const former = new Set((await jobsOf(world)).map(({ metadata }) => metadata.uid));
  const start = Date.now();
  const moments: Moment[] = [await look(world, wiring, former, start)];
  await changeRevision(wiring, world.namespace, version);
  for (;;) {
    const moment = await look(world, wiring, former, start);
    moments.push(moment);
    const hasBegun = moments.some(({ phase }) => phase === 'Progressing');
    if (hasBegun && ['Succeeded', 'Failed'].includes(moment.phase)) return moments;
    assert.ok(moment.second < seconds, `not over after ${seconds} s:\n${await story(world, wiring, moments)}`);
    await sleep(LOOK_EVERY_MS);
  }
}

export async function untilInitialized(world: World, wiring: Wiring, seconds = patience.seconds): Promise<void> {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const phase = at(await canaryOf(world, wiring), 'status', 'phase');
    if (phase === 'Initialized') return;
    assert.ok(Date.now() < limit, `${wiring.name} is ${phase} after ${seconds} s:\n${await story(world, wiring, [])}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** What became of the run that began after the Jobs in `former`. */
export async function testOf(world: World, former: Set<string | undefined> = new Set()): Promise<Moment['test']> {
  const job = (await jobsOf(world)).filter(({ metadata }) => !former.has(metadata.uid)).at(-1);
  if (job === undefined) return 'none';
  const conditions = at(job, 'status', 'conditions');
  const isTrue = (...types: string[]) =>
    Array.isArray(conditions) &&
    conditions.some((each) => at(each, 'status') === 'True' && types.some((type) => at(each, 'type') === type));
  if (isTrue('Failed', 'FailureTarget')) return 'failed';
  return isTrue('Complete', 'SuccessCriteriaMet') ? 'passed' : 'running';
}

/** `reason: message` of the events on the Canary, from Flagger and from the verifier. */
export async function eventsOf({ kubernetes, namespace }: World, { name }: Wiring): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  const own = events.filter(
    ({ involvedObject }) => at(involvedObject, 'kind') === 'Canary' && at(involvedObject, 'name') === name,
  );
  return own.map(({ reason, message }) => `${reason}: ${message}`);
}

/** For the message of an assertion: the rollout as it was seen, each change once. */
export async function story(world: World, wiring: Wiring, moments: Moment[]): Promise<string> {
  const what = ({ second: _, ...rest }: Moment) => Object.values(rest).join(' ');
  const changes = moments.filter((moment, index) => {
    const former = moments[index - 1];
    return former === undefined || what(former) !== what(moment);
  });
  const seen = changes.map((moment) => `${moment.second} s: ${what(moment)}`);
  return [...seen, ...(await eventsOf(world, wiring))].join('\n');
}

async function look(world: World, wiring: Wiring, former: Set<string | undefined>, start: number): Promise<Moment> {
  const test = await testOf(world, former);
  const users = await wiring.users(world.kubernetes, world.namespace);
  const canary = await canaryOf(world, wiring);
  return {
    second: Math.round((Date.now() - start) / 1000),
    test,
    users,
    phase: String(at(canary, 'status', 'phase')),
    failedChecks: Number(at(canary, 'status', 'failedChecks')),
  };
}

/** Every Job of the verifier in this namespace, oldest first. */
export async function jobsOf({ kubernetes, namespace }: World): Promise<KubernetesObject[]> {
  const jobs = { apiVersion: 'batch/v1', kind: 'Job', namespace };
  const own = await kubernetes.list(jobs, 'remarkable.com/managed-by=e2e-verifier');
  const created = ({ metadata }: KubernetesObject) => new Date(metadata.creationTimestamp ?? 0).getTime();
  return own.sort((a, b) => created(a) - created(b));
}

export async function canaryOf(
  { kubernetes, namespace }: World,
  { name }: Wiring,
): Promise<KubernetesObject | undefined> {
  return kubernetes.get({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name });
}
