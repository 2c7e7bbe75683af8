/**
 * What is no good call gets a clear answer that says what to do, and never a pass.
 */
import assert from 'node:assert/strict';
import { playCanary } from '../../support/canary.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  jobsIn,
  onlyJob,
  passing,
  rollOut,
  untilDecided,
} from '../../support/environment.ts';
import { startVerifier } from '../../support/verifier.ts';

const mismatch = 'CanaryMismatch: the call does not match the Canary';
const good = { name: 'podinfo', namespace: 'default', phase: 'Progressing', checksum: '5c95544979' };

interface Bad {
  title: string;
  path?: string;
  method?: string;
  contentType?: string;
  body?: unknown;
  status: number;
  words: (string | RegExp)[];
}

const bad: Bad[] = [
  { title: 'not JSON', body: '{"name":', status: 400, words: ['not JSON'] },
  { title: 'JSON that is no object', body: '"podinfo"', status: 400, words: ['must be object'] },
  { title: 'an empty body', body: '', status: 400, words: ['not JSON'] },
  { title: 'another content type', contentType: 'text/plain', body: good, status: 415, words: ['application/json'] },
  {
    title: 'a form',
    contentType: 'application/x-www-form-urlencoded',
    body: 'name=podinfo',
    status: 415,
    words: ['application/json'],
  },
  { title: 'GET on a hook path', method: 'GET', status: 405, words: ['POST'] },
  { title: 'an unknown path', path: '/webhok', body: good, status: 404, words: ['/pre-rollout', '/webhook'] },
  { title: 'POST to /', path: '/', body: good, status: 404, words: ['/pre-rollout'] },
  { title: 'a gate’s path before a hook’s', path: '/gate/rollback', body: good, status: 404, words: ['/rollback'] },
  { title: '65 KiB', body: 'x'.repeat(65 * 1024), status: 413, words: ['65536'] },
  { title: 'no name', body: { ...good, name: undefined }, status: 400, words: ['name'] },
  { title: 'no namespace', body: { ...good, namespace: undefined }, status: 400, words: ['namespace'] },
  { title: 'no checksum', body: { ...good, checksum: undefined }, status: 400, words: ['checksum'] },
  { title: 'a name that is a path', body: { ...good, name: '../secrets' }, status: 400, words: ['name must be'] },
  { title: 'a name in capitals', body: { ...good, name: 'Podinfo' }, status: 400, words: ['lower-case'] },
  { title: 'a name of 254 characters', body: { ...good, name: 'n'.repeat(254) }, status: 400, words: ['253'] },
  { title: 'a namespace with a dot', body: { ...good, namespace: 'a.b' }, status: 400, words: ['namespace must be'] },
  { title: 'a checksum with a slash', body: { ...good, checksum: 'a/b' }, status: 400, words: ['checksum must be'] },
  { title: 'a phase that Flagger has not', body: { ...good, phase: 'Fine' }, status: 400, words: ['phase must be'] },
  { title: 'metadata that is no string', body: { ...good, metadata: { a: 1 } }, status: 400, words: ['metadata.a'] },
  {
    title: 'NUL in the metadata',
    body: { ...good, metadata: { a: 'b\0c' } },
    status: 400,
    words: ['metadata.a must be'],
  },
  {
    title: 'half a surrogate pair in the metadata',
    body: { ...good, metadata: { a: '\ud83d' } },
    status: 400,
    words: ['metadata.a must be'],
  },
  { title: 'NUL in a key', body: { ...good, metadata: { '\0': 'a' } }, status: 400, words: ['metadata must be'] },
  {
    title: 'half a surrogate pair in a key',
    body: { ...good, metadata: { '\udc00': '' } },
    status: 400,
    words: ['metadata'],
  },
  {
    title: 'the name of an E2ESpec that is a path',
    body: { ...good, metadata: { e2espec: '../canaries' } },
    status: 400,
    words: ['metadata.e2espec must be'],
  },
  {
    title: 'metadata keys that become the same variable',
    body: { ...good, metadata: { 'a-b': '1', a_b: '2' } },
    status: 400,
    words: ['a-b and a_b', 'CANARY_METADATA_A_B'],
  },
  { title: 'a Canary that is not there', body: { ...good, name: 'nobody' }, status: 403, words: [mismatch] },
];

type WorldOf = Parameters<Behaviour['run']>[0];

