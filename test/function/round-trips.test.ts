/**
 * What a call costs the API server: each of its requests by name, and how many wait for one another.
 */
import assert from 'node:assert/strict';
import { type CanaryOptions, type CanaryPayload, defaultWebhooks } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import {
  annotate,
  failing,
  jobsIn,
  lasting,
  onlyJob,
  passing,
  rollOut,
  until,
  type World,
} from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';
import { trace } from './round-trips.ts';

const image = 'Not/An/Image:1';
const neverRuns = { image, inconclusiveRetries: 0 };
const waits = { image: 'registry.invalid/test:1' };
const triedAgain = { image, inconclusiveRetries: 1 };

const whose = ['get canaries', 'get e2especs', 'get jobs'];
const known = [whose, ['get deployments']];
const diagnosed = ['get deployments', 'list events', 'list pods'];
const told = ['create events', 'create events'];
const recorded = ['patch e2especs/status'];
// In this order: a process that ends in between has told too early, and the next call tells it again as the same Event.
const writtenDown = [told, recorded];
// The Job of a test that has not passed is kept for longer.
const writtenDownAndKept = [[...told, 'patch jobs'], recorded];

const url = 'http://e2e-verifier.default/pre-rollout';
const twoGates = [...defaultWebhooks, { name: 'again', type: 'pre-rollout', url, metadata: { suite: 'long' } }];

interface Row {
  what: string;
  spec: Record<string, unknown>;
  /** What has happened before; the first call of a rollout follows nothing. */
  after?: ('started' | 'stuck' | 'waiting' | 'running' | 'ended' | 'recorded' | 'gone' | 'skipped in vain')[];
  path?: string;
  webhooks?: CanaryOptions['webhooks'];
  status: number;
  roundTrips: string[][];
}

const rows: Row[] = [
  {
    what: 'start a run',
    spec: passing,
    status: 429,
    roundTrips: [...known, ['list jobs'], ['create jobs'], ['create events', ...told], recorded],
  },
  {
    what: 'poll a run whose pod is ready',
    spec: lasting,
    after: ['started', 'running'],
    status: 429,
    roundTrips: known,
  },
  {
    what: 'first see that a test passed, and read the result it may have handed over',
    spec: passing,
    after: ['started', 'ended'],
    status: 200,
    roundTrips: [whose, ['get deployments', 'list pods'], ...writtenDown],
  },
  {
    what: 'first see that a test failed, and read its last words',
    spec: failing,
    after: ['started', 'ended'],
    status: 412,
    roundTrips: [whose, ['get deployments', 'list pods'], ...writtenDownAndKept],
  },
  {
    what: 'first see that a test cannot run, and read what its pod says',
    spec: neverRuns,
    after: ['started', 'stuck'],
    status: 424,
    roundTrips: [whose, diagnosed, ['list events'], ...writtenDownAndKept],
  },
  {
    what: 'first see what a test waits for, and tell and record it',
    spec: waits,
    after: ['started', 'waiting'],
    status: 429,
    roundTrips: [whose, diagnosed, ['list events'], ...writtenDown],
  },
  {
    what: 'poll a run that still waits for the same',
    spec: waits,
    after: ['started', 'waiting', 'recorded'],
    status: 429,
    roundTrips: [whose, diagnosed, ['list events']],
  },
  {
    what: 'make room for another try of a test that could not run',
    spec: triedAgain,
    after: ['started', 'stuck'],
    status: 429,
    roundTrips: [whose, diagnosed, ['list events'], ['patch e2especs/status'], ['delete jobs']],
  },
  {
    what: 'begin that try',
    spec: triedAgain,
    after: ['started', 'stuck', 'recorded', 'gone'],
    status: 429,
    roundTrips: [...known, ['list jobs'], ['create jobs'], ...writtenDown],
  },
  {
    what: 'answer a verdict that is on record',
    spec: passing,
    after: ['started', 'ended', 'recorded'],
    status: 200,
    roundTrips: known,
  },
  {
    what: 'say that a recorded failure is a reason to roll back',
    spec: failing,
    after: ['started', 'ended', 'recorded'],
    path: '/rollback',
    status: 200,
    roundTrips: known,
  },
  {
    what: 'say that a running test is no reason to roll back',
    spec: lasting,
    after: ['started', 'running'],
    path: '/rollback',
    status: 403,
    roundTrips: known,
  },
  {
    what: 'tell that a skip does nothing, as long as it is there',
    spec: lasting,
    after: ['started', 'running', 'skipped in vain', 'recorded'],
    status: 429,
    roundTrips: [...known, told],
  },
  {
    what: 'look back on two gates, whose target is the same',
    spec: lasting,
    after: ['started', 'running'],
    path: '/rollback',
    webhooks: twoGates,
    status: 403,
    roundTrips: [whose, ['get deployments', 'get jobs']],
  },
];

describe('The requests to the API server, and the round trips they take,', function () {
  this.timeout(30_000);
  const { enter } = embeddedStage();

  for (const { what, spec, after: events = [], path = '/pre-rollout', webhooks, status, roundTrips } of rows) {
    it(`to ${what}: ${roundTrips.length}`, async () => {
      const world = await enter();
      const canary = await rollOut(world, spec, webhooks && { webhooks });
      for (const event of events) await happens[event](world, canary.payload());
      const call = () => world.verifier.post(path, canary.payload());
      const traced = await trace(world.kubernetes, world.namespace, call);
      assert.equal(traced.answered.status, status, traced.answered.body);
      assert.deepEqual(traced.roundTrips, roundTrips);
    });
  }
});

const happens = {
  async started({ verifier }: World, payload: CanaryPayload): Promise<void> {
    assert.equal((await verifier.post('/pre-rollout', payload)).status, 429);
  },
  async stuck({ kubernetes, namespace }: World): Promise<void> {
    await until(
      () => kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }),
      (pods) => JSON.stringify(pods).includes('InvalidImageName'),
    );
  },
  async waiting({ kubernetes, namespace }: World): Promise<void> {
    await until(
      () => kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }),
      (pods) => /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(pods)),
    );
  },
  async running(world: World): Promise<void> {
    await until(
      () => onlyJob(world),
      (job) => at(job, 'status', 'ready') === 1,
    );
  },
  async ended(world: World): Promise<void> {
    const isEnd = (condition: unknown) => ['Complete', 'Failed'].includes(String(at(condition, 'type')));
    await until(
      async () => at(await onlyJob(world), 'status', 'conditions'),
      (conditions) => Array.isArray(conditions) && conditions.some(isEnd),
    );
  },
  async 'skipped in vain'(world: World): Promise<void> {
    await annotate(world, { 'remarkable.com/skip': 'podinfo/another: not this one' });
  },
  async gone(world: World): Promise<void> {
    await until(
      () => jobsIn(world),
      (jobs) => jobs.length === 0,
    );
  },
  async recorded({ verifier }: World, payload: CanaryPayload): Promise<void> {
    await verifier.post('/pre-rollout', payload);
  },
};
