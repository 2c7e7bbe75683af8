/**
 * Who asks, and whether they may: with the token of a service account, by the roles that are bound to it.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';

const rbac = 'rbac.authorization.k8s.io';
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: 'b' } };

describe('the embedded API, asked with a token,', () => {
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let token: string;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    namespace = await kubernetes.namespace();
    const metadata = { namespace, name: 'alice' };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['one'], verbs: ['get'] },
      { apiGroups: ['remarkable.com'], resources: ['e2especs/run'], verbs: ['create'] },
    ];
    await kubernetes.apply(account);
    await kubernetes.apply({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules });
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'alice' };
    const subjects = [{ kind: 'ServiceAccount', namespace, name: 'alice' }];
    await kubernetes.apply({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects });
    await kubernetes.apply({ ...configMap, metadata: { ...configMap.metadata, namespace } });
    token = await kubernetes.token(metadata);
  });
  after(() => kubernetes.stop());

  async function ask(path: string, body?: object, bearer = token) {
    const response = await fetch(kubernetes.url + path, {
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { code: response.status, answer: JSON.parse(await response.text()) };
  }

  it('knows whose it is', async () => {
    const { code, answer } = await ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
    assert.equal(code, 201);
    assert.equal(answer.status.userInfo.username, `system:serviceaccount:${namespace}:alice`);
  });

  it('refuses one that nobody has', async () => {
    const { code, answer } = await ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, 'abc');
    assert.deepEqual([code, answer.message], [401, 'Unauthorized']);
  });

  it('lets it do what its roles say, and nothing else', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    assert.equal((await ask(`${path}/one`)).code, 200);
    for (const other of [`${path}/two`, path, '/api/v1/namespaces/default/configmaps/one']) {
      const { code, answer } = await ask(other);
      assert.equal(code, 403, other);
      assert.match(answer.message, new RegExp(`User "system:serviceaccount:${namespace}:alice" cannot (get|list) `));
    }
  });

  it('lets it do in the whole cluster what a ClusterRoleBinding gives it', async () => {
    const metadata = { name: 'names-of-nodes' };
    const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }];
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: metadata.name };
    const subjects = [{ kind: 'ServiceAccount', namespace, name: 'alice' }];
    assert.equal((await ask('/api/v1/nodes')).code, 403);
    await kubernetes.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata, rules });
    await kubernetes.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects });
    assert.deepEqual((await ask('/api/v1/nodes')).answer.items, []);
    assert.equal((await ask('/api/v1/nodes/one')).code, 403);
  });

  it('knows deletecollection as a right of its own', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const url = `${kubernetes.url}/api/v1/namespaces/${namespace}/configmaps`;
    const response = await fetch(url, { method: 'DELETE', headers });
    const { message } = (await response.json()) as { message: string };
    assert.match(message, /cannot deletecollection resource "configmaps"/);
  });

  it('says beforehand what it may', async () => {
    const may = async (verb: string, name: string) => {
      const attributes = { namespace, verb, group: 'remarkable.com', resource: 'e2especs', subresource: 'run', name };
      const spec = { resourceAttributes: attributes };
      const { answer } = await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec });
      return answer.status.allowed;
    };
    assert.deepEqual([await may('create', 'a'), await may('patch', 'a')], [true, false]);
  });
});
