/**
 * Gates that a person opens: as Flagger's load tester answers, but by what the Canary says, and only for those who may.
 */
import assert from 'node:assert/strict';
import { type CanaryOptions, type PlayedCanary, playCanary } from '../../support/canary.ts';
import { at } from '../../support/documents.ts';
import { assertAnswer, type Behaviour, type World } from '../../support/environment.ts';
import { type Person, personIn } from '../../support/person.ts';
import type { Answered } from '../../support/verifier.ts';

const url = (path: string) => `http://e2e-verifier.default${path}`;
const check = { name: 'start', type: 'confirm-rollout', url: url('/gate/check') };
const named = { name: 'promote', type: 'confirm-promotion', url: url('/gate/check'), metadata: { gate: 'promote' } };
const back = { name: 'back', type: 'rollback', url: url('/rollback/check') };

const gatekeeper = ['get', 'patch'];

interface Scene extends World {
  canary: PlayedCanary;
  alice: Person;
  /** As Flagger asks. */
  asks(path: string, metadata?: Record<string, string>): Promise<Answered>;
  /** As a person does. */
  orders(path: string, more?: object, token?: string): Promise<Answered>;
  annotations(): Promise<Record<string, string>>;
}

async function scene(world: World, webhooks: CanaryOptions['webhooks'] = [check, named, back]): Promise<Scene> {
  const { kubernetes, namespace, verifier } = world;
  const [canary, alice] = await Promise.all([
    playCanary(kubernetes, { namespace, webhooks }),
    personIn(world, 'alice', gatekeeper),
  ]);
  await canary.setPhase('Waiting');
  return {
    ...world,
    canary,
    alice,
    asks: (path, metadata) => verifier.post(path, canary.payload(metadata)),
    orders: (path, more, token = alice.token) =>
      verifier.post(path, { name: 'podinfo', namespace, ...more }, token ? { Authorization: `Bearer ${token}` } : {}),
    annotations: async () => (await kubernetes.get(canary.key))?.metadata.annotations ?? {},
  };
}

const isClosed = (answered: Answered) => assertAnswer(answered, 403, /^Forbidden: the /);
const isOpen = (answered: Answered) => assertAnswer(answered, 200, /^Approved$/);
const isDone = ({ status, body }: Answered) => assert.deepEqual([status, body], [202, '']);

async function toldOf({ kubernetes, namespace }: World): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events
    .filter(({ reason }) => /^Gate(Opened|Closed)$/.test(String(reason)))
    .map(({ reason, message }) => `${reason}: ${message}`)
    .sort();
}

/** What is told of the gate without a name, before anything was written. */
async function waitsOf({ kubernetes, namespace }: World, canary: PlayedCanary, gate = 'gate'): Promise<string> {
  const status = Object((await kubernetes.get(canary.key))?.['status']);
  const since = at(status, 'conditions', 0, 'lastTransitionTime');
  const annotation = `remarkable.com/${gate.replace(' ', '.')}=once@${since}`;
  return `the ${gate} of Canary podinfo is closed: nobody has opened it. Whoever may patch the Canary opens it (ClusterRole canary-gatekeeper): kubectl annotate --field-manager=e2e-verifier -n ${namespace} canary podinfo --overwrite ${annotation}`;
}

