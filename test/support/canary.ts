/**
 * A Canary whose status is written as Flagger writes it, so that a rollout can be played without Flagger.
 * It is suspended: a real Flagger leaves its status alone.
 */
import { checksumOf } from '../../function/checksum.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from './kubernetes.ts';

export interface PlayedCanary {
  key: ObjectKey;
  /** A new rollout to this revision: the target changes, the condition Promoted turns Unknown at a new time. */
  begin(revision: string): Promise<void>;
  /** Another revision inside the same rollout, as when Flagger restarts the analysis. */
  restart(revision: string): Promise<void>;
  /** The end of the rollout, as the next one finds it. */
  end(phase: 'Succeeded' | 'Failed'): Promise<void>;
  setPhase(phase: string): Promise<void>;
  /** Changes the target without Flagger having noticed. */
  changeTarget(revision: string): Promise<void>;
  /** What Flagger would post now. */
  payload(metadata?: Record<string, string>): CanaryPayload;
}

export interface CanaryPayload {
  name: string;
  namespace: string;
  phase: string;
  checksum: string;
  metadata?: Record<string, string>;
}

export interface CanaryOptions {
  namespace: string;
  name?: string;
  webhooks?: { name: string; type: string; url: string; metadata?: Record<string, string> }[];
  /** Milliseconds by which Flagger's clock is off. */
  clockSkew?: number;
}

const host = 'http://e2e-verifier.default';

export const defaultWebhooks = [
  { name: 'e2e', type: 'pre-rollout', url: `${host}/pre-rollout` },
  { name: 'e2e-failed', type: 'rollback', url: `${host}/rollback` },
];

/** A Canary of a Deployment without replicas, and Flagger's part in its rollouts. */
export async function playCanary(kubernetes: Kubernetes, options: CanaryOptions): Promise<PlayedCanary> {
  const { namespace, name = 'podinfo', webhooks = defaultWebhooks, clockSkew = 0 } = options;
  const key: ObjectKey = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name };
  const target = `app-${name.replaceAll('.', '-').slice(0, 40)}`.replace(/-+$/, '');
  await kubernetes.apply(canary(key, target, webhooks));
  return playFlagger(
    kubernetes,
    key,
    (revision) => kubernetes.apply(deployment(namespace, target, revision)),
    clockSkew,
  );
}

/** Writes the status of a Canary as Flagger does; `changeTarget` makes the target be of a revision. */
export async function playFlagger(
  kubernetes: Kubernetes,
  key: ObjectKey,
  changeTarget: (revision: string) => Promise<unknown>,
  clockSkew = 0,
): Promise<PlayedCanary> {
  // Rollouts of one canary never begin in the same second.
  let rollouts = 0;
  let revision = 'initial';
  let phase = 'Initialized';
  let promotedAt = timeOf(clockSkew);

  await changeTarget(revision);
  await writeStatus('True');

  async function writeStatus(promoted: 'True' | 'Unknown' | 'False'): Promise<void> {
    const condition = {
      type: 'Promoted',
      status: promoted,
      reason: phase,
      message: '',
      lastTransitionTime: promotedAt,
    };
    const status = {
      phase,
      canaryWeight: 0,
      failedChecks: 0,
      iterations: 0,
      lastAppliedSpec: revision,
      trackedConfigs: {},
      lastTransitionTime: timeOf(0),
      conditions: [{ ...condition, lastUpdateTime: promotedAt }],
    };
    await kubernetes.patch(key, { status }, 'status');
  }

  return {
    key,
    async changeTarget(to) {
      await changeTarget(to);
    },
    async begin(to) {
      rollouts++;
      revision = to;
      phase = 'Progressing';
      promotedAt = timeOf(clockSkew + rollouts * 1000);
      await changeTarget(to);
      await writeStatus('Unknown');
    },
    async restart(to) {
      revision = to;
      phase = 'Progressing';
      await changeTarget(to);
      await writeStatus('Unknown');
    },
    async end(to) {
      phase = to;
      promotedAt = timeOf(clockSkew + rollouts * 1000 + 500);
      await writeStatus(to === 'Succeeded' ? 'True' : 'False');
    },
    async setPhase(to) {
      phase = to;
      await writeStatus('Unknown');
    },
    payload: (metadata) => ({
      name: key.name,
      namespace: key.namespace,
      phase: 'Progressing',
      checksum: checksumOf({ lastAppliedSpec: revision, trackedConfigs: {} }),
      ...(metadata && { metadata }),
    }),
  };
}

const epoch = Date.now();

function timeOf(skew: number): string {
  return `${new Date(epoch + skew).toISOString().slice(0, 19)}Z`;
}

function canary(key: ObjectKey, target: string, webhooks: object[]): KubernetesObject {
  return {
    apiVersion: key.apiVersion,
    kind: key.kind,
    metadata: { namespace: key.namespace, name: key.name },
    spec: {
      suspend: true,
      provider: 'kubernetes',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      service: { port: 8080 },
      analysis: { interval: '10s', threshold: 3, iterations: 2, webhooks },
    },
  };
}

function deployment(namespace: string, name: string, revision: string): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { revision } },
        spec: { containers: [{ name: 'app', image: 'busybox:1.36', command: ['httpd', '-f', '-p', '8080'] }] },
      },
    },
  };
}
