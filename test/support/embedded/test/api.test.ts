/**
 * The rules of the API server for objects of any kind, through a real socket.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { field, job, send } from './harness.ts';

const MERGE = 'application/merge-patch+json';

describe('the embedded API', () => {
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let canaries: string;
  let jobs: string;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    namespace = await kubernetes.namespace();
    canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`;
    jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  });
  after(() => kubernetes.stop());
  const request = (method: string, path: string, body?: unknown, type?: string) =>
    send(kubernetes.url, method, path, body, type);
  const canary = (name: string, rest: object = {}) =>
    request('POST', canaries, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name },
      spec: { targetRef: { name } },
      ...rest,
    });
  const suspended = (name: string) => job(namespace, name, {}, { suspend: true });

  it('gives a new object a uid, a resourceVersion, a creationTimestamp and generation 1', async () => {
    const { code, body, headers } = await canary('new', { status: { phase: 'Forged' } });
    assert.equal(code, 201);
    assert.match(String(field(body, 'metadata', 'uid')), /^[0-9a-f-]{36}$/);
    assert.ok(Number(field(body, 'metadata', 'resourceVersion')) > 0);
    assert.match(String(field(body, 'metadata', 'creationTimestamp')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(field(body, 'metadata', 'generation'), 1);
    assert.equal(field(body, 'status'), undefined, 'a status is not taken by the main URL');
    assert.ok(Math.abs(Date.parse(headers.get('date') ?? '') - kubernetes.now().getTime()) < 2000);
  });

  it('answers 404 and 409 with the Status of the API server', async () => {
    await request('POST', jobs, suspended('twice'));
    const exists = await request('POST', jobs, suspended('twice'));
    assert.equal(exists.code, 409);
    assert.deepEqual(exists.body, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'jobs.batch "twice" already exists',
      reason: 'AlreadyExists',
      details: { name: 'twice', group: 'batch', kind: 'jobs' },
      code: 409,
    });
    const missing = await request('GET', `${jobs}/nobody`);
    assert.equal(missing.code, 404);
    assert.equal(field(missing.body, 'message'), 'jobs.batch "nobody" not found');
    const nowhere = await request('POST', jobs.replace(namespace, 'nowhere'), {
      ...suspended('j'),
      metadata: { name: 'j' },
    });
    assert.equal(nowhere.code, 404);
    assert.equal(field(nowhere.body, 'message'), 'namespaces "nowhere" not found');
  });

  it('says of a name whose object is being deleted that it is', async () => {
    await request('POST', jobs, { ...suspended('held'), metadata: { name: 'held', finalizers: ['example.com/held'] } });
    await request('DELETE', `${jobs}/held?propagationPolicy=Background`);
    const again = await request('POST', jobs, suspended('held'));
    assert.equal(field(again.body, 'message'), 'object is being deleted: jobs.batch "held" already exists');
    assert.equal(field(again.body, 'reason'), 'AlreadyExists');
    await request('PATCH', `${jobs}/held`, { metadata: { finalizers: null } }, MERGE);
    assert.equal((await request('GET', `${jobs}/held`)).code, 404);
  });

  it('makes a name from generateName', async () => {
    const { body } = await request('POST', jobs, { ...suspended(''), metadata: { generateName: 'run-' } });
    assert.match(String(field(body, 'metadata', 'name')), /^run-[a-z0-9]{5}$/);
  });

  it('refuses a write with a stale resourceVersion, by PUT and by PATCH', async () => {
    const { body: first } = await canary('stale');
    await request('PATCH', `${canaries}/stale`, { spec: { a: 1 } }, MERGE);
    const words =
      'Operation cannot be fulfilled on canaries.flagger.app "stale": the object has been modified; please apply your changes to the latest version and try again';
    const put = await request('PUT', `${canaries}/stale`, first);
    const resourceVersion = field(first, 'metadata', 'resourceVersion');
    const patch = await request('PATCH', `${canaries}/stale`, { metadata: { resourceVersion }, spec: { a: 2 } }, MERGE);
    for (const { code, body } of [put, patch]) {
      assert.equal(code, 409);
      assert.equal(field(body, 'reason'), 'Conflict');
      assert.equal(field(body, 'message'), words);
    }
  });

  it('asks a PUT of a custom object for a resourceVersion', async () => {
    await canary('blind');
    const put = await request('PUT', `${canaries}/blind`, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'blind' },
      spec: {},
    });
    assert.equal(put.code, 422);
    assert.match(
      String(field(put.body, 'message')),
      /metadata.resourceVersion: Invalid value: 0: must be specified for an update/,
    );
  });

  it('counts generations by the specification alone', async () => {
    const path = `${canaries}/counted`;
    await canary('counted');
    const generation = async (subresource: string, change: object) => {
      const { body } = await request('PATCH', path + subresource, change, MERGE);
      return field(body, 'metadata', 'generation');
    };
    assert.equal(await generation('', { metadata: { annotations: { a: 'b' } } }), 1);
    assert.equal(await generation('/status', { status: { phase: 'Progressing' } }), 1);
    assert.equal(await generation('', { spec: { a: 1 } }), 2);
    assert.equal(await generation('', { spec: { a: 1 } }), 2);
  });

  it('keeps status and specification apart', async () => {
    const path = `${canaries}/apart`;
    await canary('apart');
    await request('PATCH', `${path}/status`, { spec: { a: 'no' }, status: { phase: 'Progressing' } }, MERGE);
    await request('PATCH', path, { spec: { a: 'yes' }, status: { phase: 'no' } }, MERGE);
    const { body } = await request('GET', path);
    assert.deepEqual(field(body, 'status'), { phase: 'Progressing' });
    assert.equal(field(body, 'spec', 'a'), 'yes');
  });

  it('leaves the resourceVersion alone where a write changes nothing', async () => {
    const { body } = await canary('same');
    const patched = await request('PATCH', `${canaries}/same`, { spec: { targetRef: { name: 'same' } } }, MERGE);
    assert.equal(field(patched.body, 'metadata', 'resourceVersion'), field(body, 'metadata', 'resourceVersion'));
  });

  it('takes merge, JSON and strategic patches, and no others', async () => {
    const path = `${jobs}/patched`;
    await request('POST', jobs, suspended('patched'));
    await request('PATCH', path, { metadata: { labels: { 'job-name': null, a: 'b' } } }, MERGE);
    await request(
      'PATCH',
      path,
      [
        { op: 'add', path: '/metadata/annotations', value: { 'x/y': 'z' } },
        { op: 'test', path: '/metadata/annotations/x~1y', value: 'z' },
      ],
      'application/json-patch+json',
    );
    const strategic = {
      metadata: { labels: { c: 'd' } },
      spec: { template: { spec: { containers: [{ name: 'test', image: 'other' }] } } },
    };
    const { body } = await request('PATCH', path, strategic, 'application/strategic-merge-patch+json');
    assert.equal(field(body, 'metadata', 'labels', 'c'), 'd');
    assert.equal(field(body, 'metadata', 'labels', 'job-name'), undefined);
    assert.equal(field(body, 'metadata', 'annotations', 'x/y'), 'z');
    assert.equal(field(body, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'other');
    await canary('strategic');
    assert.equal(
      (await request('PATCH', `${canaries}/strategic`, {}, 'application/strategic-merge-patch+json')).code,
      415,
    );
  });

  it('stores nothing on dryRun=All, yet refuses what it would refuse', async () => {
    const path = `${jobs}?dryRun=All`;
    assert.equal((await request('POST', path, suspended('dry'))).code, 201);
    assert.equal((await request('GET', `${jobs}/dry`)).code, 404);
    await request('POST', jobs, suspended('dry'));
    assert.equal((await request('POST', path, suspended('dry'))).code, 409);
    assert.equal((await request('DELETE', `${jobs}/dry?dryRun=All`)).code, 200);
    assert.equal(
      (await request('PATCH', `${jobs}/dry?dryRun=All`, { metadata: { labels: { a: 'b' } } }, MERGE)).code,
      200,
    );
    const { body } = await request('GET', `${jobs}/dry`);
    assert.equal(field(body, 'metadata', 'labels', 'a'), undefined);
  });

  it('deletes only what the preconditions name', async () => {
    const { body } = await request('POST', jobs, suspended('exact'));
    const remove = (preconditions: object) =>
      request('DELETE', `${jobs}/exact`, { preconditions, propagationPolicy: 'Background' });
    const uid = String(field(body, 'metadata', 'uid'));
    const wrong = await remove({ uid: 'other' });
    assert.equal(wrong.code, 409);
    const text = `the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    assert.equal(field(wrong.body, 'message'), `Operation cannot be fulfilled on jobs.batch "exact": ${text}`);
    assert.equal((await remove({ resourceVersion: '1' })).code, 409);
    const right = await remove({ uid });
    assert.equal(right.code, 200);
    assert.equal(field(right.body, 'status'), 'Success');
  });

  const selectors: [string, string[]][] = [
    ['app=a', ['a1', 'a2']],
    ['app==a,tier!=web', ['a2']],
    ['app in (a, b),tier', ['a1', 'b1']],
    ['app notin (a)', ['b1', 'none']],
    ['!app', ['none']],
    ['app', ['a1', 'a2', 'b1']],
  ];
  describe('selects by labels', () => {
    let path: string;
    before(async () => {
      const own = await kubernetes.namespace();
      path = `/api/v1/namespaces/${own}/secrets`;
      const labels = { a1: { app: 'a', tier: 'web' }, a2: { app: 'a' }, b1: { app: 'b', tier: 'web' }, none: {} };
      for (const [name, own] of Object.entries(labels))
        await request('POST', path, { metadata: { name, labels: own } });
    });
    for (const [selector, names] of selectors) {
      it(selector, async () => {
        const { body } = await request('GET', `${path}?labelSelector=${encodeURIComponent(selector)}`);
        assert.deepEqual(
          (field(body, 'items') as object[]).map((item) => field(item, 'metadata', 'name')),
          names,
        );
        assert.equal(field(body, 'items', 0, 'kind'), undefined, 'items of built-in kinds carry no kind');
      });
    }
    it('and refuses a selector it cannot read', async () => {
      assert.equal((await request('GET', `${path}?labelSelector=${encodeURIComponent('a=b=c')}`)).code, 400);
    });
  });

  it('selects events by the object they are about', async () => {
    const event = (name: string, uid: string) =>
      request('POST', `/api/v1/namespaces/${namespace}/events`, {
        metadata: { name },
        involvedObject: { kind: 'Canary', namespace, name: 'c', uid },
        reason: 'Synced',
        message: 'x',
        type: 'Normal',
      });
    await event('e1', 'u1');
    await event('e2', 'u2');
    const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=`;
    const { body } = await request('GET', `${path}involvedObject.uid=u2,involvedObject.kind=Canary`);
    assert.deepEqual(
      (field(body, 'items') as object[]).map((item) => field(item, 'metadata', 'name')),
      ['e2'],
    );
    const unknown = await request('GET', `${path}involvedObject.colour=red`);
    assert.equal(unknown.code, 400);
    assert.equal((await event('e1', 'u1')).code, 409);
  });

  it('refuses an event about an object elsewhere, and content in a namespace that is going', async () => {
    const elsewhere = { metadata: { name: 'e3' }, involvedObject: { kind: 'Pod', namespace: 'other', name: 'p' } };
    const answer = await request('POST', `/api/v1/namespaces/${namespace}/events`, elsewhere);
    assert.match(
      String(field(answer.body, 'message')),
      /involvedObject.namespace: Invalid value: "other": does not match event.namespace/,
    );
    const going = await kubernetes.namespace();
    await request('POST', `/api/v1/namespaces/${going}/configmaps`, {
      metadata: { name: 'c', finalizers: ['example.com/held'] },
    });
    await request('DELETE', `/api/v1/namespaces/${going}`);
    const late = await request('POST', `/api/v1/namespaces/${going}/configmaps`, { metadata: { name: 'd' } });
    assert.equal(late.code, 403);
    const words = `unable to create new content in namespace ${going} because it is being terminated`;
    assert.equal(field(late.body, 'message'), `configmaps "d" is forbidden: ${words}`);
  });

  it('refuses a body that is no JSON, and a URL it does not serve', async () => {
    assert.equal((await request('POST', jobs, '{"kind"')).code, 400);
    const unknown = await request('GET', '/apis/example.com/v1/things');
    assert.equal(unknown.code, 404);
    assert.equal(field(unknown.body, 'message'), 'the server could not find the requested resource');
  });
});
