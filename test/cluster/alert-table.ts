/**
 * The tables of docs/wire.md, "Who is told of a failed test", measured with the real Flagger, row by row:
 * `npm run alert-table -- failed | hiccups | minute [WORDS OF A ROW] [--at-once 8]`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Kubernetes } from '../support/kubernetes.ts';
import { beginTold, endings, type Outcome, rollTold } from './alert-rollouts.ts';
import { failed, failedAtAMinute, good, type Hiccup, hiccups, type Row } from './alert-rows.ts';
import { alertsOf, type Receiver, severities, startReceiver } from './alerts.ts';
import { type Faltering, startFaltering } from './faltering.ts';
import { connect } from './kubernetes.ts';

const A_WHILE_SECONDS = 160;
const LONGEST_SECONDS = 400;

async function fails(kubernetes: Kubernetes, receiver: Receiver, { title, told }: Row): Promise<string> {
  const world = { kubernetes, namespace: await kubernetes.namespace() };
  await beginTold(world, told, receiver);
  const seconds = told.interval === undefined ? A_WHILE_SECONDS : LONGEST_SECONDS;
  const outcome = await rollTold(world, told.wiring, 'broken', seconds);
  const alerts = endings(await alertsOf(receiver, `${told.wiring.name}.${world.namespace}`));
  return cells(title, when(outcome), ...severities.map((severity) => counted(alerts[severity])));
}

async function stumbles(
  kubernetes: Kubernetes,
  receiver: Receiver,
  faltering: Faltering,
  [hiccup, { title, told }]: [Hiccup, Row],
): Promise<string> {
  const world = { kubernetes, namespace: await kubernetes.namespace() };
  const { wiring } = told;
  const site = { world, wiring, faltering };
  await beginTold(world, { ...told, home: faltering.home }, receiver);
  await hiccup.before?.(site);
  const { phase, failedChecks } = await rollTold(world, wiring, '2', LONGEST_SECONDS, async () =>
    hiccup.meanwhile?.(site),
  );
  await sleep(2000); // a success is told after the phase
  const { error, warn } = endings(await alertsOf(receiver, `${wiring.name}.${world.namespace}`));
  return cells(hiccup.title, title, phase, String(failedChecks), counted(error), counted(warn));
}

function when({ phase, seconds }: Outcome): string {
  return phase === 'Failed' ? `${seconds ?? '?'} s` : `not within ${A_WHILE_SECONDS} s: ${phase}`;
}

function counted(texts: string[]): string {
  const count = (text: string) => texts.filter((each) => each === text).length;
  return [...new Set(texts)].map((text) => `${text} (${count(text)})`).join('; ') || 'nothing';
}

const cells = (...texts: string[]) => `| ${texts.join(' | ')} |`;

/** A few at once; each row is printed when it is there. */
async function printEach<Item>(items: Item[], atOnce: number, measure: (item: Item) => Promise<string>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) console.log(await measure(next));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const { values, positionals } = parseArgs({
  options: { 'at-once': { type: 'string', default: '8' } },
  allowPositionals: true,
});
const [table = 'failed', words = ''] = positionals;
const atOnce = Number(values['at-once']);
const wanted = ({ title }: { title: string }) => title.includes(words);

const kubernetes = await connect();
try {
  const receiver = await startReceiver(kubernetes);
  if (table === 'hiccups') {
    const faltering = await startFaltering(kubernetes);
    const items = hiccups.filter(wanted).flatMap((hiccup) => good.map((row): [Hiccup, Row] => [hiccup, row]));
    await printEach(items, atOnce, (item) => stumbles(kubernetes, receiver, faltering, item));
  } else {
    const rows = (table === 'minute' ? failedAtAMinute : failed).filter(wanted);
    await printEach(rows, atOnce, (row) => fails(kubernetes, receiver, row));
  }
} finally {
  await kubernetes.stop();
}
