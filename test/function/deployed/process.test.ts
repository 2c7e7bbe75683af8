/**
 * The deployed process: how it begins, and how it ends in the middle of a call.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { jobsIn, rollOut } from '../../support/environment.ts';
import { startVerifier } from '../../support/verifier.ts';
import { ask, unfinished } from '../http/raw.ts';
import { build, type Deployed, emptyFolder, type Folder, run, start } from './deployed.ts';

const json = { 'Content-Type': 'application/json' };

describe('The deployed process', function () {
  this.timeout(30_000);
  let folder: Folder;
  let bundle: string;
  let kubernetes: EmbeddedKubernetes;
  before(async () => {
    folder = await emptyFolder();
    bundle = await build(folder);
    kubernetes = await startEmbeddedKubernetes();
  });
  after(async () => {
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

  it('logs a warning of Node or of a package as a JSON line', async () => {
    const warning = `setTimeout(() => process.emitWarning('old password=hunter2', 'DeprecationWarning'), 400)`;
    const deployed = await started({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(warning)}` });
    await sleep(900);
    const logged = deployed.lines.map((line) => JSON.parse(line));
    const line = logged.find(({ message }) => message === 'DeprecationWarning: old password=[redacted]');
    assert.equal(line?.level, 'warn', deployed.lines.join('\n'));
    assert.ok(!deployed.lines.join('').includes('hunter2'));
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

  it('gives a call in flight its true answer when it is told to end, and takes no new ones', async () => {
    const deployed = await started();
    const namespace = await kubernetes.namespace();
    const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    cleanUp.push(verifier.stop);
    const world = { kubernetes, verifier, namespace };
    const canary = await rollOut(world, { image: 'busybox:1.36' });
    kubernetes.misbehave({ verb: 'create', resource: 'jobs', namespace }, { kind: 'delay', milliseconds: 1000 });
    const agent = keepingAlive();
    const parts = [JSON.stringify(canary.payload())];
    const call = ask(`${deployed.url}/pre-rollout`, { method: 'POST', headers: json, agent, parts });
    await sleep(500);
    const ending = terminate(deployed);
    await sleep(100);
    await assert.rejects(fetch(`${deployed.url}/healthz`), /fetch failed/);
    const answered = await call;
    const at = Date.now();
    assert.deepEqual([answered.status, answered.body.includes('Started')], [429, true], answered.body);
    assert.equal((await jobsIn(world)).length, 1);
    assert.equal(await ending, 0);
    assert.ok(Date.now() - at < 1000, `ended ${Date.now() - at} ms after its last answer`);
  });

  it('ends within a second although a caller keeps its socket', async () => {
    const deployed = await started();
    await ask(`${deployed.url}/healthz`, { method: 'GET', agent: keepingAlive() });
    const began = Date.now();
    assert.equal(await terminate(deployed), 0);
    assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
  });

  it('ends within its budget for a call although a caller never finishes what it says', async () => {
    const deployed = await started({ CALL_BUDGET_MS: '500' });
    const socket = await unfinished(deployed.url, '/pre-rollout');
    socket.on('error', () => undefined);
    cleanUp.push(() => socket.destroy());
    await sleep(100);
    const began = Date.now();
    assert.equal(await terminate(deployed), 0);
    assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
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
