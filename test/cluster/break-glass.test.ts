/**
 * The verifier is gone and a hotfix must go out: what docs/troubleshooting.md says that Flagger does with each wiring, whether
 * skipAnalysis helps, and its commands that take the hooks out and put them back, as a shell runs them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, read } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { kubectl, kubectlProgram } from './kubectl.ts';
import { patience } from './patience.ts';
import type { World } from './rollout.ts';
import { rollouts } from './rollouts.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

const page = read('docs/troubleshooting.md');

/** Two intervals of Flagger, and a half. */
const A_WHILE = 25_000;

interface Hook {
  type: string;
  /** Of the verifier that is gone; the type where it is the same. */
  path?: string;
  retries?: number;
}

const skips = {
  isNotHeard: /^does not help/,
  promotes: /^promotes at the next interval/,
  promotesNext: /set before the (next )?revision comes, it promotes/,
};

interface Wiring {
  name: string;
  hooks: Hook[];
  /** As the row of the page names it. */
  row: RegExp;
  /** In which its new revision stays. */
  phase: 'Waiting' | 'Progressing' | 'WaitingPromotion' | 'Failed';
  skip: keyof typeof skips;
  hasWeights?: boolean;
}

const preRollout: Hook = { type: 'pre-rollout', retries: 60 };
const wirings: Wiring[] = [
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

function rowOf({ row }: Wiring): string[] {
  const [, table = ''] = page.split(/<!-- break-glass: wirings -->|<!-- \/break-glass -->/);
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const [, ...cells] = rows.find(([, first = '']) => row.test(first)) ?? assert.fail(`no row ${row}`);
  return cells;
}

function script(mark: string): string {
  const [, text = ''] = page.split(`<!-- break-glass: ${mark} -->`);
  return /```bash\n([\s\S]*?)```/.exec(text)?.[1] ?? assert.fail(`no commands ${mark}`);
}

function objectsOf(wiring: Wiring, name: string, namespace: string): KubernetesObject[] {
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

class Rollout {
  private readonly world: World;
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

  /** Commands of the page, for this Canary. */
  async shell(mark: string, cwd: string): Promise<void> {
    const { namespace } = this.world;
    const text = script(mark).replaceAll('blue-green', this.name).replaceAll('-n shop', `-n ${namespace}`);
    const PATH = [dirname(await kubectlProgram()), process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH, KUBECONFIG: externalKubeconfig ?? kubeconfig };
    await run('sh', ['-ec', text], { cwd, env });
  }
}

async function begun(world: World, wiring: Wiring, name: string): Promise<Rollout> {
  for (const object of objectsOf(wiring, name, world.namespace)) await world.kubernetes.apply(object);
  const rollout = new Rollout(world, name);
  await rollout.stand(wiring);
  return rollout;
}

async function hooksOut(world: World, wiring: Wiring): Promise<void> {
  const rollout = await begun(world, wiring, `${wiring.name}-out`);
  const analysis = at(await rollout.canary(), 'spec', 'analysis');
  const folder = mkdtempSync(join(tmpdir(), 'break-glass-'));
  try {
    await rollout.shell('out', folder);
    if (wiring.phase === 'Failed') await rollout.revise('3');
    await rollout.untilPhase('Succeeded');
    await rollout.shell('back', folder);
    assert.deepEqual(at(await rollout.canary(), 'spec', 'analysis'), analysis);
    await sleep(A_WHILE);
    assert.equal(await rollout.phase(), 'Succeeded', 'no rollout begins');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function skipAnalysis(world: World, wiring: Wiring): Promise<void> {
  const rollout = await begun(world, wiring, `${wiring.name}-skip`);
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: world.namespace, name: rollout.name };
  await world.kubernetes.patch(key, { spec: { skipAnalysis: true } });
  if (wiring.skip === 'promotesNext') await rollout.revise('3');
  if (wiring.skip !== 'isNotHeard') return rollout.untilPhase('Succeeded');
  await sleep(A_WHILE);
  assert.equal(await rollout.phase(), wiring.phase);
}

describe('The table of docs/troubleshooting.md on a verifier that is gone', () => {
  for (const wiring of wirings)
    it(`says of ${wiring.hooks.map(({ type }) => type).join(' and ')} what is tried here`, () => {
      const [, what = '', skip = ''] = rowOf(wiring);
      assert.match(what, new RegExp(`^${wiring.phase}\\b`));
      assert.match(skip, skips[wiring.skip]);
    });
});

rollouts(
  'The verifier is gone and a hotfix must go out:',
  wirings.flatMap((wiring) => {
    const hooks = wiring.hooks.map(({ type, path = type }) => `${type} → /${path}`).join(', ');
    return [
      {
        title: `${hooks}: the hooks are taken out, it goes out, and they are put back`,
        run: (world) => hooksOut(world, wiring),
      },
      { title: `${hooks}: skipAnalysis does what the page says`, run: (world) => skipAnalysis(world, wiring) },
    ];
  }),
);
