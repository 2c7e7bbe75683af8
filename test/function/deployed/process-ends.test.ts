/**
 * The deployed process: how it ends in the middle of a call, and of what it holds.
 */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../../support/documents.ts';
import { jobsIn, onlyJob, until } from '../../support/environment.ts';
import { ask, readAll, unfinished } from '../http/raw.ts';
import { type Deployed, start } from './deployed.ts';
import { deployedProcesses, endOf, json, terminate } from './process.ts';

describe('The deployed process', function () {
  this.timeout(30_000);
  const { bundle, kubernetes, started, keepingAlive, rolledOut, cleanUp } = deployedProcesses();
  // Has been there for a while when its turn comes.
  let elder: Deployed;
  let elderSince: number;
  before(async () => {
    elder = await start(bundle(), { KUBECONFIG: kubernetes().kubeconfig, AUTHENTICATE_PAYLOAD: 'true' });
    elderSince = Date.now();
  });
  after(() => elder.child.kill('SIGKILL'));

  it('gives a call in flight its true answer when it is told to end, and then takes no new ones', async () => {
    const deployed = await started();
    const { world, canary } = await rolledOut();
    const { namespace } = world;
    kubernetes().misbehave({ verb: 'create', resource: 'jobs', namespace }, { kind: 'delay', milliseconds: 2500 });
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
    cleanUp(() => socket.destroy());
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
    kubernetes().misbehave({ verb: 'get', resource: 'canaries', namespace }, { kind: 'delay', milliseconds: 20_000 });
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
});
