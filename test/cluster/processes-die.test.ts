/**
 * What goes on when processes die: a rollout whose Flagger and verifier are killed, and a run that was asked of /run.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, tokenOf } from '../support/caller.ts';
import { at } from '../support/documents.ts';
import { passing } from '../support/environment.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { goInside } from './inside.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
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
import { openTo } from './wirings.ts';

const waits = wiringOf('blue/green');

const e2eSpec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec' };
const kill = ['delete', 'pods', '--force', '--grace-period=0', '--wait=false'];
const killVerifier = () => kubectl(['-n', 'default', ...kill, '-l', 'serving.knative.dev/service=e2e-verifier']);

// Not watched over: what the others call a broken cluster is what this one makes.
describe('When processes die', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  before(async () => {
    kubernetes = await connect();
  });
  after(() => kubernetes.stop());

  it('a rollout goes on where it was, Flagger and the verifier killed while they wait, and runs nothing twice', async () => {
    const world = { kubernetes, namespace: await kubernetes.namespace() };
    await begin(world, waits);
    await editSpec(world, waits, lasting(45));
    await setVersion(world, waits, '2');
    const job = await untilRunning(world);
    await killVerifier();
    await kubectl(['-n', 'flagger-system', ...kill, '-l', 'app=flagger']);
    assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Succeeded');
    assert.deepEqual(
      (await jobsOf(world)).map(({ metadata }) => metadata.uid),
      [job.metadata.uid],
    );
    await assertPassedOnce(world, waits, 1);
  });

  it('what was asked of /run goes on, whether the verifier is killed before its Job is there or after', async () => {
    const namespace = await kubernetes.namespace();
    const place = { kubernetes, namespace };
    await kubernetes.apply(openTo(namespace, 'default'));
    await kubernetes.apply({ ...e2eSpec, metadata: { namespace, name: 'shop' }, spec: passing });
    const inside = await goInside(namespace);
    const headers = { ...bearer(await tokenOf(place, 'ci', { may: 'shop' })), 'Content-Type': 'application/json' };
    const run = (id: string) =>
      inside.ask('http://e2e-verifier.default/run', {
        method: 'POST',
        headers,
        body: JSON.stringify({ namespace, name: 'shop', id }),
      });
    const jobs = () => kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    const isThere = async (count: number) => ((await jobs()).length >= count ? [] : ['its Job is not there']);

    const told: string[] = [];
    const killedAt = async (id: string, moment: () => Promise<unknown>) => {
      const { length } = await jobs();
      const first = run(id);
      await moment();
      await killVerifier();
      told.push((await jobs()).length > length ? 'after' : 'before');
      await first;
      let last = { status: 0, text: '' };
      const judged = async () => {
        last = await run(id);
        return last.status === 200 ? [] : [`${last.status} ${last.text}`];
      };
      await until(`${id} is judged`, judged, patience.ms);
    };
    const ids = [0, 150, 300, 450, 600].map((delay) => ({ id: `after-${delay}-ms`, moment: () => sleep(delay) }));
    for (const { id, moment } of ids) await killedAt(id, moment);
    await killedAt('created', () => until('its Job is there', () => isThere(ids.length + 1), patience.ms));
    assert.deepEqual([...new Set(told)].sort(), ['after', 'before'], told.join());

    const names = (await jobs()).map(({ metadata }) => metadata.name);
    assert.equal(new Set(names).size, ids.length + 1, names.join());
    const runs = at(await kubernetes.get({ ...e2eSpec, namespace, name: 'shop' }), 'status', 'runs');
    assert.deepEqual(
      (Array.isArray(runs) ? runs : []).map((each) => [at(each, 'id'), at(each, 'verdict')]),
      ['created', ...ids.map(({ id }) => id).reverse()].map((id) => [id, 'Passed']),
    );
  });
});
