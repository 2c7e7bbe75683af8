/**
 * The rows of the tables in docs/wire.md, "Who is told of a failed test": wirings with their thresholds, and what goes wrong
 * beside a good revision.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hook, type Told, withoutRollback } from './alert-rollouts.ts';
import type { Faltering } from './faltering.ts';
import { get, kubectl } from './kubectl.ts';
import type { World } from './rollout.ts';
import { editSpec, podOf, setVersion, untilRunning, wiringOf } from './rollout-moves.ts';
import { openTo } from './wirings.ts';

export interface Row {
  /** Its first two cells. */
  title: string;
  told: Told;
}

interface Gate {
  title: string;
  wiring: Told['wiring'];
  hooks?: (hooks: Hook[]) => Hook[];
}

const weights = wiringOf('weights with a gate before the first step');
const promotion = wiringOf('blue/green with a gate before the promotion');

const blueGreen: Gate = { title: 'blue/green: `/pre-rollout`', wiring: wiringOf('blue/green') };
const inRollout: Gate = { title: '`/rollout`', wiring: blueGreen.wiring, hooks: asRollout };
const abTesting: Gate = { title: 'A/B testing: `/pre-rollout`', wiring: wiringOf('A/B testing') };
const shortWeights: Gate = { title: 'weights: `/pre-rollout`', wiring: weights, hooks: asPreRollout };
const longWeights: Gate = { title: '`/confirm-traffic-increase`', wiring: weights };
const confirmPromotion: Gate = { title: '`/confirm-promotion`', wiring: promotion };
const webhookBefore: Gate = {
  title: '`/webhook`, `/confirm-traffic-increase`',
  wiring: wiringOf('weights with /webhook before the gate'),
};
const webhookBeside: Gate = {
  title: '`/webhook` in a `rollout` hook, `/confirm-promotion`',
  wiring: promotion,
  hooks: withRolloutHook,
};

function asPreRollout(hooks: Hook[]): Hook[] {
  return hooks.map((hook) => {
    if (hook.type !== 'confirm-traffic-increase') return hook;
    const { name, timeout, url } = hook;
    return { name, timeout, type: 'pre-rollout', url: url.replace(`/${hook.type}`, '/pre-rollout'), retries: 60 };
  });
}

function asRollout(hooks: Hook[]): Hook[] {
  return hooks.map((hook) => {
    if (hook.type !== 'pre-rollout') return hook;
    return { ...hook, type: 'rollout', url: hook.url.replace(`/${hook.type}`, '/rollout') };
  });
}

function withRolloutHook(hooks: Hook[]): Hook[] {
  return hooks.flatMap((hook) => {
    if (hook.type !== 'confirm-promotion') return [hook];
    const { timeout, url } = hook;
    return [{ name: 'e2e-verdict', timeout, type: 'rollout', url: url.replace(`/${hook.type}`, '/webhook') }, hook];
  });
}

const withRollback = ({ title, ...gate }: Gate, thresholds: number[], more?: Partial<Told>): Row[] =>
  thresholds.map((threshold) => ({
    title: `${title}, \`/rollback\` | ${threshold}`,
    told: { ...gate, threshold, ...more },
  }));

const alone = ({ title, wiring, hooks = (all) => all }: Gate, thresholds: number[], more?: Partial<Told>): Row[] =>
  thresholds.map((threshold) => ({
    title: `${title} | ${threshold}`,
    told: { wiring, hooks: (all) => hooks(withoutRollback(all)), threshold, ...more },
  }));

export const failed: Row[] = [
  ...withRollback(blueGreen, [1, 2, 3, 5, 10]),
  ...alone(blueGreen, [1, 2, 3, 5, 10]),
  ...[inRollout, abTesting, shortWeights].flatMap((gate) => [...withRollback(gate, [1, 3]), ...alone(gate, [1, 3])]),
  ...[longWeights, confirmPromotion].flatMap((gate) => [...withRollback(gate, [1, 3]), ...alone(gate, [1])]),
  ...withRollback(webhookBefore, [1, 3]),
  ...alone(webhookBefore, [1, 2, 3]),
  ...withRollback(webhookBeside, [1]),
  ...alone(webhookBeside, [1, 3]),
];

const interval = '1m';
export const failedAtAMinute: Row[] = [
  ...withRollback(blueGreen, [1, 3], { interval }),
  ...alone(blueGreen, [1, 2, 3], { interval }),
  ...[longWeights, confirmPromotion].flatMap((gate) => withRollback(gate, [3], { interval })),
];

export const good: Row[] = [
  ...withRollback(blueGreen, [1, 2, 3]),
  ...alone(blueGreen, [1, 2, 3]),
  ...[longWeights, confirmPromotion].flatMap((gate) => withRollback(gate, [1])),
  ...alone(webhookBefore, [1, 3]),
];

interface Site {
  world: World;
  wiring: Told['wiring'];
  faltering: Faltering;
}

export interface Hiccup {
  title: string;
  before?(site: Site): Promise<unknown>;
  /** Once the Canary is Progressing. */
  meanwhile?(site: Site): Promise<unknown>;
}

export const hiccups: Hiccup[] = [
  {
    title: 'the verifier is away for 40 s (503)',
    before: ({ world, faltering }) => faltering.falter(world.namespace, 40),
  },
  {
    title: 'the E2ESpec is gone for 15 s (404)',
    async meanwhile({ world: { kubernetes, namespace }, wiring: { name } }) {
      const { apiVersion, kind, spec } = await get(['e2e', name, '-n', namespace]);
      await kubectl(['delete', 'e2e', name, '-n', namespace]);
      await sleep(15_000);
      await kubernetes.apply({ apiVersion, kind, metadata: { name, namespace }, spec });
    },
  },
  {
    title: 'the rights are gone for 15 s (403)',
    async meanwhile({ world: { kubernetes, namespace } }) {
      await kubectl(['delete', 'rolebinding', 'e2e-verifier', '-n', namespace]);
      await sleep(15_000);
      await kubernetes.apply(openTo(namespace, 'default'));
    },
  },
  {
    title: 'the target changes during the test (409)',
    async meanwhile({ world, wiring }) {
      await untilRunning(world);
      await setVersion(world, wiring, '3');
    },
  },
  {
    title: "the test's pod is deleted",
    async meanwhile({ world }) {
      const job = await untilRunning(world);
      await kubectl(['delete', 'pod', await podOf(world, job), '-n', world.namespace]);
    },
  },
  {
    title: 'the test cannot run, its tries are used up (424)',
    before: ({ world, wiring }) => editSpec(world, wiring, { command: ['/none'], args: [], inconclusiveRetries: 0 }),
  },
];
