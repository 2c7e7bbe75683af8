/**
 * How far a run is when the API server gets into trouble, and what is true of it.
 */
import { randomUUID } from 'node:crypto';
import { allow, tokenOf } from '../support/caller.ts';
import { type CanaryPayload, defaultWebhooks, type PlayedCanary, playFlagger } from '../support/canary.ts';
import { resources } from '../support/embedded/resources.ts';
import { applySpec, type Place, rollOut } from '../support/environment.ts';
import type { Hands } from '../support/hands.ts';
import { endTest, makePod, runPod } from '../support/job-moves.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';

/**
 * `open`: its test can still end either way. `held`: neither passed nor failed, whatever its Job says.
 * `skipped`: passed as soon as that is on record.
 */
export type Truth = 'open' | 'passed' | 'failed' | 'inconclusive' | 'skipped' | 'held';

export interface Scene extends Place {
  hands: Hands;
  /** Asks the verifier, without any trouble. */
  post(path: string, payload: CanaryPayload): Promise<unknown>;
}

export interface Stage {
  name: string;
  truth: Truth;
  paths: readonly string[];
  setUp(scene: Scene): Promise<PlayedCanary>;
}

const gates = ['/pre-rollout', '/webhook', '/confirm-promotion', '/rollout', '/confirm-traffic-increase'];
export const isGate = (path: string): boolean => gates.includes(path);
const duringAnalysis = [...gates, '/rollback'];

const image = 'busybox:1.36';
const once = { image, inconclusiveRetries: 0 };
const specKey = 'podinfo';

const started = async (scene: Scene, spec: object = { image }): Promise<PlayedCanary> => {
  const canary = await rollOut(scene, { ...spec });
  await scene.post('/pre-rollout', canary.payload());
  return canary;
};

/** The run's Job, as it is now. */
export function jobOf({ hands }: Pick<Scene, 'hands'>): KubernetesObject {
  const [job] = hands.list(resources.jobs);
  if (job === undefined) throw new Error('there is no Job');
  return job;
}

const ended = async (scene: Scene, exitCode: number): Promise<PlayedCanary> => {
  const canary = await started(scene);
  endTest(scene.hands, jobOf(scene), exitCode);
  return canary;
};

const decided = async (scene: Scene, exitCode: number): Promise<PlayedCanary> => {
  const canary = await ended(scene, exitCode);
  await scene.post('/pre-rollout', canary.payload());
  return canary;
};

const askedAgain = async (scene: Scene, exitCode: number): Promise<PlayedCanary> => {
  const canary = await decided(scene, exitCode);
  annotate(scene, { 'remarkable.com/requestedAt': 'now' });
  return canary;
};

const withoutJob = async ({ hands }: Scene, canary: PlayedCanary): Promise<PlayedCanary> => {
  hands.remove(resources.jobs, jobOf({ hands }).metadata.name ?? '');
  for (const { metadata } of hands.list(resources.pods)) {
    hands.remove(resources.pods, metadata.name ?? '', { gracePeriodSeconds: 0 });
  }
  return canary;
};

const annotate = ({ hands }: Scene, annotations: Record<string, string>) =>
  hands.patch(resources.e2eSpecs, specKey, { metadata: { annotations } });

