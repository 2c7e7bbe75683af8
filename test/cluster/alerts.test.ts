/**
 * Who is told of a failed test, by Flagger's alerts: what docs/flagger.md says of the wirings that people choose between.
 * Its whole table is measured by `npm run alert-table`.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { beginTold, endings, rollTold, type Told, withoutRollback } from './alert-rollouts.ts';
import { alertsOf, type Receiver, startReceiver } from './alerts.ts';
import { connect } from './kubernetes.ts';
import { story, untilInitialized, type World } from './rollout.ts';
import { wiringOf } from './rollout-moves.ts';
import { unlessBroken } from './unless-broken.ts';
import { applyExample, integration } from './wirings.ts';

const byHook = 'green: Rolling back manual webhook invoked';
const byThreshold = (threshold: number) => `red: Failed checks threshold reached ${threshold}`;

interface Choice extends Told {
  title: string;
  error: string[];
  warn: string[];
  /** From the end of the test's container to the rollback. */
  withinSeconds: number;
}

const interval = 10;
const preRollout = wiringOf('blue/green');

const choices: Choice[] = [
  {
    title: '/rollback and a threshold of 3: a green warning, and nothing for severity error',
    wiring: preRollout,
    threshold: 3,
    error: [],
    warn: [byHook],
    withinSeconds: 2 * interval,
  },
  {
    title: '/rollback and a threshold of 1: both',
    wiring: preRollout,
    threshold: 1,
    error: [byThreshold(1)],
    warn: [byHook, byThreshold(1)],
    withinSeconds: 2 * interval,
  },
  {
    title: 'a threshold of 2 without /rollback: the red one alone',
    wiring: preRollout,
    threshold: 2,
    hooks: withoutRollback,
    error: [byThreshold(2)],
    warn: [byThreshold(2)],
    withinSeconds: 3 * interval,
  },
  {
    title: '/confirm-traffic-increase and /rollback: nothing for severity error, whatever the threshold',
    wiring: wiringOf('weights with a gate before the first step'),
    threshold: 1,
    error: [],
    warn: [byHook],
    withinSeconds: 2 * interval,
  },
  {
    title: '/confirm-promotion and /rollback: nothing for severity error, whatever the threshold',
    wiring: wiringOf('blue/green with a gate before the promotion'),
    threshold: 1,
    error: [],
    warn: [byHook],
    withinSeconds: 3 * interval,
  },
];

interface ToldWorld extends World {
  receiver: Receiver;
}

const cases: Case<ToldWorld>[] = [
  ...choices.map((choice) => ({
    title: choice.title,
    async run({ receiver, ...world }: ToldWorld) {
      await beginTold(world, choice, receiver);
      const { phase, seconds = Number.NaN } = await rollTold(world, choice.wiring, 'broken', 120);
      const told = await story(world, choice.wiring, []);
      assert.equal(phase, 'Failed', told);
      const alerts = endings(await alertsOf(receiver, `${choice.wiring.name}.${world.namespace}`));
      const { error, warn } = choice;
      assert.deepEqual(alerts, { error, warn, info: warn, none: [] }, told);
      assert.ok(seconds <= choice.withinSeconds, `${seconds} s after its test had ended:\n${told}`);
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
  this.timeout(200_000);
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
