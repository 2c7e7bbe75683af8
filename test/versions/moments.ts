/**
 * Moments of a rollout at which one version of the verifier may leave off and another go on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultWebhooks, type PlayedCanary } from '../support/canary.ts';
import {
  annotate,
  applySpec,
  failing,
  image,
  jobKey,
  lasting,
  onlyJob,
  passing,
  rollOut,
  until,
  type World,
} from '../support/environment.ts';
import type { Answered } from '../support/verifier.ts';

/** One call of Flagger's, answered by whichever version has the turn. */
export type Ask = (path: string) => Promise<Answered>;

export interface Moment {
  title: string;
  spec: Record<string, unknown>;
  /** From the beginning of the rollout to the moment. */
  reach(world: World, ask: Ask, canary: PlayedCanary): Promise<void>;
  /** What is asked then. */
  paths: readonly string[];
}

const gate = '/pre-rollout';
const webhooks = [
  ...defaultWebhooks,
  { name: 'e2e-close', type: 'post-rollout', url: 'http://e2e-verifier.default/post-rollout' },
];

export function beginAt(world: World, { spec }: Moment): Promise<PlayedCanary> {
  return rollOut(world, spec, { webhooks });
}

const decided = (ask: Ask) =>
  until(
    () => ask(gate),
    ({ status }) => status !== 429 && status !== 503,
  );

const runs = (ask: Ask) =>
  until(
    () => ask(gate),
    ({ body }) => body.startsWith('Running'),
  );

const ended = (world: World) =>
  until(
    () => onlyJob(world),
    (job) => /"type":"(Complete|Failed)"/.test(JSON.stringify(job)),
  );

const withoutImage = { image: 'registry.invalid/no-such-image:1', inconclusiveRetries: 0 };

export const moments: readonly Moment[] = [
  {
    title: 'the test runs',
    spec: lasting,
    async reach(_, ask) {
      await runs(ask);
    },
    paths: [gate, '/rollback', '/webhook'],
  },
  {
    title: 'the test has passed, and no call has seen it',
    spec: passing,
    async reach(world, ask) {
      await ask(gate);
      await ended(world);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'the test has failed, and no call has seen it',
    spec: failing,
    async reach(world, ask) {
      await ask(gate);
      await ended(world);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'the test has passed',
    spec: passing,
    async reach(_, ask) {
      await decided(ask);
    },
    paths: [gate, '/rollback', '/confirm-promotion'],
  },
  {
    title: 'the test has failed',
    spec: failing,
    async reach(_, ask) {
      await decided(ask);
    },
    paths: [gate, '/rollback', '/confirm-promotion'],
  },
  {
    title: 'the test could not run, and its tries are used up',
    spec: { ...withoutImage, activeDeadlineSeconds: 10 },
    async reach(_, ask) {
      await decided(ask);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'the test has passed, and its Job is gone',
    spec: passing,
    async reach(world, ask) {
      await decided(ask);
      const { metadata } = await onlyJob(world);
      await world.kubernetes.delete(jobKey(world, metadata.name));
      await sleep(500);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'the revision was skipped by hand',
    spec: failing,
    async reach(world, ask, canary) {
      const value = `podinfo/${canary.payload().checksum}: payment provider is down`;
      await annotate(world, { 'remarkable.com/skip': value });
      await decided(ask);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'a test that failed was asked for again, and runs',
    spec: failing,
    async reach(world, ask) {
      await decided(ask);
      await applySpec(world, { image, command: lasting.command });
      await annotate(world, { 'remarkable.com/requestedAt': '2026-11-26T16:00:00Z' });
      await runs(ask);
    },
    paths: [gate, '/rollback'],
  },
  {
    title: 'the revision was promoted after its test',
    spec: passing,
    async reach(_, ask, canary) {
      await decided(ask);
      await canary.end('Succeeded');
    },
    paths: ['/post-rollout'],
  },
];
