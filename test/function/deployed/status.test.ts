/**
 * The page as it is deployed: one file, a process, and an API server that has what a bad night leaves.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Built, buildStatus } from '../../../knative/build/bundle.ts';
import { packagesIn } from '../../../knative/build/licenses.ts';
import { root } from '../../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { boundlessDefinition, hostileWorld } from '../../support/status/hostile.ts';
import { badNight, create } from '../../support/status/world.ts';
import { type Deployed, emptyFolder, type Folder, start } from './deployed.ts';

// A third of it is what reads kubeconfigs, a third the web server. Whoever raises it says what is worth it.
const largestBundle = 760_000;

interface Told {
  cluster: string;
  verifier: { kind: string };
  problems: { namespace: string; message: string }[];
  counts: Record<string, number>;
  rows: { namespace: string; name: string; state: string; message: string }[];
}

describe('The page, deployed', function () {
  this.timeout(60_000);
  let folder: Folder;
  let built: Built;
  let kubernetes: EmbeddedKubernetes;
  let page: Deployed;

  const startPage = (env: Record<string, string> = {}) =>
    start(built.bundle, { KUBECONFIG: kubernetes.kubeconfig, CLUSTER_NAME: 'prod-eu', ...env });
  const stopPage = async ({ child, ended }: Deployed): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const get = (path: string, from = page) => fetch(`${from.url}${path}`);
  const told = async (path = '/api/status', from = page): Promise<Told> =>
    (await (await get(path, from)).json()) as Told;

  before(async () => {
    folder = await emptyFolder();
    [built, kubernetes] = await Promise.all([buildStatus(folder.path), startEmbeddedKubernetes()]);
    await create(kubernetes, badNight(kubernetes.now()));
    page = await startPage();
  });
  after(async () => {
    await stopPage(page);
    await kubernetes.stop();
    await folder.remove();
  });

  it('has nothing in it that writes to the API server', () => {
    const [output] = Object.values(built.metafile.outputs);
    const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const own = used.map(([path]) => path).filter((path) => path.startsWith('function/'));
    assert.ok(own.includes('function/kube/overview.ts'));
    assert.deepEqual(
      own.filter((path) => /kube\/write|function\/(?:actions|handlers|cli|sink)\//.test(path)),
      [],
    );
  });

  it('has hono for its templates, with its licence beside it, and is not too large', () => {
    assert.ok(packagesIn(built.metafile, root).some((path) => path.endsWith('node_modules/hono')));
    assert.match(readFileSync(join(folder.path, 'status.LICENSES.txt'), 'utf8'), /^hono \S+ \(MIT\)$/m);
    const { length } = readFileSync(built.bundle);
    assert.ok(length <= largestBundle, `${length} bytes`);
  });

  it('shows what needs somebody first, and counts all states', async () => {
    const { cluster, counts, rows } = await told();
    assert.equal(cluster, 'prod-eu');
    assert.deepEqual(counts, { failing: 3, waiting: 1, stale: 1, running: 2, never: 1, ok: 10 });
    assert.deepEqual(
      rows.slice(0, 5).map(({ namespace, name, state }) => `${namespace}/${name} ${state}`),
      [
        'payments/checkout failing',
        'shop/cart failing',
        'shop/search failing',
        'payments/ledger waiting',
        'platform/dns stale',
      ],
    );
  });

  it('filters by namespace and state', async () => {
    const { rows, counts } = await told('/api/status?namespace=shop&state=failing');
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['cart', 'search'],
    );
    assert.equal(counts['ok'], 10);
    const html = await (await get('/?namespace=shop&state=failing')).text();
    assert.match(html, /href="\.\/shop\/cart"/);
    assert.doesNotMatch(html, /href="\.\/payments\/ledger"/);
  });

  it('has a page for each test, which stands at its address', async () => {
    const response = await get('/shop/cart');
    assert.equal(response.status, 200);
    const html = await response.text();
    assert.match(html, /3 of 42 tests failed/);
    assert.match(html, /<code><span>kubectl<\/span> <span>logs<\/span> <span>-n<\/span> <span>shop<\/span>/);
    const detail = (await (await get('/api/status/shop/cart')).json()) as { parts: { runs: unknown[] }[] };
    assert.equal(detail.parts[0]?.runs.length, 10);
  });

  it('keeps a browser from loading, running, sending and framing anything else', async () => {
    for (const path of ['/', '/shop/cart', '/style.css', '/refresh.js', '/api/status', '/none/of/these', '/healthz']) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /^default-src 'none'; style-src 'self'; script-src 'self';/, path);
      assert.doesNotMatch(policy, /unsafe|\*|data:/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    }
  });

  const refused: [method: string, path: string, status: number][] = [
    ['POST', '/', 405],
    ['DELETE', '/shop/cart', 405],
    ['GET', '/shop/nothing', 404],
    ['GET', '/shop', 404],
    ['GET', '/shop/cart/more', 404],
    ['GET', '/..%2f..%2fetc/passwd', 404],
    ['GET', '/api/status/shop/nothing', 404],
  ];
  for (const [method, path, status] of refused) {
    it(`answers ${status} to ${method} ${path}`, async () => {
      assert.equal((await fetch(`${page.url}${path}`, { method })).status, status);
    });
  }

  it('answers whether it is there without asking the API server', async () => {
    const before = kubernetes.requests.length;
    assert.equal((await (await get('/healthz')).text()).trim(), 'e2e-status is up');
    assert.equal(kubernetes.requests.length, before);
  });

  it('asks for nothing but lists of E2ESpecs and Canaries', async () => {
    await get('/');
    await get('/shop/cart');
    const asked = kubernetes.requests.map(({ verb, group, resource }) => `${verb} ${resource}.${group}`);
    assert.deepEqual([...new Set(asked)].sort(), ['list canaries.flagger.app', 'list e2especs.remarkable.com']);
  });

  it('names a namespace that it may not read, and shows the others', async () => {
    const some = await startPage({ NAMESPACES: 'shop,payments' });
    const heal = kubernetes.misbehave({ verb: 'list', namespace: 'payments' }, { kind: 'status', code: 403 });
    try {
      const { rows, problems } = await told('/api/status', some);
      assert.deepEqual([...new Set(rows.map(({ namespace }) => namespace))], ['shop']);
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['e2especs', 'canaries'].map(
          (plural) => `this page may not list ${plural} in namespace payments, so those are not shown`,
        ),
      );
      assert.equal((await get('/', some)).status, 200);
      const other = await get('/platform/dns', some);
      assert.deepEqual([other.status, /namespace platform is not shown here/.test(await other.text())], [404, true]);
    } finally {
      heal();
      await stopPage(some);
    }
  });

  it('shows the tests of a cluster without Flagger, and says so', async () => {
    const heal = kubernetes.misbehave({ verb: 'list', resource: 'canaries' }, { kind: 'status', code: 404 });
    try {
      const { rows, problems } = await told();
      assert.equal(rows.length, 18);
      assert.match(problems[0]?.message ?? '', /^Flagger is not installed/);
    } finally {
      heal();
    }
  });

  it('says with 503 that the API server is away', async () => {
    const heal = kubernetes.misbehave({}, { kind: 'status', code: 503 });
    try {
      const [html, json] = await Promise.all([get('/'), get('/api/status')]);
      assert.deepEqual([html.status, json.status], [503, 503]);
      assert.match(await html.text(), /the API server answers 503/);
      assert.match(((await json.json()) as { error: string }).error, /the API server answers 503/);
    } finally {
      heal();
    }
  });

  it('shows the same when it was killed and started again', async () => {
    // What has passed in between is told in words as well.
    const still = async (from: Deployed) =>
      JSON.stringify((await told('/api/status', from)).rows).replaceAll(/\d+ min/g, 'some min');
    const before = await still(page);
    await stopPage(page);
    page = await startPage();
    assert.equal(await still(page), before);
  });

  describe('asks the verifier', () => {
    let verifier: Server;
    let asked: { path: string; probe: unknown }[];
    before(async () => {
      asked = [];
      verifier = createServer((request, response) => {
        asked.push({ path: request.url ?? '', probe: request.headers['k-network-probe'] });
        response.end('activator');
      }).listen(0, '127.0.0.1');
      await once(verifier, 'listening');
    });
    after(() => verifier.close());

    it('in the way that wakes none, and believes what Knative answers for it', async () => {
      const { port } = verifier.address() as AddressInfo;
      const asking = await startPage({ VERIFIER_URL: `http://127.0.0.1:${port}` });
      try {
        assert.equal((await told('/api/status', asking)).verifier.kind, 'asleep');
        assert.deepEqual(asked, [{ path: '/healthz', probe: 'activator' }]);
      } finally {
        await stopPage(asking);
      }
    });

    it('and shows the rest when nobody is there', async () => {
      const asking = await startPage({ VERIFIER_URL: 'http://127.0.0.1:9' });
      try {
        const { verifier: standing, rows } = await told('/api/status', asking);
        assert.deepEqual([standing.kind, rows.length], ['down', 18]);
      } finally {
        await stopPage(asking);
      }
    });
  });

  describe('of a cluster whose tests are hostile', () => {
    let other: EmbeddedKubernetes;
    let definition: string;
    let shown: Deployed;
    before(async () => {
      definition = boundlessDefinition();
      other = await startEmbeddedKubernetes({ crds: definition });
      await create(other, hostileWorld(other.now()));
      shown = await startPage({ KUBECONFIG: other.kubeconfig });
    });
    after(async () => {
      await stopPage(shown);
      await other.stop();
      rmSync(definition, { recursive: true });
    });

    for (const path of ['/', '/shop/hostile']) {
      it(`has on ${path} no markup of theirs, no turned text and no line of 10 kB`, async () => {
        const response = await get(path, shown);
        assert.equal(response.status, 200);
        const html = await response.text();
        assert.match(html, /&lt;script&gt;/);
        assert.deepEqual(html.match(/<script[^>]*>/g)?.length, 1);
        assert.doesNotMatch(html, /<img|[\u202a-\u202e\u2066-\u2069]|x{5000}/);
      });
    }
  });
});
