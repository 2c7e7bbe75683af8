/**
 * The tables of docs/flagger.md, "Who is told of a failed test", measured with the real Flagger:
 * `npm run alert-table -- failed | hiccups | minute [--at-once 12]`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Kubernetes } from '../support/kubernetes.ts';
import { beginTold, endings, type Hook, type Outcome, rollTold, type Told, withoutRollback } from './alert-rollouts.ts';
import { alertsOf, type Receiver, severities, startReceiver } from './alerts.ts';
import { type Faltering, startFaltering } from './faltering.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { story, type World } from './rollout.ts';
import { editSpec, podOf, setVersion, untilRunning, wiringOf } from './rollout-moves.ts';
import { openTo } from './wirings.ts';

interface Row {
  title: string;
  told: Told;
}

const same = (hooks: Hook[]): Hook[] => hooks;
const gates = {
  'blue/green, `/pre-rollout`': { wiring: wiringOf('blue/green') },
  'A/B testing, `/pre-rollout`': { wiring: wiringOf('A/B testing') },
  'weights, `/pre-rollout`': { wiring: wiringOf('weights with a gate before the first step'), change: asPreRollout },
  'weights, `/confirm-traffic-increase`': { wiring: wiringOf('weights with a gate before the first step') },
  'weights, `/webhook` and `/confirm-traffic-increase`': { wiring: wiringOf('weights with /webhook before the gate') },
  'blue/green, `/confirm-promotion`': { wiring: wiringOf('blue/green with a gate before the promotion') },
  'blue/green, `/webhook` in a `rollout` hook and `/confirm-promotion`': {
    wiring: wiringOf('blue/green with a gate before the promotion'),
    change: withRolloutHook,
  },
} satisfies Record<string, Pick<Told, 'wiring'> & { change?: (hooks: Hook[]) => Hook[] }>;
type Gate = keyof typeof gates;

function asPreRollout(hooks: Hook[]): Hook[] {
  const path = '/confirm-traffic-increase';
  return hooks.map((hook) => {
    const { type, name, url, timeout } = hook;
    if (type !== 'confirm-traffic-increase') return hook;
    return { name, type: 'pre-rollout', url: url.replace(path, '/pre-rollout'), timeout, retries: 60 };
  });
}

function withRolloutHook(hooks: Hook[]): Hook[] {
  const url = hooks[0]?.url.replace('/confirm-rollout', '/webhook') ?? '';
  return [{ name: 'e2e-verdict', type: 'rollout', url, timeout: '30s' }, ...hooks];
}

function row(gate: Gate, rollbackHook: boolean, threshold: number, more: Partial<Told> = {}): Row {
  const entry: Pick<Told, 'wiring'> & { change?: (hooks: Hook[]) => Hook[] } = gates[gate];
  const { wiring, change = same } = entry;
  const hooks = (all: Hook[]) => change(rollbackHook ? all : withoutRollback(all));
  const title = `${gate}${rollbackHook ? ' and `/rollback`' : ''} | ${threshold}`;
  return { title, told: { wiring, threshold, hooks, ...more } };
}

const rows = (gate: Gate, rollbackHook: boolean, thresholds: number[], more?: Partial<Told>) =>
  thresholds.map((threshold) => row(gate, rollbackHook, threshold, more));

const failed: Row[] = [
  ...rows('blue/green, `/pre-rollout`', true, [1, 2, 3, 5, 10]),
  ...rows('blue/green, `/pre-rollout`', false, [1, 2, 3, 5, 10]),
  ...rows('A/B testing, `/pre-rollout`', true, [1, 3]),
  ...rows('A/B testing, `/pre-rollout`', false, [1, 3]),
  ...rows('weights, `/pre-rollout`', true, [1, 3]),
  ...rows('weights, `/pre-rollout`', false, [1, 3]),
  ...rows('weights, `/confirm-traffic-increase`', true, [1, 3]),
  ...rows('weights, `/confirm-traffic-increase`', false, [1]),
  ...rows('weights, `/webhook` and `/confirm-traffic-increase`', true, [1, 3]),
  ...rows('weights, `/webhook` and `/confirm-traffic-increase`', false, [1, 2, 3]),
  ...rows('blue/green, `/confirm-promotion`', true, [1, 3]),
  ...rows('blue/green, `/confirm-promotion`', false, [1]),
  ...rows('blue/green, `/webhook` in a `rollout` hook and `/confirm-promotion`', true, [1]),
  ...rows('blue/green, `/webhook` in a `rollout` hook and `/confirm-promotion`', false, [1, 3]),
];

const aMinute: Row[] = [
  ...rows('blue/green, `/pre-rollout`', true, [1, 3], { interval: '1m' }),
  ...rows('blue/green, `/pre-rollout`', false, [1, 2, 3], { interval: '1m' }),
  ...rows('weights, `/confirm-traffic-increase`', true, [3], { interval: '1m' }),
  ...rows('blue/green, `/confirm-promotion`', true, [3], { interval: '1m' }),
];

const disturbed: Row[] = [
  ...rows('blue/green, `/pre-rollout`', true, [1, 2, 3]),
  ...rows('blue/green, `/pre-rollout`', false, [1, 2, 3]),
  ...rows('weights, `/confirm-traffic-increase`', true, [1]),
  ...rows('weights, `/webhook` and `/confirm-traffic-increase`', false, [1, 3]),
  ...rows('blue/green, `/confirm-promotion`', true, [1]),
];

interface Site {
  world: World;
  told: Told;
  faltering: Faltering;
}

/** What goes wrong beside a good revision, and is well again after a while. */
const hiccups: Record<string, { before?(site: Site): Promise<unknown>; meanwhile?(site: Site): Promise<unknown> }> = {
  'the verifier is away for 40 s': {
    before: ({ world, faltering }) => faltering.falter(world.namespace, 40),
  },
  'the E2ESpec is gone for 15 s': {
    async meanwhile({ world, told: { wiring } }) {
      const { namespace } = world;
      const spec = JSON.parse(await kubectl(['get', 'e2e', wiring.name, '-n', namespace, '-o', 'json']));
      await kubectl(['delete', 'e2e', wiring.name, '-n', namespace]);
      await sleep(15_000);
      const { metadata: _, status: __, ...rest } = spec;
      await world.kubernetes.apply({ ...rest, metadata: { name: wiring.name, namespace } });
    },
  },
  'rights are gone for 15 s': {
    async meanwhile({ world: { kubernetes, namespace } }) {
      await kubectl(['delete', 'rolebinding', 'e2e-verifier', '-n', namespace]);
      await sleep(15_000);
      await kubernetes.apply(openTo(namespace, 'default'));
    },
  },
  'the pod of the test is deleted once': {
    async meanwhile({ world }) {
      const job = await untilRunning(world);
      await kubectl(['delete', 'pod', await podOf(world, job), '-n', world.namespace]);
    },
  },
  'the test cannot run (424)': {
    before: ({ world, told: { wiring } }) =>
      editSpec(world, wiring, { command: ['/none'], args: [], inconclusiveRetries: 0 }),
  },
  'the target changes during the test (409)': {
    async meanwhile({ world, told: { wiring } }) {
      await untilRunning(world);
      await setVersion(world, wiring, '3');
    },
  },
};

