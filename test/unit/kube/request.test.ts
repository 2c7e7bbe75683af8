/**
 * The exact requests of `kube.ts`: method, path, query, headers, body.
 */
import assert from 'node:assert/strict';
import nock from 'nock';
import { HookError } from '../../../function/errors.ts';
import { dated, kubeWithin, now, server, withoutNetwork } from './canned-api.ts';
import { eachMethod, type Method, methods } from './methods.ts';

interface Seen {
  headers: Headers;
  body: string;
}

/** Answers the request if it is the expected one; resolves to what the method made of it, and what was sent. */
async function made(
  method: Method,
  call = method.call,
  query = method.query ?? {},
): Promise<Seen & { value: unknown }> {
  let seen: Seen | undefined;
  const scope = nock(server)
    .intercept(method.path, method.verb)
    .query(query)
    .reply(async (request: Request) => {
      seen = { headers: request.headers, body: await request.text() };
      return [method.verb === 'POST' ? 201 : 200, method.answer, dated];
    });
  const value = await call(kubeWithin(1000));
  assert.ok(seen, `${scope.pendingMocks()} was not asked for: ${JSON.stringify(value)}`);
  return { ...seen, value };
}

describe('The requests to the API server', () => {
  withoutNetwork();

  for (const [name, method] of eachMethod) {
    const query = new URLSearchParams(method.query).toString();
    it(`${name} is ${method.verb} ${method.path}${query && `?${query}`}`, async () => {
      const seen = await made(method);
      assert.deepEqual(seen.value, method.value);
      assert.deepEqual(seen.body && JSON.parse(seen.body), method.body ?? '');
      assert.match(seen.headers.get('accept') ?? '', /^application\/json\b/);
      assert.equal(seen.headers.get('authorization'), 'Bearer s3cr3t');
      assert.equal(seen.headers.get('content-type'), method.contentType ?? null);
      // Without it the API server takes the body of a DELETE for a broken next request.
      assert.equal(seen.headers.get('content-length'), String(Buffer.byteLength(seen.body)));
    });
  }

  it('a dry run of createJob says so', async () => {
    const { createJob } = methods;
    const query = { fieldValidation: 'Strict', dryRun: 'All' };
    await made(createJob, (kube) => kube.createJob({ metadata: { namespace: 'test' } }, 'dryRun'), query);
  });

  const targets = [
    {
      group: 'apps',
      plural: 'daemonsets',
      kind: 'DaemonSet',
      path: '/apis/apps/v1/namespaces/test/daemonsets/podinfo',
    },
    { group: '', plural: 'services', kind: 'Service', path: '/api/v1/namespaces/test/services/podinfo' },
    {
      group: 'serving.knative.dev',
      plural: 'services',
      kind: 'Service',
      path: '/apis/serving.knative.dev/v1/namespaces/test/services/podinfo',
    },
  ];
  for (const { group, plural, kind, path } of targets) {
    it(`getTarget of ${plural} in ${group || 'the core group'} is GET ${path}`, async () => {
      const resource = { group, version: 'v1', plural, name: 'podinfo' };
      const answer = { ...methods.getTarget.answer, kind, apiVersion: group === '' ? 'v1' : `${group}/v1` };
      const seen = await made({ ...methods.getTarget, path, answer }, (kube) => kube.getTarget('test', resource));
      assert.deepEqual(seen.value, { value: answer, now });
    });
  }

  it('a name with a question mark, a hash or a space stays one segment of the path', async () => {
    const path = '/apis/batch/v1/namespaces/test/jobs/a%3Fb%23c%20d';
    const metadata = { name: 'a?b#c d', namespace: 'test', uid: 'u' };
    const job = { kind: 'Job', apiVersion: 'batch/v1', metadata };
    await made({ ...methods.getJob, path, answer: job }, (kube) => kube.getJob('test', 'a?b#c d'));
    const service = { group: '', version: 'v1', plural: 'services', name: 'a?b#c d' };
    const corePath = '/api/v1/namespaces/test/services/a%3Fb%23c%20d';
    const answer = { kind: 'Service', apiVersion: 'v1', metadata };
    await made({ ...methods.getTarget, path: corePath, answer }, (kube) => kube.getTarget('test', service));
  });

  for (const name of ['', '.', '..', 'a/b', '/', 'a/../../b', 'podinfo/status', '%2e%2e', 'a%2Fb']) {
    it(`"${name}" is no name of an object or a namespace, and no request: it would be one for something else`, async () => {
      const kube = kubeWithin(1000);
      const job = { metadata: { name, namespace: 'test', uid: 'u' } };
      const elsewhere = { metadata: { name: 'x', namespace: name, uid: 'u' } };
      const attempts = [
        kube.getJob('test', name),
        kube.getCanary(name, 'podinfo'),
        kube.deleteJob(job),
        kube.deleteJob(elsewhere),
        kube.annotateJob(job, {}),
        kube.createJob(elsewhere),
        kube.listPods(name, 'j1'),
      ];
      for (const outcome of await Promise.allSettled(attempts)) {
        assert.ok(outcome.status === 'rejected' && outcome.reason instanceof HookError);
        assert.equal(outcome.reason.kind, 'Invalid');
        assert.match(outcome.reason.message, /^"(.*)" cannot be the name of (a namespace|one of \w+)$/);
      }
    });
  }

  it('the events of a pod are asked for by its name', async () => {
    const query = { fieldSelector: 'involvedObject.name=e2e-podinfo-1-x2b4c', limit: '500' };
    const involved = { field: 'name', value: 'e2e-podinfo-1-x2b4c' } as const;
    await made(methods.listEvents, (kube) => kube.listEvents('test', involved), query);
  });
});
