/**
 * Whose webhooks a Canary's are, and the ways a call may take to the verifier.
 */
import assert from 'node:assert/strict';
import { type CanaryPayload, playCanary } from '../../support/canary.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  jobsIn,
  onlyJob,
  passing,
  rollOut,
  untilDecided,
  type World,
} from '../../support/environment.ts';
import type { Answered } from '../../support/verifier.ts';
import { ask } from '../http/raw.ts';

const own = 'http://e2e-verifier.default';
const gate = { name: 'e2e', type: 'pre-rollout', url: `${own}/pre-rollout` };
const rollback = { name: 'e2e-failed', type: 'rollback', url: `${own}/rollback` };
const theirs = {
  name: 'theirs',
  type: 'event',
  url: 'http://slack-relay.tools/webhook',
  metadata: { e2espec: 'not-there' },
};
const ownHost = 'e2e-verifier.default.svc.cluster.local';

/** As Flagger's request arrives: `fetch` writes a Host of its own. */
async function postTo(host: string, { verifier }: World, path: string, payload: CanaryPayload): Promise<Answered> {
  const headers = { Host: host, 'Content-Type': 'application/json' };
  const { status, body } = await ask(`${verifier.url}${path}`, {
    method: 'POST',
    headers,
    parts: [JSON.stringify(payload)],
  });
  return { status, body, headers: new Headers() };
}

async function warningsOf({ kubernetes, namespace }: World): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events.filter(({ type }) => type === 'Warning').map(({ reason, message }) => `${reason}: ${message}`);
}

