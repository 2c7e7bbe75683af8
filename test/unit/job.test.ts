/**
 * The manifest of a Job, row by row of the table that the stored Job is compared with too; and what is refused.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../function/canary.ts';
import type { E2ESpec, Spec } from '../../function/e2espec.ts';
import { type Fault, isFault } from '../../function/fault.ts';
import { jobManifest } from '../../function/job.ts';
import type { Job } from '../../function/kube/wire.ts';
import { runName, runOf } from '../../function/run.ts';
import type { Target } from '../../function/target.ts';
import { podTemplate } from '../http/job-table/pod-template.ts';
import { image, type Row, type Scene, viewOf } from '../http/job-table/row.ts';
import { specFields } from '../http/job-table/spec-fields.ts';
import { playedTarget } from '../http/job-table/targets.ts';
import { variables } from '../http/job-table/variables.ts';

const rollout = '2026-11-21T09:00:00Z';
const scene: Scene = { namespace: 'test', canary: 'podinfo', canaryUid: 'c1', checksum: '85d557f47b', rollout };

function make({
  spec = {},
  target = 'Deployment',
  metadata = {},
  canary: name = 'podinfo',
}: Omit<Row, 'title' | 'check'>): Job | Fault {
  const { namespace, checksum } = scene;
  const played = playedTarget(target, namespace);
  const canary: Canary = {
    metadata: { name, namespace, uid: scene.canaryUid },
    spec: { targetRef: played.targetRef, service: { port: 8080 } },
    status: { conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: rollout }] },
  };
  const payload = { name, namespace, checksum, phase: 'Progressing', metadata };
  const run = runOf(runName(payload), canary);
  // As it comes over the wire.
  const object: Target = JSON.parse(JSON.stringify(played.object('one')));
  return jobManifest({
    run,
    attempt: 1,
    removed: 0,
    spec: specOf(spec),
    payload,
    canary,
    target: object,
  });
}

function specOf(spec: Partial<Spec>): E2ESpec {
  const metadata = { name: 'podinfo', namespace: 'test', uid: 's1', resourceVersion: '1', generation: 1 };
  return { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata, spec: { image, ...spec } };
}

describe('The manifest of a Job:', () => {
  for (const { title, check, ...given } of [...specFields, ...podTemplate, ...variables]) {
    it(title, () => {
      const job = make(given);
      assert.ok(!isFault(job), JSON.stringify(job));
      check(viewOf(job, { ...scene, canary: given.canary ?? scene.canary }));
    });
  }

  it('ttlSecondsAfterFinished is never under 300 s, whatever an older definition let through', () => {
    const job = make({ spec: { ttlSecondsAfterFinished: 0 } });
    assert.ok(!isFault(job) && job.spec?.ttlSecondsAfterFinished === 300);
  });

  const shapeless: [spec: unknown, says: string][] = [
    [{ containers: 'e2e' }, 'podTemplate.spec.containers must be a list of objects'],
    [{ volumes: [null] }, 'podTemplate.spec.volumes must be a list of objects'],
    [{ containers: [{ env: {} }] }, 'podTemplate.spec.containers[0].env must be a list of objects'],
    [{ terminationGracePeriodSeconds: '30' }, 'podTemplate.spec.terminationGracePeriodSeconds must be a number'],
    [
      { terminationGracePeriodSeconds: { toString: null } },
      'podTemplate.spec.terminationGracePeriodSeconds must be a number',
    ],
  ];
  for (const [spec, says] of shapeless) {
    it(`a podTemplate of another shape is refused: ${JSON.stringify(spec)}`, () => {
      const job = make({ spec: { podTemplate: { spec } as NonNullable<Spec['podTemplate']> } });
      assert.ok(isFault(job) && job.kind === 'refused', 'the manifest is made');
      assert.equal(job.message, `E2ESpec podinfo: ${says}`);
    });
  }

  for (const target of ['Deployment', 'DaemonSet', 'Service'] as const) {
    it(`a label by which a ${target}'s pods are selected is refused: the test would become an endpoint`, () => {
      const job = make({ target, spec: { podTemplate: { metadata: { labels: { app: 'web' } } } } });
      assert.ok(isFault(job) && job.kind === 'refused', 'the manifest is made');
      assert.match(job.message, /app: web/);
      assert.ok(!isFault(make({ target, spec: { podTemplate: { metadata: { labels: { app: 'tests' } } } } })));
    });
  }
});
