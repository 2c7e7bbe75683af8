/**
 * By which names the runs of a Canary's gates are known in a status.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import { gatesOn } from '../../../function/run/gates.ts';
import { runKey } from '../../../function/run/id.ts';
import { run } from '../run-fixture.ts';

const at = (path: string) => `http://e2e-verifier.default${path}`;
const call = {
  payload: { name: run.canary, namespace: run.namespace, phase: '', checksum: run.checksum, metadata: {} },
  origin: { hosts: ['e2e-verifier.default'], path: '/pre-rollout' },
};
const hashOf = (metadata: Record<string, string>): string => runKey({ ...call.payload, metadata }).metadataHash;

const gate = (name: string, metadata?: Record<string, string>, more: Partial<Webhook> = {}): Webhook => ({
  name,
  type: 'pre-rollout',
  url: at('/pre-rollout'),
  ...(metadata && { metadata }),
  ...more,
});
const suite = { suite: 'full' };

describe('The gates of a Canary that ask for runs of an E2ESpec', () => {
  const rows: { what: string; webhooks: Webhook[]; e2eSpec?: string; names: [string, string][] }[] = [
    { what: 'are known by their names', webhooks: [gate('e2e')], names: [['', 'e2e']] },
    {
      what: 'are as many as there are different metadata',
      webhooks: [gate('e2e'), gate('full', suite)],
      names: [
        ['', 'e2e'],
        [hashOf(suite), 'full'],
      ],
    },
    {
      what: 'are called after the first of those that ask for the same run',
      webhooks: [gate('start', {}, { type: 'rollout', url: at('/webhook') }), gate('e2e')],
      names: [['', 'start']],
    },
    {
      what: 'are told apart where two have one name',
      webhooks: [gate('e2e'), gate('e2e', suite)],
      names: [
        ['', 'e2e'],
        [hashOf(suite), `e2e/${hashOf(suite)}`],
      ],
    },
    {
      what: 'are none but gates of this verifier',
      webhooks: [
        gate('back', {}, { type: 'rollback', url: at('/rollback') }),
        gate('end', {}, { type: 'post-rollout', url: at('/post-rollout') }),
        gate('load', suite, { url: 'http://loadtester.test/pre-rollout' }),
      ],
      names: [],
    },
    {
      what: 'are none of another E2ESpec',
      webhooks: [gate('e2e'), gate('full', { e2espec: 'full' })],
      e2eSpec: 'full',
      names: [[hashOf({ e2espec: 'full' }), 'full']],
    },
    {
      what: 'are none that is refused at each call',
      webhooks: [gate('bad', { e2espec: '..' }), gate('twice', { a: '1', A: '2' }), gate('e2e')],
      names: [['', 'e2e']],
    },
  ];
  for (const { what, webhooks, e2eSpec = 'podinfo', names } of rows) {
    it(what, () => {
      const canary: Canary = {
        metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
        spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks } },
      };
      const found = gatesOn(e2eSpec, canary, call);
      assert.deepEqual([found.canary, found.canaryUID, [...found.names]], [run.canary, run.canaryUid, names]);
    });
  }
});