const inAnalysis: Omit<Stage, 'paths'>[] = [
  { name: 'before its Job', truth: 'open', setUp: (scene) => rollOut(scene, { image }) },
  { name: 'before its pod', truth: 'open', setUp: (scene) => started(scene) },
  {
    name: 'while its image cannot be pulled',
    truth: 'open',
    async setUp(scene) {
      const canary = await started(scene, once);
      makePod(scene.hands, jobOf(scene), 'ErrImagePull');
      return canary;
    },
  },
  {
    name: 'when its pod cannot start',
    truth: 'inconclusive',
    async setUp(scene) {
      const canary = await started(scene, once);
      makePod(scene.hands, jobOf(scene), 'InvalidImageName');
      return canary;
    },
  },
  {
    name: 'while its test runs',
    truth: 'open',
    async setUp(scene) {
      const canary = await started(scene);
      runPod(scene.hands, jobOf(scene));
      return canary;
    },
  },
  { name: 'when its test has passed', truth: 'passed', setUp: (scene) => ended(scene, 0) },
  { name: 'when its test has failed', truth: 'failed', setUp: (scene) => ended(scene, 1) },
  {
    name: 'when its pass is on record alone',
    truth: 'passed',
    setUp: async (scene) => withoutJob(scene, await decided(scene, 0)),
  },
  {
    name: 'when its failure is on record alone',
    truth: 'failed',
    setUp: async (scene) => withoutJob(scene, await decided(scene, 1)),
  },
  {
    name: 'when its Job was removed before its verdict',
    truth: 'open',
    setUp: async (scene) => withoutJob(scene, await started(scene)),
  },
  {
    name: 'while a Job of the former rollout has its name',
    truth: 'open',
    async setUp(scene) {
      const canary = await decided(scene, 0);
      await canary.end('Succeeded');
      await scene.post('/post-rollout', canary.payload());
      await canary.begin('one');
      return canary;
    },
  },
  {
    name: 'while the former rollout is still open, which was promoted although its test had failed',
    truth: 'open',
    async setUp(scene) {
      const canary = await ended(scene, 1);
      await canary.end('Succeeded');
      await canary.begin('two');
      return canary;
    },
  },
  {
    name: 'while another revision is tested',
    truth: 'open',
    async setUp(scene) {
      const canary = await started(scene);
      runPod(scene.hands, jobOf(scene));
      await canary.restart('two');
      return canary;
    },
  },
  {
    name: 'while its former Job is being deleted',
    truth: 'held',
    async setUp(scene) {
      const canary = await started(scene);
      const { name = '' } = jobOf(scene).metadata;
      scene.hands.patch(resources.jobs, name, { metadata: { finalizers: ['test/held'] } });
      scene.hands.remove(resources.jobs, name);
      return canary;
    },
  },
  {
    name: 'while a stranger’s Job has its name',
    truth: 'held',
    async setUp(scene) {
      const canary = await rollOut(scene, { image });
      const name = `e2e-podinfo-${canary.payload().checksum}`;
      const containers = [{ name: 'other', image }];
      const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers };
      scene.hands.create(resources.jobs, { metadata: { name }, spec: { template: { spec } } });
      endTest(scene.hands, jobOf(scene), 0);
      return canary;
    },
  },
  {
    name: 'when its target was changed',
    truth: 'held',
    async setUp(scene) {
      const canary = await ended(scene, 0);
      await canary.changeTarget('another');
      return canary;
    },
  },
  {
    name: 'when a person lets it through',
    truth: 'skipped',
    async setUp(scene) {
      const canary = await rollOut(scene, { image });
      annotate(scene, { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: the shop is closed` });
      return canary;
    },
  },
  {
    name: 'when a person asks to run it again',
    truth: 'open',
    setUp: (scene) => askedAgain(scene, 0),
  },
  {
    name: 'when a person asks to run again what has failed',
    truth: 'open',
    setUp: (scene) => askedAgain(scene, 1),
  },
  {
    name: 'while its Deployment is not ready',
    truth: 'held',
    async setUp(scene) {
      const canary = await rollOut(scene, { image });
      await canary.end('Succeeded');
      await canary.begin('two', { ready: false });
      return canary;
    },
  },
  {
    name: 'while its Knative revision is not ready',
    truth: 'held',
    setUp: (scene) => playTarget(scene, { apiVersion: 'serving.knative.dev/v1', kind: 'Service' }),
  },
  {
    name: 'while nothing is behind its Service',
    truth: 'held',
    setUp: (scene) => playTarget(scene, { apiVersion: 'v1', kind: 'Service' }),
  },
];

/** A canary of a Service, of Knative or of the core group. */
async function playTarget(scene: Scene, target: { apiVersion: string; kind: string }): Promise<PlayedCanary> {
  const { kubernetes, namespace } = scene;
  await applySpec(scene, { image });
  const metadata = { namespace, name: 'podinfo' };
  const isKnative = target.apiVersion.includes('knative');
  const apply = (revision: string) =>
    kubernetes.apply({
      ...target,
      metadata,
      spec: isKnative
        ? { template: { metadata: { annotations: { revision } }, spec: { containers: [{ image }] } } }
        : { ports: [{ name: 'http', port: 8080 }] },
      ...(isKnative && { status: { latestCreatedRevisionName: 'podinfo-00002' } }),
    });
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...metadata };
  const targetRef = { ...target, apiVersion: isKnative ? target.apiVersion : 'core/v1', name: 'podinfo' };
  const analysis = { interval: '10s', threshold: 3, iterations: 2, webhooks: defaultWebhooks };
  const spec = { suspend: true, targetRef, service: { port: 8080 }, analysis };
  await kubernetes.apply({ apiVersion: key.apiVersion, kind: key.kind, metadata, spec });
  const canary = await playFlagger(kubernetes, key, apply);
  await canary.begin('one');
  return canary;
}

const waiting = async (scene: Scene, spec: object | undefined): Promise<PlayedCanary> => {
  const canary = await rollOut(scene, { image });
  if (spec === undefined) scene.hands.remove(resources.e2eSpecs, specKey);
  else scene.hands.patch(resources.e2eSpecs, specKey, { spec });
  await canary.setPhase('Waiting');
  return canary;
};

// The API server refuses its Job: the volume is not there.
const lost = {
  podTemplate: { spec: { containers: [{ name: 'e2e', volumeMounts: [{ name: 'lost', mountPath: '/x' }] }] } },
};

const before: Omit<Stage, 'paths'>[] = [
  { name: 'before the rollout', truth: 'passed', setUp: (scene) => waiting(scene, {}) },
  { name: 'before the rollout, without an E2ESpec', truth: 'held', setUp: (scene) => waiting(scene, undefined) },
  { name: 'before the rollout, with a Job that is refused', truth: 'held', setUp: (scene) => waiting(scene, lost) },
];

const over = async (canary: PlayedCanary, phase: 'Succeeded' | 'Failed'): Promise<PlayedCanary> => {
  await canary.end(phase);
  return canary;
};

const after: Omit<Stage, 'paths'>[] = [
  {
    name: 'after a rollout whose test has passed',
    truth: 'passed',
    setUp: async (scene) => over(await decided(scene, 0), 'Succeeded'),
  },
  {
    name: 'after a rollout whose pass was not read',
    truth: 'passed',
    setUp: async (scene) => over(await ended(scene, 0), 'Succeeded'),
  },
  {
    name: 'after a rollout without a test',
    truth: 'held',
    setUp: async (scene) => over(await rollOut(scene, { image }), 'Succeeded'),
  },
  {
    name: 'after a rollout that failed while its test ran',
    truth: 'held',
    setUp: async (scene) => over(await started(scene), 'Failed'),
  },
];

/** With an account that may have the test run: its token goes with the payload. */
const requested = async (scene: Scene, exitCode?: number | 'running'): Promise<PlayedCanary> => {
  const { kubernetes, hands } = scene;
  const canary = await rollOut(scene, { image });
  // Of no namespace that is copied.
  const name = `ci-${randomUUID()}`;
  const token = await tokenOf({ kubernetes, namespace: 'default' }, name);
  await allow(scene, { namespace: 'default', name }, 'podinfo');
  const caller = { ...canary, payload: () => canary.payload({ token }) };
  if (exitCode === undefined) return caller;
  await scene.post('/run', caller.payload());
  if (exitCode === 'running') runPod(hands, jobOf({ hands }));
  else endTest(hands, jobOf({ hands }), exitCode);
  return caller;
};

const requestedAndDecided = async (scene: Scene, exitCode: number): Promise<PlayedCanary> => {
  const caller = await requested(scene, exitCode);
  await scene.post('/run', caller.payload());
  return withoutJob(scene, caller);
};

const outside: Omit<Stage, 'paths'>[] = [
  { name: 'before its Job', truth: 'open', setUp: (scene) => requested(scene) },
  { name: 'while its test runs', truth: 'open', setUp: (scene) => requested(scene, 'running') },
  { name: 'when its test has passed', truth: 'passed', setUp: (scene) => requested(scene, 0) },
  { name: 'when its test has failed', truth: 'failed', setUp: (scene) => requested(scene, 1) },
  { name: 'when its pass is on record alone', truth: 'passed', setUp: (scene) => requestedAndDecided(scene, 0) },
];

export const stages: Stage[] = [
  ...inAnalysis.map((stage) => ({ ...stage, paths: duringAnalysis })),
  ...before.map((stage) => ({ ...stage, paths: ['/confirm-rollout'] })),
  ...after.map((stage) => ({ ...stage, paths: ['/post-rollout'] })),
  ...outside.map((stage) => ({ ...stage, paths: ['/run'] })),
];
