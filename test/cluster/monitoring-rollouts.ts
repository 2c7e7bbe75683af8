/**
 * Rollouts by the real Flagger that do not get on, and what the series and the alerts of knative/monitoring/ say of each.
 */
import assert from 'node:assert/strict';
import { until } from '../support/environment.ts';
import type { Stack } from './monitoring-stack.ts';
import { untilInitialized, type World } from './rollout.ts';
import { editCanary, editSpec, setVersion, untilPhase, wiringOf } from './rollout-moves.ts';
import { applyExample, type Wiring } from './wirings.ts';

export interface Monitored extends World {
  stack: Stack;
}

const waiting = wiringOf('blue/green');
const standing = wiringOf('weights with a gate before the first step');

/** With this gate alone, which nobody answers, and a test that may take as little as any. */
async function begin(world: World, wiring: Wiring, type: string): Promise<void> {
  await applyExample(world.kubernetes, world.namespace, wiring);
  const webhooks = [{ name: 'gate', type, url: 'http://nowhere.invalid', timeout: '2s', muteAlert: true }];
  await editCanary(world, wiring, [{ op: 'replace', path: '/spec/analysis/webhooks', value: webhooks }]);
  await editSpec(world, wiring, { activeDeadlineSeconds: 10, inconclusiveRetries: 0 });
  await untilInitialized(world, wiring);
  await setVersion(world, wiring, '2');
}

export function rolloutsOfFlagger(world: () => Monitored): void {
  const values = (series: string, labels: string) => {
    const { stack, namespace } = world();
    return stack.values(`${series}{namespace="${namespace}",${labels}}`);
  };
  const statusOf = ({ name }: Wiring) => values('flagger_canary_status', `name="${name}"`);

  it('tells a canary that waits for approval from one that has succeeded', async () => {
    const { stack, namespace, ...rest } = world();
    const { name } = waiting;
    await begin({ ...rest, namespace }, waiting, 'confirm-rollout');
    await untilPhase({ ...rest, namespace }, waiting, ['Waiting']);
    const isWaiting = () => values('e2e_canary_phase', `canary="${name}",phase="Waiting"`);
    await until(isWaiting, ([value]) => value === 1);
    // The same as after a success.
    assert.deepEqual(await statusOf(waiting), [1]);
    // It fires after a quarter of an hour: test/docs/alerts/ has that.
    const pending = `ALERTS{namespace="${namespace}",alertname="E2EGateWaiting",alertstate="pending"}`;
    const [alert] = await until(
      () => stack.query(pending),
      (samples) => samples.length === 1,
    );
    assert.equal(alert?.labels['canary'], name);
  });

  it('tells of a canary that stands still for longer than its test may take', async () => {
    const { stack, namespace, ...rest } = world();
    const { name } = standing;
    await begin({ ...rest, namespace }, standing, 'confirm-traffic-increase');
    await untilPhase({ ...rest, namespace }, standing, ['Progressing']);
    await until(
      () => statusOf(standing),
      ([value]) => value === 0,
    );
    assert.deepEqual(await values('e2e_canary_longest_run_seconds', `canary="${name}"`), [70]);
    const [alert] = await until(
      () => stack.alerts('E2EGateStuck', namespace),
      (alerts) => alerts.length === 1,
      200,
    );
    assert.equal(alert?.labels['canary'], name);
  });
}
