/**
 * `run --record`: how the command line asks the verifier, and what it makes of its answers.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runCommandLine, startCommandLine } from './command-line.ts';
import { emptyFolder, type Folder } from './deployed.ts';

interface Answer {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
}

interface Call {
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

const token = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl';
const job = 'e2e-podinfo-run-0123456789ab';
const verdict = (kind: string, reason: string, message: string) => ({ verdict: kind, reason, message, job });
const passed: Answer = { status: 200, body: verdict('passed', 'Passed', 'the test passed in 3 s') };
const running: Answer = {
  status: 429,
  body: verdict('running', 'Running', 'the test runs'),
  headers: { 'Retry-After': '1' },
};

describe('k8s-e2e-verifier run --record', function () {
  this.timeout(30_000);
  let folder: Folder;
  let server: Server;
  let url: string;
  let answers: Answer[];
  let calls: Call[];

  before(async () => {
    folder = await emptyFolder();
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      calls.push({ path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) });
      const { status, body, headers = {} } = answers.length > 1 ? (answers.shift() ?? passed) : (answers[0] ?? passed);
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    calls = [];
    answers = [passed];
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await folder.remove();
  });

  async function command(args: string[], user: object = { token }) {
    const path = join(folder.path, 'kubeconfig');
    const config = {
      // Nobody is there: the verifier alone is asked.
      clusters: [{ name: 'test', cluster: { server: 'http://127.0.0.1:1' } }],
      users: [{ name: 'ci', user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'ci', namespace: 'shop' } }],
      'current-context': 'test',
    };
    await writeFile(path, JSON.stringify(config));
    return { args: ['run', 'podinfo', '--kubeconfig', path, ...args], env: { E2E_VERIFIER_URL: url } };
  }
  const run = async (args: string[], user?: object) => runCommandLine(await command(args, user));

  it('asks with the token, and says what it was answered', async () => {
    const { status, out, err } = await run(['--record', '--id', 'nightly-1', '--url', 'http://preview']);
    assert.deepEqual([status, err], [0, '']);
    const [call] = calls;
    assert.deepEqual([call?.path, call?.headers.authorization], ['/run', `Bearer ${token}`]);
    assert.deepEqual(call?.body, { namespace: 'shop', name: 'podinfo', id: 'nightly-1', url: 'http://preview' });
    assert.match(
      out,
      /^passed {2}shop\/podinfo: Passed: the test passed in 3 s\n {2}on record: run nightly-1\. It answers no gate\n$/m,
    );
    assert.ok(!out.includes(token));
  });

  it('asks again for the same run until there is a verdict, and says once what it waits for', async () => {
    const starting = {
      ...running,
      body: verdict('running', 'Starting', 'its pod is starting; 3 s since its Job began'),
    };
    answers = [starting, running, running, passed];
    const begun = Date.now();
    const { status, out } = await run([`--record=${url}`]);
    assert.equal(status, 0);
    assert.ok(Date.now() - begun >= 3000);
    assert.match(out, new RegExp(`^its log: k8s-e2e-verifier logs podinfo -n shop --run ${job} -f$`, 'm'));
    const ids = new Set(calls.map(({ body }) => body['id']));
    assert.deepEqual([calls.length, ids.size], [4, 1]);
    assert.match(String([...ids][0]), /^[0-9a-f-]{36}$/);
    assert.deepEqual(out.match(/waiting +\w+/g), ['waiting    Starting', 'waiting    Running']);
  });

  const verdicts: [what: string, answer: Answer, status: number, says: RegExp][] = [
    [
      'failed',
      { status: 412, body: verdict('failed', 'TestsFailed', '1 of 3 failed') },
      1,
      /^failed {2}shop\/podinfo: TestsFailed: 1 of 3 failed$/m,
    ],
    [
      'could not run',
      { status: 424, body: verdict('inconclusive', 'ErrImagePull', 'not found') },
      2,
      /^inconclusive {2}shop\/podinfo: ErrImagePull/m,
    ],
    [
      'is only observed and would have failed',
      { status: 200, body: verdict('failed', 'WouldHaveFailed', 'Error: boom') },
      1,
      /^failed .*WouldHaveFailed/m,
    ],
  ];
  for (const [what, answer, status, says] of verdicts) {
    it(`exits ${status} when the test ${what}`, async () => {
      answers = [answer];
      const ran = await run(['--record']);
      assert.equal(ran.status, status);
      assert.match(ran.out, says);
    });
  }

  const refusals: [what: string, answer: Answer, says: RegExp][] = [
    [
      'it may not ask',
      { status: 403, body: { reason: 'Forbidden', message: 'create e2especs/run' } },
      /^error: the verifier refuses it \(403\): Forbidden: create e2especs\/run$/m,
    ],
    [
      'the token is not taken',
      { status: 401, body: { reason: 'Unauthorized', message: 'no' } },
      /refuses it \(401\): Unauthorized: no/,
    ],
    [
      'there is no such E2ESpec',
      { status: 404, body: { reason: 'SpecMissing', message: 'there is no E2ESpec podinfo' } },
      /refuses it \(404\): SpecMissing/,
    ],
    [
      'something else answers',
      { status: 200, body: '<html>Welcome</html>' },
      /answers 200, but not as the verifier does: <html>Welcome<\/html>/,
    ],
    [
      'it is sent somewhere else',
      { status: 302, body: '', headers: { Location: 'http://127.0.0.1:1/' } },
      /answers 302, but not as the verifier does/,
    ],
    ['a pass is answered as none', { status: 412, body: passed.body }, /answers 412, but not as the verifier does/],
  ];
  for (const [what, answer, says] of refusals) {
    it(`exits 2 when ${what}`, async () => {
      answers = [answer];
      const { status, err, out } = await run(['--record']);
      assert.equal(status, 2, out);
      assert.match(err, says);
      assert.equal(calls.length, 1);
    });
  }

  it('asks a second after the first answer, whatever it says: a short test has passed by then', async () => {
    answers = [{ ...running, headers: { 'Retry-After': '20' } }, passed];
    const begun = Date.now();
    assert.equal((await run(['--record'])).status, 0);
    assert.ok(Date.now() - begun < 8000, `${Date.now() - begun} ms`);
  });

  it('does not wait where nobody has named the verifier and its usual name is not known, and says how to', async () => {
    const { args } = await command(['--record']);
    const { status, err } = await runCommandLine({ args });
    assert.equal(status, 2);
    assert.equal(
      err,
      'error: the verifier cannot be reached at http://e2e-verifier.default.svc (ENOTFOUND). That address works only inside a cluster, and only if the verifier has its usual name and namespace. Say where the verifier is: --record=URL, or $E2E_VERIFIER_URL\n',
    );
  });

  const unknown: [url: string, says: string][] = [
    ['http://e2e-verifier.default', 'That name works only inside a cluster that has this Service'],
    ['https://e2e.invalid', 'There is no host of that name'],
  ];
  for (const [named, why] of unknown) {
    it(`does not wait for ${named}, where no such name is known`, async () => {
      const { status, out, err } = await run([`--record=${named}`, '--id', 'build-1']);
      assert.equal(status, 2);
      const { origin } = new URL(named.replace(/\.default$/, '.default.svc'));
      assert.equal(
        err,
        `error: the verifier cannot be reached at ${origin} (ENOTFOUND). ${why}. Say where the verifier is: --record=URL, or $E2E_VERIFIER_URL\n`,
      );
      assert.doesNotMatch(out, /waiting/);
    });
  }

  it('says for how long it waits for a verifier that is away', async () => {
    const away = startCommandLine(await command(['--record=http://127.0.0.1:1']));
    await away.writes(/waiting/);
    away.child.kill('SIGTERM');
    const { out } = await away.ended;
    assert.match(
      out.replace(/\s+/g, ' '),
      /at http:\/\/127\.0\.0\.1:1 \(.*\); it is asked again for 120 s at the most/,
    );
  });

  it('does not say that a test goes on which the verifier has not begun, and writes JUnit XML', async () => {
    answers = [
      { status: 503, body: { reason: 'ServiceUnavailable', message: 'no' }, headers: { 'Retry-After': '20' } },
    ];
    const file = join(folder.path, 'interrupted.xml');
    const going = startCommandLine(await command(['--record', '--id', 'a', '--junit', file]));
    await going.writes(/waiting/);
    going.child.kill('SIGTERM');
    const { status, err } = await going.ended;
    assert.equal(status, 130);
    assert.equal(
      err,
      'interrupted; the verifier has not said that the test runs. --id a runs it, or asks for its verdict where it does\n',
    );
    const xml = await readFile(file, 'utf8');
    assert.match(xml, /<error type="NoVerdict" message="it was interrupted before there was a verdict">/);
  });

  it('waits for a verifier that is busy', async () => {
    answers = [
      {
        status: 503,
        body: { reason: 'ServiceUnavailable', message: 'too many calls' },
        headers: { 'Retry-After': '1' },
      },
      passed,
    ];
    const { status, out } = await run(['--record']);
    assert.equal(status, 0);
    assert.match(out, /waiting +ServiceUnavailable: too many calls/);
  });

  for (const status of [502, 503, 504]) {
    it(`asks again where a gateway in front of it answers ${status}: by the same id it is the same run`, async () => {
      answers = [{ status, body: 'upstream connect error', headers: { 'Retry-After': '1' } }, passed];
      const ran = await run(['--record']);
      assert.equal(ran.status, 0, ran.err);
      assert.match(ran.out, new RegExp(`waiting +a gateway answers ${status}: upstream connect error`));
    });
  }

  it('says on Ctrl-C that the test goes on, and by which id', async () => {
    answers = [{ ...running, headers: { 'Retry-After': '20' } }];
    const going = startCommandLine(await command(['--record', '--id', 'a']));
    await going.writes(/waiting/);
    going.child.kill('SIGINT');
    const { status, err } = await going.ended;
    assert.deepEqual([status, err], [130, 'interrupted; the test goes on, and --id a asks for its verdict\n']);
  });

  it('writes JUnit XML and JSON', async () => {
    const file = join(folder.path, 'result.xml');
    const { out } = await run(['--record', '--id', 'a', '--junit', file, '-o', 'json']);
    const { verdict: kind, onRecord, id, job: made } = JSON.parse(out);
    assert.deepEqual([kind, onRecord, id, made], ['passed', true, 'a', job]);
    assert.match(await readFile(file, 'utf8'), /<testsuite name="shop\/podinfo" tests="1" failures="0" errors="0">/);
  });

  it('reads the token of a file anew for each call', async () => {
    const tokenFile = join(folder.path, 'token');
    await writeFile(tokenFile, 'one');
    answers = [{ ...running, headers: { 'Retry-After': '3' } }, passed];
    const going = startCommandLine(await command(['--record'], { tokenFile }));
    await going.writes(/waiting/);
    await writeFile(tokenFile, 'two');
    assert.equal((await going.ended).status, 0);
    assert.deepEqual(
      calls.map(({ headers }) => headers.authorization),
      ['Bearer one', 'Bearer two'],
    );
  });

  it('exits 2 without a token, and asks nobody', async () => {
    const { status, err } = await run(['--record'], {});
    assert.equal(status, 2);
    assert.match(err, /your kubeconfig signs in without one/);
    assert.equal(calls.length, 0);
  });

  const misuse: [args: string[], says: RegExp][] = [
    [['--record=http://verifier.example.com'], /your token is not sent to verifier\.example\.com without TLS/],
    [['--record', '--image', 'other'], /--image and --record exclude each other/],
    [['--record', '--set', 'A=1'], /--set and --record exclude each other/],
    [['--record', '-f', 'x.yaml'], /--file and --record exclude each other/],
    [['--id', 'a'], /say --record as well/],
    [['--record', '--id', ''], /--id takes the id of the run/],
  ];
  for (const [args, says] of misuse) {
    it(`exits 64 for ${args.join(' ')}, and asks nobody`, async () => {
      const { status, err } = await run(args);
      assert.equal(status, 64);
      assert.match(err, says);
      assert.equal(calls.length, 0);
    });
  }
});
