/**
 * `npm run gate-races`: the annotation of gates is written while Flagger writes the status of the same Canaries, again and
 * again; neither may lose anything. Not one of the suites: it takes two minutes on a quiet machine, and the API server's attention.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from '../support/kubernetes.ts';
import { connect } from './kubernetes.ts';

const canaries = 20;
const wanted = 200;
// Milliseconds after which a write by Flagger and one of ours count as at the same moment.
const moment = 50;

function objects(namespace: string, name: string): KubernetesObject[] {
  const metadata = { namespace, name };
  const ports = [{ name: 'http', port: 8080 }];
  const targetRef = { apiVersion: 'v1', kind: 'Service', name };
  const analysis = { interval: '10s', threshold: 3, iterations: 1000 };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ExternalName', externalName: 'v1.test', ports } },
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata,
      spec: { provider: 'kubernetes', targetRef, service: { port: 8080 }, analysis },
    },
  ];
}

interface Outcome {
  /** Writes of Flagger's that were seen, and those within a moment of one of ours. */
  statuses: number;
  races: number;
  writes: number;
  lost: string[];
}

/** Writes one annotation after another, and holds each against what is there when the next one is due. */
async function race(kubernetes: Kubernetes, key: ObjectKey, outcome: Outcome, isOver: () => boolean): Promise<void> {
  let iterations = iterationsOf(await kubernetes.get(key));
  for (let turn = 0; !isOver(); turn++) {
    const value = `open by race: ${turn}`;
    const began = Date.now();
    const written = await kubernetes.patch(key, { metadata: { annotations: { 'remarkable.com/gate': value } } });
    outcome.writes++;
    await sleep(moment);
    const found = await kubernetes.get(key);
    if (found?.metadata.annotations?.['remarkable.com/gate'] !== value) outcome.lost.push(`${key.name}: ${value}`);
    const [before, now] = [iterationsOf(written), iterationsOf(found)];
    if (now < before || before < iterations)
      outcome.lost.push(`${key.name}: ${iterations}, ${before}, ${now} iterations`);
    outcome.statuses += now - iterations;
    // The status of another resourceVersion, written between our write and our look.
    if (now > before || (before > iterations && Date.now() - began < 2 * moment)) outcome.races++;
    iterations = now;
  }
}

function iterationsOf(canary: KubernetesObject | undefined): number {
  return Number(at(canary, 'status', 'iterations') ?? 0);
}

const kubernetes = await connect();
try {
  const namespace = await kubernetes.namespace();
  const names = Array.from({ length: canaries }, (_, index) => `race-${index}`);
  for (const name of names) for (const object of objects(namespace, name)) await kubernetes.apply(object);
  const keyOf = (name: string) => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name });
  const phaseOf = async (name: string) => at(await kubernetes.get(keyOf(name)), 'status', 'phase');
  const untilAll = async (phase: string) => {
    for (const name of names) while ((await phaseOf(name)) !== phase) await sleep(500);
  };
  await untilAll('Initialized');
  for (const name of names) {
    const service = { apiVersion: 'v1', kind: 'Service', namespace, name };
    await kubernetes.patch(service, { spec: { externalName: 'v2.test' } });
  }
  await untilAll('Progressing');
  const outcome: Outcome = { statuses: 0, races: 0, writes: 0, lost: [] };
  const limit = Date.now() + 900_000;
  const isOver = () => outcome.races >= wanted || Date.now() > limit;
  await Promise.all(names.map((name) => race(kubernetes, keyOf(name), outcome, isOver)));
  const { statuses, races, writes, lost } = outcome;
  console.log(
    `${writes} annotations, ${statuses} statuses by Flagger, ${races} of them at the same moment; lost: ${lost.length}`,
  );
  assert.deepEqual(lost, []);
  assert.ok(races >= wanted, `only ${races} at the same moment`);
} finally {
  await kubernetes.stop();
}
