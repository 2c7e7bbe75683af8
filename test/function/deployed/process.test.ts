/**
 * The deployed process: how it begins, and how it ends in the middle of a call.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { jobsIn, onlyJob, recordsOf, rollOut, until, untilDecided } from '../../support/environment.ts';
import { startSink } from '../../support/sink.ts';
import { startVerifier, type Verifier } from '../../support/verifier.ts';
import { ask, readAll, unfinished } from '../http/raw.ts';
import { build, type Deployed, emptyFolder, type Folder, run, start } from './deployed.ts';

const json = { 'Content-Type': 'application/json' };

const postTo =
  ({ url }: Deployed): Verifier['post'] =>
  async (path, payload) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: json, body: JSON.stringify(payload) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };

const isThere = (lines: string[]): boolean => lines.length > 0;

describe('The deployed process', function () {
  this.timeout(30_000);
  let folder: Folder;
  let bundle: string;
  let kubernetes: EmbeddedKubernetes;
  // Has been there for a while when its turn comes.
  let elder: Deployed;
  let elderSince: number;
  before(async function () {
    // A build, on a machine that may be busy.
    this.timeout(120_000);
    folder = await emptyFolder();
    bundle = await build(folder);
    kubernetes = await startEmbeddedKubernetes();
    elder = await start(bundle, { KUBECONFIG: kubernetes.kubeconfig, AUTHENTICATE_PAYLOAD: 'true' });
    elderSince = Date.now();
  });
  after(async () => {
    elder.child.kill('SIGKILL');
    await kubernetes.stop();
    await folder.remove();
  });
  // A test that fails must not leave anything that keeps this process alive.
  let cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of cleanUp) await each();
    cleanUp = [];
  });
  const keepingAlive = (): Agent => {
    const agent = new Agent({ keepAlive: true });
    cleanUp.push(() => agent.destroy());
    return agent;
  };
  const started = async (env: Record<string, string> = {}): Promise<Deployed> => {
    const cluster = { KUBECONFIG: kubernetes.kubeconfig, AUTHENTICATE_PAYLOAD: 'true' };
    const deployed = await start(bundle, { ...cluster, ...env });
    cleanUp.push(() => deployed.child.kill('SIGKILL'));
    return deployed;
  };
  /** The exit code; `still there` after five seconds. */
  const endOf = ({ ended }: Pick<Deployed, 'ended'>): Promise<number | null | string> =>
    Promise.race([ended, sleep(5000, 'still there')]);
  const terminate = (deployed: Deployed): Promise<number | null | string> => {
    deployed.child.kill('SIGTERM');
    return endOf(deployed);
  };

  it('says in one JSON line that it listens', async () => {
    const deployed = await started();
    assert.equal(deployed.lines.length, 1);
    const { level, message } = JSON.parse(deployed.lines[0] ?? '');
    assert.deepEqual([level, message], ['info', 'listening']);
    assert.equal(await terminate(deployed), 0);
  });

  it('logs a stray rejection and a stray exception as JSON lines, and goes on answering', async () => {
    const stray = `setTimeout(() => Promise.reject(new Error('stray rejection')), 400);
      setTimeout(() => { throw new Error('stray exception'); }, 500)`;
    const deployed = await started({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stray)}` });
    await sleep(900);
    assert.equal((await fetch(`${deployed.url}/healthz`)).status, 200);
    const logged = deployed.lines.map((line) => JSON.parse(line));
    for (const [message, detail] of [
      ['unhandledRejection', /^Error: stray rejection/],
      ['uncaughtException', /^Error: stray exception/],
    ] as const) {
      const line = logged.find((each) => each.message === message);
      assert.equal(line?.level, 'error', deployed.lines.join('\n'));
      assert.match(line.detail, detail);
    }
    assert.equal(await terminate(deployed), 0);
  });

  it('logs no secret and nothing unseen of what a caller says', async () => {
    const deployed = await started();
    const headers = { 'Content-Type': 'password=hunter2' };
    await fetch(`${deployed.url}/password=hunter2`, { method: 'POST', headers });
    await fetch(`${deployed.url}/pre-rollout`, { method: 'POST', headers });
    const name = 'a\u202e\u200b password=hunter2';
    const body = JSON.stringify({ name, namespace: name, phase: 'Progressing', checksum: name, metadata: {} });
    await fetch(`${deployed.url}/pre-rollout`, { method: 'POST', headers: json, body });
    await sleep(200);
    assert.equal(deployed.lines.length, 4, deployed.lines.join('\n'));
    assert.doesNotMatch(deployed.lines.join(''), /hunter2|[\u202e\u200b]|\\u20/i);
    assert.equal(await terminate(deployed), 0);
  });

  const rolledOut = async (spec = { command: ['sleep', '60'] }) => {
    const namespace = await kubernetes.namespace();
    const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    cleanUp.push(verifier.stop);
    const world = { kubernetes, verifier, namespace };
    return { world, canary: await rollOut(world, { image: 'busybox:1.36', ...spec }) };
  };

  it('gives a call in flight its true answer when it is told to end, and then takes no new ones', async () => {
    const deployed = await started();
    const { world, canary } = await rolledOut();
    const { namespace } = world;
    kubernetes.misbehave({ verb: 'create', resource: 'jobs', namespace }, { kind: 'delay', milliseconds: 2500 });
    const agent = keepingAlive();
    const parts = [JSON.stringify(canary.payload())];
    const call = ask(`${deployed.url}/pre-rollout`, { method: 'POST', headers: json, agent, parts });
    await sleep(500);
    const ending = terminate(deployed);
    await sleep(1500);
    await assert.rejects(fetch(`${deployed.url}/healthz`), /fetch failed/);
    const answered = await call;
    const at = Date.now();
    assert.deepEqual([answered.status, answered.body.includes('Started')], [429, true], answered.body);
    assert.equal(answered.headers.connection, 'close');
    assert.equal((await jobsIn(world)).length, 1);
    assert.equal(await ending, 0);
    assert.ok(Date.now() - at < 1000, `ended ${Date.now() - at} ms after its last answer`);
  });

  describe('with a sink', () => {
    const failed = async (env: Record<string, string>) => {
      const deployed = await started(env);
      const { world, canary } = await rolledOut({ command: ['sh', '-c', 'exit 3'] });
      await untilDecided({ ...world, verifier: { ...world.verifier, post: postTo(deployed) } }, canary.payload());
      return { deployed, world, canary };
    };

    it('brings what is on its way to it before it ends, and takes the mark away', async () => {
      const sink = await startSink();
      cleanUp.push(sink.stop);
      sink.behave({ after: 1500 });
      const { deployed, world } = await failed({ NOTIFY_URL: sink.url });
      assert.equal(await terminate(deployed), 0);
      assert.deepEqual(
        sink.taken().map(({ type }) => type),
        ['com.remarkable.e2e.failed'],
      );
      assert.equal((await recordsOf(world))[0]?.['notificationPending'], undefined);
    });

    it('that hangs, it ends when it would end with a call', async () => {
      const sink = await startSink();
      cleanUp.push(sink.stop);
      sink.behave('hang');
      const { deployed, world } = await failed({ NOTIFY_URL: sink.url, CALL_BUDGET_MS: '1500' });
      assert.equal(await terminate(deployed), 0);
      assert.equal((await recordsOf(world))[0]?.['notificationPending'], 'Failed');
    });

    it('reads the SDK when there is something to say, and answers without it', async () => {
      const files = await emptyFolder();
      cleanUp.push(files.remove);
      for (const file of await readdir(folder.path)) {
        if (!file.startsWith('sink-')) await cp(join(folder.path, file), join(files.path, file), { recursive: true });
      }
      const cluster = { KUBECONFIG: kubernetes.kubeconfig, AUTHENTICATE_PAYLOAD: 'true' };
      const deployed = await start(join(files.path, 'index.cjs'), { ...cluster, NOTIFY_URL: 'http://127.0.0.1:1' });
      cleanUp.push(() => deployed.child.kill('SIGKILL'));
      assert.equal(deployed.lines.length, 1, deployed.lines.join('\n'));
      const { world, canary } = await rolledOut({ command: ['sh', '-c', 'exit 3'] });
      const here = { ...world, verifier: { ...world.verifier, post: postTo(deployed) } };
      assert.equal((await untilDecided(here, canary.payload())).status, 412);
      await until(async () => deployed.lines.filter((line) => line.includes('a CloudEvent was not sent')), isThere, 10);
      assert.equal((await recordsOf(world))[0]?.['notificationPending'], 'Failed');
      assert.equal(await terminate(deployed), 0);
    });
  });

  it('loses no call that was sent before it was told to end, nor in the moment after', async () => {
    const deployed = await started();
    const { canary } = await rolledOut();
    const parts = [JSON.stringify(canary.payload())];
    // New connections, and some that are kept: as Flagger's, and as queue-proxy's.
    const agents = [new Agent(), ...Array.from({ length: 20 }, keepingAlive)];
    const calls: { late: number; answered: Promise<number | string> }[] = [];
    let told = Number.POSITIVE_INFINITY;
    let ending: Promise<unknown> = Promise.resolve();
    for (let count = 0; count < 300; count++) {
      if (count === 200) {
        told = Date.now();
        ending = terminate(deployed);
      }
      const agent = agents[count % 2 === 0 ? 0 : count % agents.length] ?? agents[0];
      const call = ask(`${deployed.url}/confirm-promotion`, {
        method: 'POST',
        headers: json,
        ...(agent && { agent }),
        parts,
      });
      calls.push({
        late: Date.now() - told,
        answered: call.then(({ status }) => status).catch((error) => String(error)),
      });
      await sleep(5);
    }
    for (const { late, answered } of calls) if (late < 800) assert.equal(await answered, 403, `${late} ms`);
    assert.equal(await ending, 0);
  });

  it('ends within two seconds although a caller keeps its socket', async () => {
    const deployed = await started();
    await ask(`${deployed.url}/healthz`, { method: 'GET', agent: keepingAlive() });
    const began = Date.now();
    assert.equal(await terminate(deployed), 0);
    assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
  });

  it('gives up a body that does not end, and tells its caller so', async () => {
    const deployed = await started();
    const socket = await unfinished(deployed.url, '/pre-rollout');
    cleanUp.push(() => socket.destroy());
    const said = readAll(socket);
    await sleep(100);
    const began = Date.now();
    assert.equal(await terminate(deployed), 0);
    assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
    assert.match(await said, /^HTTP\/1\.1 503 .*Retry-After: 10.*this replica of the verifier is shutting down/s);
  });

  it('ends within its budget for a call although the API server does not answer', async () => {
    const deployed = await started({ CALL_BUDGET_MS: '1500' });
    const { world, canary } = await rolledOut();
    const { namespace } = world;
    kubernetes.misbehave({ verb: 'get', resource: 'canaries', namespace }, { kind: 'delay', milliseconds: 20_000 });
    const parts = [JSON.stringify(canary.payload())];
    const call = ask(`${deployed.url}/pre-rollout`, { method: 'POST', headers: json, parts });
    await sleep(200);
    assert.equal(await terminate(deployed), 0);
    assert.equal((await call).status, 503);
  });

  it('ends at once on Ctrl-C, and at the second signal whatever it does', async () => {
    const interrupted = await started();
    const began = Date.now();
    interrupted.child.kill('SIGINT');
    assert.equal(await endOf(interrupted), 0);
    assert.ok(Date.now() - began < 700, `${Date.now() - began} ms`);
    const deployed = await started();
    const at = Date.now();
    deployed.child.kill('SIGTERM');
    await sleep(100);
    deployed.child.kill('SIGTERM');
    assert.equal(await endOf(deployed), 1);
    assert.ok(Date.now() - at < 700, `${Date.now() - at} ms`);
  });

  it('logs a warning of Node.js as a JSON line', async () => {
    const warning = `setTimeout(() => process.emitWarning('this goes away', 'DeprecationWarning', 'DEP9'), 400)`;
    const deployed = await started({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(warning)}` });
    await sleep(700);
    const [, line] = deployed.lines.map((each) => JSON.parse(each));
    assert.deepEqual(
      [line?.level, line?.message],
      ['warn', 'DeprecationWarning: this goes away'],
      deployed.lines.join(),
    );
    assert.equal(deployed.lines.length, 2);
  });

  describe('goes on answering when its log', () => {
    const stranger = { name: 'x'.repeat(200), namespace: 'default', phase: 'Progressing', checksum: '5c95544979' };
    const parts = [JSON.stringify(stranger)];
    const call = (url: string) => ask(`${url}/event`, { method: 'POST', headers: json, parts });
    const cpu = (pid: number | undefined): number => {
      const [user = '0', system = '0'] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15);
      return Number(user) + Number(system);
    };

    it('is read by nobody any more', async () => {
      const deployed = await started();
      deployed.child.stdout?.destroy();
      for (let count = 0; count < 10; count++) assert.equal((await call(deployed.url)).status, 200);
      await sleep(200);
      const before = cpu(deployed.child.pid);
      await sleep(500);
      assert.ok(cpu(deployed.child.pid) - before < 20, 'it is busy with an error of its own');
      assert.equal(await terminate(deployed), 0);
    });

    it('is read by somebody who has stopped, and keeps no more of it than a megabyte', async () => {
      const deployed = await started();
      deployed.child.stdout?.pause();
      const resident = (): number =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${deployed.child.pid}/status`, 'utf8'))?.[1]) / 1024;
      for (let count = 0; count < 5000; count += 100) {
        const answers = await Promise.all(Array.from({ length: 100 }, () => call(deployed.url)));
        assert.ok(answers.every(({ status }) => status === 200));
      }
      const before = deployed.lines.length;
      deployed.child.stdout?.resume();
      await sleep(500);
      const kept = deployed.lines.slice(before).join('\n').length;
      assert.ok(kept < 2 ** 20 + 300_000, `${kept} bytes of log, ${resident()} MB`);
      assert.equal((await call(deployed.url)).status, 200);
      await sleep(100);
      assert.ok(deployed.lines.at(-1)?.includes('"hook":"/event"'));
      assert.equal(await terminate(deployed), 0);
    });
  });

  it('holds no call in its first ten seconds, and lets those go at once that it holds when it is told to end', async () => {
    const { world, canary } = await rolledOut();
    const post = async ({ url }: Deployed) => {
      const began = Date.now();
      const parts = [JSON.stringify(canary.payload())];
      const { status, headers } = await ask(`${url}/pre-rollout`, { method: 'POST', headers: json, parts });
      return { status, after: Number(headers['retry-after']), took: Date.now() - began };
    };
    const young = await started();
    assert.equal((await post(young)).status, 429);
    await until(
      () => onlyJob(world),
      (job) => at(job, 'status', 'ready') === 1,
    );
    const early = await post(young);
    assert.deepEqual([early.status, early.after, early.took < 1000], [429, 10, true], `${early.took} ms`);
    await sleep(Math.max(0, elderSince + 10_000 - Date.now()));
    const calls = Array.from({ length: 5 }, () => post(elder));
    await sleep(2000);
    const told = Date.now();
    const ending = terminate(elder);
    for (const { status, after, took } of await Promise.all(calls)) {
      assert.deepEqual([status, after], [429, 8], `${status} after ${took} ms`);
    }
    assert.ok(Date.now() - told < 500, `let go after ${Date.now() - told} ms`);
    const last = await post(elder);
    assert.deepEqual([last.status, last.took < 500], [429, true], `${last.took} ms`);
    assert.equal(await ending, 0);
    assert.ok(Date.now() - told < 2000, `ended after ${Date.now() - told} ms`);
    assert.ok(elder.lines.some((line) => line.includes('"held":true')));
  });

  const starts: { what: string; env(): Promise<Record<string, string>>; says: RegExp }[] = [
    { what: 'without a cluster', env: async () => ({}), says: /KUBERNETES_SERVICE_HOST is not set/ },
    {
      what: 'with a port that is none',
      env: async () => ({ USE_IN_CLUSTER: 'false', PORT: 'http' }),
      says: /PORT is "http"/,
    },
    {
      what: 'with a kubeconfig that is not there',
      env: async () => ({ USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: join(folder.path, 'nowhere') }),
      says: /nowhere/,
    },
    {
      what: 'with a kubeconfig that is none',
      async env() {
        const path = join(folder.path, 'broken');
        await writeFile(path, '{"apiVersion": "v1", "kind": "Config", "clusters": [');
        return { USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: path };
      },
      says: /broken|kubeconfig|YAML|flow/i,
    },
    {
      what: 'with a kubeconfig that names no cluster',
      async env() {
        const path = join(folder.path, 'empty');
        await writeFile(path, '{"apiVersion": "v1", "kind": "Config"}');
        return { USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: path };
      },
      says: /names no cluster/,
    },
    {
      what: 'on a port that is taken',
      async env() {
        const other = createServer();
        other.listen(0);
        cleanUp.push(() => other.close());
        await once(other, 'listening');
        const { port } = other.address() as AddressInfo;
        return { USE_IN_CLUSTER: 'false', PORT: String(port), KUBECONFIG: kubernetes.kubeconfig };
      },
      says: /EADDRINUSE|in use/,
    },
  ];
  for (const { what, env, says } of starts) {
    it(`does not start ${what}, and says so in one JSON line`, async () => {
      const deployed = run(bundle, await env());
      cleanUp.push(() => deployed.child.kill('SIGKILL'));
      const code = await endOf(deployed);
      const { lines } = deployed;
      assert.equal(code, 1, lines.join('\n'));
      assert.equal(lines.length, 1, lines.join('\n'));
      const { level, message } = JSON.parse(lines[0] ?? '');
      assert.equal(level, 'error');
      assert.match(message, says);
    });
  }
});