const { values, positionals } = parseArgs({
  options: { 'at-once': { type: 'string', default: '12' } },
  allowPositionals: true,
});
const atOnce = Number(values['at-once']);

async function pooled<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const secondsOf = ({ phase, seconds }: Outcome) =>
  phase === 'Failed' ? `${seconds ?? '?'} s` : `not within 100 s (${phase})`;

async function fails(kubernetes: Kubernetes, receiver: Receiver, { title, told }: Row): Promise<string> {
  const world = { kubernetes, namespace: await kubernetes.namespace() };
  await beginTold(world, told, receiver);
  const outcome = await rollTold(world, told.wiring, 'broken', told.interval === undefined ? 160 : 400);
  const alerts = endings(await alertsOf(receiver, `${told.wiring.name}.${world.namespace}`));
  const cells = severities.map((severity) => counted(alerts[severity]));
  const line = `| ${title} | ${secondsOf(outcome)} | ${outcome.failedChecks} | ${cells.join(' | ')} |`;
  console.error(line);
  return line;
}

function counted(texts: string[]): string {
  const count = (text: string) => texts.filter((each) => each === text).length;
  const told = [...new Set(texts)].map((text) => (count(text) > 1 ? `${text} (${count(text)} times)` : text));
  return told.join('; ') || 'nothing';
}

async function stumbles(
  kubernetes: Kubernetes,
  receiver: Receiver,
  faltering: Faltering,
  hiccup: string,
  { title, told }: Row,
): Promise<string> {
  const world = { kubernetes, namespace: await kubernetes.namespace() };
  const site = { world, told: { ...told, home: faltering.home }, faltering };
  await beginTold(world, site.told, receiver);
  const { before, meanwhile } = hiccups[hiccup] ?? {};
  await before?.(site);
  const outcome = await rollTold(world, told.wiring, '2', 240, async () => meanwhile?.(site));
  await sleep(2000); // Flagger tells of a success after it
  const alerts = endings(await alertsOf(receiver, `${told.wiring.name}.${world.namespace}`));
  const line = `| ${hiccup} | ${title} | ${outcome.phase} | ${outcome.failedChecks} | ${counted(alerts.error)} | ${counted(alerts.warn)} |`;
  console.error(line, process.env['STORY'] ? await story(world, told.wiring, []) : '');
  return line;
}

const kubernetes = await connect();
try {
  const receiver = await startReceiver(kubernetes);
  const [what = 'failed', only = ''] = positionals;
  if (what === 'hiccups') {
    const faltering = await startFaltering(kubernetes);
    const items = Object.keys(hiccups)
      .filter((hiccup) => hiccup.includes(only))
      .flatMap((hiccup) => disturbed.map((each) => ({ hiccup, each })));
    const lines = await pooled(items, ({ hiccup, each }) => stumbles(kubernetes, receiver, faltering, hiccup, each));
    console.log(lines.join('\n'));
  } else {
    const wanted = (what === 'minute' ? aMinute : failed).filter(({ title }) => title.includes(only));
    console.log((await pooled(wanted, (each) => fails(kubernetes, receiver, each))).join('\n'));
  }
} finally {
  await kubernetes.stop();
}
