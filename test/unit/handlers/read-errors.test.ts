/**
 * Reads that fail: the answer of a call hangs on which of them fail, never on which of them was first. Else it would
 * differ from one try to the next, and a stranger would learn what is there before it is known whose call it is.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { HookError } from '../../../function/errors.ts';
import type { Ask } from '../../../function/kube/response.ts';
import { permutations, subsets } from '../../support/permutations.ts';
import { strayRejections } from '../../support/stray-rejections.ts';
import { answerTo, apiWith, clusterWith, scenes } from './cluster-fixture.ts';

/** What a gate reads of a run whose pod waits; of two that fail, the one that stands first here is told. */
const reads = ['canaries', 'e2especs', 'jobs', 'deployments', 'pods', 'events'];
/** Asked for at once, or as soon as the Canary is there. */
const early = reads.slice(0, 4);
const late = reads.slice(4);

/** Every order in which the reads can end, as far as they go on at the same time; a target may be the last of all. */
const orders = permutations(early).flatMap((first) =>
  permutations(late).flatMap((then) => {
    const withoutTarget = first.filter((plural) => plural !== 'deployments');
    return [
      [...first, ...then],
      [...withoutTarget, ...then, 'deployments'],
    ];
  }),
);

/** The API, but for some reads that fail; each ends as many turns of the event loop later as it is later in the order. */
function spoilt(api: Ask, failing: readonly string[], order: readonly string[]): Ask {
  return async (request) => {
    const { plural } = request.resource;
    for (let turns = order.indexOf(plural); turns >= 0; turns--) await turn();
    if (failing.includes(plural)) throw new HookError('ServiceUnavailable', `no ${plural}`);
    return api(request);
  };
}

describe('The answer to a call whose reads fail', () => {
  const { target, runs } = scenes['whose pod waits'] ?? assert.fail();
  const whole = apiWith(clusterWith(target, 'Progressing', runs));
  for (const path of ['/pre-rollout', '/rollback']) {
    for (const failing of subsets(reads)) {
      // Events are words: the answer goes without.
      const [told] = failing.filter((plural) => plural !== 'events');
      const title = failing.length === 0 ? 'none of them' : failing.join(', ');
      it(`${path} is the same in every order of ending: ${title}`, async () => {
        const asItIs = await answerTo(path, whole);
        const stray = await strayRejections(async () => {
          for (const order of orders) {
            const { status, body } = await answerTo(path, spoilt(whole, failing, order));
            if (told === undefined) assert.deepEqual([status, body], [asItIs.status, asItIs.body], String(order));
            else assert.deepEqual([status, body], [503, `ServiceUnavailable: no ${told}`], String(order));
          }
        });
        assert.deepEqual(stray, []);
      });
    }
  }
});
