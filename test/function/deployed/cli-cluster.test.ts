/**
 * `lint` of what is in a cluster, as whoever has a kubeconfig runs it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import { emptyFolder, type Folder } from './deployed.ts';

interface Linted {
  status: number;
  out: string;
  err: string;
}

function hook(type: string, more: Record<string, unknown> = {}) {
  return { name: type, type, url: `http://e2e-verifier.default/${type}`, timeout: '30s', ...more };
}

function canary(name: string, namespace: string, webhooks: object[]): KubernetesObject {
  const spec = {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    analysis: { interval: '10s', webhooks },
  };
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name, namespace }, spec };
}

function e2eSpec(name: string, namespace: string, activeDeadlineSeconds: number): KubernetesObject {
  const spec = { image: 'busybox', activeDeadlineSeconds };
  return { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata: { name, namespace }, spec };
}

const gating = [hook('pre-rollout', { retries: 60 }), hook('rollback')];
const says = 'waits for its test at pre-rollout, and rolls back at once when it fails';

describe('k8s-e2e-verifier lint, of a cluster', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: Folder;
  const faults: (() => void)[] = [];

  before(async () => {
    folder = await emptyFolder();
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    for (const name of ['shop', 'slow', 'empty']) {
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    for (const object of [
      canary('podinfo', 'shop', gating),
      e2eSpec('podinfo', 'shop', 120),
      canary('podinfo', 'slow', gating),
      e2eSpec('podinfo', 'slow', 3600),
      canary('other', 'slow', [{ name: 'load', url: 'http://loadtester.test/' }]),
    ])
      await kubernetes.apply(object);
  });
  afterEach(() => {
    for (const heal of faults.splice(0)) heal();
  });
  after(async () => {
    await kubernetes.stop();
    await folder.remove();
  });

  function run(args: string[], env: Record<string, string> = {}): Promise<Linted> {
    const all = { PATH: process.env['PATH'] ?? '', HOME: folder.path, ...env };
    const command = ['dist/cli.cjs', 'lint', ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: root, env: all }, (error, out, err) => {
        resolve({ status: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  const lint = (...args: string[]) => run([...args, '--kubeconfig', kubernetes.kubeconfig]);
  const misbehave = (...fault: Parameters<EmbeddedKubernetes['misbehave']>) =>
    faults.push(kubernetes.misbehave(...fault));

  /** A kubeconfig of contexts by their servers; the first is the current one. */
  async function kubeconfig(servers: Record<string, string>, user: object = {}): Promise<string> {
    const entries = Object.entries(servers);
    const path = join(folder.path, `kubeconfig-${entries.map(([name]) => name).join('-')}`);
    const config = {
      clusters: entries.map(([name, server]) => ({ name, cluster: { server } })),
      users: [{ name: 'anna', user }],
      contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: 'anna' } })),
      'current-context': entries[0]?.[0],
    };
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  it('exits 0 where the Canaries of the namespace wait', async () => {
    assert.deepEqual(await lint('-n', 'shop'), { status: 0, out: `ok: shop/podinfo ${says}\n`, err: '' });
  });

  it('exits 1 and begins with the Canary where one does not', async () => {
    const { status, out } = await lint('--namespace', 'slow');
    assert.equal(status, 1);
    assert.match(out, /^slow\/podinfo: webhook pre-rollout: error: retries: 60 .* Use 1208 or more/);
  });

  it('tells E2ESpecs of one name in several namespaces apart, and counts who does not call the verifier', async () => {
    for (const args of [['-A'], ['--all-namespaces'], ['-n', 'shop', '-n', 'slow']]) {
      const { status, out } = await lint(...args);
      assert.equal(status, 1);
      assert.match(out, new RegExp(`^ok: shop/podinfo ${says}$`, 'm'));
      assert.match(out, /^slow\/podinfo: webhook pre-rollout: error: retries: 60 /m);
      assert.match(out, /^1 Canary does not call the verifier: slow\/other$/m);
      assert.match(out, /^2 Canaries: 1 ok, 1 error$/m);
    }
  });

  it('writes JSON and annotations that name no file', async () => {
    const { out: json } = await lint('-n', 'slow', '-o', 'json');
    const [{ namespace, findings }] = JSON.parse(json).canaries;
    assert.deepEqual([namespace, findings[0].webhook, 'file' in findings[0]], ['slow', 'pre-rollout', false]);
    const { out: github } = await lint('-n', 'slow', '-o', 'github');
    assert.match(github, /^::error title=slow\/podinfo%3A webhook pre-rollout::retries: 60 /);
  });

  it('asks for Canaries, E2ESpecs, the namespace and who is bound there, and for nothing else', async () => {
    const before = kubernetes.requests.length;
    await lint('-n', 'shop');
    const asked = kubernetes.requests.slice(before).map(({ verb, resource, namespace, name }) => {
      return [verb, resource, namespace, name].filter(Boolean).join(' ');
    });
    const bindings = ['list clusterrolebindings', 'list rolebindings', 'list rolebindings shop'];
    const expected = ['get namespaces shop', 'list canaries shop', ...bindings, 'list e2especs shop'];
    assert.deepEqual(asked.sort(), expected.sort());
  });

  it('can do without the right to read namespaces', async () => {
    misbehave({ resource: 'namespaces' }, { kind: 'status', code: 403 });
    for (const args of [['-n', 'shop'], ['-A']]) {
      const { out, err } = await lint(...args);
      assert.match(out, /^ok: shop\/podinfo/m);
      assert.equal(err, '');
    }
  });

  it('exits 2 where there is nothing to lint', async () => {
    assert.deepEqual(await lint('-n', 'empty'), { status: 2, out: '', err: 'error: no Canary in namespace empty\n' });
    const { status, err } = await lint('-n', 'shoop');
    assert.equal(status, 2);
    assert.match(err, /^error: http:\S+ \(context embedded\): there is no namespace shoop\n$/);
  });

  it('exits 2 and names the rule that is missing', async () => {
    misbehave({ verb: 'list', resource: 'canaries' }, { kind: 'status', code: 403 });
    const rule = '{apiGroups: ["flagger.app"], resources: ["canaries"], verbs: ["list"]}';
    const one = await lint('-n', 'shop');
    assert.equal(one.status, 2);
    const whom = `${kubernetes.url} (context embedded)`;
    assert.equal(one.err, `error: ${whom}: you may not list canaries. It takes the rule ${rule} in namespace shop\n`);
    assert.ok((await lint('-A')).err.endsWith(`${rule} in all namespaces. Name one that you may read: -n NAMESPACE\n`));
  });

  it('exits 2 where one namespace cannot be read, having linted the others', async () => {
    const rule = /you may not list canaries.* in namespace slow\n/;
    misbehave({ verb: 'list', resource: 'canaries', namespace: 'slow' }, { kind: 'status', code: 403 });
    for (const [other, says403] of [
      ['slow', rule],
      ['shoop', /there is no namespace shoop\n/],
    ] as const) {
      const { status, out, err } = await lint('-n', other, '-n', 'shop');
      assert.deepEqual([status, out], [2, `ok: shop/podinfo ${says}\n`]);
      assert.match(err, says403);
      assert.equal(err.split('\n').length, 2);
    }
  });

  const definitions = {
    canaries: /: the cluster has no canaries\.flagger\.app: Flagger is not installed there\./,
    e2especs: /: the cluster has no e2especs\.remarkable\.com: .* kubectl apply --server-side -f crds\/\n/,
  };
  for (const [resource, says404] of Object.entries(definitions)) {
    it(`exits 2 and says so where the definition of ${resource} is not installed`, async () => {
      misbehave({ verb: 'list', resource }, { kind: 'status', code: 404 });
      const { status, err } = await lint('-A');
      assert.equal(status, 2);
      assert.match(err, says404);
    });
  }

  it('waits for an API server that is busy', async () => {
    misbehave({ verb: 'list', resource: 'canaries', times: 1 }, { kind: 'status', code: 503 });
    misbehave({ verb: 'list', resource: 'e2especs', times: 1 }, { kind: 'reset' });
    assert.equal((await lint('-n', 'shop')).status, 0);
  });

  it('exits 2 and says whom it asked where the API server is away', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const away = `http://127.0.0.1:${port}`;
    const path = await kubeconfig({ away });
    assert.deepEqual(await run(['-A', '--kubeconfig', path]), {
      status: 2,
      out: '',
      err: `error: ${away} (context away): the API server cannot be reached (ECONNREFUSED)\n`,
    });
  });

  it('exits 2 and says so where the program that makes credentials fails', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/nowhere/login', interactiveMode: 'Never' };
    const { status, err } = await run(['-A', '--kubeconfig', await kubeconfig({ own: kubernetes.url }, { exec })]);
    assert.equal(status, 2);
    assert.match(err, /^error: http:\S+ \(context own\): your credentials cannot be read: .*\/nowhere\/login/);
  });

  describe('finds its kubeconfig', () => {
    const shop = ['-n', 'shop'];
    const isOk = ({ status, err }: Linted) => assert.deepEqual([status, err], [0, '']);

    it('at ~/.kube/config', async () => {
      const home = join(folder.path, 'home');
      await mkdir(join(home, '.kube'), { recursive: true });
      await copyFile(kubernetes.kubeconfig, join(home, '.kube/config'));
      isOk(await run(shop, { HOME: home }));
    });

    it('by KUBECONFIG, of which some files may be missing', async () => {
      isOk(await run(shop, { KUBECONFIG: `/nowhere:${kubernetes.kubeconfig}:` }));
    });

    it('by --kubeconfig before KUBECONFIG, and by --context before the current one', async () => {
      const path = await kubeconfig({ elsewhere: 'http://127.0.0.1:1', here: kubernetes.url });
      isOk(await run([...shop, '--kubeconfig', path, '--context', 'here'], { KUBECONFIG: '/nowhere' }));
    });

    const missing = [
      { what: 'there is none', args: [], says: /^error: there is no kubeconfig: none at ~\/\.kube\/config/ },
      {
        what: 'it is not there',
        args: ['--kubeconfig', '/nowhere'],
        says: /^error: there is no kubeconfig at \/nowhere\n$/,
      },
    ];
    for (const { what, args, says: words } of missing) {
      it(`or exits 2 where ${what}`, async () => {
        const { status, err } = await run([...shop, ...args]);
        assert.equal(status, 2);
        assert.match(err, words);
      });
    }

    it('or exits 2 where it is broken, or has no such context', async () => {
      const broken = join(folder.path, 'broken');
      await writeFile(broken, (await readFile(kubernetes.kubeconfig, 'utf8')).slice(0, 50));
      const { status, err } = await run([...shop, '--kubeconfig', broken]);
      assert.equal(status, 2);
      assert.match(err, /^error: the kubeconfig cannot be read: /);
      const unknown = await lint(...shop, '--context', 'what');
      assert.equal(unknown.status, 2);
      assert.match(
        unknown.err,
        /^error: the kubeconfig names no cluster for context what\. kubectl config get-contexts/,
      );
    });
  });
});