export const badInput: Behaviour[] = [
  ...bad.map(({ title, path = '/pre-rollout', method = 'POST', contentType, body, status, words }) => ({
    title: `${title} gets ${status}`,
    async run({ verifier }: WorldOf) {
      const response = await fetch(`${verifier.url}${path}`, {
        method,
        headers: { 'Content-Type': contentType ?? 'application/json' },
        ...(method !== 'GET' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      assertAnswer(
        { status: response.status, body: await response.text(), headers: response.headers },
        status,
        ...words,
      );
    },
  })),
  {
    title: 'a Canary without E2ESpec gets 404 with the name, the namespace and what to do',
    async run(world) {
      const { namespace } = world;
      const url = 'http://e2e-verifier.default/pre-rollout';
      const webhooks = [
        { name: 'e2e', type: 'pre-rollout', url },
        { name: 'other', type: 'pre-rollout', url, metadata: { e2espec: 'another' } },
      ];
      const canary = await playCanary(world.kubernetes, { namespace, webhooks });
      await canary.begin('one');
      const words = ['E2ESpec podinfo', namespace, 'Create it'];
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 404, ...words);
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 404, ...words);
      const other = canary.payload({ e2espec: 'another' });
      assertAnswer(await world.verifier.post('/pre-rollout', other), 404, 'E2ESpec another', 'metadata.e2espec');
      await applySpec(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'an E2ESpec whose Job the API server refuses gets 422 with its words',
    async run(world) {
      const podTemplate = {
        spec: { containers: [{ name: 'e2e', volumeMounts: [{ name: 'lost', mountPath: '/x' }] }] },
      };
      const canary = await rollOut(world, { ...passing, podTemplate });
      const words = ['spec.template.spec.containers[0].volumeMounts[0].name', 'Not found: "lost"'];
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 422, ...words);
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'an E2ESpec with a label for its Job that is no label gets 422, and holds no verdict up once it is one',
    async run(world) {
      const labelled = (value: string) => ({ ...passing, jobTemplate: { metadata: { labels: { team: value } } } });
      const canary = await rollOut(world, labelled('the shop'));
      const words = ['metadata.labels: Invalid value: "the shop"', 'a valid label'];
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 422, ...words);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assert.deepEqual(await jobsIn(world), []);
      await applySpec(world, labelled('shop'));
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'Passed');
    },
  },
  {
    title: 'names of 100 kB, which the API server repeats in its refusal, are answered in time',
    async run(world) {
      const long = 'a-'.repeat(50_000);
      const canary = await rollOut(world, { ...passing, podTemplate: { spec: { [long]: 'b' } } });
      const began = Date.now();
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 422, 'Invalid', 'unknown field');
      assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    },
  },
  {
    title: 'an E2ESpec with a field that pods do not have gets 422 with its name',
    async run(world) {
      const canary = await rollOut(world, { ...passing, podTemplate: { spec: { nodeSelektor: { a: 'b' } } } });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 422, 'nodeSelektor');
    },
  },
  {
    title: 'a podTemplate label by which the canary’s Service selects its pods gets 422',
    async run(world) {
      const canary = await rollOut(world, passing);
      const deployments = await world.kubernetes.list({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: world.namespace,
      });
      const app = deployments[0]?.metadata.name;
      await applySpec(world, { ...passing, podTemplate: { metadata: { labels: { app } } } });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 422, `app: ${app}`);
    },
  },
  {
    title: 'a payload of another checksum than the Canary’s gets 403 and starts nothing',
    async run(world) {
      const canary = await rollOut(world, passing);
      const forged = { ...canary.payload(), checksum: '7f79db7f5c' };
      for (const path of ['/webhook', '/pre-rollout', '/rollback', '/confirm-promotion']) {
        assertAnswer(await world.verifier.post(path, forged), 403, mismatch);
      }
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'a payload with metadata that no webhook of the Canary has gets 403 and starts nothing',
    async run(world) {
      const canary = await rollOut(world, passing);
      await applySpec(world, passing, 'another');
      for (const metadata of [{ e2espec: 'another' }, { suite: 'mine' }]) {
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(metadata)), 403, mismatch);
      }
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  ...['Initialized', 'Succeeded', 'Failed', 'Promoting'].map((phase) => ({
    title: `a gate that is asked for a Canary in phase ${phase} gets 403 and starts nothing`,
    async run(world: WorldOf) {
      const canary = await rollOut(world, passing);
      await canary.setPhase(phase);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 403, mismatch);
      assert.deepEqual(await jobsIn(world), []);
    },
  })),
  {
    title: 'the target changed since the run began gets 409 in place of a pass',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.changeTarget('unnoticed');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409, 'changed');
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 409);
      await canary.changeTarget('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
    },
  },
  {
    title: 'without a Canary a curl by hand starts a run and gets its verdict, when payloads are not authenticated',
    async run(world) {
      const { kubernetes, namespace } = world;
      await applySpec(
        world,
        { ...passing, command: ['sh', '-c', 'test "$CANARY_CHECKSUM$EVENT_TYPE" = test123Normal'] },
        'my-app',
      );
      const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig, authenticatesPayload: false });
      try {
        const metadata = { eventMessage: 'Test', eventType: 'Normal', timestamp: '1640000000000' };
        const payload = { name: 'my-app', namespace, phase: 'Progressing', checksum: 'test123', metadata };
        assertAnswer(await verifier.post('/webhook', payload), 202, 'Started');
        assertAnswer(await untilDecided({ ...world, verifier }, payload), 200);
        assert.equal((await onlyJob(world)).metadata.name, 'e2e-my-app-test123');
        assertAnswer(await verifier.post('/webhook', payload), 200);
      } finally {
        await verifier.stop();
      }
    },
  },
];
