/**
 * Whether the verifier may do its work in a namespace: told by who is bound to what, and only where that is sure.
 */
import assert from 'node:assert/strict';
import { commandFor, missingRole, verifierOf } from '../../../../function/cli/rights/served.ts';
import type { Binding } from '../../../../function/kube/bindings.ts';
import { canary, elsewhere, hook, preRollout } from '../../lint/canary-fixture.ts';

const account = { name: 'e2e-verifier', namespace: 'default' };
const subject = { kind: 'ServiceAccount', ...account };

function bound(
  namespace: string | undefined,
  subjects: Binding['subjects'] = [subject],
  roleRef: Binding['roleRef'] = { kind: 'ClusterRole', name: 'e2e-verifier' },
): Binding {
  return { metadata: { name: 'some', ...(namespace && { namespace }) }, roleRef, subjects };
}

const here = bound('default');
const group = (name: string) => [{ kind: 'Group', name }];
const own = { kind: 'ClusterRole', name: 'edit' };

const cases: { what: string; roles: Binding[]; ofCluster?: Binding[]; missing: string | undefined }[] = [
  { what: 'it is bound elsewhere alone', roles: [here], missing: 'e2e-verifier' },
  { what: 'it is bound there', roles: [here, bound('shop')], missing: undefined },
  {
    what: 'it is bound there to a role of another name',
    roles: [here, bound('shop', [subject], own)],
    missing: undefined,
  },
  {
    what: 'it is bound there as a user',
    roles: [here, bound('shop', [{ kind: 'User', name: 'system:serviceaccount:default:e2e-verifier' }])],
    missing: undefined,
  },
  {
    what: 'all accounts of its namespace are',
    roles: [here, bound('shop', group('system:serviceaccounts:default'))],
    missing: undefined,
  },
  { what: 'it is bound in the whole cluster', roles: [here], ofCluster: [bound(undefined)], missing: undefined },
  {
    what: 'all accounts are',
    roles: [here],
    ofCluster: [bound(undefined, group('system:serviceaccounts'))],
    missing: undefined,
  },
  {
    what: 'all accounts have what Kubernetes gives them',
    roles: [here],
    ofCluster: [
      bound(undefined, group('system:serviceaccounts'), {
        kind: 'ClusterRole',
        name: 'system:service-account-issuer-discovery',
      }),
      bound(undefined, group('system:authenticated'), { kind: 'ClusterRole', name: 'system:basic-user' }),
    ],
    missing: 'e2e-verifier',
  },
  {
    what: 'another account of its name is bound there',
    roles: [here, bound('shop', [{ ...subject, namespace: 'shop' }])],
    missing: 'e2e-verifier',
  },
  {
    what: 'nobody is bound by its name, so its account may be another',
    roles: [bound('shop', [])],
    missing: undefined,
  },
  {
    what: 'it has a Role, which another namespace cannot have',
    roles: [bound('default', [subject], { kind: 'Role', name: 'e2e-verifier' })],
    missing: undefined,
  },
  { what: 'it is bound to a role that is not its own', roles: [bound('default', [subject], own)], missing: undefined },
  {
    what: 'the chart has named its ClusterRole',
    roles: [bound('default', [subject], { kind: 'ClusterRole', name: 'e2e-verifier:default' })],
    missing: 'e2e-verifier:default',
  },
];

describe('The verifier', () => {
  for (const { what, roles, ofCluster = [], missing } of cases) {
    it(`${missing === undefined ? 'is not said to lack' : 'lacks'} its rights where ${what}`, () => {
      assert.equal(missingRole(account, 'shop', { roles, ofCluster }), missing);
    });
  }

  const urls: [url: string, account: typeof account | undefined][] = [
    ['http://e2e-verifier.default/pre-rollout', account],
    ['http://gate.platform.svc.cluster.local/pre-rollout', { name: 'gate', namespace: 'platform' }],
    ['http://e2e-verifier.default.example.com/pre-rollout', account],
    ['http://e2e-verifier/pre-rollout', undefined],
    ['http://10.0.0.1:8080/pre-rollout', undefined],
    ['http://gateway.istio-system/e2e/pre-rollout', undefined],
  ];
  for (const [url, expected] of urls) {
    it(`has the account ${expected === undefined ? 'that nobody knows' : `${expected.namespace}/${expected.name}`} at ${url}`, () => {
      assert.deepEqual(verifierOf(canary({}, [hook('pre-rollout', '', { url })])), expected);
    });
  }

  it('is not looked for in a Canary that calls somebody else', () => {
    const theirs = elsewhere('confirm-promotion', 'http://flagger-loadtester.test/gate/check');
    assert.equal(verifierOf(canary({}, [theirs])), undefined);
    assert.deepEqual(verifierOf(canary({}, [theirs, preRollout])), account);
  });

  it('is bound by one command', () => {
    const unserved = { namespace: 'shop', account, role: 'e2e-verifier' };
    assert.equal(
      commandFor(unserved, { context: 'two words' }),
      "kubectl create rolebinding e2e-verifier --clusterrole=e2e-verifier --serviceaccount=default:e2e-verifier -n shop --context 'two words'",
    );
  });
});
