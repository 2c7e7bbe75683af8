/**
 * The verifier's own revisions and pods change under its callers: every call gets the answer that the function meant.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import { lasting, passing, rollOut, until } from '../support/environment.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { goInside, type Inside } from './inside.ts';
import { install, serviceIn, untilReady } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import type { LoadCall } from './load.ts';
import { kn } from './tools.ts';
import { unlessBroken } from './unless-broken.ts';

const ROLLS = 10;
const CALLERS = 16;

describe('The verifier under load', function () {
  this.timeout(240_000);
  let kubernetes: Kubernetes;
  let namespace: string;
  let inside: Inside;
  let calls: LoadCall[];

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    // A pod without traffic goes at once, so that each roll ends one that was answering just now.
    const annotations = {
      'autoscaling.knative.dev/window': '6s',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
    };
    const url = await install(namespace, { annotations });
    inside = await goInside(namespace);
    const passed = await rollOut({ kubernetes, namespace }, passing, { name: 'passes' });
    const running = await rollOut({ kubernetes, namespace }, lasting, { name: 'runs' });
    const first = (name: string) =>
      until(
        () => inside.post(`${url}/pre-rollout`, name === 'runs' ? running.payload() : passed.payload()),
        ({ text }) => text.startsWith(name === 'runs' ? 'Running' : 'Passed'),
      );
    await Promise.all([first('passes'), first('runs')]);
    calls = [
      { method: 'POST', url: `${url}/pre-rollout`, body: passed.payload() },
      { method: 'POST', url: `${url}/rollback`, body: passed.payload() },
      { method: 'POST', url: `${url}/pre-rollout`, body: running.payload() },
      { method: 'GET', url: `${url}/healthz` },
      { method: 'POST', url: `${url}/pre-rollout`, body: passed.payload(), milliseconds: 700 },
    ];
  });
  after(() => kubernetes?.stop());

  const meant = ['200 Passed', '200 e2e-verifier is up', '403 Passed', '429 Running'];

  // The function sends head and body in one write. Once in four runs of this test the ingress, whose routes change with
  // each revision, passed on the head of one answer and cut its body off; Flagger has the status then.
  function assertMeant(answers: Record<string, number>): void {
    const isCut = (answer: string) => answer.startsWith('cut off');
    const said = JSON.stringify(answers);
    assert.deepEqual(
      Object.keys(answers)
        .filter((answer) => !isCut(answer))
        .sort(),
      meant,
      said,
    );
    const sum = (entries: [string, number][]) => entries.reduce((total, [, count]) => total + count, 0);
    const all = Object.entries(answers);
    assert.ok(sum(all.filter(([answer]) => isCut(answer))) <= sum(all) / 1000, said);
  }

  /** The answers, and how often each came, from before to after what disturbs. */
  async function underLoad(disturb: () => Promise<unknown>): Promise<Record<string, number>> {
    const source = readFileSync(join(import.meta.dirname, 'load.ts'), 'utf8');
    const enough = `/tmp/enough-${Date.now()}`;
    const load = inside.run(source, JSON.stringify(calls), String(CALLERS), enough);
    const disturbed = sleep(2000)
      .then(disturb)
      .then(() => sleep(5000))
      .finally(() => kubectl(['exec', '-n', namespace, 'inside', '--', 'touch', enough]));
    const [answers] = await unlessBroken(Promise.all([load, disturbed]));
    return JSON.parse(answers) as Record<string, number>;
  }

  it(`loses no call and answers nothing it did not mean while its revision changes ${ROLLS} times`, async () => {
    const answers = await underLoad(async () => {
      for (let roll = 1; roll <= ROLLS; roll++)
        await kn(['service', 'update', 'e2e-verifier', '-n', namespace, '--env', `ROLL=${roll}`]);
    });
    assertMeant(answers);
    const [, generation] =
      /-(\d{5})$/.exec(String(at(await serviceIn(namespace), 'status', 'latestReadyRevisionName'))) ?? [];
    assert.equal(Number(generation), ROLLS + 1);
  });

  it('loses no call while its pods are deleted, as the drain of a node deletes them', async () => {
    await untilReady(namespace);
    const answers = await underLoad(async () => {
      for (let round = 0; round < 2; round++) {
        const own = ['-l', 'serving.knative.dev/service=e2e-verifier', '--wait=false'];
        await kubectl(['delete', 'pods', '-n', namespace, ...own]);
        await sleep(5000);
      }
    });
    assertMeant(answers);
  });
});
