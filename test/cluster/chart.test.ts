/**
 * The Helm chart: what it renders to, with Helm 3 and 4, and releases in namespaces of the test's own. The definition of
 * E2ESpecs and its two ClusterRoles are the cluster's already, from kubectl, so no release here brings them.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlayedCanary } from '../support/canary.ts';
import { findingsOn, webhooksIn } from '../support/chart/notes.ts';
import { chartSuite, type Programs } from '../support/chart/suite.ts';
import { at, parse } from '../support/documents.ts';
import { lasting, rollOut, until } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { type Answer, goInside, type Inside } from './inside.ts';
import { deployedImage, serviceIn, untilReady } from './installation.ts';
import { kubectl, kubectlProgram } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patiently } from './patience.ts';
import { checkout } from './settings.ts';
import { type Helm, helm, program } from './tools.ts';
import { unlessBroken } from './unless-broken.ts';

const chart = join(checkout, 'knative/chart');
const definition = 'e2especs.remarkable.com';
const container = ['spec', 'template', 'spec', 'containers', 0];

describe('The Helm chart, rendered by Helm 3,', function () {
  this.timeout(longestTest);
  let programs: Programs;
  before(async () => {
    programs = { helm: await program('helm'), kubectl: await kubectlProgram() };
  });
  chartSuite(() => programs);

  it('is the same by Helm 4', async () => {
    for (const mode of ['knative', 'deployment']) {
      const render = (version: Helm) => helm(['template', 'e2e-verifier', chart, '--set', `mode=${mode}`], version);
      assert.deepEqual(parse(await render('helm4')), parse(await render('helm')));
    }
  });
});

/** `--set` of the image that is deployed, and of requests that fit a small node many times over. */
async function common(): Promise<string[]> {
  const [, repository = '', tag] = /^([^@]+?)(?::([^/:@]+))?(?:@.+)?$/.exec(await deployedImage()) ?? [];
  const image = [`image.repository=${repository}`, ...(tag === undefined ? [] : [`image.tag=${tag}`])];
  const [, digest] = (await deployedImage()).split('@');
  const own = [...image, ...(digest === undefined ? [] : [`image.digest=${digest}`]), 'resources.requests.cpu=10m'];
  return ['--set', own.join(',')];
}

interface Installed {
  namespace: string;
  url: string;
  /** What the installation has printed. */
  notes: string;
  canary: PlayedCanary;
}

interface Mode {
  name: 'knative' | 'deployment';
  /** `auto` is Knative in this cluster. */
  value: string;
  ready: (namespace: string) => Promise<unknown>;
  /** What the pods are made from. */
  running: (namespace: string) => Promise<KubernetesObject>;
}

const modes: Mode[] = [
  { name: 'knative', value: 'auto', ready: untilReady, running: serviceIn },
  {
    name: 'deployment',
    value: 'deployment',
    ready: (namespace) => kubectl(['rollout', 'status', 'deployment/e2e-verifier', '-n', namespace, patiently]),
    running: async (namespace) =>
      JSON.parse(await kubectl(['get', 'deployment', 'e2e-verifier', '-n', namespace, '-o', 'json'])),
  },
];

