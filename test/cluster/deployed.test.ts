/**
 * The verifier deployed as its users deploy it: `kubectl apply -k`, `func deploy`, `kn service update`; by itself and
 * after one another.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import { lasting, rollOut } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { goInside, type Inside } from './inside.ts';
import {
  cpuRequest,
  deployedImage,
  imageChange,
  install,
  serviceIn,
  untilReady,
  withKustomization,
} from './installation.ts';
import { apply, applyFiles, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { parse } from './manifests.ts';
import { longestTest } from './patience.ts';
import { checkout } from './settings.ts';
import { func, kn } from './tools.ts';
import { unlessBroken } from './unless-broken.ts';

const overlay = 'knative/overlays/single-namespace';

/** All of the overlay but the Service: what has to be there before `func deploy`. */
async function grantRights(namespace: string): Promise<void> {
  const rendered = await withKustomization(overlay, { namespace }, (folder) => kubectl(['kustomize', folder]));
  await apply(parse(rendered).filter(({ apiVersion }) => !apiVersion.startsWith('serving.knative.dev/')));
}

/** In a copy of the project: func writes into the folder of func.yaml what it did. It asks for as little as the others. */
async function funcDeploy(namespace: string): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'e2e-verifier-func-'));
  const declared = readFileSync(join(checkout, 'func.yaml'), 'utf8');
  assert.match(declared, /^ +cpu: 100m$/m);
  writeFileSync(join(project, 'func.yaml'), declared.replace('cpu: 100m', `cpu: ${cpuRequest}`));
  const image = ['--build=false', '--push=false', '--image', await deployedImage()];
  await func(['deploy', ...image, '--namespace', namespace], { cwd: project });
  await untilReady(namespace);
  return project;
}

const kubectlApply = async (namespace: string): Promise<void> => {
  const change = { namespace, ...(await imageChange()) };
  await withKustomization(overlay, change, (folder) => kubectl(['apply', '-k', folder]));
  await untilReady(namespace);
};

/** The container as the kubelet gets it, without what Knative and func add for themselves. */
async function containerIn(namespace: string): Promise<Record<string, unknown>> {
  const revision = String(at(await serviceIn(namespace), 'status', 'latestReadyRevisionName'));
  const of = ['-n', namespace, '-l', `serving.knative.dev/revision=${revision}`];
  const [deployment] = parse(await kubectl(['get', 'deployments', ...of, '-o', 'jsonpath={.items[0]}']));
  const pod = at(deployment, 'spec', 'template', 'spec');
  const container = at(pod, 'containers', 0) as Record<string, unknown>;
  const added = ['PORT', 'K_REVISION', 'K_CONFIGURATION', 'K_SERVICE', 'BUILT', 'ADDRESS'];
  const env = (container['env'] as { name: string; value?: string }[]).filter(({ name }) => !added.includes(name));
  const { image, resources, securityContext } = container;
  return { image, env, resources, securityContext, serviceAccount: at(pod, 'serviceAccountName') };
}

const template = (service: KubernetesObject) => at(service, 'spec', 'template');
const scaling = (service: KubernetesObject, key: string) =>
  at(template(service), 'metadata', 'annotations', `autoscaling.knative.dev/${key}`);

