/**
 * Canaries whose webhooks lead to a verifier that is not there, one for each wiring, and the moves of their rollouts.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import type { World } from './rollout.ts';

/** Two intervals of Flagger, and a half. */
export const A_WHILE = 25_000;

interface Hook {
  type: string;
  /** Of the verifier that is gone; the type where it is the same. */
  path?: string;
  retries?: number;
}

export interface Wiring {
  name: string;
  hooks: Hook[];
  /** As the row of docs/troubleshooting.md begins. */
  row: RegExp;
  /** In which its new revision stays. */
  phase: 'Waiting' | 'Progressing' | 'WaitingPromotion' | 'Failed';
  /** What `skipAnalysis` does, set while it stays so. */
  skip: 'isNotHeard' | 'promotes' | 'promotesNext';
  hasWeights?: boolean;
}

const preRollout: Hook = { type: 'pre-rollout', retries: 60 };
export const wirings: Wiring[] = [
  {
    name: 'whole',
    hooks: [{ type: 'confirm-rollout' }, preRollout],
    row: /^`confirm-rollout`/,
    phase: 'Waiting',
    skip: 'isNotHeard',
  },
  {
    name: 'pre',
    hooks: [preRollout],
    row: /^`pre-rollout` with `retries: 60`/,
    phase: 'Progressing',
    skip: 'isNotHeard',
  },
  {
    name: 'weights',
    hooks: [{ type: 'confirm-traffic-increase' }],
    row: /^`confirm-traffic-increase`/,
    phase: 'Progressing',
    skip: 'promotes',
    hasWeights: true,
  },
  {
    name: 'promotion',
    hooks: [{ type: 'confirm-promotion' }],
    row: /^`confirm-promotion`/,
    phase: 'WaitingPromotion',
    skip: 'promotes',
  },
  {
    name: 'webhook',
    hooks: [{ type: 'pre-rollout', path: 'webhook' }],
    row: /^`pre-rollout` without `retries`/,
    phase: 'Failed',
    skip: 'promotesNext',
  },
  { name: 'rollout', hooks: [{ type: 'rollout' }], row: /^`rollout`/, phase: 'Failed', skip: 'promotesNext' },
];

export function objectsOf(wiring: Wiring, name: string, namespace: string): KubernetesObject[] {
  const container = {
    name: 'web',
    image: 'busybox:1.36',
    command: ['sleep', '3600'],
    ports: [{ containerPort: 8080 }],
  };
  const template = {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  };
  const all: Hook[] = [...wiring.hooks, { type: 'rollback' }];
  const webhooks = all.map(({ type, path = type, retries }) => ({
    name: `e2e-${type}`,
    type,
    url: `http://e2e-verifier.${namespace}/${path}`,
    timeout: '30s',
    ...(retries !== undefined && { retries }),
  }));
  const steps = wiring.hasWeights === true ? { maxWeight: 50, stepWeight: 50 } : { iterations: 1 };
  const gatewayRefs = [{ name: 'gateway', namespace }];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace, name },
      spec: { selector: { matchLabels: { app: name } }, template },
    },
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { namespace, name },
      spec: {
        provider: wiring.hasWeights === true ? 'gatewayapi:v1' : 'kubernetes',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 8080, ...(wiring.hasWeights === true && { hosts: [`${name}.example.com`], gatewayRefs }) },
        analysis: { interval: '10s', threshold: 3, ...steps, webhooks },
      },
    },
  ];
}

export class Rollout {
  readonly world: World;
  readonly name: string;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  canary(): Promise<KubernetesObject | undefined> {
    const { kubernetes, namespace } = this.world;
    return kubernetes.get({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: this.name });
  }

  async phase(): Promise<string> {
    return String(at(await this.canary(), 'status', 'phase'));
  }

  async untilPhase(...phases: string[]): Promise<void> {
    const missed = async () => {
      const phase = await this.phase();
      return phases.includes(phase) ? [] : [`${this.name} is ${phase}, not ${phases.join(' or ')}`];
    };
    await until(`${this.name} is ${phases.join(' or ')}`, missed, patience.ms);
  }

  async revise(version: string): Promise<void> {
    await kubectl(['-n', this.world.namespace, 'set', 'env', `deployment/${this.name}`, `VERSION=${version}`]);
  }

  /** A new revision, until Flagger has come to the hook that nobody answers. */
  async stand({ phase }: Wiring): Promise<void> {
    await this.untilPhase('Initialized');
    await this.revise('2');
    await this.untilPhase(phase);
    await sleep(A_WHILE);
    assert.equal(await this.phase(), phase, 'it stays so');
  }
}