describe('The Helm chart', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let inside: Inside;
  const releases: string[] = [];
  const installed = new Map<string, Installed>();

  before(async () => {
    kubernetes = await connect();
    const [pod] = await Promise.all([kubernetes.namespace().then(goInside), ...modes.map(install)]);
    inside = pod;
  });
  after(async () => {
    // Their ClusterRoles are in no namespace that goes.
    for (const namespace of releases) await helm(['uninstall', 'e2e-verifier', '-n', namespace, '--ignore-not-found']);
    await kubernetes?.stop();
  });

  async function release(): Promise<string> {
    const namespace = await kubernetes.namespace();
    releases.push(namespace);
    return namespace;
  }

  async function install({ name: mode, value }: Mode): Promise<void> {
    const namespace = await release();
    const settings = [...(await common()), '--set', `mode=${value},crds.enabled=false`];
    const notes = await helm(['install', 'e2e-verifier', chart, '-n', namespace, ...settings]);
    const canary = await rollOut({ kubernetes, namespace }, lasting);
    installed.set(mode, { namespace, url: `http://e2e-verifier.${namespace}`, notes, canary });
  }

  const exists = async (kind: string, name: string, namespace?: string): Promise<boolean> => {
    const where = namespace === undefined ? [] : ['-n', namespace];
    return (await kubectl(['get', kind, name, '--ignore-not-found', '-o', 'name', ...where])).trim() !== '';
  };

  for (const { name: mode } of modes)
    it(`in mode ${mode} is taken by the API server, the definition and all roles included`, async () => {
      const values = [...(await common()), '--set', `mode=${mode}`];
      const rendered = await helm(['template', 'e2e-verifier', chart, '-n', 'default', ...values]);
      const dryRun = ['--dry-run=server', '--server-side', '--force-conflicts', '-o', 'name'];
      const taken = (await kubectl(['apply', ...dryRun, '-f', '-'], { input: rendered })).trim().split('\n');
      assert.equal(taken.length, parse(rendered).length);
      assert.ok(taken.includes(`customresourcedefinition.apiextensions.k8s.io/${definition}`));
    });

  it('takes over no definition that kubectl has applied, and leaves nothing behind', async () => {
    const labels = await kubectl(['get', 'crd', definition, '-o', 'jsonpath={.metadata.labels}']);
    assert.ok(!labels.includes('Helm'), 'this test needs a definition that is not of a release');
    const namespace = await release();
    await assert.rejects(
      helm(['install', 'e2e-verifier', chart, '-n', namespace]),
      /"e2especs\.remarkable\.com".* exists and cannot be imported into the current release/,
    );
    assert.equal(await exists('serviceaccount', 'e2e-verifier', namespace), false);
    assert.equal((await helm(['list', '-n', namespace, '--short'])).trim(), '');
  });

  for (const { name: mode, ready, running } of modes)
    describe(`installed in mode ${mode}`, () => {
      let namespace: string;
      let url: string;
      let notes: string;
      let canary: PlayedCanary;
      let started: Answer;
      const ask = (path: string) => unlessBroken(inside.post(url + path, canary.payload()));

      before(() => {
        ({ namespace, url, notes, canary } = installed.get(mode) ?? assert.fail('it is not installed'));
      });

      it('shows webhooks that gate, at the address of the release', () => {
        const webhooks = webhooksIn(notes);
        assert.deepEqual(findingsOn(webhooks, 10), []);
        assert.deepEqual(
          webhooks.map(({ url: path }) => path),
          ['confirm-rollout', 'pre-rollout', 'rollback', 'post-rollout'].map((path) => `${url}/${path}`),
        );
      });

      it('passes helm test, which waits until it answers', async () => {
        const said = await unlessBroken(helm(['test', 'e2e-verifier', '-n', namespace]));
        assert.match(said, /TEST SUITE: +e2e-verifier-test\n[\s\S]*Phase: +Succeeded/);
      });

      it('starts the test of a rollout', async () => {
        started = await ask('/pre-rollout');
        assert.match(`${started.status} ${started.text}`, /^429 Started: Job e2e-podinfo-\w+: the Job was created$/);
      });

      it('has the rights that the kustomization gives', async () => {
        const rights = async (where: string) => {
          const account = `--as=system:serviceaccount:${where}:e2e-verifier`;
          return (await kubectl(['auth', 'can-i', '--list', account, '-n', where])).trim().split('\n').sort();
        };
        const own = await rights(namespace);
        assert.ok(
          own.some((line) => /^e2especs\.remarkable\.com\/status .*\[patch\]$/.test(line)),
          own.join('\n'),
        );
        assert.deepEqual(own, await rights('default'));
      });

      it('is upgraded while the test runs, which goes on; its mode stays as it was installed', async () => {
        const changed = ['--set', 'mode=auto,logLevel=debug', '--reset-then-reuse-values'];
        await helm(['upgrade', 'e2e-verifier', chart, '-n', namespace, ...changed]);
        await unlessBroken(ready(namespace));
        const env = at(await running(namespace), ...container, 'env') as { name: string; value: string }[];
        assert.ok(env.some(({ name, value: level }) => name === 'LOG_LEVEL' && level === 'debug'));
        const { status, text } = await until(
          () => ask('/pre-rollout'),
          ({ text: said }) => said.startsWith('Running: '),
        );
        assert.equal(status, 429);
        assert.equal(/Job \S+:/.exec(text)?.[0], /Job \S+:/.exec(started.text)?.[0]);
      });

      it('is not upgraded to the other mode, where its Service would go', async () => {
        const other = mode === 'knative' ? 'deployment' : 'knative';
        for (const version of ['helm', 'helm4'] as const)
          await assert.rejects(
            helm(
              ['upgrade', 'e2e-verifier', chart, '-n', namespace, '--reuse-values', '--set', `mode=${other}`],
              version,
            ),
            new RegExp(`mode ${other} does not take over the Service e2e-verifier in ${namespace}, .* mode ${mode}:`),
          );
        assert.match(await helm(['list', '-n', namespace, '--output', 'json']), /"status":"deployed"/);
      });

      it('fails helm test where a right is missing, and the log of its pod says which', async () => {
        await kubectl(['delete', 'rolebinding', `e2e-verifier:${namespace}`, '-n', namespace]);
        await assert.rejects(unlessBroken(helm(['test', 'e2e-verifier', '-n', namespace])), /test.*[Ff]ailed/);
        const log = await kubectl(['logs', 'e2e-verifier-test', '-n', namespace]);
        assert.match(
          log,
          /^ok \S+: 200 e2e-verifier is up\nnot ok in namespace \S+: 403 Forbidden: the verifier lacks /,
        );
      });

      it('is uninstalled to the last object, and leaves the E2ESpec with its record', async () => {
        await helm(['uninstall', 'e2e-verifier', '-n', namespace, '--wait']);
        for (const kind of ['ksvc', 'deployment', 'serviceaccount', 'pdb', 'rolebinding'])
          assert.equal(await exists(kind, 'e2e-verifier', namespace), false, kind);
        assert.equal(await exists('clusterrole', `e2e-verifier:${namespace}`), false);
        assert.equal(await exists('crd', definition), true);
        const spec = await kubernetes.get({
          apiVersion: 'remarkable.com/v1',
          kind: 'E2ESpec',
          namespace,
          name: 'podinfo',
        });
        assert.equal(at(spec, 'status', 'lastRun', 'verdict'), 'Running');
        // Of the helm test that has failed.
        await kubectl(['delete', 'pod', 'e2e-verifier-test', '-n', namespace]);
      });
    });

  describe('with a definition of its own, by Helm 4,', () => {
    let namespace: string;
    let copy: string;
    let group: string;
    const other = async (args: string[], name = 'e2e-verifier') =>
      helm(['install', name, copy, '-n', namespace, '--set', 'rbac.create=false', ...args], 'helm4');

    before(async () => {
      namespace = await release();
      group = `${namespace}.example.com`;
      copy = mkdtempSync(join(tmpdir(), 'e2e-verifier-chart-'));
      cpSync(chart, copy, { recursive: true });
      const file = join(copy, 'templates/crd.yaml');
      const text = readFileSync(file, 'utf8').replaceAll('remarkable.com', group).replace('[e2e]', '[]');
      writeFileSync(file, text);
    });
    after(async () => {
      rmSync(copy, { recursive: true });
      await kubectl(['delete', 'crd', `e2especs.${group}`, '--ignore-not-found']);
    });

    it('is installed', async () => {
      await other([...(await common()), '--set', 'mode=deployment,serviceAccount.create=false']);
      assert.equal(await exists('crd', `e2especs.${group}`), true);
      await kubectl(['rollout', 'status', 'deployment/e2e-verifier', '-n', namespace, patiently]);
      const { text } = await inside.ask(`http://e2e-verifier.${namespace}/healthz`);
      assert.equal(text, 'e2e-verifier is up');
    });

    it('keeps the definition when it is uninstalled', async () => {
      await helm(['uninstall', 'e2e-verifier', '-n', namespace], 'helm4');
      assert.equal(await exists('crd', `e2especs.${group}`), true);
      assert.equal(await exists('deployment', 'e2e-verifier', namespace), false);
    });

    it('takes it over again under the same name; under another one when it is told to', async () => {
      const dryRun = ['--dry-run=server', '--set', 'mode=deployment'];
      await other(dryRun);
      await assert.rejects(other(dryRun, 'gate'), /exists and cannot be imported into the current release/);
      await other([...dryRun, '--take-ownership'], 'gate');
    });
  });
});
