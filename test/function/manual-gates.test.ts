/**
 * Gates that a person opens, when the API server is in trouble: never open, above all not the one that rolls back. And what
 * they ask of it.
 */
import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { type PlayedCanary, playCanary } from '../support/canary.ts';
import { read } from '../support/documents.ts';
import type { Fault } from '../support/embedded/index.ts';
import { assertAnswer, until } from '../support/environment.ts';
import { type Person, personIn } from '../support/person.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';

const url = (path: string) => `http://e2e-verifier.default${path}`;
const webhooks = [
  { name: 'start', type: 'confirm-promotion', url: url('/gate/check') },
  { name: 'back', type: 'rollback', url: url('/rollback/check') },
];
const annotations = { 'remarkable.com/gate': 'open', 'remarkable.com/rollback': 'open' };

const troubles: { what: string; fault: Fault }[] = [
  { what: 'closes the connection', fault: { kind: 'refuse' } },
  { what: 'resets the connection', fault: { kind: 'reset' } },
  { what: 'is too slow', fault: { kind: 'delay', milliseconds: 5000 } },
  { what: 'breaks off', fault: { kind: 'halfBody' } },
  { what: 'is a page of a proxy', fault: { kind: 'html' } },
  { what: 'answers 401', fault: { kind: 'status', code: 401 } },
  { what: 'answers 429', fault: { kind: 'status', code: 429, retryAfterSeconds: 7 } },
  { what: 'answers 500', fault: { kind: 'status', code: 500 } },
  { what: 'answers 503', fault: { kind: 'status', code: 503 } },
];

