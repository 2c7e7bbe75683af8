/**
 * How an annotation of a person's is written: on the very object that was looked at, by a manager that Flux leaves alone.
 */
import assert from 'node:assert/strict';
import { e2eSpecResource } from '../../../function/api/e2espec.ts';
import { annotation } from '../../../function/api/labels.ts';
import { annotator } from '../../../function/kube/annotate.ts';
import { type ApiRequest, messageFor } from '../../../function/kube/request.ts';
import type { ApiResponse } from '../../../function/kube/response.ts';
import { status } from './canned-api.ts';

const metadata = { name: 'podinfo', namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 1 };
const e2eSpec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata, spec: { image: 'busybox' } };

async function annotated(code: number, body: unknown): Promise<ApiRequest[]> {
  const requests: ApiRequest[] = [];
  const annotate = annotator(async (request): Promise<ApiResponse> => {
    requests.push(request);
    return { code, body, now: new Date() };
  });
  await annotate(e2eSpecResource, { metadata }, { [annotation.skip]: 'podinfo/one: it is down' });
  return requests;
}

describe('An annotation by hand', () => {
  it('is a patch of this very object, by the manager e2e-verifier', async () => {
    const [request, ...others] = await annotated(200, e2eSpec);
    assert.ok(request);
    assert.deepEqual(others, []);
    const { method, path, headers, body } = messageFor(request);
    assert.equal(method, 'PATCH');
    assert.equal(path, '/apis/remarkable.com/v1/namespaces/shop/e2especs/podinfo?fieldManager=e2e-verifier');
    assert.equal(headers['Content-Type'], 'application/merge-patch+json');
    assert.deepEqual(JSON.parse(body), {
      metadata: { uid: 'u', annotations: { 'remarkable.com/skip': 'podinfo/one: it is down' } },
    });
  });

  const refusals: { code: number; body: unknown; says: RegExp }[] = [
    { code: 409, body: status(409, 'Conflict', 'uid'), says: /podinfo was deleted and created again meanwhile/ },
    {
      code: 404,
      body: { ...status(404, 'NotFound', 'no such E2ESpec'), details: { name: 'podinfo', kind: 'e2especs' } },
      says: /podinfo is gone/,
    },
    { code: 422, body: status(422, 'Invalid', 'a policy says no'), says: /a policy says no/ },
    { code: 200, body: {}, says: /e2especs/ },
  ];
  for (const { code, body, says } of refusals) {
    it(`is not taken for written where the API server answers ${code} ${JSON.stringify(body).slice(0, 60)}`, async () => {
      await assert.rejects(annotated(code, body), says);
    });
  }
});
