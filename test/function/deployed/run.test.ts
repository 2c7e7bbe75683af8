/**
 * POST /run of the deployed process: killed anywhere in a call, the next call with that id goes on; and its caller's token is in
 * nothing that the process says or writes.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, tokenOf } from '../../support/caller.ts';
import type { EmbeddedKubernetes } from '../../support/embedded/index.ts';
import { applySpec, failing, image, jobsIn, passing, recordsOf, until } from '../../support/environment.ts';
import { startSink } from '../../support/sink.ts';
import { type Answered, startVerifier, type Verifier } from '../../support/verifier.ts';
import type { Deployed } from './deployed.ts';
import { deployedProcesses } from './process.ts';

describe('POST /run of the deployed process', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let other: Verifier;
  after(() => other?.stop());
  const { kubernetes: cluster, started } = deployedProcesses();
  before(async () => {
    kubernetes = cluster();
    other = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  });

  async function worldWith(spec: Record<string, unknown>) {
    const namespace = await kubernetes.namespace();
    const world = { kubernetes, verifier: other, namespace };
    await applySpec(world, spec);
    const token = await tokenOf(world, 'ci', { may: 'podinfo' });
    const body = { namespace, name: 'podinfo', id: 'build-1' };
    const run = () => other.post('/run', body, bearer(token));
    const isEnough = ({ status }: Answered) => status !== 429 && status !== 503;
    return { world, token, body, run, decided: () => until(run, isEnough) };
  }

  const post = ({ url }: Deployed, token: string, body: object, accept = '') =>
    fetch(`${url}/run`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: accept, ...bearer(token) },
      body: JSON.stringify(body),
    });

  const moments: [title: string, slow: { verb: string; resource: string }, hasJob: boolean][] = [
    ['before its access review', { verb: 'create', resource: 'selfsubjectaccessreviews' }, false],
    ['before its Job', { verb: 'get', resource: 'jobs' }, false],
    ['after its Job, before the Event', { verb: 'create', resource: 'events' }, true],
    ['after its Job, before the record', { verb: 'patch', resource: 'e2especs' }, true],
  ];
  for (const [title, slow, hasJob] of moments) {
    it(`killed ${title}: the next call with that id goes on, with one Job and one record`, async () => {
      const { world, token, body, decided } = await worldWith(passing);
      const deployed = await started();
      const restore = kubernetes.misbehave(slow, { kind: 'delay', milliseconds: 30_000 });
      const cut = post(deployed, token, body).then(
        () => 'answered',
        () => 'cut off',
      );
      if (hasJob)
        await until(
          () => jobsIn(world),
          ({ length }) => length === 1,
        );
      else await sleep(500);
      deployed.child.kill('SIGKILL');
      assert.equal(await cut, 'cut off');
      restore();
      const before = await jobsIn(world);
      assert.deepEqual([before.length, (await recordsOf(world)).length], [hasJob ? 1 : 0, 0]);
      assert.equal((await decided()).status, 200);
      const after = await jobsIn(world);
      assert.equal(after.length, 1);
      if (hasJob) assert.equal(after[0]?.metadata.uid, before[0]?.metadata.uid);
      const records = await recordsOf(world);
      assert.deepEqual([records.length, records[0]?.['verdict']], [1, 'Passed']);
    });
  }

  it('killed before its verdict is on record: the next call says the same', async () => {
    const { world, token, body, run } = await worldWith(failing);
    await run();
    await until(
      () => jobsIn(world),
      ([job]) => JSON.stringify(job?.['status']).includes('"Failed"'),
    );
    const deployed = await started();
    const restore = kubernetes.misbehave(
      { verb: 'patch', resource: 'e2especs' },
      { kind: 'delay', milliseconds: 30_000 },
    );
    const cut = post(deployed, token, body).catch(() => 'cut off');
    await sleep(800);
    deployed.child.kill('SIGKILL');
    assert.equal(await cut, 'cut off');
    restore();
    assert.equal((await recordsOf(world))[0]?.['verdict'], 'Running');
    const answered = await run();
    assert.equal(answered.status, 412, answered.body);
    assert.equal((await recordsOf(world))[0]?.['verdict'], 'Failed');
  });

  it('holds the call while the test runs, and answers with its verdict', async () => {
    const { world, token, body } = await worldWith({ image, command: ['sh', '-c', 'sleep 3'] });
    const elder = await startVerifier({ kubeconfig: kubernetes.kubeconfig, holdsCalls: true });
    try {
      await elder.post('/run', body, bearer(token));
      const began = Date.now();
      const answered = await elder.post('/run', body, bearer(token));
      assert.equal(answered.status, 200, answered.body);
      assert.ok(Date.now() - began > 1500);
      assert.equal((await jobsIn(world)).length, 1);
    } finally {
      await elder.stop();
    }
  });

  it('has its caller’s token in no answer, no line, no Event, no object and no other request', async () => {
    const sink = await startSink();
    const deployed = await started({ NOTIFY_URL: sink.url, LOG_LEVEL: 'debug' });
    const { world, token, body } = await worldWith({
      ...failing,
      // A test that has the token from elsewhere is no way out either.
      command: ['sh', '-c', 'echo "Authorization: Bearer $TOKEN"; exit 1'],
    });
    const said: string[] = [];
    const ask = async (more: object = {}, accept = '') => {
      const response = await post(deployed, token, { ...body, ...more }, accept);
      said.push(await response.text(), JSON.stringify([...response.headers]));
      return response.status;
    };
    const from = kubernetes.requests.length;
    await until(ask, (status) => status === 412);
    await ask({}, 'application/json');
    await ask({ name: 'other' });
    await ask({ unknown: token });
    await ask({ id: 7 });
    kubernetes.misbehave(
      { resource: 'selfsubjectaccessreviews', times: 1 },
      { kind: 'status', code: 401, message: `what is ${token}?` },
    );
    assert.equal(await ask(), 401);
    for (const code of [403, 422, 500, 503] as const) {
      const message = `Authorization: Bearer ${token}, and ${token} again`;
      const restore = kubernetes.misbehave({ resource: 'selfsubjectaccessreviews' }, { kind: 'status', code, message });
      await ask();
      restore();
    }
    kubernetes.misbehave({ resource: 'selfsubjectaccessreviews', times: 3 }, { kind: 'reset' });
    await ask();
    await sleep(1500);
    const { namespace } = world;
    const kinds = [
      ['batch/v1', 'Job'],
      ['v1', 'Pod'],
      ['v1', 'Event'],
      ['remarkable.com/v1', 'E2ESpec'],
    ] as const;
    const objects = await Promise.all(
      kinds.map(([apiVersion, kind]) => kubernetes.list({ apiVersion, kind, namespace })),
    );
    const places = { answers: said, lines: deployed.lines, objects, notices: sink.requests };
    assert.ok(said.length >= 20 && deployed.lines.length > 10);
    for (const [place, content] of Object.entries(places)) {
      assert.ok(!JSON.stringify(content).includes(token), `${place}: ${JSON.stringify(content)}`);
    }
    const carrying = kubernetes.requests.slice(from).filter(({ authorization = '' }) => authorization.includes(token));
    const asked = new Set(carrying.map(({ verb, resource }) => `${verb} ${resource}`));
    assert.deepEqual([...asked], ['create selfsubjectaccessreviews']);
    const reviews = kubernetes.requests.slice(from).filter(({ resource }) => resource === 'selfsubjectaccessreviews');
    assert.ok(reviews.every(({ authorization }) => authorization === `Bearer ${token}`));
    await sink.stop();
  });

  it('asks the API server nothing for what is no token by its form, and one thing for one that may not', async () => {
    const { world, body } = await worldWith(passing);
    const stranger = await tokenOf(world, 'stranger');
    const from = kubernetes.requests.length;
    for (const token of ['', 'a b', '{}', '"a"', 'a,b', `${'a'.repeat(200)}!`]) {
      assert.equal((await other.post('/run', body, bearer(token))).status, 401, token);
    }
    assert.equal(kubernetes.requests.length, from);
    assert.equal((await other.post('/run', body, bearer(stranger))).status, 403);
    assert.equal(kubernetes.requests.length, from + 1);
  });
});