export const manualGates: Behaviour[] = [
  {
    title: 'A gate is closed, is opened by whoever may patch the Canary, lasts, and is closed again',
    async run(world) {
      const { asks, orders, alice, annotations } = await scene(world);
      const closed = await asks('/gate/check');
      isClosed(closed);
      assertAnswer(closed, 403, 'nobody has opened it', 'canary-gatekeeper', 'remarkable.com/gate=once@');
      isDone(await orders('/gate/open', { reason: 'INC-42' }));
      assert.deepEqual(await annotations(), { 'remarkable.com/gate': `open by ${alice.user}: INC-42` });
      for (let asked = 0; asked < 2; asked++) isOpen(await asks('/gate/check'));
      isClosed(await asks('/gate/check', { gate: 'promote' }));
      isDone(await orders('/gate/close'));
      isClosed(await asks('/gate/check'));
      assert.deepEqual(await toldOf(world), [
        `GateClosed: ${alice.user} has closed the gate`,
        `GateOpened: ${alice.user} has opened the gate until it is closed: INC-42`,
      ]);
    },
  },
  {
    title:
      'A gate that holds a rollout is told once for each rollout, with the command that opens it; the rollback never',
    async run(world) {
      const { asks, canary, kubernetes, namespace } = await scene(world);
      const told = async () => {
        const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
        return events
          .filter(({ reason }) => reason === 'GateWaits')
          .map(({ message }) => message)
          .sort();
      };
      await canary.end('Succeeded');
      isClosed(await asks('/gate/check'));
      assert.deepEqual(await told(), []);
      await canary.setPhase('Waiting');
      for (let poll = 0; poll < 3; poll++) isClosed(await asks('/gate/check'));
      const start = await waitsOf(world, canary);
      assert.deepEqual(await told(), [start]);
      await canary.setPhase('Progressing');
      isClosed(await asks('/rollback/check'));
      isClosed(await asks('/gate/check', { gate: 'promote' }));
      await canary.setPhase('WaitingPromotion');
      isClosed(await asks('/gate/check', { gate: 'promote' }));
      assert.deepEqual(await told(), [start, await waitsOf(world, canary, 'gate promote')]);
    },
  },
  {
    title: 'A named gate opens the hooks of its name alone',
    async run(world) {
      const { asks, orders, canary } = await scene(world);
      await canary.setPhase('WaitingPromotion');
      isDone(await orders('/gate/open', { gate: 'promote' }));
      isOpen(await asks('/gate/check', { gate: 'promote' }));
      isClosed(await asks('/gate/check'));
    },
  },
  {
    title: 'A gate that is opened for one rollout stays open until its end, and is closed in the next',
    async run(world) {
      const { asks, orders, canary } = await scene(world);
      isDone(await orders('/gate/open', { once: true }));
      for (const phase of ['Waiting', 'Progressing', 'WaitingPromotion']) {
        await canary.setPhase(phase);
        isOpen(await asks('/gate/check'));
      }
      await canary.end('Succeeded');
      isClosed(await asks('/gate/check'));
      await canary.begin('two');
      const closed = await asks('/gate/check');
      isClosed(closed);
      assertAnswer(closed, 403, 'was for another rollout');
    },
  },
  {
    title: 'What is meant for one rollout is refused when none is going on, and nothing is changed',
    async run(world) {
      const { orders, canary, annotations } = await scene(world);
      await canary.end('Succeeded');
      assertAnswer(await orders('/gate/open', { once: true }), 409, /^NoRollout: the Canary is Succeeded/);
      assertAnswer(await orders('/rollback/open'), 409, /^NoRollout: /);
      assert.deepEqual(await annotations(), {});
      isDone(await orders('/gate/open'));
    },
  },
  {
    title: 'A rollback by hand is for the rollout that is going on, and is taken back',
    async run(world) {
      const { asks, orders, canary, annotations } = await scene(world);
      await canary.begin('one');
      isClosed(await asks('/rollback/check'));
      isDone(await orders('/rollback/open'));
      assert.match((await annotations())['remarkable.com/rollback'] ?? '', /^once@\d{4}-\d\d-\d\dT\S+ by /);
      isOpen(await asks('/rollback/check'));
      isClosed(await asks('/gate/check'));
      isDone(await orders('/rollback/close'));
      isClosed(await asks('/rollback/check'));
      isDone(await orders('/rollback/open'));
      await canary.end('Failed');
      await canary.begin('two');
      isClosed(await asks('/rollback/check'));
    },
  },
  {
    title: 'An annotation by kubectl is the same door',
    async run(world) {
      const { asks, canary } = await scene(world);
      const annotate = (value: string | null) =>
        world.kubernetes.patch(canary.key, { metadata: { annotations: { 'remarkable.com/gate': value } } });
      await annotate('open');
      isOpen(await asks('/gate/check'));
      await annotate('Open');
      assertAnswer(await asks('/gate/check'), 403, '"Open" is neither open nor once@TIME');
      await annotate(null);
      isClosed(await asks('/gate/check'));
    },
  },
  {
    title:
      'An annotation that opens nothing is told once, and changes no answer: a name that no hook asks for, other words',
    async run(world) {
      const { asks, orders, canary, alice } = await scene(world);
      isDone(await orders('/gate/open', { gate: 'promte' }));
      const asked = 'They ask for the gate, the gate promote, the rollback';
      const none = `no webhook of Canary podinfo asks for the gate promte. ${asked}`;
      for (let poll = 0; poll < 2; poll++) {
        assertAnswer(await asks('/gate/check'), 403, `annotation remarkable.com/gate.promte does nothing: ${none}`);
      }
      await world.kubernetes.patch(canary.key, {
        metadata: { annotations: { 'remarkable.com/gate.promte': null, 'remarkable.com/gate': 'yes' } },
      });
      assertAnswer(await asks('/gate/check'), 403, '"yes" is neither open nor once@TIME');
      await world.kubernetes.patch(canary.key, { metadata: { annotations: { 'remarkable.com/gate': 'closed' } } });
      assertAnswer(await asks('/gate/check'), 403, '"closed" is neither open nor once@TIME');
      const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
      assert.deepEqual(events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`).sort(), [
        `Normal GateOpened: ${alice.user} has opened the gate promte until it is closed; ${none}`,
        `Normal GateWaits: ${await waitsOf(world, canary)}`,
        'Warning IgnoredByHand: annotation remarkable.com/gate does nothing: "yes" is neither open nor once@TIME',
        `Warning IgnoredByHand: annotation remarkable.com/gate.promte does nothing: ${none}`,
      ]);
    },
  },
  {
    title: 'Who has no token, an unknown one, no right, or a right elsewhere is refused, and nothing is changed',
    async run(world) {
      const { orders, annotations, alice, verifier, namespace } = await scene(world);
      const elsewhere = await world.kubernetes.namespace();
      const [bob, carol] = await Promise.all([
        personIn(world, 'bob', ['get']),
        personIn({ ...world, namespace: elsewhere }, 'carol', gatekeeper),
      ]);
      for (const path of ['/gate/open', '/gate/close', '/rollback/open', '/rollback/close']) {
        const anonymous = await orders(path, {}, '');
        assertAnswer(
          anonymous,
          401,
          /^Unauthorized: /,
          'create token prints one',
          'kubectl annotate --field-manager=e2e-verifier',
        );
        assert.match(anonymous.headers.get('www-authenticate') ?? '', /^Bearer/);
        assertAnswer(await orders(path, {}, 'a.b.c'), 401, /^Unauthorized: /);
        for (const { token, user } of [bob, carol]) {
          const refused = await orders(path, { once: false }, token);
          assertAnswer(
            refused,
            403,
            `canaries.flagger.app "podinfo" is forbidden: User "${user}" cannot patch resource`,
          );
        }
      }
      const basic = { Authorization: `Basic ${Buffer.from(`alice:${alice.token}`).toString('base64')}` };
      assertAnswer(await verifier.post('/gate/open', { name: 'podinfo', namespace }, basic), 401);
      assertAnswer(await orders('/gate/open', { name: 'other' }), 404, '"other" not found');
      assertAnswer(await orders('/gate/open', { namespace: elsewhere }), 403, 'cannot patch resource');
      assert.deepEqual(await annotations(), {});
      assert.deepEqual(await toldOf(world), []);
    },
  },
  {
    title: 'A token is in no log line, no answer, no annotation and no Event',
    async run(world) {
      const { orders, annotations, alice, kubernetes, namespace, verifier } = await scene(world);
      const answers = [
        await orders('/gate/open', { reason: 'INC-42' }),
        await orders('/gate/open', { name: 'other' }),
        await orders('/gate/open', { namespace: 'default' }),
        await orders('/gate/open', {}, `${alice.token}x`),
        await orders('/gate/close', { gate: 'a b' }),
        await orders('/rollback/open'),
      ].map(({ body }) => body);
      const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
      const said = JSON.stringify([answers, await annotations(), events, verifier.lines]);
      assert.ok(said.includes('INC-42'));
      assert.ok(!said.includes(alice.token));
    },
  },
  {
    title: 'The seed’s curl lines are taken as they are, with a token: a form, by its content type',
    async run(world) {
      const { canary, asks, alice, namespace, verifier } = await scene(world);
      const curl = async (path: string) => {
        const response = await fetch(verifier.url + path, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${alice.token}`,
            'Content-Type': 'application/x-www-form-urlencoded',
          },
          body: `{"name": "podinfo","namespace":"${namespace}"}`,
        });
        return { status: response.status, body: await response.text(), headers: response.headers };
      };
      const done = await curl('/gate/open');
      isDone(done);
      assert.equal(done.headers.get('content-type'), null);
      isOpen(await asks('/gate/check'));
      isDone(await curl('/gate/close'));
      await canary.begin('one');
      isDone(await curl('/rollback/open'));
      isOpen(await asks('/rollback/check'));
    },
  },
  {
    title: 'A check is Flagger’s call alone: by phase, checksum and metadata',
    async run(world) {
      const { asks, orders, canary, verifier } = await scene(world);
      isDone(await orders('/gate/open'));
      isDone(await orders('/rollback/open', { once: false }));
      const mismatch = (answered: Answered) => assertAnswer(answered, 403, /^CanaryMismatch: /);
      mismatch(await asks('/gate/check', { gate: 'other' }));
      mismatch(await verifier.post('/gate/check', { ...canary.payload(), checksum: '7f79db7f5c' }));
      mismatch(await asks('/rollback/check'));
      await canary.setPhase('Promoting');
      mismatch(await asks('/gate/check'));
    },
  },
  {
    title:
      'What is wired the wrong way round stays closed: an open gate rolls nothing back, an open rollback promotes nothing',
    async run(world) {
      const { asks, orders, canary } = await scene(world, [
        { ...check, type: 'rollback' },
        { ...back, type: 'confirm-promotion' },
      ]);
      await canary.begin('one');
      isDone(await orders('/gate/open'));
      isDone(await orders('/rollback/open'));
      assertAnswer(await asks('/gate/check'), 403, /^Forbidden: /, 'is of type rollback and must not call /gate/check');
      assertAnswer(await asks('/rollback/check'), 403, /^Forbidden: /, 'is of type confirm-promotion');
    },
  },
  {
    title: 'The gates that are always open and always closed are so for everybody, however they are asked',
    async run({ verifier }) {
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(verifier.url + path, init);
        return { status: response.status, body: (await response.text()).trimEnd(), headers: response.headers };
      };
      for (const init of [{}, { method: 'POST' }, { method: 'POST', body: 'anything' }]) {
        assertAnswer(await ask('/gate/approve', init), 200, /^OK$/);
        assertAnswer(await ask('/gate/halt', init), 403, /^Forbidden: \/gate\/halt never opens/, '/gate/check');
      }
    },
  },
];
