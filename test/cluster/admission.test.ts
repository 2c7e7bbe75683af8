/**
 * `knative/overlays/admission-policy`: under it a rollout goes on as ever, and whoever may do everything but is not the
 * verifier cannot make a verdict.
 */
import assert from 'node:assert/strict';
import { until } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { evict } from './evict.ts';
import { apply, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { parse } from './manifests.ts';
import { longestTest } from './patience.ts';
import { jobsOf, story, type World } from './rollout.ts';
import { begin, editSpec, podOf, setVersion, untilPhase, untilRunning, wiringOf } from './rollout-moves.ts';
import { checkout } from './settings.ts';
import { unlessBroken } from './unless-broken.ts';

const folder = 'knative/overlays/admission-policy';
const wiring = wiringOf('blue/green');
const ours = { 'remarkable.com/managed-by': 'e2e-verifier' };

/** For one namespace alone, so that no other suite meets it. */
async function applyIn(namespace: string): Promise<void> {
  const objects = parse(await kubectl(['kustomize', folder], { cwd: checkout }));
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  await apply(
    objects.map((object) =>
      object.kind === 'ValidatingAdmissionPolicyBinding'
        ? { ...object, spec: { ...Object(object['spec']), matchResources: { namespaceSelector } } }
        : object,
    ),
  );
}

const passing = { restartPolicy: 'Never', containers: [{ name: 'e2e', image: 'busybox:1.36', command: ['true'] }] };

function jobNamed(name: string, labels: Record<string, string>): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: { template: { metadata: { labels }, spec: passing } },
  };
}

function podNamed(name: string, metadata: object): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: passing };
}

describe('Under the admission policy', function () {
  this.timeout(longestTest);
  let world: World & { kubernetes: Kubernetes };
  let job: KubernetesObject;

  before(async () => {
    const kubernetes = await connect();
    world = { kubernetes, namespace: await kubernetes.namespace() };
    await applyIn(world.namespace);
    await begin(world, wiring);
    // The API server compiles a policy, and finds its ConfigMap, some seconds after they are there.
    const early = () => create(jobNamed('e2e-early', ours)).then(() => '', String);
    await until(early, (said) => said.includes('only the e2e-verifier'), 60);
  });
  after(async () => {
    await kubectl(['delete', '-k', folder, '--wait=false'], { cwd: checkout });
    await world?.kubernetes.stop();
  });

  const inNamespace = (...args: string[]) => kubectl(['-n', world.namespace, ...args]);
  const create = (object: KubernetesObject) =>
    kubectl(['-n', world.namespace, 'create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(object) });
  const patch = (what: string, name: string | undefined, change: object, ...more: string[]) =>
    inNamespace('patch', what, name ?? '', '--type=merge', '-p', JSON.stringify(change), '--dry-run=server', ...more);

  async function isRefused(attempt: () => Promise<unknown>): Promise<boolean> {
    const said = await attempt().then(() => '', String);
    if (said !== '') assert.match(said, /only the .*e2e-verifier/);
    return said !== '';
  }

  it('a revision that passes is promoted, although its test is evicted once', async () => {
    await editSpec(world, wiring, { args: ['sleep 12; wget -q -T 5 -O - "$CANARY_URL"'] });
    await setVersion(world, wiring, '2');
    job = await untilRunning(world);
    await evict({ namespace: world.namespace, pod: await podOf(world, job) });
    const phase = await unlessBroken(untilPhase(world, wiring, ['Succeeded', 'Failed']));
    assert.equal(phase, 'Succeeded', await story(world, wiring, []));
    job = (await jobsOf(world)).at(-1) ?? assert.fail('no Job');
  });

  it('nobody else makes a Job that counts', async () => {
    assert.ok(await isRefused(() => create(jobNamed('e2e-forged', ours))));
    assert.equal(await isRefused(() => create(jobNamed('nightly', {}))), false, 'other Jobs are not its matter');
  });

  it('nobody else changes a Job of the verifier: neither annotations, nor status, nor the label', async () => {
    const { name } = job.metadata;
    const annotations = { 'remarkable.com/checksum': 'other' };
    assert.ok(await isRefused(() => patch('job', name, { metadata: { annotations } })));
    assert.ok(
      await isRefused(() => patch('job', name, { metadata: { labels: { [String(Object.keys(ours)[0])]: null } } })),
    );
    assert.ok(await isRefused(() => patch('job', name, { status: { ready: 0 } }, '--subresource=status')));
  });

  it('nobody else makes a pod of such a Job, by label or by owner, or changes one', async () => {
    const { name = '', uid = '' } = job.metadata;
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true };
    const labels = { 'batch.kubernetes.io/controller-uid': uid };
    assert.ok(await isRefused(() => create(podNamed('forged', { labels: { ...ours, ...labels } }))));
    assert.ok(await isRefused(() => create(podNamed('forged', { labels, ownerReferences: [owner] }))));
    assert.equal(await isRefused(() => create(podNamed('other', {}))), false, 'other pods are not its matter');
    const pod = await podOf(world, job);
    assert.ok(await isRefused(() => patch('pod', pod, { metadata: { annotations: { a: 'b' } } })));
    assert.ok(await isRefused(() => patch('pod', pod, { status: { phase: 'Succeeded' } }, '--subresource=status')));
  });

  it('nobody else writes what stands in the status of an E2ESpec', async () => {
    assert.ok(await isRefused(() => patch('e2espec', wiring.name, { status: { runs: [] } }, '--subresource=status')));
    const annotations = { 'remarkable.com/requestedAt': 'now' };
    assert.equal(await isRefused(() => patch('e2espec', wiring.name, { metadata: { annotations } })), false);
  });

  it('who may delete still deletes: what is gone proves nothing', async () => {
    assert.equal(await isRefused(() => inNamespace('delete', 'job', job.metadata.name ?? '')), false);
  });
});

describe('The network policy', () => {
  it('is taken by the API server', async () => {
    const args = ['apply', '--dry-run=server', '-k', 'knative/overlays/network-policy'];
    assert.match(await kubectl(args, { cwd: checkout }), /networkpolicy\.networking\.k8s\.io\/e2e-verifier created/);
  });
});
