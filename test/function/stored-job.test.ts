/**
 * Every field of the E2ESpec, from kubectl apply to the Job that the API server stored after a real call.
 */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Job } from '../../function/api/kubernetes.ts';
import type { Kube } from '../../function/kube/client.ts';
import { playFlagger } from '../support/canary.ts';
import { read } from '../support/documents.ts';
import { applySpec, assertAnswer, onlyJob, type World } from '../support/environment.ts';
import { podTemplate } from '../support/job-table/pod-template.ts';
import { image, type Row, type Scene, viewOf } from '../support/job-table/row.ts';
import { specFields } from '../support/job-table/spec-fields.ts';
import { playedTarget } from '../support/job-table/targets.ts';
import { variables } from '../support/job-table/variables.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { embeddedStage } from '../support/stage.ts';
import { connectWith } from '../support/verifier.ts';

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
  const status = spec?.mode === 'Observe' ? 200 : 429;
  assertAnswer(await verifier.post('/pre-rollout', payload), status, 'Started');
  const job = await kube.getJob(namespace, (await onlyJob(world)).metadata.name ?? '');
  assert.ok(job.value);
  const rollout = job.value.metadata?.annotations?.['remarkable.com/rollout'] ?? '';
  assert.match(rollout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  return { job: job.value, scene: { namespace, canary: name, canaryUid, checksum: payload.checksum, rollout } };
}

describe('The Job that the API server stores:', function () {
  this.timeout(30_000);
  const stage = embeddedStage();
  let kube: Kube;
  before(() => {
    kube = connectWith(stage.kubernetes.kubeconfig)({ endsAt: Date.now() + 60_000 });
  });

  const cases: Case<World>[] = rows.map((row) => ({
    title: row.title,
    async run(world) {
      const { job, scene } = await store(world, kube, row);
      row.check(viewOf(job, scene));
    },
  }));
  sideBySide(4, stage.enter, cases);

  it('is looked at for every field that the definition of E2ESpec has', () => {
    const crd = parse(read('crds/e2especs.yaml'));
    const { properties } = crd.spec.versions[0].schema.openAPIV3Schema.properties.spec;
    const asked = new Set(['image', ...rows.flatMap(({ spec = {} }) => Object.keys(spec))]);
    assert.deepEqual([...asked].sort(), Object.keys(properties).sort());
  });
});
