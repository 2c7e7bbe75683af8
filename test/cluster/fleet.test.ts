/**
 * examples/fleet, as kustomize renders it: what lint says of it in the cluster, a service of it in two rollouts by Flagger, and
 * who may open a namespace to the verifier.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCommandLine } from '../function/deployed/command-line.ts';
import { at, read, resources } from '../support/documents.ts';
import { writeFleet } from '../support/fleet.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { reconcile } from './flux.ts';
import { kubectl, kubectlProgram } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
import { eventsOf, roll, untilInitialized } from './rollout.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';
import { unlessBroken } from './unless-broken.ts';
import { copied } from './wirings.ts';

const model = /shop/g;
const serviceOf = (namespace: string) => `${namespace}-service-1`;

/** What kubectl would change, as a diff. */
async function differences(folder: string): Promise<string> {
  const args = [
    '--kubeconfig',
    externalKubeconfig ?? kubeconfig,
    'diff',
    '--server-side',
    '--force-conflicts',
    '-k',
    folder,
  ];
  const { status, stdout, stderr } = spawnSync(await kubectlProgram(), args, { encoding: 'utf8' });
  assert.ok(status === 0 || status === 1, stderr);
  return stdout;
}

describe('examples/fleet on a cluster', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let folder: string;
  let namespaces: string[] = [];
  let binder: string;

  before(async () => {
    kubernetes = await connect();
    const prefix = await kubernetes.namespace();
    binder = `${prefix}-binder`;
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    namespaces = writeFleet(folder, { namespaces: 2, services: 1, prefix });
    await kubectl(['apply', '--server-side', '-k', folder]);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    if (!process.env['E2E_KEEP'])
      await kubectl(['delete', '--ignore-not-found', '--wait=false', `clusterrole/${binder}`, ...objects()]);
    await kubernetes?.stop();
  });
  const objects = () => namespaces.map((each) => `namespace/${each}`);
  const home = () => namespaces[0] ?? assert.fail('no namespace');
  const other = () => namespaces[1] ?? assert.fail('one namespace');

  it('is well wired, says lint of what is there', async () => {
    const args = ['lint', ...namespaces.flatMap((each) => ['-n', each]), '--kubeconfig', kubernetes.kubeconfig];
    const { status, out, err } = await startCommandLine({ args }).ended;
    assert.equal(err, '');
    assert.match(out, /^2 Canaries: 2 ok$/m);
    assert.equal(status, 0);
  });

  it('differs from what is in Git by the replicas alone that Flagger has changed, where Git names them', async () => {
    for (const namespace of namespaces)
      await unlessBroken(
        untilInitialized({ kubernetes, namespace }, copied('fleet', serviceOf(namespace), 'Deployment')),
      );
    assert.equal(await differences(folder), '');

    const wasSaid = await sayReplicas();
    const changes = async () => (await differences(folder)).match(/^[-+] (?!.*generation:).*$/gm) ?? [];
    const isIt = (lines: string[]) => lines.join() === '-  replicas: 0,+  replicas: 1';
    // Flagger scales its target to zero after it has said so.
    const others = async () => changes().then((lines) => (isIt(lines) ? [] : [`what differs is: ${lines.join()}`]));
    await unlessBroken(until('the replicas differ, and nothing else', others, patience.ms));
    await wasSaid.takeBack();
  });

  it('stays as Flagger has scaled it when Flux reconciles, but is scaled up where Git names the replicas', async () => {
    const replicas = async () => {
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: other(), name: serviceOf(other()) };
      return at(await kubernetes.get(target), 'spec', 'replicas');
    };
    const reconcileAll = async () => {
      // It would wait for namespaces, which are there.
      const objects = resources(await kubectl(['kustomize', folder])).filter(({ kind }) => kind !== 'Namespace');
      await reconcile(objects.map((each) => JSON.stringify(each)).join('\n---\n'));
    };
    await reconcileAll();
    assert.equal(await replicas(), 0);
    const wasSaid = await sayReplicas();
    await reconcileAll();
    assert.equal(await replicas(), 1);
    await wasSaid.takeBack();
  });

  /** In Git, of the service of the other namespace. */
  async function sayReplicas() {
    const file = join(folder, other(), serviceOf(other()), 'canary.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^spec:$/m, 'spec:\n  replicas: 1'));
    return { takeBack: () => writeFile(file, text) };
  }

  it('promotes a revision after its test, and keeps the next one, which fails it, from the users', async () => {
    const world = { kubernetes, namespace: home() };
    const service = copied('fleet', serviceOf(home()), 'Deployment');
    await unlessBroken(untilInitialized(world, service));

    const promoted = await unlessBroken(roll(world, service, '2'));
    assert.equal(promoted.at(-1)?.phase, 'Succeeded');
    assert.equal(promoted.at(-1)?.test, 'passed');

    const refused = await unlessBroken(roll(world, service, 'broken'));
    assert.equal(refused.at(-1)?.phase, 'Failed');
    assert.deepEqual([...new Set(refused.map(({ users }) => users))], [promoted.at(-1)?.users]);
    assert.match((await eventsOf(world, service)).join('\n'), /E2ETestFailed: .*: version broken \| 0$/m);
  });

  describe('applied by an account with the ClusterRole admin in its namespace', () => {
    const binding = (namespace: string) =>
      resources(read('examples/fleet/namespace/namespace.yaml'))
        .filter(({ kind }) => kind === 'RoleBinding')
        .map((each) => JSON.stringify({ ...each, metadata: { ...each.metadata, namespace } }))
        .join('');
    const asTenant = (args: string[], input = '') =>
      kubectl([...args, `--as=system:serviceaccount:${home()}:flux`], { input });
    const bind = (namespace: string) => asTenant(['apply', '-f', '-'], binding(namespace));

    before(async () => {
      await kubectl(['create', 'serviceaccount', 'flux', '-n', home()]);
      const account = `--serviceaccount=${home()}:flux`;
      await kubectl(['create', 'rolebinding', 'flux', '-n', home(), '--clusterrole=admin', account]);
      await kubectl(['delete', 'rolebinding', 'e2e-verifier', '-n', home()]);
    });

    it('is refused the RoleBinding, by what the account may not do itself', async () => {
      await assert.rejects(bind(home()), (error: Error) => {
        assert.match(error.message, /is attempting to grant RBAC permissions not currently held:/);
        assert.match(error.message, /Resources:\["e2especs\/status"\], Verbs:\["patch"\]/);
        return true;
      });
    });

    it('may write it with tenant.yaml, this one and in its own namespace alone', async () => {
      const text = read('examples/fleet/tenant.yaml').replace(model, home());
      await kubectl(['apply', '-f', '-'], { input: text.replaceAll('e2e-verifier-binder', binder) });
      assert.match(await bind(home()), /rolebinding\S* created|rolebinding\S* configured/);
      await assert.rejects(
        bind(other()),
        /rolebindings\S* is forbidden|cannot (get|create|patch) resource "rolebindings"/,
      );
      const more = ['create', 'rolebinding', 'more', '-n', home(), '--clusterrole=cluster-admin'];
      await assert.rejects(
        asTenant([...more, `--serviceaccount=${home()}:flux`]),
        /RBAC permissions not currently held/,
      );
    });
  });
});
