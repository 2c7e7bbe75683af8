/**
 * The HTTP side of the function: what it takes, and the form of its answers.
 */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import type { PlayedCanary } from '../../support/canary.ts';
import { assertAnswer, rollOut, untilDecided, type World } from '../../support/environment.ts';
import { embeddedStage } from '../../support/stage.ts';
import type { Verifier } from '../../support/verifier.ts';
import { ask, unfinished } from './raw.ts';

const health = ['/', '/healthz', '/health/liveness', '/health/readiness'];
const json = { 'Content-Type': 'application/json' };
const stranger = { name: 'nobody', namespace: 'default', phase: 'Progressing', checksum: '5c95544979' };

/** A payload of exactly so many bytes. */
function payloadOf(bytes: number): string {
  const filled = (length: number) => JSON.stringify({ ...stranger, filling: 'x'.repeat(length) });
  return filled(bytes - filled(0).length);
}

describe('The function as an HTTP server', function () {
  this.timeout(20_000);
  const stage = embeddedStage({ retryAfterSeconds: 3 });
  let verifier: Verifier;
  before(() => {
    verifier = stage.verifier;
  });

  for (const path of health) {
    it(`says on GET ${path} that it is up, and on HEAD the same without the words`, async () => {
      const got = await ask(verifier.url + path, { method: 'GET' });
      assert.deepEqual([got.status, got.body.trim()], [200, 'e2e-verifier is up']);
      assert.equal(got.headers['content-type'], 'text/plain; charset=utf-8');
      const head = await ask(verifier.url + path, { method: 'HEAD' });
      assert.deepEqual([head.status, head.body], [200, '']);
    });
  }

  it('says how many bytes each answer has, so that a gateway passes on all of it or nothing', async () => {
    const answers = [
      await ask(`${verifier.url}/healthz`, { method: 'GET' }),
      await ask(`${verifier.url}/run`, { method: 'POST', headers: json, parts: ['{'] }),
      await ask(`${verifier.url}/pre-rollout`, { method: 'POST', headers: json, parts: [JSON.stringify(stranger)] }),
      await ask(`${verifier.url}/pre-rollout`, { method: 'POST', headers: json, parts: [payloadOf(70_000)] }),
    ];
    for (const { status, headers, body } of answers) {
      const { 'content-length': length, 'transfer-encoding': encoding } = headers;
      assert.deepEqual([length, encoding], [String(Buffer.byteLength(body)), undefined], String(status));
    }
  });

  it('does not log health checks', async () => {
    const before = verifier.lines.length;
    for (const path of health) await ask(verifier.url + path, { method: 'GET' });
    assert.equal(verifier.lines.length, before);
  });

  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    it(`answers ${method} on a hook with 405`, async () => {
      assert.equal((await ask(`${verifier.url}/pre-rollout`, { method })).status, 405);
    });
  }

  const unknown = ['/webhok', '/WEBHOOK', '/favicon.ico', '/robots.txt', '/constructor'];
  for (const path of [...unknown, '/%77ebhook', '/healthz/']) {
    it(`answers POST ${path} with 404`, async () => {
      const answered = await verifier.post(path, stranger);
      assert.equal(answered.status, 404, answered.body);
    });
  }

  it('reads the path without its query', async () => {
    assertAnswer(await verifier.post('/pre-rollout?a=b', stranger), 403, 'the call does not match the Canary');
  });

  it('reads a long path and a long header no further than it has to', async () => {
    const long = 'a-'.repeat(3500);
    const began = performance.now();
    const path = ask(`${verifier.url}/${long}`, { method: 'POST', headers: json, parts: ['{}'] });
    const type = ask(`${verifier.url}/webhook`, { method: 'POST', headers: { 'Content-Type': long }, parts: ['{}'] });
    assert.deepEqual([(await path).status, (await type).status], [404, 415]);
    assert.ok(performance.now() - began < 500, `${performance.now() - began} ms`);
    assert.ok(verifier.lines.every(({ fields }) => JSON.stringify(fields).length < 1000));
  });

  it('takes no head of more than 8 KiB', async () => {
    const padded = (bytes: number) => ({ ...json, 'X-Padding': 'x'.repeat(bytes) });
    const asked = (bytes: number) =>
      ask(`${verifier.url}/webhook`, { method: 'POST', headers: padded(bytes), parts: ['{}'] });
    assert.equal((await asked(7500)).status, 400);
    assert.equal((await asked(8192)).status, 431);
  });

  it('is not taken aback by a path that cannot be decoded', async () => {
    const answered = await ask(`${verifier.url}/%E0%A4%A`, { method: 'POST', headers: json, parts: ['{}'] });
    assert.ok([400, 404].includes(answered.status), `${answered.status}: ${answered.body}`);
    assert.ok(!answered.body.includes('    at ') && !answered.body.includes('<'), answered.body);
  });

  it('answers several calls over one socket', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (const reused of [false, true, true]) {
        const options = { method: 'POST', headers: json, agent, parts: [JSON.stringify(stranger)] };
        const answered = await ask(`${verifier.url}/pre-rollout`, options);
        assert.deepEqual([answered.status, answered.reused], [403, reused]);
      }
    } finally {
      agent.destroy();
    }
  });

  const sizes: [string, number, Record<string, string>, number][] = [
    ['64 KiB', 65_536, {}, 403],
    ['a byte more', 65_537, {}, 413],
    ['64 KiB in chunks', 65_536, { 'Transfer-Encoding': 'chunked' }, 403],
    ['65 KiB in chunks', 65 * 1024, { 'Transfer-Encoding': 'chunked' }, 413],
    ['200 KiB', 200 * 1024, {}, 413],
    ['200 KiB in chunks', 200 * 1024, { 'Transfer-Encoding': 'chunked' }, 413],
  ];
  for (const [what, bytes, encoding, status] of sizes) {
    it(`answers ${what} with ${status}`, async () => {
      const text = payloadOf(bytes);
      const parts = Array.from({ length: Math.ceil(bytes / 8192) }, (_, index) =>
        text.slice(index * 8192, (index + 1) * 8192),
      );
      const length: Record<string, string> = encoding['Transfer-Encoding'] ? {} : { 'Content-Length': String(bytes) };
      const headers = { ...json, ...encoding, ...length };
      const answered = await ask(`${verifier.url}/pre-rollout`, { method: 'POST', headers, parts });
      assert.equal(answered.status, status, answered.body);
      if (status === 413) assert.match(answered.body, /^RequestEntityTooLarge: a payload is at most 65536 bytes$/m);
    });
  }

  it('counts bytes, not characters, and reads a character that lies in two chunks', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...stranger, name: 'café' }));
    const cut = bytes.indexOf(0xc3) + 1;
    const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
    const headers = { ...json, 'Transfer-Encoding': 'chunked' };
    const answered = await ask(`${verifier.url}/pre-rollout`, { method: 'POST', headers, parts });
    assert.deepEqual([answered.status, answered.body.includes('name must be')], [400, true]);
    const wide = payloadOf(65_536).replace('xx', 'éé');
    assert.equal((await verifier.post('/pre-rollout', wide)).status, 413);
  });

  it('goes on answering while one caller does not finish its body, and when it goes away', async () => {
    const socket = await unfinished(verifier.url, '/pre-rollout');
    assert.equal((await verifier.post('/pre-rollout', stranger)).status, 403);
    socket.destroy();
    assert.equal((await verifier.post('/pre-rollout', stranger)).status, 403);
  });

  it('answers in JSON when it is asked to, with the same words', async () => {
    const accepting = (accept: string) => verifier.post('/pre-rollout', stranger, { Accept: accept });
    const plain = await accepting('*/*');
    assert.equal(plain.headers.get('content-type'), 'text/plain; charset=utf-8');
    const answered = await accepting('application/json');
    assert.equal(answered.headers.get('content-type'), 'application/json');
    const { reason, message } = JSON.parse(answered.body);
    assert.deepEqual([answered.status, reason, `${reason}: ${message}`], [plain.status, 'CanaryMismatch', plain.body]);
  });

  describe('about a run', () => {
    let scene: World;
    let canary: PlayedCanary;
    // 4 KiB, many lines, colours and wide characters.
    const script = `i=0; while [ $i -lt 60 ]; do printf '\\033[31m✗ ${'é'.repeat(30)} %s\\033[0m\\r\\n' $i; i=$((i+1)); done > /dev/termination-log; exit 1`;
    before(async () => {
      scene = await stage.enter();
      canary = await rollOut(scene, { image: 'busybox:1.36', command: ['sh', '-c', script] });
    });

    const paths = [
      '/webhook',
      '/pre-rollout',
      '/rollout',
      '/confirm-traffic-increase',
      '/confirm-promotion',
      '/rollback',
    ];
    for (const when of ['first', 'then']) {
      it(`answers every hook in one line of at most 900 bytes, Retry-After with 429 alone: ${when}`, async () => {
        if (when === 'then') assertAnswer(await untilDecided(scene, canary.payload()), 412, '✗', 'é 59');
        for (const path of [...paths, '/confirm-rollout', '/post-rollout', '/event']) {
          const { status, body, headers } = await verifier.post(path, canary.payload());
          const said = `${path} ${status}: ${body}`;
          assert.ok(Buffer.byteLength(body) <= 900 && body.length > 0, said);
          assert.doesNotMatch(body, /\p{Cc}|\uFFFD/u, said);
          assert.match(body, /^[A-Z][A-Za-z]+: /, said);
          assert.equal(headers.get('retry-after'), status === 429 ? '3' : null, said);
          assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8', said);
          assert.notEqual(status, 204);
        }
      });
    }

    it('says the verdict, its reason and the Job in JSON', async () => {
      const accept = { Accept: 'application/json' };
      const { body } = await verifier.post('/pre-rollout', canary.payload(), accept);
      const { verdict, reason, job, message } = JSON.parse(body);
      assert.deepEqual([verdict, reason, job], ['failed', 'Error', `e2e-podinfo-${canary.payload().checksum}`]);
      assert.ok(Buffer.byteLength(message) <= 900 && !message.includes('\n'));
    });
  });
});
