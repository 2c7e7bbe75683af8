/**
 * A rollout whose processes die: Flagger and the verifier are killed while they wait.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { jobsOf } from './rollout.ts';
import {
  assertPassedOnce,
  begin,
  editSpec,
  lasting,
  setVersion,
  untilPhase,
  untilRunning,
  wiringOf,
} from './rollout-moves.ts';

const waits = wiringOf('blue/green');

// Not watched over: what the others call a broken cluster is what this one makes.
describe('A rollout whose processes die', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  before(async () => {
    kubernetes = await connect();
  });
  after(() => kubernetes.stop());

  it('goes on where it was when Flagger and the verifier are killed while they wait, and runs nothing twice', async () => {
    const world = { kubernetes, namespace: await kubernetes.namespace() };
    await begin(world, waits);
    await editSpec(world, waits, lasting(45));
    await setVersion(world, waits, '2');
    const job = await untilRunning(world);
    const kill = ['delete', 'pods', '--force', '--grace-period=0', '--wait=false'];
    await kubectl(['-n', 'default', ...kill, '-l', 'serving.knative.dev/service=e2e-verifier']);
    await kubectl(['-n', 'flagger-system', ...kill, '-l', 'app=flagger']);
    assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Succeeded');
    assert.deepEqual(
      (await jobsOf(world)).map(({ metadata }) => metadata.uid),
      [job.metadata.uid],
    );
    await assertPassedOnce(world, waits, 1);
  });
});
