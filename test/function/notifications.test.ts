/**
 * What a sink is told, and that no sink changes an answer: not one that refuses, hangs, redirects, is slow or is dead.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultWebhooks, playCanary } from '../support/canary.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import {
  annotate,
  assertAnswer,
  failing,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../support/environment.ts';
import { type Behaviour, type ReceivedEvent, type ScriptedSink, startSink } from '../support/sink.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

const eventHook = {
  name: 'send to Slack',
  type: 'event',
  url: 'http://e2e-verifier.default/event',
  metadata: { cluster: 'eu-1' },
};
const cannotRun = { image: 'Not/An/Image:1', inconclusiveRetries: 0 };

describe('A sink', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let sink: ScriptedSink;
  let cleanUp: (() => Promise<void>)[] = [];
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
  });
  beforeEach(async () => {
    sink = await startSink();
  });
  afterEach(async () => {
    await sink.stop();
    for (const each of cleanUp) await each();
    cleanUp = [];
  });
  after(() => kubernetes.stop());

  async function verifierOf(notifyUrl = sink.url): Promise<Verifier> {
    const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig, notifyUrl });
    cleanUp.push(verifier.stop);
    return verifier;
  }
  async function enter(notifyUrl?: string): Promise<World> {
    return { kubernetes, verifier: await verifierOf(notifyUrl), namespace: await kubernetes.namespace() };
  }
  const taken = async ({ namespace }: World, count: number): Promise<ReceivedEvent[]> => {
    await until(
      async () => sink.taken(namespace).length,
      (length) => length >= count,
      20,
    );
    return sink.taken(namespace);
  };
  const marksIn = async (world: World) => (await recordsOf(world)).map((record) => record['notificationPending']);
  const untilMarks = (world: World, marks: unknown[]) =>
    until(
      () => marksIn(world),
      (found) => JSON.stringify(found) === JSON.stringify(marks),
      20,
    );
  const warningsOf = ({ verifier }: World) =>
    verifier.lines.filter(({ level, message }) => level === 'warn' && message.includes('CloudEvent'));
  /** The milliseconds until it was answered. */
  const timed = async (ask: () => Promise<unknown>): Promise<number> => {
    const since = Date.now();
    await ask();
    return Date.now() - since;
  };

  it('is told a failure in one CloudEvent, in structured JSON, and the record says nothing of it afterwards', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, failing);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    await taken(world, 1);
    await untilMarks(world, [undefined]);
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
    await canary.end('Failed');
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200);
    await sleep(200);
    const [request, ...others] = sink.requests;
    assert.deepEqual(others, []);
    assert.equal(request?.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
    const { id, time, data, ...attributes } = request?.event ?? assert.fail();
    const [record] = await recordsOf(world);
    const job = String(record?.['job']);
    assert.deepEqual(attributes, {
      specversion: '1.0',
      type: 'com.remarkable.e2e.failed',
      source: `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`,
      subject: job,
      datacontenttype: 'application/json',
    });
    assert.equal(Date.parse(time), Date.parse(String(record?.['finishedAt'])));
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    const told = events.find(({ metadata }) => metadata.name === id);
    assert.deepEqual([told?.['reason'], Object(told?.['involvedObject']).kind], ['E2ETestFailed', 'Canary']);
    const { checksum } = canary.payload();
    const expected = {
      ...{ namespace, canary: 'podinfo', e2eSpec: 'podinfo', checksum, verdict: 'Failed', reason: 'Error' },
      ...{ message: record?.['message'], job, attempt: 1, rollout: record?.['rollout'] },
      ...{ startedAt: record?.['startedAt'], finishedAt: record?.['finishedAt'] },
      durationSeconds: record?.['durationSeconds'],
    };
    assert.deepEqual(data, expected);
    assert.match(String(data['message']), /checkout rejects an expired card/);
  });

  it('is told a pass, and nothing else of a rollout that goes as it should', async () => {
    const world = await enter();
    const canary = await rollOut(world, passing);
    assertAnswer(await untilDecided(world, canary.payload()), 200);
    await canary.end('Succeeded');
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
    const events = await taken(world, 1);
    await sleep(200);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['com.remarkable.e2e.passed'],
    );
  });

  it('is told that a test could not run, and with onInconclusive: Hold that its gate waits for a person', async () => {
    const world = await enter();
    const canary = await rollOut(world, { ...cannotRun, onInconclusive: 'Hold' });
    assertAnswer(await untilDecided(world, canary.payload()), 424);
    const events = await taken(world, 2);
    assert.deepEqual(
      events.map(({ type, data }) => [type, data['reason']]),
      [
        ['com.remarkable.e2e.inconclusive', 'InvalidImageName'],
        ['com.remarkable.e2e.waiting', 'InvalidImageName'],
      ],
    );
    assert.equal(events[1]?.id, `${events[0]?.id}.waiting`);
    await untilMarks(world, [undefined]);
  });

  it('is told nothing of waiting where an inconclusive test rolls back', async () => {
    const world = await enter();
    const canary = await rollOut(world, cannotRun);
    assertAnswer(await untilDecided(world, canary.payload()), 424);
    await untilMarks(world, [undefined]);
    assert.deepEqual(
      sink.taken().map(({ type }) => type),
      ['com.remarkable.e2e.inconclusive'],
    );
  });

  it('is told once that a gate waits for a person, without an E2ESpec as well, and never of the rollback', async () => {
    const world = await enter();
    const { kubernetes, namespace, verifier } = world;
    const gate = { name: 'promote', type: 'confirm-promotion', url: 'http://e2e-verifier.default/gate/check' };
    const back = { name: 'back', type: 'rollback', url: 'http://e2e-verifier.default/rollback/check' };
    const canary = await playCanary(kubernetes, { namespace, webhooks: [gate, back] });
    await canary.begin('one');
    sink.behave({ after: 1500 });
    const took = await timed(async () => {
      for (let poll = 0; poll < 3; poll++) {
        const answered = await verifier.post('/gate/check', canary.payload());
        assertAnswer(answered, 403, /^Forbidden: the gate of Canary podinfo is closed: nobody has opened it/);
        assertAnswer(await verifier.post('/rollback/check', canary.payload()), 403);
      }
    });
    assert.ok(took < 1500, `${took} ms`);
    const [event] = await taken(world, 1);
    assertAnswer(await verifier.post('/gate/check', canary.payload()), 403);
    // What a process that knows nothing of the first one sends is the same news.
    const restarted = await verifierOf();
    assertAnswer(await restarted.post('/gate/check', canary.payload()), 403);
    const [, again] = await taken(world, 2);
    assert.equal(sink.requests.length, 2);
    assert.equal(again?.id, event?.id);
    const told = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    assert.deepEqual(
      told.map(({ metadata, type, reason, message }) => [metadata.name, type, reason, message]),
      [[event?.id, 'Normal', 'GateWaits', event?.data['message']]],
    );
    const { checksum } = canary.payload();
    const { message, rollout, ...data } = event?.data ?? {};
    assert.deepEqual([event?.type, event?.subject], ['com.remarkable.e2e.waiting', 'podinfo']);
    assert.deepEqual(data, { namespace, canary: 'podinfo', checksum, reason: 'GateWaits' });
    const command = `kubectl annotate --field-manager=e2e-verifier -n ${namespace} canary podinfo --overwrite remarkable.com/gate=once@${rollout}`;
    assert.ok(String(message).endsWith(command), String(message));
  });

  it('is told who let a revision through', async () => {
    const world = await enter();
    const canary = await rollOut(world, failing);
    await annotate(world, { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: known flake` });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
    const [event] = await taken(world, 1);
    assert.deepEqual([event?.type, event?.subject], ['com.remarkable.e2e.skipped', 'podinfo']);
    assert.match(String(event?.data['message']), /known flake/);
  });

  it('is told a promotion without a passed test, with an E2ESpec that can say so or without', async () => {
    const world = await enter();
    const canary = await rollOut(world, passing);
    await canary.end('Succeeded');
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified');
    const [recorded] = await taken(world, 1);
    await world.kubernetes.delete({ ...key(world), kind: 'E2ESpec' });
    await canary.begin('two');
    await canary.end('Succeeded');
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified');
    const [, told] = await taken(world, 2);
    for (const event of [recorded, told]) {
      assert.equal(event?.type, 'com.remarkable.e2e.unverified');
      assert.match(String(event?.data['message']), /was promoted without a passed test/);
    }
    assert.deepEqual([recorded?.data['e2eSpec'], told?.data['e2eSpec']], ['podinfo', undefined]);
  });

  const key = ({ namespace }: World) => ({ apiVersion: 'remarkable.com/v1', namespace, name: 'podinfo' });

  describe('of event hooks', () => {
    const words = { eventMessage: 'New revision detected!', eventType: 'Normal', timestamp: '1795773600000' };

    it('is told what Flagger says, once, and the hook is answered before the API server is asked', async () => {
      const world = await enter();
      const canary = await rollOut(world, passing, { webhooks: [...defaultWebhooks, eventHook] });
      const payload = canary.payload({ ...eventHook.metadata, ...words });
      const end = kubernetes.misbehave(
        { verb: 'get', resource: 'canaries', namespace: world.namespace },
        { kind: 'delay', milliseconds: 1500 },
      );
      const took = await timed(async () => {
        assertAnswer(await world.verifier.post('/event', payload), 200, 'Forwarded');
      });
      assert.ok(took < 1000, `${took} ms`);
      const [event] = await taken(world, 1);
      end();
      await world.verifier.post('/event', payload);
      await sleep(300);
      assert.equal(sink.requests.length, 1);
      assert.deepEqual(
        [event?.type, event?.subject, event?.time],
        ['com.remarkable.e2e.event', 'podinfo', '2026-11-27T10:00:00.000Z'],
      );
      const { namespace, checksum, phase } = payload;
      const expected = { namespace, canary: 'podinfo', checksum, phase, eventType: 'Normal' };
      assert.deepEqual(event?.data, { ...expected, message: words.eventMessage });
    });

    const strangers = [
      { what: 'of a Canary without an event hook', webhooks: defaultWebhooks, metadata: {} },
      { what: 'with other metadata', webhooks: [...defaultWebhooks, eventHook], metadata: { cluster: 'us-1' } },
      { what: 'of no Canary', webhooks: [...defaultWebhooks, eventHook], metadata: eventHook.metadata, name: 'none' },
    ];
    for (const { what, webhooks, metadata, ...other } of strangers) {
      it(`is told nothing by a call ${what}, which is answered as any other`, async () => {
        const world = await enter();
        const canary = await rollOut(world, passing, { webhooks });
        const payload = { ...canary.payload({ ...metadata, ...words, eventMessage: 'click here' }), ...other };
        assertAnswer(await world.verifier.post('/event', payload), 200, 'Forwarded');
        await until(
          async () => warningsOf(world).length,
          (count) => count > 0,
          10,
        );
        assert.match(String(warningsOf(world)[0]?.fields['detail']), /no event webhook of/);
        assert.deepEqual(sink.requests, []);
      });
    }
  });

  const troubles: { what: string; says: RegExp; url?(): Promise<string>; always?: Behaviour; once?: Behaviour[] }[] = [
    { what: 'refuses', says: /: it answered 403$/, always: 403 },
    {
      what: 'redirects',
      says: /: it answered 307, and redirects are not followed/,
      always: { redirectTo: 'http://127.0.0.1:1/elsewhere' },
    },
    {
      what: 'is dead',
      says: /: it cannot be reached \(ECONNREFUSED\)$/,
      async url() {
        const dead = await startSink();
        await dead.stop();
        return dead.url.replace('://', '://hook:t0ps3cret@');
      },
    },
    { what: 'hangs up', says: /: it cannot be reached \(UND_ERR_SOCKET\)$/, always: 'reset' },
    { what: 'is busy', says: /: it answered 503$/, always: 503 },
    { what: 'hangs', says: /: it answered 403$/, always: 403, once: ['hang'] },
  ];
  for (const { what, says, url, always = 202, once } of troubles) {
    it(`that ${what} changes no answer and delays none, keeps what it has not taken, and is told it by the next process`, async () => {
      sink.behave(always, once);
      const world = await enter(await url?.());
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects an expired card');
      const took = await timed(async () => {
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412, 'checkout rejects');
      });
      assert.ok(took < 1500, `${took} ms`);
      assert.deepEqual(await marksIn(world), ['Failed']);
      const warnings = () => warningsOf(world);
      await until(
        async () => warnings().length,
        (count) => count > 0,
        45,
      );
      assert.equal(warnings().length, 1);
      assert.match(warnings()[0]?.message ?? '', says);
      assert.doesNotMatch(JSON.stringify(world.verifier.lines), /t0ps3cret|127\.0\.0\.1/);
      // Not at every poll.
      const tried = sink.requests.length;
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      await sleep(200);
      assert.equal(sink.requests.length, tried);
      sink.behave(202);
      const restarted = { ...world, verifier: await verifierOf() };
      assertAnswer(await restarted.verifier.post('/rollback', canary.payload()), 200);
      await untilMarks(world, [undefined]);
      assert.deepEqual(
        sink.taken().map(({ type }) => type),
        ['com.remarkable.e2e.failed'],
      );
    }).timeout(90_000);
  }

  it('that is slow or busy for a moment is told all the same, once', async () => {
    sink.behave(202, [503, { after: 1000 }]);
    const world = await enter();
    const canary = await rollOut(world, passing);
    assertAnswer(await untilDecided(world, canary.payload()), 200);
    await untilMarks(world, [undefined]);
    assert.deepEqual(
      sink.requests.map(({ status }) => status),
      [503, 202],
    );
  });

  it('is told again, as the same, what it has taken when nobody could write that down', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, passing);
    sink.behave({ after: 700 });
    assertAnswer(await untilDecided(world, canary.payload()), 200);
    const patch = { verb: 'patch', resource: 'e2especs', subresource: 'status', namespace } as const;
    const end = kubernetes.misbehave(patch, { kind: 'status', code: 500 });
    await taken(world, 1);
    await until(
      async () => warningsOf(world).length,
      (count) => count > 0,
      20,
    );
    assert.deepEqual(await marksIn(world), ['Passed']);
    end();
    const restarted = { ...world, verifier: await verifierOf() };
    assertAnswer(await restarted.verifier.post('/pre-rollout', canary.payload()), 200);
    await untilMarks(world, [undefined]);
    const [first, second, ...more] = sink.taken(namespace);
    assert.deepEqual([second, more], [first, []]);
  });

  it('learns no secret that a test has printed', async () => {
    const world = await enter();
    const canary = await rollOut(world, {
      ...failing,
      command: ['sh', '-c', 'echo "login with password=hunter2 failed"; exit 1'],
    });
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    await taken(world, 1);
    assert.doesNotMatch(JSON.stringify(sink.requests), /hunter2/);
  });
});
