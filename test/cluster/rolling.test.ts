/**
 * The verifier's own revisions and pods change under its callers: every call gets the answer that the function meant.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { install, serviceIn, untilReady } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { kn } from './tools.ts';
import { type Load, meant, prepareLoad } from './under-load.ts';

const ROLLS = 10;

describe('The verifier under load', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;
  let load: Load;

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    // A pod without traffic goes at once, so that each roll ends one that was answering just now.
    const annotations = {
      'autoscaling.knative.dev/window': '6s',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
    };
    const url = await install(namespace, { annotations });
    load = await prepareLoad({ kubernetes, namespace }, url, 'kept');
  });
  after(() => kubernetes?.stop());

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

  it(`loses no call and answers nothing it did not mean while its revision changes ${ROLLS} times`, async () => {
    const answers = await load.during(async () => {
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
    const answers = await load.during(async () => {
      for (let round = 0; round < 2; round++) {
        const own = ['-l', 'serving.knative.dev/service=e2e-verifier', '--wait=false'];
        await kubectl(['delete', 'pods', '-n', namespace, ...own]);
        await sleep(5000);
      }
    });
    assertMeant(answers);
  });
});