describe('A gate that a person opens', function () {
  this.timeout(60_000);
  const { enter } = embeddedStage({ callBudget: 3000 });
  let world: EmbeddedWorld;
  let canary: PlayedCanary;
  let alice: Person;

  beforeEach(async () => {
    world = await enter();
    canary = await playCanary(world.kubernetes, { namespace: world.namespace, webhooks });
    await canary.begin('one');
    alice = await personIn(world, 'alice', ['get', 'patch']);
  });

  const open = (path: string, more: object = {}) =>
    world.verifier.post(
      path,
      { name: 'podinfo', namespace: world.namespace, ...more },
      { Authorization: `Bearer ${alice.token}` },
    );
  const whose = (authorization?: string) =>
    authorization === `Bearer ${alice.token}` ? "alice's" : `the verifier's${authorization ?? ''}`;
  const annotated = async () => (await world.kubernetes.get(canary.key))?.metadata.annotations ?? {};

  for (const { what, fault } of troubles) {
    it(`is neither open nor closed when the API server ${what}: Flagger is to ask again`, async () => {
      const { kubernetes, verifier, namespace } = world;
      await kubernetes.patch(canary.key, { metadata: { annotations } });
      const end = kubernetes.misbehave({ resource: 'canaries', namespace }, fault);
      for (const path of ['/gate/check', '/rollback/check']) {
        const answered = await verifier.post(path, canary.payload());
        assertAnswer(answered, 503, /^ServiceUnavailable: /);
        assert.ok(Number(answered.headers.get('retry-after')) >= 1);
      }
      end();
      assertAnswer(await verifier.post('/rollback/check', canary.payload()), 200, 'Approved');
    });
  }

  it('is closed when the verifier may not read the Canary, and says which rule is missing', async () => {
    const { kubernetes, verifier, namespace } = world;
    await kubernetes.patch(canary.key, { metadata: { annotations } });
    const end = kubernetes.misbehave({ resource: 'canaries', namespace }, { kind: 'status', code: 403 });
    for (const path of ['/gate/check', '/rollback/check'])
      assertAnswer(await verifier.post(path, canary.payload()), 403, /^Forbidden: the verifier lacks the rule/);
    end();
  });

  it('costs one GET of the Canary to be asked, and where it holds a rollout the Event that tells it', async () => {
    const { kubernetes, verifier, namespace } = world;
    const before = kubernetes.requests.length;
    for (const path of ['/gate/check', '/rollback/check'])
      assertAnswer(await verifier.post(path, canary.payload()), 403);
    const asked = kubernetes.requests.slice(before).filter((each) => each.namespace === namespace);
    assert.deepEqual(
      asked.map(({ verb, resource }) => `${verb} ${resource}`),
      ['get canaries', 'create events', 'get canaries'],
    );
  });

  it('is opened by requests of the caller’s; the verifier writes an Event and nothing else', async () => {
    const { kubernetes, namespace } = world;
    const before = kubernetes.requests.length;
    assertAnswer(await open('/rollback/open'), 202);
    const asked = kubernetes.requests.slice(before).filter((each) => each.namespace === namespace);
    assert.deepEqual(
      asked.map(({ verb, resource, authorization }) => `${whose(authorization)} ${verb} ${resource}`),
      ["alice's get canaries", "alice's patch canaries", "the verifier's create events"],
    );
  });

  it('takes the rights of the ClusterRole canary-gatekeeper to be opened, and no others', () => {
    const roles = parseAllDocuments(read('knative/base/rbac.yaml')).map((document) => document.toJS());
    const { rules, metadata } = roles.find((role) => role.metadata.name === 'canary-gatekeeper');
    assert.deepEqual(rules, [{ apiGroups: ['flagger.app'], resources: ['canaries'], verbs: ['get', 'patch'] }]);
    const aggregated = Object.keys(metadata.labels).filter((label) => label.includes('aggregate'));
    const bound = roles.filter(({ roleRef }) => roleRef?.name === 'canary-gatekeeper');
    assert.deepEqual([aggregated, bound], [[], []]);
  });

  it('is told once to be open when it is opened twice in the same words', async () => {
    const { kubernetes, namespace } = world;
    for (let time = 0; time < 2; time++) assertAnswer(await open('/gate/open', { reason: 'INC-42' }), 202);
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    assert.equal(events.filter(({ reason }) => reason === 'GateOpened').length, 1);
  });

  it('is closed, and no slower than a second, although the Event of its waiting cannot be written', async () => {
    const { kubernetes, verifier, namespace } = world;
    const match = { verb: 'create', resource: 'events', namespace } as const;
    const end = kubernetes.misbehave(match, { kind: 'delay', milliseconds: 5000 });
    const since = Date.now();
    assertAnswer(await verifier.post('/gate/check', canary.payload()), 403, /^Forbidden: the gate of Canary podinfo/);
    end();
    assert.ok(Date.now() - since < 2000, `${Date.now() - since} ms`);
  });

  it('is open although its Event cannot be written, which the log tells', async () => {
    const { kubernetes, verifier, namespace } = world;
    const end = kubernetes.misbehave({ verb: 'create', resource: 'events', namespace }, { kind: 'status', code: 403 });
    assertAnswer(await open('/gate/open'), 202);
    end();
    assertAnswer(await verifier.post('/gate/check', canary.payload()), 200);
    assert.ok(verifier.lines.some(({ level, message }) => level === 'warn' && message === 'not written'));
  });

  it('is written once more when nobody knows whether it was', async () => {
    const { kubernetes, namespace } = world;
    const match = { verb: 'patch', resource: 'canaries', namespace, times: 1 };
    kubernetes.misbehave(match, { kind: 'afterwards', code: 503 });
    assertAnswer(await open('/gate/open'), 202);
    assert.deepEqual(await annotated(), { 'remarkable.com/gate': `open by ${alice.user}` });
  });

  for (const { what, fault } of troubles.filter(({ fault }) => !('code' in fault && fault.code === 401))) {
    it(`is not said to be opened when the API server ${what}`, async () => {
      const { kubernetes, namespace } = world;
      const end = kubernetes.misbehave({ verb: 'patch', resource: 'canaries', namespace }, fault);
      assertAnswer(await open('/gate/open'), 503, /^ServiceUnavailable: /);
      end();
    });
  }

  it('passes on what an admission webhook says of its opening', async () => {
    const { kubernetes, namespace } = world;
    const message = 'admission webhook "freeze.example.com" denied the request: no releases today';
    const fault = { kind: 'status', code: 403, message } as const;
    const end = kubernetes.misbehave({ verb: 'patch', resource: 'canaries', namespace }, fault);
    assertAnswer(await open('/gate/open'), 403, message);
    end();
    assert.deepEqual(await annotated(), {});
  });

  it('was not opened in time when the rollout ends in between', async () => {
    const { kubernetes, namespace } = world;
    const match = { verb: 'patch', resource: 'canaries', namespace, times: 1 };
    kubernetes.misbehave(match, { kind: 'delay', milliseconds: 2000 });
    const before = kubernetes.requests.length;
    const opening = open('/gate/open', { once: true });
    const hasLooked = async () => kubernetes.requests.slice(before).some((each) => each.namespace === namespace);
    await until(hasLooked, Boolean);
    await canary.end('Succeeded');
    assertAnswer(await opening, 409, /^NoRollout: the rollout was over before/);
  });

  it('answers JSON to who asks for it', async () => {
    const headers = { Authorization: `Bearer ${alice.token}`, Accept: 'application/json' };
    const post = (path: string, body: object) => world.verifier.post(path, body, headers);
    const closed = await post('/gate/check', canary.payload());
    assert.equal(JSON.parse(closed.body).reason, 'GateClosed');
    const opened = await post('/gate/open', { name: 'podinfo', namespace: world.namespace });
    assert.equal(opened.status, 202);
    assert.deepEqual(JSON.parse(opened.body), {
      reason: 'GateOpened',
      message: `${alice.user} has opened the gate until it is closed`,
    });
    assert.match(JSON.parse((await post('/gate/check', canary.payload())).body).message, / says open by /);
  });
});
