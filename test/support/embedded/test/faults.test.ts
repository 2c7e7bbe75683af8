/**
 * Misbehaviour on request, the clock, and the end of it all.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type EmbeddedKubernetes, type Fault, startEmbeddedKubernetes } from '../index.ts';
import { field, job, jobsIn, send, shell, until } from './harness.ts';

describe('the embedded API, told to misbehave,', () => {
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let path: string;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    namespace = await kubernetes.namespace();
    path = `/api/v1/namespaces/${namespace}/configmaps`;
  });
  after(() => kubernetes.stop());
  const misbehave = (fault: Fault) => kubernetes.misbehave({ resource: 'configmaps', times: 1 }, fault);
  const list = () => send(kubernetes.url, 'GET', path);

  for (const kind of ['refuse', 'reset'] as const) {
    it(`closes the socket: ${kind}`, async () => {
      misbehave({ kind });
      await assert.rejects(list, /fetch failed/);
      assert.equal((await list()).code, 200);
    });
  }

  it('sends half a body', async () => {
    misbehave({ kind: 'halfBody' });
    await assert.rejects(list);
  });

  it('sends a page of HTML with 200', async () => {
    misbehave({ kind: 'html' });
    const { code, body } = await list();
    assert.equal(code, 200);
    assert.match(String(body), /^<html>/);
  });

  it('takes its time', async () => {
    misbehave({ kind: 'delay', milliseconds: 150 });
    const before = Date.now();
    await list();
    assert.ok(Date.now() - before >= 145);
  });

  it('answers with a status, with Retry-After and the words for a missing right', async () => {
    misbehave({ kind: 'status', code: 429, retryAfterSeconds: 3 });
    const busy = await list();
    assert.deepEqual(
      [busy.code, busy.headers.get('retry-after'), field(busy.body, 'reason')],
      [429, '3', 'TooManyRequests'],
    );
    misbehave({ kind: 'status', code: 403 });
    const words = `configmaps is forbidden: User "system:serviceaccount:default:e2e-verifier" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`;
    assert.equal(field((await list()).body, 'message'), words);
  });

  it('does the work and answers as if it had not', async () => {
    kubernetes.misbehave({ verb: 'create', resource: 'configmaps', times: 1 }, { kind: 'afterwards', code: 500 });
    assert.equal((await send(kubernetes.url, 'POST', path, { metadata: { name: 'ambiguous' } })).code, 500);
    assert.equal((await send(kubernetes.url, 'GET', `${path}/ambiguous`)).code, 200);
  });

  it('stops when told to, and never misbehaves to its own methods', async () => {
    const stop = kubernetes.misbehave({ resource: 'configmaps' }, { kind: 'status', code: 503 });
    assert.equal((await list()).code, 503);
    assert.ok((await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })).length > 0);
    stop();
    assert.equal((await list()).code, 200);
  });

  it('logs every request but its own', async () => {
    const before = kubernetes.requests.length;
    await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
    await send(kubernetes.url, 'GET', `${path}/nobody`);
    const [request, ...others] = kubernetes.requests.slice(before);
    assert.deepEqual(others, []);
    const { startedAt, endedAt, ...rest } = request ?? { startedAt: 1, endedAt: 0 };
    assert.ok(endedAt >= startedAt);
    assert.deepEqual(rest, {
      verb: 'get',
      group: '',
      resource: 'configmaps',
      namespace,
      name: 'nobody',
      dryRun: false,
      status: 404,
    });
  });
});

describe('the embedded clock', function () {
  this.timeout(10_000);
  it('can be moved past a deadline, and the Date header moves along', async () => {
    const kubernetes = await startEmbeddedKubernetes();
    const namespace = await kubernetes.namespace();
    const jobs = jobsIn(kubernetes, namespace);
    const pod = { terminationGracePeriodSeconds: 1 };
    await kubernetes.apply(job(namespace, 'late', shell('sleep 300'), { activeDeadlineSeconds: 600 }, pod));
    await until('a running pod', async () => field(await jobs.get('late'), 'status', 'ready') === 1);
    const before = Date.now();
    await kubernetes.advance(605);
    const failed = await jobs.finished('late');
    assert.equal(field(failed, 'status', 'conditions', 1, 'reason'), 'DeadlineExceeded');
    assert.ok(Date.now() - before < 5000);
    const { headers } = await send(kubernetes.url, 'GET', '/api/v1/namespaces/default');
    assert.ok(Date.parse(headers.get('date') ?? '') - Date.now() > 600_000);
    await kubernetes.stop();
  });
});

describe('stopping the embedded Kubernetes', function () {
  this.timeout(10_000);
  it('ends every process it started and removes its files', async () => {
    const kubernetes = await startEmbeddedKubernetes();
    const namespace = await kubernetes.namespace();
    const script = 'trap "" TERM; echo $$$$; sleep 300 & echo $!; wait';
    await kubernetes.apply(job(namespace, 'stubborn', shell(script)));
    const [pod] = await until('a running pod', async () => {
      const pods = await jobsIn(kubernetes, namespace).pods('stubborn');
      return field(pods[0], 'status', 'phase') === 'Running' && pods;
    });
    const log = `/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}/log`;
    const pids = await until('two process ids', async () => {
      const lines = String((await send(kubernetes.url, 'GET', log)).body)
        .split('\n')
        .filter(Boolean);
      return lines.length === 2 && lines.map(Number);
    });
    await kubernetes.stop();
    for (const pid of pids) await until(`process ${pid} to end`, async () => isGone(pid));
    assert.equal(existsSync(dirname(kubernetes.kubeconfig)), false);
  });
});

/** Gone, or a zombie, where the first process of the machine does not reap. */
function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') ?? false;
  } catch {
    return true;
  }
}
