/**
 * What a call does about former rollouts that is about something else: nothing that could change its answer.
 * What becomes of the records: test/function/behaviour/closing.ts.
 */
import assert from 'node:assert/strict';
import { closeFormerRollouts } from '../../../function/actions/close-rollout.ts';
import type { Context } from '../../../function/actions/context.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { HookError } from '../../../function/errors.ts';
import { ago, now, recordOf, run, specOf } from '../run-fixture.ts';

const canary: Canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: {
    targetRef: { kind: 'Deployment', name: run.canary },
    analysis: { webhooks: [{ name: 'e2e', type: 'pre-rollout', url: 'http://e2e-verifier.default/pre-rollout' }] },
  },
  status: {
    phase: 'Progressing',
    conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: ago(60) }],
  },
};
const payload = { name: run.canary, namespace: run.namespace, phase: '', checksum: 'another', metadata: {} };
const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };

/** What is asked for, and what is logged. */
async function close(record: RunRecord, getJob: () => Promise<unknown> = async () => ({ value: undefined, now })) {
  const asked: string[] = [];
  const warnings: string[] = [];
  const kube = {
    getJob: () => {
      asked.push('get job');
      return getJob();
    },
    createEvent: async () => void asked.push('event'),
    patchStatus: async () => {
      asked.push('patch');
      return 'patched';
    },
  };
  const log = { info: () => undefined, error: () => undefined, warn: (words: string) => void warnings.push(words) };
  const context = { kube, log, payload, origin, retryAfterSeconds: 10 } as unknown as Context;
  const began = Date.now();
  await closeFormerRollouts(canary, [specOf({}, [record])], now, context);
  return { asked, warnings, took: Date.now() - began };
}

describe('A call that finds a former rollout', () => {
  it('asks for nothing where it is closed, or is the one that goes on', async () => {
    for (const record of [recordOf({ closedAt: ago(9) }), recordOf({ rollout: ago(60) })]) {
      assert.deepEqual((await close(record)).asked, []);
    }
  });

  it('closes it where it is open', async () => {
    const { asked, warnings } = await close(recordOf({ verdict: 'Failed' }));
    assert.deepEqual([asked, warnings], [['patch'], []]);
  });

  const troubles: { what: string; thrown: Error; says: string }[] = [
    { what: 'the API server is in trouble', thrown: new HookError('ServiceUnavailable', 'no room'), says: 'no room' },
    { what: 'nobody thought of this', thrown: new TypeError('a mistake'), says: 'a mistake' },
  ];
  for (const { what, thrown, says } of troubles) {
    it(`goes on and says so in the log, where ${what}`, async () => {
      const { asked, warnings } = await close(recordOf(), () => Promise.reject(thrown));
      assert.deepEqual(asked, ['get job']);
      assert.match(warnings.join(), /^a former rollout is not closed: /);
      if (thrown instanceof HookError) assert.match(warnings.join(), new RegExp(says));
    });
  }

  it('waits no longer than a second for it', async () => {
    const { took } = await close(recordOf(), () => new Promise(() => undefined));
    assert.ok(took >= 990 && took < 3000, `${took} ms`);
  });
});
