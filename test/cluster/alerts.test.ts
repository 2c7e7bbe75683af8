/**
 * Who is told of a failed test, by Flagger's alerts: what docs/wire.md says of the wirings that people choose between.
 * Its whole table is measured by `npm run alert-table`.
 */
import assert from 'node:assert/strict';
import { read } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { beginTold, endings, rollTold, type Told, withoutRollback } from './alert-rollouts.ts';
import { alertsOf, type Receiver, startReceiver } from './alerts.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { story, untilInitialized, type World } from './rollout.ts';
import { wiringOf } from './rollout-moves.ts';
import { unlessBroken } from './unless-broken.ts';
import { applyExample, integration } from './wirings.ts';

const byHook = 'green: Rolling back manual webhook invoked';
const byThreshold = (threshold: number) => `red: Failed checks threshold reached ${threshold}`;

interface Choice extends Told {
  /** Of the table in docs/wire.md. */
  row: string;
  /** Flagger's intervals from the end of the test's container to the rollback, at most. */
  intervals: number;
}

const preRollout = wiringOf('blue/green');
// Asked at each tick alone, so that a long test would show nothing more.
const atOnce = { testSeconds: 1 };

const choices: Choice[] = [
  { row: '`/pre-rollout`, `/rollback`', wiring: preRollout, threshold: 3, intervals: 2 },
  { row: '`/pre-rollout`, `/rollback`', wiring: preRollout, threshold: 1, intervals: 2 },
  { row: '`/pre-rollout`', wiring: preRollout, hooks: withoutRollback, threshold: 2, intervals: 3 },
  {
    row: '`/confirm-traffic-increase`, `/rollback`',
    wiring: wiringOf('weights with a gate before the first step'),
    threshold: 1,
    intervals: 3,
    ...atOnce,
  },
  {
    row: '`/confirm-promotion`, `/rollback`',
    wiring: wiringOf('blue/green with a gate before the promotion'),
    threshold: 1,
    intervals: 3,
    ...atOnce,
  },
];

/** What the document says is told to entries of severity error and of severity warn. */
function documented({ row, threshold }: Choice): { error: string[]; warn: string[] } {
  const [, table = ''] = read('docs/wire.md').split(/<!-- \/?alerts -->/);
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const found = rows.filter(
    ([, hooks, thresholds = '']) =>
      hooks === row && (thresholds === 'any' || thresholds.split(', ').includes(String(threshold))),
  );
  const [[, , , , , error = '', warn = ''] = []] = found;
  assert.equal(found.length, 1, `${row}, ${threshold}`);
  return { error: textsOf(error, threshold), warn: textsOf(warn, threshold) };
}

function textsOf(cell: string, threshold: number): string[] {
  const texts: Record<string, string[]> = { nothing: [], green: [byHook], red: [byThreshold(threshold)] };
  return cell.split(', ').flatMap((color) => texts[color] ?? assert.fail(cell));
}

interface ToldWorld extends World {
  receiver: Receiver;
}

const cases: Case<ToldWorld>[] = [
  ...choices.map((choice) => ({
    title: `${choice.row} and a threshold of ${choice.threshold}: what docs/wire.md says`,
    async run({ receiver, ...world }: ToldWorld) {
      await beginTold(world, choice, receiver);
      const { phase, seconds = Number.NaN } = await rollTold(world, choice.wiring, 'broken', 120);
      const told = await story(world, choice.wiring, []);
      assert.equal(phase, 'Failed', told);
      const alerts = endings(await alertsOf(receiver, `${choice.wiring.name}.${world.namespace}`));
      const { error, warn } = documented(choice);
      assert.deepEqual(alerts, { error, warn, info: warn, none: [] }, told);
      assert.ok(seconds <= 10 * choice.intervals, `${seconds} s after its test had ended:\n${told}`);
    },
  })),
  {
    title: `${integration.file} as it stands: whoever reads at its address`,
    async run({ receiver, ...world }) {
      const { kubernetes, namespace } = world;
      await applyExample(kubernetes, namespace, integration);
      const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'my-app-alerts' };
      await kubernetes.patch(secret, { stringData: { address: receiver.address('warn') } });
      await untilInitialized(world, integration);
      const { phase } = await rollTold(world, integration, 'broken', 120);
      assert.equal(phase, 'Failed', await story(world, integration, []));
      const { warn } = endings(await alertsOf(receiver, `${integration.name}.${namespace}`));
      assert.deepEqual(warn, [byHook]);
    },
  },
];

describe('Of a failed test Flagger tells by alerts, with', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let receiver: Promise<Receiver>;
  before(async () => {
    kubernetes = await connect();
    receiver = startReceiver(kubernetes);
    await receiver;
  });
  after(() => kubernetes?.stop());
  const enter = async () => ({ kubernetes, namespace: await kubernetes.namespace(), receiver: await receiver });
  const guarded = cases.map(({ title, run }) => ({
    title,
    run: (world: ToldWorld) => unlessBroken(run(world)),
  }));
  sideBySide(cases.length, enter, guarded);
});
