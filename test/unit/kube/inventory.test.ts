/**
 * What the command line asks of the API server, and what a person is told who may not ask it.
 */
import assert from 'node:assert/strict';
import { HookError } from '../../../function/errors.ts';
import { inventory } from '../../../function/kube/inventory.ts';
import { tellingPeople } from '../../../function/kube/people.ts';
import type { ApiRequest } from '../../../function/kube/request.ts';
import { messageFor } from '../../../function/kube/request.ts';
import { type Ask, exchange } from '../../../function/kube/response.ts';
import { status } from './canned-api.ts';

const metadata = { name: 'podinfo', namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 1 };
const canary = { metadata, spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } } };
const e2eSpec = { metadata, spec: { image: 'busybox' }, status: { runs: [] } };
const labels = { 'istio-injection': 'enabled' };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'u', labels } };

const lists: Record<string, object> = {
  canaries: { kind: 'CanaryList', items: [canary] },
  e2especs: { kind: 'E2ESpecList', items: [e2eSpec] },
  namespaces: { kind: 'NamespaceList', items: [namespace] },
};

/** `answer`: what is answered in place of the objects. */
function apiWith(answer?: { status: number; body: string }): { ask: Ask; paths: string[] } {
  const paths: string[] = [];
  const memory = { take: () => undefined, give: () => undefined };
  const ask: Ask = (request: ApiRequest) => {
    paths.push(messageFor(request).path);
    const object = request.verb === 'list' ? lists[request.resource.plural] : namespace;
    const answered = answer ?? { status: 200, body: JSON.stringify(object) };
    return exchange(request, memory, async () => ({ ...answered, headers: {} }));
  };
  return { ask, paths };
}

describe('The inventory of a cluster', () => {
  const requests = [
    { of: 'shop', under: '/namespaces/shop', namespacePath: '/api/v1/namespaces/shop' },
    { of: null, under: '', namespacePath: '/api/v1/namespaces?limit=25' },
  ];
  for (const { of, under, namespacePath } of requests) {
    it(`is what stands in ${of ?? 'all namespaces'}, with the status of E2ESpecs where that is asked for`, async () => {
      const { ask, paths } = apiWith();
      const { listCanaries, listE2ESpecs, listTests, listNamespaces } = inventory(ask);
      const { status: _, ...withoutStatus } = e2eSpec;
      assert.deepEqual(await listCanaries(of), [canary]);
      assert.deepEqual(await listE2ESpecs(of), [withoutStatus]);
      assert.deepEqual(await listNamespaces(of), [namespace]);
      assert.deepEqual(await listTests(of), [e2eSpec]);
      assert.deepEqual(paths, [
        `/apis/flagger.app/v1beta1${under}/canaries?limit=25`,
        `/apis/remarkable.com/v1${under}/e2especs?limit=25`,
        namespacePath,
        `/apis/remarkable.com/v1${under}/e2especs?limit=25`,
      ]);
    });
  }

  const user = 'User "anna" cannot list resource "canaries" in API group "flagger.app"';
  const forbidden = (message: string) => ({ status: 403, body: JSON.stringify(status(403, 'Forbidden', message)) });
  const rule = '\\{apiGroups: \\["flagger.app"\\], resources: \\["canaries"\\], verbs: \\["list"\\]\\}';
  const refusals = [
    {
      what: 'no right in a namespace',
      of: 'shop',
      answer: forbidden(`canaries.flagger.app is forbidden: ${user} in the namespace "shop"`),
      says: new RegExp(`^you may not list canaries\\. It takes the rule ${rule} in namespace shop$`),
    },
    {
      what: 'no right in the cluster',
      of: null,
      answer: forbidden(`canaries.flagger.app is forbidden: ${user} at the cluster scope`),
      says: new RegExp(`${rule} in all namespaces\\. Name one that you may read: -n NAMESPACE$`),
    },
    {
      what: 'no right by another authorizer',
      of: 'shop',
      answer: forbidden('the policy says no'),
      says: /^you may not list canaries: the policy says no\. It takes the rule/,
    },
    {
      what: 'no definition of Canaries',
      of: 'shop',
      answer: { status: 404, body: '404 page not found\n' },
      says: /^the cluster has no canaries\.flagger\.app: Flagger is not installed there/,
    },
    {
      what: 'a token that is refused',
      of: 'shop',
      answer: { status: 401, body: JSON.stringify(status(401, 'Unauthorized', 'Unauthorized')) },
      says: /^the API server does not accept your token$/,
    },
    {
      what: 'a page of a proxy',
      of: 'shop',
      answer: { status: 200, body: '<html>' },
      says: /^the API server answered something that is not an object$/,
    },
  ];
  for (const { what, of, answer, says } of refusals) {
    it(`says what is wrong with ${what}`, async () => {
      const isSo = (error: unknown) => error instanceof HookError && says.test(error.message);
      await assert.rejects(inventory(tellingPeople(apiWith(answer).ask)).listCanaries(of), isSo);
    });
  }

  it('says what is missing where E2ESpecs are unknown', async () => {
    const { listE2ESpecs } = inventory(tellingPeople(apiWith({ status: 404, body: '404 page not found\n' }).ask));
    await assert.rejects(listE2ESpecs('shop'), /no e2especs\.remarkable\.com: .*kubectl apply --server-side -f crds\//);
  });

  it('knows nothing of namespaces that may not be read, and that one is not there', async () => {
    const cannot = 'User "anna" cannot get resource "namespaces" in API group ""';
    const refused = apiWith(forbidden(`namespaces "shop" is forbidden: ${cannot} in the namespace "shop"`));
    assert.equal(await inventory(refused.ask).listNamespaces('shop'), undefined);
    const details = { name: 'shop', kind: 'namespaces' };
    const missing = status(404, 'NotFound', 'namespaces "shop" not found', details);
    const { ask } = apiWith({ status: 404, body: JSON.stringify(missing) });
    assert.deepEqual(await inventory(ask).listNamespaces('shop'), []);
  });
});
