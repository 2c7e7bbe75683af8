/**
 * The Roles of examples/platform: with a token of its own account each suite gets on, and without any one right it fails by that
 * right's name. A right that several suites have is taken from the first of them; PLATFORM_RIGHTS=all takes it from each in turn.
 */
import assert from 'node:assert/strict';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { type Platform, startPlatform } from '../support/platform/embedded.ts';
import { type Right, rightsOf, saysWithout, without } from '../support/platform/rights.ts';
import { kustomized, namespaceOf, type SuiteName, suiteNames } from '../support/platform/suites.ts';

const rbac = 'rbac.authorization.k8s.io';
const rights = rightsOf(kustomized());
const isSame = (one: Right, other: Right) =>
  one.group === other.group && one.resource === other.resource && one.verb === other.verb;
const isTaken = (right: Right) =>
  process.env['PLATFORM_RIGHTS'] === 'all' || rights.find((each) => isSame(each, right)) === right;
const wordsOf = ({ suite, verb, resource }: Right): string => `${suite}: ${verb} ${resource}`;

/** There is no pod here whose log could be read. */
const onClusterAlone = ['http: get pods/log'];
/** Asked for when the pods are waited for, and those are waited for only where there is a node. */
const withNode = ({ suite, resource }: Right): boolean =>
  resource === 'pods' || (suite === 'deployment-service' && resource === 'endpointslices');

describe('The rights of examples/platform', () => {
  let platform: Platform;
  before(async () => {
    platform = await startPlatform();
    await giveNodes();
  });
  after(() => platform.kubernetes.stop());

  /** Outside of a cluster a suite asks for nodes before it waits for pods: so all may, but for the one that is to say so. */
  async function giveNodes(): Promise<void> {
    const others = suiteNames.filter((suite) => suite !== 'deployment' && suite !== 'dns');
    const subjects = others.map((name) => ({ kind: 'ServiceAccount', name, namespace: namespaceOf(name) }));
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'e2e-platform-nodes' };
    const binding = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'outside' } };
    await platform.kubernetes.apply({ ...binding, roleRef, subjects });
  }

  const as = async (suite: SuiteName) => {
    const token = await platform.kubernetes.token({ namespace: namespaceOf(suite), name: suite });
    return { token, env: { TEST_TIMEOUT_SECONDS: '1' } };
  };

  for (const suite of suiteNames.filter((name) => name !== 'dns'))
    it(`are enough for ${suite}`, async () => {
      const { status, output } = await platform.run(suite, await as(suite));
      assert.equal(status, 0, output);
      assert.doesNotMatch(output, /forbidden/);
    });

  it('are none of dns, which has no account', () => {
    assert.deepEqual(
      rights.filter(({ suite }) => suite === 'dns'),
      [],
    );
    const spec = kustomized().find(({ kind, metadata }) => kind === 'E2ESpec' && metadata.name === 'dns')?.['spec'];
    assert.equal(Object(spec).serviceAccountName, undefined);
  });

  it('are no wildcards, and write nothing outside of the namespaces of the suites but the one that comes and goes', () => {
    for (const right of rights) assert.ok(![right.group, right.resource, right.verb].includes('*'), wordsOf(right));
    const ofCluster = rights.filter(({ role, verb }) => role.kind === 'ClusterRole' && !['get', 'list'].includes(verb));
    assert.deepEqual(ofCluster.map(wordsOf), ['namespace: create namespaces', 'namespace: delete namespaces']);
  });

  for (const right of rights.filter((each) => isTaken(each) && !onClusterAlone.includes(wordsOf(each))))
    it(`are missed, one by one, by their names: ${wordsOf(right)}`, async () => {
      const { kubernetes } = platform;
      const { verdict, words } = saysWithout(right);
      await kubernetes.apply(without(right) as KubernetesObject);
      const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' }, spec: {} };
      if (withNode(right)) await kubernetes.apply(node);
      try {
        const { status, failures, skips, output } = await platform.runSteps(right.suite, await as(right.suite));
        assert.equal(status, verdict === 'failed' ? 1 : 0, output);
        const told = verdict === 'failed' ? failures : skips;
        assert.ok(
          told.some((each) => each.startsWith(words)),
          output,
        );
        assert.match(output, new RegExp(`cannot ${right.verb} resource`));
      } finally {
        await kubernetes.apply(right.role as KubernetesObject);
        await kubernetes.delete({ ...node, ...node.metadata, namespace: '' });
      }
    });
});
