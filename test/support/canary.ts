/**
 * A Canary whose status is written as Flagger writes it, so that a rollout can be played without Flagger.
 * It is suspended: a real Flagger leaves its status alone.
 */
import { checksumOf } from '../../function/flagger/checksum.ts';
import { idleDeployment, templateOf } from './deployment.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from './kubernetes.ts';
import { workloadOf } from './workload.ts';

export interface PlayedCanary {
  key: ObjectKey;
  /**
   * A new rollout to this revision: the target changes and is scaled up, the condition Promoted turns Unknown at a new
   * time. Resolves when the target is rolled out; at once for a revision that shall never be ready.
   */
  begin(revision: string, options?: { ready: boolean }): Promise<void>;
  /** Another revision inside the same rollout, as when Flagger restarts the analysis; rolled out as well. */
  restart(revision: string): Promise<void>;
  /** The end of the rollout, as the next one finds it: the target is scaled to zero. */
  end(phase: 'Succeeded' | 'Failed'): Promise<void>;
  setPhase(phase: string): Promise<void>;
  /** Changes the target without Flagger having noticed. It is rolled out then, unless it is scaled to zero. */
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
  webhooks?: { name: string; type: string; url: string; timeout?: string; metadata?: Record<string, string> }[];
  /** Milliseconds by which Flagger's clock is off. */
  clockSkew?: number;
}

const host = 'http://e2e-verifier.default';

export const defaultWebhooks = [
  { name: 'e2e', type: 'pre-rollout', url: `${host}/pre-rollout` },
  { name: 'e2e-failed', type: 'rollback', url: `${host}/rollback` },
];

/** A Canary of a Deployment, idle at first, and Flagger's part in its rollouts. */
export async function playCanary(kubernetes: Kubernetes, options: CanaryOptions): Promise<PlayedCanary> {
  const { namespace, name = 'podinfo', webhooks = defaultWebhooks, clockSkew = 0 } = options;
  const key: ObjectKey = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name };
  const app = `app-${name.replaceAll('.', '-').slice(0, 40)}`.replace(/-+$/, '');
  const target: ObjectKey = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: app };
  await kubernetes.apply(canary(key, app, webhooks));
  await kubernetes.apply(idleDeployment(target));
  const changeTarget = (revision: string, ready: boolean) =>
    kubernetes.patch(target, { spec: { template: templateOf(app, revision, ready) } });
  return playFlagger(kubernetes, key, changeTarget, clockSkew);
}

/**
 * Writes the status of a Canary as Flagger does, and scales its target; `changeTarget` makes that be of a revision,
 * which is ready or never will be.
 */
export async function playFlagger(
  kubernetes: Kubernetes,
  key: ObjectKey,
  changeTarget: (revision: string, ready: boolean) => Promise<unknown>,
  clockSkew = 0,
): Promise<PlayedCanary> {
  const workload = await workloadOf(kubernetes, key);
  // Rollouts of one canary never begin in the same second.
  let rollouts = 0;
  let revision = 'initial';
  let phase = 'Initialized';
  let promoted = revision;
  let promotedAt = timeOf(clockSkew);

  await changeTarget(revision, true);
  await workload?.scaleToZero();
  await writeStatus('True');

  async function writeStatus(isPromoted: 'True' | 'Unknown' | 'False'): Promise<void> {
    const condition = {
      type: 'Promoted',
      status: isPromoted,
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
      lastPromotedSpec: promoted,
      trackedConfigs: {},
      lastTransitionTime: timeOf(0),
      conditions: [{ ...condition, lastUpdateTime: promotedAt }],
    };
    await kubernetes.patch(key, { status }, 'status');
  }

  return {
    key,
    async changeTarget(to) {
      await changeTarget(to, true);
      await workload?.untilRolledOut();
    },
    async begin(to, { ready } = { ready: true }) {
      rollouts++;
      revision = to;
      phase = 'Progressing';
      promotedAt = timeOf(clockSkew + rollouts * 1000);
      await changeTarget(to, ready);
      await workload?.scaleUp();
      await writeStatus('Unknown');
      if (ready) await workload?.untilRolledOut();
    },
    async restart(to) {
      revision = to;
      phase = 'Progressing';
      await changeTarget(to, true);
      await writeStatus('Unknown');
      await workload?.untilRolledOut();
    },
    async end(to) {
      phase = to;
      if (to === 'Succeeded') promoted = revision;
      promotedAt = timeOf(clockSkew + rollouts * 1000 + 500);
      await workload?.scaleToZero();
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
