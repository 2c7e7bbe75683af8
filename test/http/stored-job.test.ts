/**
 * Every field of the E2ESpec, from kubectl apply to the Job that the API server stored after a real call.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { isFault } from '../../function/fault.ts';
import { connect } from '../../function/kube/connect.ts';
import { allowPlainHttp } from '../../function/kube/kubeconfig.ts';
import type { Job } from '../../function/kube/wire.ts';
import type { Kube } from '../../function/kube.ts';
import { applySpec, assertAnswer, onlyJob, type World } from '../behaviour/world.ts';
import { playFlagger } from '../support/canary.ts';
import { startEmbeddedKubernetes } from '../support/embedded/index.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';
import { podTemplate } from './job-table/pod-template.ts';
import { image, type Row, type Scene, viewOf } from './job-table/row.ts';
import { specFields } from './job-table/spec-fields.ts';
import { playedTarget } from './job-table/targets.ts';
import { variables } from './job-table/variables.ts';

const rows = [...specFields, ...podTemplate, ...variables];

/** The rollout of a row, asked for through its hook; resolves to the Job that was stored. */
async function store(world: World, kube: Kube, row: Row): Promise<{ job: Job; scene: Scene }> {
  const { kubernetes, namespace, verifier } = world;
  const { spec, target: kind = 'Deployment', metadata, canary: name = 'podinfo' } = row;
  await applySpec(world, { image, ...spec }, name);
  const target = playedTarget(kind, namespace);
  for (const each of target.behind) await kubernetes.apply(each);
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name };
  const url = 'http://e2e-verifier.default/pre-rollout';
  const analysis = { interval: '10s', webhooks: [{ name: 'e2e', type: 'pre-rollout', url, metadata }] };
  const { uid: canaryUid = '' } = (
    await kubernetes.apply({
      apiVersion: key.apiVersion,
      kind: key.kind,
      metadata: { namespace, name },
      spec: { targetRef: target.targetRef, service: { port: 8080 }, analysis },
    })
  ).metadata;
  const canary = await playFlagger(kubernetes, key, (revision) => kubernetes.apply(target.object(revision)));
  await canary.begin('one');
  const payload = canary.payload(metadata);
  assertAnswer(await verifier.post('/pre-rollout', payload), 429, 'Started');
  const job = await kube.getJob(namespace, (await onlyJob(world)).metadata.name ?? '');
  assert.ok(!isFault(job) && job.value);
  const rollout = job.value.metadata?.annotations?.['remarkable.com/rollout'] ?? '';
  assert.match(rollout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  return { job: job.value, scene: { namespace, canary: name, canaryUid, checksum: payload.checksum, rollout } };
}

describe('The Job that the API server stores:', function () {
  this.timeout(30_000);
  let kubernetes: Kubernetes;
  let verifier: Verifier;
  let kube: Kube;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    const config = new KubeConfig();
    config.loadFromFile(kubernetes.kubeconfig);
    kube = connect(allowPlainHttp(config))({ endsAt: Date.now() + 60_000 });
  });
  after(async () => {
    await verifier.stop();
    await kubernetes.stop();
  });
  const enter = async (): Promise<World> => ({ kubernetes, verifier, namespace: await kubernetes.namespace() });

  const cases: Case<World>[] = rows.map((row) => ({
    title: row.title,
    async run(world) {
      const { job, scene } = await store(world, kube, row);
      row.check(viewOf(job, scene));
    },
  }));
  sideBySide(4, enter, cases);

  it('is looked at for every field that the definition of E2ESpec has', () => {
    const crd = parse(readFileSync(new URL('../../crds/e2especs.yaml', import.meta.url), 'utf8'));
    const { properties } = crd.spec.versions[0].schema.openAPIV3Schema.properties.spec;
    const asked = new Set(['image', ...rows.flatMap(({ spec = {} }) => Object.keys(spec))]);
    assert.deepEqual([...asked].sort(), Object.keys(properties).sort());
  });
});
