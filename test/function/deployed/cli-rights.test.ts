/**
 * `why`, `list` and `lint` where the verifier has no RoleBinding in a namespace, as whoever has a kubeconfig runs them.
 */
import assert from 'node:assert/strict';
import { playCanary } from '../../support/canary.ts';
import { commandLine } from '../../support/command-line.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';

const rbac = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'ServiceAccount', name: 'e2e-verifier', namespace: 'default' }];
const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'e2e-verifier' };
const binding = (namespace: string) => ({
  apiVersion: `${rbac}/v1`,
  kind: 'RoleBinding',
  metadata: { name: 'e2e-verifier', namespace },
  roleRef,
  subjects,
});

describe('k8s-e2e-verifier, where the verifier has no RoleBinding,', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  const healing: (() => unknown)[] = [];

  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    for (const name of ['shop', 'cart', 'served']) {
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const metadata = { name: 'podinfo', namespace: name };
      await kubernetes.apply({
        apiVersion: 'remarkable.com/v1',
        kind: 'E2ESpec',
        metadata,
        spec: { image: 'busybox' },
      });
      const canary = await playCanary(kubernetes, metadata);
      await canary.begin('one');
    }
    await playCanary(kubernetes, { name: 'second', namespace: 'shop' });
    const url = 'http://e2e-verifier.default/gate/check';
    const promote = { name: 'promote', type: 'confirm-promotion', url };
    const byPerson = await playCanary(kubernetes, { name: 'by-person', namespace: 'cart', webhooks: [promote] });
    await byPerson.begin('one');
    await byPerson.setPhase('WaitingPromotion');
    for (const namespace of ['default', 'served']) await kubernetes.apply(binding(namespace));
  });
  afterEach(async () => {
    for (const heal of healing.splice(0)) await heal();
  });
  after(() => kubernetes.stop());

  const run = (...args: string[]) => commandLine([...args, '--kubeconfig', kubernetes.kubeconfig]);
  const lacks = (namespace: string) =>
    `the verifier has no RoleBinding in namespace ${namespace}, so its gates there are answered Forbidden`;
  const command = (namespace: string) =>
    `kubectl create rolebinding e2e-verifier --clusterrole=e2e-verifier --serviceaccount=default:e2e-verifier -n ${namespace} --kubeconfig ${kubernetes.kubeconfig}`;
  const told = (namespace: string) => `${lacks(namespace)}. ${command(namespace)}`;

  it('why says so, what the gate answers, and the command that mends it', async () => {
    const { status, out } = await run('why', 'podinfo', '-n', 'shop');
    assert.equal(status, 0);
    const [account = '', next = ''] = out.split('\n\nNext:\n');
    assert.match(account.replaceAll(/\s+/g, ' '), new RegExp(` rights ${lacks('shop')} Flagger `));
    assert.match(account, /refuses it,\s+which counts as a\s+failed check; it\s+waits for whoever runs the cluster/);
    assert.equal(next, `  ${command('shop')}\n`);
    const { tests } = JSON.parse((await run('why', 'podinfo', '-n', 'shop', '-o', 'json')).out);
    assert.deepEqual([tests[0].rights, tests[0].answers, tests[0].waitsFor], [told('shop'), 'refuses', 'cluster']);
  });

  it('why says so of a Canary that only a person lets go on', async () => {
    const { out } = await run('why', 'by-person', '-n', 'cart');
    const [account = '', next = ''] = out.split('\n\nNext:\n');
    assert.match(account.replaceAll(/\s+/g, ' '), new RegExp(` rights ${lacks('cart')} Flagger `));
    assert.equal(next.split('\n')[0], `  ${command('cart')}`);
  });

  it('list says it once for each namespace, below the table', async () => {
    const one = (await run('list', '-n', 'shop')).out.trimEnd().split('\n');
    assert.equal(one.length, 4);
    assert.match(one[1] ?? '', /^podinfo .* refuses +cluster$/);
    assert.equal(one[3], told('shop'));
    const { out } = await run('list', '-A');
    assert.deepEqual(
      out.split('\n').filter((line) => line.includes('RoleBinding')),
      [told('cart'), told('shop')],
    );
    const { unserved } = JSON.parse((await run('list', '-n', 'shop', '-o', 'json')).out);
    assert.deepEqual(unserved, [{ namespace: 'shop', message: lacks('shop'), command: command('shop') }]);
  });

  it('lint takes it for an error of each Canary there', async () => {
    const { status, out } = await run('lint', '-n', 'shop', '-n', 'served');
    assert.equal(status, 1);
    for (const name of ['podinfo', 'second']) assert.ok(out.includes(`shop/${name}: error: ${told('shop')}\n`), out);
    assert.ok(!out.includes(lacks('served')), out);
  });

  it('nothing is said any more when that command has been run', async () => {
    await kubernetes.apply(binding('shop'));
    healing.push(() => kubernetes.delete({ ...binding('shop'), ...binding('shop').metadata }));
    for (const args of [['list'], ['why', 'podinfo'], ['lint']]) {
      const { out } = await run(...args, '-n', 'shop');
      assert.doesNotMatch(out, /RoleBinding/);
    }
  });

  it('nothing is said where it is bound in the whole cluster', async () => {
    const all = { ...binding('shop'), kind: 'ClusterRoleBinding', metadata: { name: 'e2e-verifier' } };
    await kubernetes.apply(all);
    healing.push(() => kubernetes.delete({ ...all, namespace: '', name: 'e2e-verifier' }));
    assert.doesNotMatch((await run('list', '-A')).out, /RoleBinding/);
  });

  for (const resource of ['rolebindings', 'clusterrolebindings']) {
    for (const code of [403, 500] as const) {
      it(`nothing is said, and all else is, where the API server answers ${code} for ${resource}`, async () => {
        healing.push(kubernetes.misbehave({ verb: 'list', resource }, { kind: 'status', code }));
        for (const args of [['list'], ['why', 'podinfo'], ['lint']]) {
          const { out, err } = await run(...args, '-n', 'shop');
          assert.match(out, /podinfo/);
          assert.doesNotMatch(out, /RoleBinding/);
          assert.equal(err, '');
        }
      });
    }
  }

  it('three requests are added at the most, and one where it is bound, however many Canaries there are', async () => {
    const added = async (...args: string[]) => {
      const before = kubernetes.requests.length;
      await run(...args);
      const asked = kubernetes.requests.slice(before).filter(({ resource }) => resource.endsWith('bindings'));
      return asked.map(({ resource, namespace = '*' }) => `${resource} ${namespace}`).sort();
    };
    const cluster = ['clusterrolebindings *', 'rolebindings *'];
    assert.deepEqual(await added('list', '-A'), cluster);
    assert.deepEqual(await added('list', '-n', 'shop'), [...cluster, 'rolebindings shop']);
    assert.deepEqual(await added('why', 'podinfo', '-n', 'served'), ['rolebindings served']);
    assert.deepEqual(await added('list', '-n', 'default'), []);
  });
});