export const urls: Behaviour[] = [
  {
    title: 'Another receiver’s event hook at its own /webhook holds no rollout, and is no gate of this one',
    async run(world) {
      await applySpec(world, failing);
      const { kubernetes, namespace } = world;
      const canary = await playCanary(kubernetes, { namespace, webhooks: [theirs, gate, rollback] });
      assertAnswer(await postTo(ownHost, world, '/confirm-rollout', canary.payload()), 200, 'podinfo');
      await canary.begin('one');
      assertAnswer(await postTo(ownHost, world, '/webhook', canary.payload(theirs.metadata)), 403);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      assertAnswer(await postTo(ownHost, world, '/rollback', canary.payload()), 200);
      await canary.end('Failed');
      assertAnswer(await postTo(ownHost, world, '/post-rollout', canary.payload()), 200);
      assert.deepEqual(
        (await warningsOf(world)).filter((each) => /not-there|SpecMissing|Unverified/.test(each)),
        [],
      );
    },
  },
  {
    title: 'Somebody else’s /rollback is told on the Canary, because nothing rolls back what fails here',
    async run(world) {
      const foreign = { ...rollback, url: 'http://loadtester.test/rollback' };
      const canary = await rollOut(world, passing, { webhooks: [gate, foreign] });
      assertAnswer(await postTo(ownHost, world, '/pre-rollout', canary.payload()), 429);
      const [told = ''] = await warningsOf(world);
      assert.match(told, /^DoesNotGate: .*no rollback hook calls \/rollback .*e2e-failed is loadtester\.test's/);
    },
  },
  {
    title:
      'A webhook that leads elsewhere than the call did is told on the Canary before its rollout, with the right URL',
    async run(world) {
      const { kubernetes, namespace } = world;
      await applySpec(world, passing);
      const preflight = { name: 'e2e-preflight', type: 'confirm-rollout', url: `${own}/confirm-rollout` };
      const astray = [
        { ...gate, url: 'http://user:s3cret@e2e-verifer.default/pre-rollout?s3cret' },
        { ...rollback, url: 'https://e2e-verifier.default:8443/roll-back' },
        { ...gate, name: 'later', type: 'confirm-promotion', url: 'http://e2e-verifier.staging/confirm-promotion' },
      ];
      const canary = await playCanary(kubernetes, { namespace, webhooks: [preflight, ...astray] });
      assertAnswer(await postTo(ownHost, world, '/confirm-rollout', canary.payload()), 200);
      const told = (await warningsOf(world)).filter((each) => each.startsWith('DoesNotGate')).join('\n');
      const called = `the verifier was called at ${own}`;
      const sentences = [
        `e2e: it calls http://e2e-verifer.default, and ${called}. Write url: ${own}/pre-rollout (and keep its user and its query)`,
        `e2e-failed: /roll-back is not a path of the verifier. Write url: ${own}/rollback`,
        `later: it calls http://e2e-verifier.staging, and ${called}. Write url: ${own}/confirm-promotion`,
      ];
      for (const sentence of sentences) assert.ok(told.includes(sentence), `"${sentence}" in: ${told}`);
      assert.ok(!told.includes('s3cret'), told);
    },
  },
  ...['/e2e/pre-rollout', '/pre-rollout/', '//pre-rollout', '/pre-rollout?team=shop'].map((path) => ({
    title: `${path} is /pre-rollout`,
    async run(world: World) {
      const canary = await rollOut(world, passing);
      assertAnswer(await world.verifier.post(path, canary.payload()), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload(), path), 200);
      await onlyJob(world);
    },
  })),
  ...(
    [
      { what: 'that takes off its prefix', strips: true, host: 'gw.example.com' },
      { what: 'that leaves its prefix', strips: false, host: 'gw.example.com' },
      { what: 'that puts a Host of its own', strips: true, host: '10.1.2.3:8080' },
    ] as const
  ).map(({ what, strips, host }) => ({
    title: `A rollout goes through a gateway ${what}`,
    async run(world: World) {
      const url = 'https://gw.example.com';
      const webhooks = [
        { ...theirs, url: `${url}/slack/webhook` },
        { ...gate, url: `${url}/e2e/pre-rollout` },
        { ...rollback, url: `${url}/e2e/rollback` },
      ];
      const prefix = strips ? '' : '/e2e';
      const canary = await rollOut(world, failing, { webhooks });
      const post = (path: string) => postTo(host, world, `${prefix}${path}`, canary.payload());
      assertAnswer(await post('/pre-rollout'), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      assertAnswer(await post('/pre-rollout'), 412);
      assertAnswer(await post('/rollback'), 200);
    },
  })),
  {
    title: 'A gateway that changes the Host may keep the former one in X-Forwarded-Host',
    async run(world) {
      const canary = await rollOut(world, passing, { webhooks: [theirs, gate] });
      const post = (payload: CanaryPayload) =>
        world.verifier.post('/webhook', payload, { 'X-Forwarded-Host': `${ownHost}, proxy.test` });
      assertAnswer(await post(canary.payload(theirs.metadata)), 403, 'CanaryMismatch');
      assertAnswer(await post(canary.payload()), 202, 'Started');
    },
  },
  {
    title: 'A gate whose payload is always refused is refused before the canary is scaled up, with the same words',
    async run(world) {
      await applySpec(world, passing);
      const { kubernetes, namespace } = world;
      const empty = { ...gate, metadata: { e2espec: '' } };
      const canary = await playCanary(kubernetes, { namespace, webhooks: [empty, rollback] });
      const words = 'metadata.e2espec must be the name of an E2ESpec. Remove the key';
      assertAnswer(await postTo(ownHost, world, '/confirm-rollout', canary.payload()), 403, `webhook e2e: ${words}`);
      assert.ok((await warningsOf(world)).some((each) => each.includes(`the rollout waits: webhook e2e: ${words}`)));
      await canary.begin('one');
      assertAnswer(await postTo(ownHost, world, '/pre-rollout', canary.payload(empty.metadata)), 400, words);
      assertAnswer(await postTo(ownHost, world, '/rollback', canary.payload()), 403, 'NoGate');
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'What stands in a webhook’s metadata arrives in the test as it is, whatever Kubernetes could take it for',
    async run(world) {
      const metadata = { cost: '$5 $$ $(CANARY_NAME) $$(HOME) $', eventMessage: '$(CANARY_URL)' };
      const args = [
        'test "$0" = "$CANARY_METADATA_COST" && test "$CANARY_METADATA_COST" = \'$5 $$ $(CANARY_NAME) $$(HOME) $\' && test "$EVENT_MESSAGE" = \'$(CANARY_URL)\'',
        '$(CANARY_METADATA_COST)',
      ];
      // Kubernetes replaces in arguments as well: "$$" stands for "$" there.
      const script = args.map((each, index) => (index === 0 ? each.replaceAll('$', '$$$$') : each));
      const webhooks = [{ ...gate, metadata }];
      const canary = await rollOut(world, { ...passing, command: ['sh', '-c'], args: script }, { webhooks });
      assertAnswer(await untilDecided(world, canary.payload(metadata)), 200);
    },
  },
  {
    title: 'An E2ESpec may say another CANARY_URL, and refer to what the verifier says',
    async run(world) {
      const script = 'test "$CANARY_URL" = https://gw.example.com/podinfo && test "$CANARY_NAME" = podinfo';
      const env = [
        { name: 'CANARY_URL', value: 'https://gw.example.com/$(CANARY_NAME)' },
        { name: 'CANARY_NAME', value: 'forged' },
      ];
      const canary = await rollOut(world, { ...passing, env, command: ['sh', '-c', script] });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A deadline that leaves the test no time is refused, before the canary is scaled up and at the gate',
    async run(world) {
      const podTemplate = { spec: { terminationGracePeriodSeconds: 30 } };
      const { kubernetes, namespace, verifier } = world;
      await applySpec(world, { ...passing, activeDeadlineSeconds: 30, podTemplate });
      const canary = await playCanary(kubernetes, { namespace });
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 403, 'leaves the test 0 s');
      await canary.begin('one');
      assertAnswer(await verifier.post('/pre-rollout', canary.payload()), 422, 'Use activeDeadlineSeconds: 38 or more');
      assert.deepEqual(await jobsIn(world), []);
    },
  },
];
