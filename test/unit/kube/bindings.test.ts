/**
 * Who is bound to which role, as the API server lists it.
 */
import assert from 'node:assert/strict';
import { HookError } from '../../../function/errors.ts';
import { bindings } from '../../../function/kube/bindings.ts';
import { messageFor } from '../../../function/kube/request.ts';
import type { Ask } from '../../../function/kube/response.ts';

const roleRef = { kind: 'ClusterRole', name: 'e2e-verifier' };
const subjects = [{ kind: 'ServiceAccount', name: 'e2e-verifier', namespace: 'default' }];
const bound = (namespace: string) => ({ metadata: { name: 'one', namespace }, roleRef, subjects });

const roles = { kind: 'RoleBindingList', metadata: {}, items: [] };

function answering(...pages: object[]): { ask: Ask; paths: string[] } {
  const paths: string[] = [];
  const ask: Ask = async (request) => {
    paths.push(messageFor(request).path);
    return { code: 200, body: structuredClone(pages[paths.length - 1]), now: new Date() };
  };
  return { ask, paths };
}

describe('Bindings', () => {
  it('are read page by page, without what is not looked at', async () => {
    const first = { ...bound('shop'), metadata: { ...bound('shop').metadata, labels: { a: 'b' } } };
    const { ask, paths } = answering(
      { ...roles, metadata: { continue: 'next' }, items: [first] },
      { ...roles, items: [bound('cart')] },
    );
    assert.deepEqual(await bindings(ask).listRoleBindings(null), [bound('shop'), bound('cart')]);
    const path = '/apis/rbac.authorization.k8s.io/v1/rolebindings?limit=500';
    assert.deepEqual(paths, [path, `${path}&continue=next`]);
  });

  it('are those of one namespace, or of the cluster', async () => {
    const { ask, paths } = answering(roles, {
      kind: 'ClusterRoleBindingList',
      metadata: {},
      items: [{ metadata: { name: 'one' }, roleRef }],
    });
    assert.deepEqual(await bindings(ask).listRoleBindings('shop'), []);
    const [one] = await bindings(ask).listClusterRoleBindings();
    assert.deepEqual(one, { metadata: { name: 'one' }, roleRef, subjects: [] });
    assert.deepEqual(paths, [
      '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings?limit=500',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?limit=500',
    ]);
  });

  it('are none that make no sense', async () => {
    const { ask } = answering({ ...roles, items: [{ metadata: { name: 'one', namespace: 'shop' } }] });
    await assert.rejects(
      bindings(ask).listRoleBindings('shop'),
      (error) => error instanceof HookError && /one of rolebindings in which roleRef must be/.test(error.message),
    );
  });
});
