/**
 * What the function takes upon itself at once: beyond it callers are told to come again, and the others go on.
 */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayedCanary } from '../../support/canary.ts';
import { rollOut } from '../../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../../support/stage.ts';
import { type Answered, startVerifier, type Verifier } from '../../support/verifier.ts';
import { ask, head, readAll, unfinished } from './raw.ts';

const stranger = { name: 'nobody', namespace: 'default', phase: 'Progressing', checksum: '5c95544979' };
const busy = 'ServiceUnavailable: the verifier has as many calls in flight as it takes. Ask again';

describe('Beyond the bound on calls in flight', function () {
  this.timeout(20_000);
  const stage = embeddedStage();
  let world: EmbeddedWorld;
  let canary: PlayedCanary;
  let verifier: Verifier;
  let sockets: Socket[] = [];
  before(async () => {
    world = await stage.enter();
    canary = await rollOut(world, { image: 'busybox:1.36', command: ['sleep', '60'] });
  });
  beforeEach(async () => {
    verifier = await startVerifier({
      kubeconfig: stage.kubernetes.kubeconfig,
      callsInFlight: 3,
      callBudget: 3000,
      retryAfterSeconds: 4,
    });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await verifier.stop();
  });

  /** Three of the world's calls wait for the API server. */
  const slowCanaries = (milliseconds: number) =>
    stage.kubernetes.misbehave(
      { verb: 'get', resource: 'canaries', namespace: world.namespace, times: 3 },
      { kind: 'delay', milliseconds },
    );
  const inFlight = async <T>(use: () => Promise<T>, milliseconds = 600): Promise<{ used: T; answers: Answered[] }> => {
    const end = slowCanaries(milliseconds);
    const calls = Array.from({ length: 3 }, () => verifier.post('/confirm-promotion', canary.payload()));
    await sleep(200);
    const used = await use();
    const answers = await Promise.all(calls);
    end();
    return { used, answers };
  };
  const stalled = async (path = '/pre-rollout'): Promise<Socket> => {
    const socket = await unfinished(verifier.url, path);
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };

  it('a call is answered 503 with Retry-After at once, in JSON when asked, and those in flight as ever', async () => {
    const { used, answers } = await inFlight(async () => {
      const began = Date.now();
      const plain = await verifier.post('/rollback', canary.payload());
      const json = await verifier.post('/rollback', canary.payload(), { Accept: 'application/json' });
      return { plain, json, took: Date.now() - began };
    }, 1200);
    const { plain, json, took } = used;
    assert.ok(took < 800, `${took} ms`);
    for (const answered of [plain, json]) {
      const { headers } = answered;
      assert.deepEqual(
        [answered.status, headers.get('retry-after'), headers.get('connection')],
        [503, '4', 'close'],
        answered.body,
      );
    }
    assert.equal(plain.body, busy);
    assert.deepEqual(JSON.parse(json.body).reason, 'ServiceUnavailable');
    assert.deepEqual(
      answers.map(({ status }) => status),
      [403, 403, 403],
    );
    assert.equal((await verifier.post('/pre-rollout', stranger)).status, 403);
  });

  it('health checks are answered, and calls that are refused without asking anybody', async () => {
    await inFlight(async () => {
      for (const path of ['/healthz', '/health/readiness', '/health/liveness', '/']) {
        assert.equal((await ask(verifier.url + path, { method: 'GET' })).status, 200);
      }
      assert.equal((await ask(`${verifier.url}/rollback`, { method: 'GET' })).status, 405);
    });
  });

  it('the log has one line a second with the number of the refused', async () => {
    const many = Array.from({ length: 40 });
    const { used } = await inFlight(() => Promise.all(many.map(() => verifier.post('/rollback', stranger))), 3000);
    const refused = used.filter(({ status }) => status === 503).length;
    await sleep(1100);
    const lines = verifier.lines.filter(({ message }) => message.includes('refused'));
    assert.ok(refused > 3 && lines.length <= 2, `${refused} refused, ${lines.length} lines`);
    assert.equal(
      lines.reduce((sum, { fields }) => sum + Number(fields['refused']), 0),
      refused,
    );
    assert.ok(lines.every(({ level }) => level === 'warn'));
  });

  it('a body that has not come after a second makes room, and its caller is told so', async () => {
    const answers = [];
    for (let count = 0; count < 3; count++) answers.push(readAll(await stalled()));
    assert.equal((await verifier.post('/pre-rollout', stranger)).status, 503);
    await sleep(1000);
    for (let count = 0; count < 4; count++) {
      assert.equal((await verifier.post('/pre-rollout', stranger)).status, 403);
    }
    const oldest = await answers[0];
    assert.match(oldest ?? '', /^HTTP\/1\.1 503 .*retry-after: 4\r\n.*this call's body took its time/is);
    assert.match(oldest ?? '', /connection: close/i);
  });

  it('a caller that hangs up leaves its place, once the work that it asked for is done', async () => {
    for (let count = 0; count < 3; count++) (await stalled()).destroy();
    await sleep(50);
    const { hostname, port } = new URL(verifier.url);
    const body = JSON.stringify(canary.payload());
    const call = `${head('/confirm-promotion', hostname, body.length)}${body}`;
    // On one connection, where those that wait for the first are not told of the end; and on one each.
    for (const requests of [[call.repeat(3)], [call, call, call]]) {
      const end = slowCanaries(1500);
      const callers = requests.map((each) => connect(Number(port), hostname).end(each));
      await sleep(200);
      for (const each of callers) each.destroy();
      await sleep(100);
      assert.equal((await verifier.post('/pre-rollout', stranger)).status, 503);
      await sleep(1500);
      end();
      for (let count = 0; count < 4; count++) {
        assert.equal((await verifier.post('/pre-rollout', stranger)).status, 403);
      }
    }
  });

  it('no call keeps its place, whatever it is answered', async () => {
    for (const path of ['/favicon.ico', '/webhook', '/nowhere', '/healthz', '/event']) {
      for (let count = 0; count < 4; count++) {
        assert.notEqual((await verifier.post(path, stranger)).status, 503, path);
        assert.notEqual((await verifier.post(path, 'x'.repeat(70_000))).status, 503, path);
      }
    }
  });

  it('a connection with a crowd of requests behind an unanswered one is closed', async () => {
    const { hostname, port } = new URL(verifier.url);
    const health = `GET /healthz HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
    const body = JSON.stringify(canary.payload());
    const unanswered = `${head('/confirm-promotion', hostname, body.length)}${body}`;
    const answerTo = async (requests: string): Promise<string> => {
      const end = slowCanaries(500);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(requests);
      setTimeout(() => socket.end(), 1000);
      const answer = await readAll(socket);
      end();
      return answer;
    };
    const few = await answerTo(unanswered + health.repeat(4));
    assert.deepEqual([few.match(/ 403 /g)?.length, few.split('verifier is up').length - 1], [1, 4], few);
    assert.equal(await answerTo(unanswered + health.repeat(1000)), '');
    assert.equal((await ask(`${verifier.url}/healthz`, { method: 'GET' })).status, 200);
  });
});