describe('The verifier, deployed', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let inside: Inside;
  let byKubectl: string;
  let byFunc: string;
  let project: string;

  before(async () => {
    kubernetes = await connect();
    await kubectl(['apply', '-f', 'crds/'], { cwd: checkout });
    await applyFiles([join(checkout, 'crds')]);
    [byKubectl, byFunc] = await Promise.all([kubernetes.namespace(), kubernetes.namespace()]);
    [inside] = await Promise.all([goInside(byKubectl), kubectlApply(byKubectl), grantRights(byFunc)]);
    project = await funcDeploy(byFunc);
  });
  after(() => kubernetes?.stop());

  it('by kubectl and by func runs the same, but for the read-only root, which func cannot ask for', async () => {
    const [one, other] = await Promise.all([containerIn(byKubectl), containerIn(byFunc)]);
    const { readOnlyRootFilesystem, ...context } = one['securityContext'] as Record<string, unknown>;
    assert.equal(readOnlyRootFilesystem, true);
    assert.deepEqual({ ...one, securityContext: context }, other);
    assert.deepEqual(one['env'], [{ name: 'NODE_ENV', value: 'production' }]);
    assert.deepEqual(Object.keys(at(one['resources'], 'limits') as object), ['memory']);
    const [a, b] = await Promise.all([serviceIn(byKubectl), serviceIn(byFunc)]);
    for (const key of ['min-scale', 'max-scale', 'target'])
      assert.equal(Number(scaling(a, key)), Number(scaling(b, key)), key);
    for (const service of [a, b]) {
      assert.equal(service.metadata.labels?.['networking.knative.dev/visibility'], 'cluster-local');
      assert.equal(at(template(service), 'metadata', 'labels', 'app'), 'e2e-verifier');
    }
  });

  it('by kubectl and by func gives the same answers', async () => {
    for (const namespace of [byKubectl, byFunc]) {
      const url = `http://e2e-verifier.${namespace}`;
      const canary = await rollOut({ kubernetes, namespace }, lasting);
      const told = [
        await unlessBroken(inside.post(`${url}/pre-rollout`, canary.payload())),
        await unlessBroken(inside.post(`${url}/rollback`, canary.payload())),
        await unlessBroken(inside.post(`${url}/`, {})),
        await unlessBroken(inside.ask(`${url}/health/readiness`)),
      ].map(({ status, text }) => `${status} ${text}`);
      assert.match(told[0] ?? '', /^429 Started: Job e2e-podinfo-\w+: the Job was created$/);
      assert.match(told[1] ?? '', /^403 (Starting|Running)/);
      assert.match(told[2] ?? '', /^404 NotFound: \/ is not a hook. The hooks are \/webhook, \/pre-rollout, /);
      assert.equal(told[3], '200 e2e-verifier is up');
    }
  });

  it('signs what it writes, as kubectl get --show-managed-fields tells', async () => {
    const namespace = byKubectl;
    const spec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
    const written = [
      ...(await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace })),
      await kubernetes.get(spec),
    ];
    assert.equal(written.length, 2);
    for (const object of written) {
      const managed = at(object, 'metadata', 'managedFields');
      assert.ok(Array.isArray(managed) && managed.some((each) => at(each, 'manager') === 'e2e-verifier'), object?.kind);
    }
  });

  it('is called by func invoke with --target, and says no to the root path', async () => {
    const payload = JSON.stringify({
      name: 'podinfo',
      namespace: byFunc,
      phase: 'Progressing',
      checksum: '7d4bd6475f',
    });
    const target = ['--target', `http://e2e-verifier.${byFunc}/event`];
    assert.match(
      await func(['invoke', ...target, '--data', payload], { cwd: project }),
      /^Ignored: events start nothing/,
    );
    await assert.rejects(func(['invoke'], { cwd: project }), /failure invoking 'http:\S+' \(HTTP 404\)/);
  });

  it('takes a variable by kn service update, in a new revision', async () => {
    const [before] = [await serviceIn(byKubectl)];
    await kn(['service', 'update', 'e2e-verifier', '-n', byKubectl, '--env', 'LOG_LEVEL=debug']);
    const { env } = await containerIn(byKubectl);
    assert.deepEqual(env, [
      { name: 'NODE_ENV', value: 'production' },
      { name: 'LOG_LEVEL', value: 'debug' },
    ]);
    const revision = (service: KubernetesObject) => at(service, 'status', 'latestReadyRevisionName');
    assert.notEqual(revision(await serviceIn(byKubectl)), revision(before));
    const { text } = await inside.ask(`http://e2e-verifier.${byKubectl}/healthz`);
    assert.equal(text, 'e2e-verifier is up');
  });

  it('by func after kubectl loses what func cannot say, and keeps timeouts and security context', async () => {
    await install(byKubectl, { env: { LOG_LEVEL: 'debug' } });
    const before = await serviceIn(byKubectl);
    await funcDeploy(byKubectl);
    const after = await serviceIn(byKubectl);
    const spec = (service: KubernetesObject) => at(template(service), 'spec');
    const container = (service: KubernetesObject) => at(spec(service), 'containers', 0);
    for (const field of ['timeoutSeconds', 'responseStartTimeoutSeconds', 'serviceAccountName', 'containerConcurrency'])
      assert.deepEqual(at(spec(after), field), at(spec(before), field), field);
    for (const field of ['securityContext', 'resources', 'image'])
      assert.deepEqual(at(container(after), field), at(container(before), field), field);

    const names = (at(container(after), 'env') as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['ADDRESS', 'BUILT', 'NODE_ENV'], 'LOG_LEVEL is lost');
    assert.equal(scaling(before, 'scale-to-zero-pod-retention-period'), '5m');
    assert.equal(scaling(after, 'scale-to-zero-pod-retention-period'), undefined);
    assert.equal(after.metadata.labels?.['app.kubernetes.io/name'], undefined);
    assert.equal(at(container(after), 'readinessProbe', 'httpGet', 'path'), '/health/readiness');
    assert.equal(at(container(after), 'livenessProbe', 'httpGet', 'path'), '/health/liveness');
    assert.equal(after.metadata.annotations?.['dapr.io/enabled'], 'true');
  });

  it('by kubectl after func is as service.yaml says again, and keeps the labels and annotations of func', async () => {
    await kubectlApply(byKubectl);
    const after = await serviceIn(byKubectl);
    const container = at(template(after), 'spec', 'containers', 0);
    assert.deepEqual(at(container, 'env'), [{ name: 'NODE_ENV', value: 'production' }]);
    assert.equal(at(container, 'readinessProbe', 'httpGet') ?? at(container, 'livenessProbe'), undefined);
    assert.equal(scaling(after, 'scale-to-zero-pod-retention-period'), '5m');
    assert.equal(scaling(after, 'target'), '100');
    assert.equal(scaling(after, 'target-utilization-percentage'), '70.000000');
    assert.equal(after.metadata.labels?.['function.knative.dev'], 'true');
    assert.equal(after.metadata.annotations?.['dapr.io/enabled'], 'true');
    assert.equal((await inside.ask(`http://e2e-verifier.${byKubectl}/healthz`)).status, 200);
  });
});
