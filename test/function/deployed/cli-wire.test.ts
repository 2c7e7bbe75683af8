/**
 * `wire` of files, with E2ESpecs in other files or in the cluster, as whoever has a kubeconfig runs it.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { type Ran, runCommandLine } from './command-line.ts';
import { emptyFolder, type Folder } from './deployed.ts';

const canary = (name: string, namespace?: string) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name, ...(namespace && { namespace }) },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    analysis: { interval: '10s', iterations: 2 },
  },
});
const e2eSpec = (name: string, activeDeadlineSeconds: number, namespace?: string) => ({
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  metadata: { name, ...(namespace && { namespace }) },
  spec: { image: 'busybox', activeDeadlineSeconds },
});

// By docs/wire.md, of 3 tries of 120 s, 600 s (the default) and 1200 s.
const [short, usual, long] = [60, 218, 416];

describe('k8s-e2e-verifier wire, of files', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: Folder;
  before(async () => {
    folder = await emptyFolder();
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    for (const name of ['shop', 'staging'])
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await kubernetes.apply(e2eSpec('cart', 1200, 'shop'));
    await kubernetes.apply(e2eSpec('cart', 120, 'default'));
  });
  after(async () => {
    await kubernetes?.stop();
    await folder?.remove();
  });

  async function file(name: string, ...objects: object[]): Promise<string> {
    const path = join(folder.path, name);
    await writeFile(path, objects.map((each) => JSON.stringify(each)).join('\n---\n'));
    return path;
  }
  const alone = (args: string[], input = '') => runCommandLine({ args: ['wire', ...args], input });
  const inCluster = (args: string[], input = '') =>
    runCommandLine({ args: ['wire', ...args], input, env: { KUBECONFIG: kubernetes.kubeconfig } });

  /** By the name of the Canary, which stands at the top. */
  function retriesOf({ status, out, err }: Ran): Record<string, number> {
    assert.equal(status, 0, err);
    const found = out.split(/^---$/m).map((text): [string, number] => {
      const [, name = ''] = /# Canary (\S+),/.exec(text) ?? [];
      const { webhooks } = parse(text) as { webhooks: { name: string; retries: number }[] };
      return [name, webhooks.find((each) => each.name === 'e2e')?.retries ?? 0];
    });
    return Object.fromEntries(found);
  }

  it('takes several files, and the E2ESpec from any of them', async () => {
    const files = [await file('canary.yaml', canary('cart')), await file('test.yaml', e2eSpec('cart', 120))];
    const ran = await alone(files);
    assert.deepEqual(retriesOf(ran), { cart: short });
    assert.doesNotMatch(ran.out, /no E2ESpec|cluster/);
    assert.deepEqual(await alone([files[0] ?? '', '-'], JSON.stringify(e2eSpec('cart', 120))), ran);
  });

  it('takes a List and a stream of several documents from standard input', async () => {
    const items = [canary('cart'), e2eSpec('cart', 120), canary('search'), e2eSpec('search', 1200)];
    const list = await alone(['-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    assert.deepEqual(retriesOf(list), { cart: short, search: long });
    const stream = items.map((each) => JSON.stringify(each)).join('\n---\n');
    assert.deepEqual(await alone(['-'], stream), list);
  });

  it('finds an E2ESpec that is in no file in the cluster, and says where it took it from', async () => {
    const path = await file('canary.yaml', canary('cart', 'shop'));
    const ran = await inCluster([path]);
    assert.deepEqual(retriesOf(ran), { cart: long });
    assert.match(ran.out, /^# E2ESpec cart is taken from namespace shop of the cluster \(context embedded\)\.$/m);
    assert.doesNotMatch(ran.out, /no E2ESpec/);
  });

  const namespaces: [what: string, namespace: string | undefined, args: string[], retries: number][] = [
    ['of the context, where the file says none', undefined, [], short],
    ['that is asked for', undefined, ['-n', 'shop'], long],
    ['that is asked for before that of the file', 'staging', ['-n', 'shop'], long],
  ];
  for (const [what, namespace, args, retries] of namespaces) {
    it(`finds it in the namespace ${what}`, async () => {
      const path = await file('canary.yaml', canary('cart', namespace));
      assert.deepEqual(retriesOf(await inCluster([path, ...args])), { cart: retries });
    });
  }

  it('asks no cluster where the files have it', async () => {
    const path = await file('both.yaml', canary('cart', 'shop'), e2eSpec('cart', 120, 'shop'));
    const before = kubernetes.requests.length;
    assert.deepEqual(retriesOf(await inCluster([path])), { cart: short });
    assert.equal(kubernetes.requests.length, before);
  });

  it('takes the defaults where there is neither, as without a cluster', async () => {
    const path = await file('canary.yaml', canary('search', 'shop'));
    const without = await alone([path]);
    assert.deepEqual([retriesOf(without), without.err], [{ search: usual }, '']);
    assert.match(without.out, /^# There is no E2ESpec search here yet: retries are those of its defaults\.$/m);
    assert.deepEqual(await inCluster([path]), without);
    const heal = kubernetes.misbehave({ resource: 'e2especs' }, { kind: 'status', code: 403 });
    const forbidden = await inCluster([path]);
    heal();
    assert.deepEqual(forbidden, without);
  });

  it('says what keeps it from a cluster that somebody has named', async () => {
    const path = await file('canary.yaml', canary('cart', 'shop'));
    const missing = await alone([path, '--kubeconfig', '/nowhere']);
    assert.deepEqual([missing.status, missing.out], [2, '']);
    assert.match(missing.err, /^error: there is no kubeconfig at \/nowhere\n$/);
    const heal = kubernetes.misbehave({ resource: 'e2especs' }, { kind: 'status', code: 403 });
    const forbidden = await inCluster([path, '-n', 'shop']);
    heal();
    assert.equal(forbidden.status, 2);
    assert.match(forbidden.err, /you may not get e2especs/);
  });

  it('takes a Canary of the cluster by its name', async () => {
    await kubernetes.apply(canary('cart', 'shop'));
    assert.deepEqual(retriesOf(await inCluster(['cart', '-n', 'shop'])), { cart: long });
  });

  it('takes one Canary of the cluster, or files', async () => {
    for (const args of [
      ['cart', 'search'],
      ['cart', '-'],
    ]) {
      const { status, err } = await alone(args);
      assert.equal(status, 64);
      assert.match(err, /^name one Canary of the cluster, or files: cart is not a file\n/);
    }
  });
});
