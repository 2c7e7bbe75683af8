/**
 * The manifest of a Job, row by row of the table that the stored Job is compared with too; and what is refused.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../function/api/canary.ts';
import type { E2ESpec, Spec } from '../../../function/api/e2espec.ts';
import type { Job, Target } from '../../../function/api/kubernetes.ts';
import { jobManifest } from '../../../function/job/manifest.ts';
import { runKey, runOf } from '../../../function/run/id.ts';
import { podTemplate } from '../../support/job-table/pod-template.ts';
import { image, type Row, type Scene, viewOf } from '../../support/job-table/row.ts';
import { specFields } from '../../support/job-table/spec-fields.ts';
import { playedTarget } from '../../support/job-table/targets.ts';
import { variables } from '../../support/job-table/variables.ts';

const rollout = '2026-11-21T09:00:00Z';
const scene: Scene = { namespace: 'test', canary: 'podinfo', canaryUid: 'c1', checksum: '85d557f47b', rollout };

function make(
  { spec = {}, target = 'Deployment', metadata = {}, canary: name = 'podinfo' }: Omit<Row, 'title' | 'check'>,
  found?: Target,
): Job {
  const { namespace } = scene;
  const played = playedTarget(target, namespace);
  const canary: Canary = {
    metadata: { name, namespace, uid: scene.canaryUid },
    spec: { targetRef: played.targetRef, service: { port: 8080 } },
    status: { conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: rollout }] },
  };
  // As it comes over the wire.
  const object: Target = found ?? JSON.parse(JSON.stringify(played.object('one')));
  return jobManifest({ ...inputOf(specOf(spec), canary, metadata), target: object });
}

function inputOf(spec: E2ESpec, canary: Canary | undefined, metadata: Record<string, string> = {}) {
  const { namespace, checksum } = scene;
  const name = canary?.metadata.name ?? 'podinfo';
  const payload = { name, namespace, checksum, phase: 'Progressing', metadata };
  return { run: runOf(runKey(payload), canary), attempt: 1, lostJobs: 0, spec, payload, canary, target: undefined };
}

function specOf(spec: Partial<Spec>): E2ESpec {
  const metadata = { name: 'podinfo', namespace: 'test', uid: 's1', resourceVersion: '1', generation: 1 };
  return { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata, spec: { image, ...spec } };
}

describe('The manifest of a Job:', () => {
  for (const { title, check, ...given } of [...specFields, ...podTemplate, ...variables]) {
    it(title, () => {
      check(viewOf(make(given), { ...scene, canary: given.canary ?? scene.canary }));
    });
  }

  it('without a Canary there is no owner, and nobody knows where it is reached', () => {
    const job = jobManifest(inputOf(specOf({}), undefined));
    const view = viewOf(job, scene);
    assert.equal(job.metadata?.ownerReferences, undefined);
    assert.equal(job.metadata?.annotations?.['remarkable.com/target'], undefined);
    assert.deepEqual(
      view.test.env?.map(({ name }) => name),
      [
        ...['CANARY_NAME', 'CANARY_NAMESPACE', 'CANARY_PHASE', 'CANARY_CHECKSUM'],
        ...['EVENT_MESSAGE', 'EVENT_TYPE', 'EVENT_TIMESTAMP', 'E2E_TRIGGER'],
      ],
    );
  });

  it('a request to run again is noted on the Job that answers it', () => {
    const spec = specOf({});
    const annotations = { 'remarkable.com/requestedAt': '2026-11-21T09:30:00Z' };
    const asked = jobManifest(inputOf({ ...spec, metadata: { ...spec.metadata, annotations } }, undefined));
    assert.equal(asked.metadata?.annotations?.['remarkable.com/requestedAt'], '2026-11-21T09:30:00Z');
    const unasked = jobManifest(inputOf(spec, undefined));
    assert.ok(!('remarkable.com/requestedAt' in (unasked.metadata?.annotations ?? {})));
  });

  it('ttlSecondsAfterFinished is never under 300 s, whatever an older definition let through', () => {
    assert.equal(make({ spec: { ttlSecondsAfterFinished: 0 } }).spec?.ttlSecondsAfterFinished, 300);
  });

  const shapeless: [spec: unknown, says: string][] = [
    [{ containers: 'e2e' }, 'podTemplate.spec.containers must be a list of objects'],
    [{ containers: ['e2e'] }, 'podTemplate.spec.containers must be a list of objects'],
    [{ volumes: [null] }, 'podTemplate.spec.volumes must be a list of objects'],
    [{ initContainers: [{ name: 'wait' }, []] }, 'podTemplate.spec.initContainers must be a list of objects'],
    [{ containers: [{ env: {} }] }, 'podTemplate.spec.containers[0].env must be a list of objects'],
    [{ terminationGracePeriodSeconds: '30' }, 'podTemplate.spec.terminationGracePeriodSeconds must be a number'],
    [
      { terminationGracePeriodSeconds: { toString: null } },
      'podTemplate.spec.terminationGracePeriodSeconds must be a number',
    ],
  ];
  for (const [spec, says] of shapeless) {
    it(`a podTemplate of another shape is refused: ${JSON.stringify(spec)}`, () => {
      const podTemplate = { spec } as NonNullable<Spec['podTemplate']>;
      assert.throws(() => make({ spec: { podTemplate } }), { kind: 'Invalid', message: `E2ESpec podinfo: ${says}` });
    });
  }

  for (const field of ['labels', 'annotations']) {
    it(`a name of the verifier's own is refused among the Job's ${field}`, () => {
      const jobTemplate = { metadata: { [field]: { team: 'shop', 'remarkable.com/requestedAt': 'now' } } };
      const message = `E2ESpec podinfo: jobTemplate.metadata.${field} has remarkable.com/requestedAt, which the verifier alone writes. Remove it`;
      assert.throws(() => make({ spec: { jobTemplate } }), { kind: 'Invalid', message });
    });
  }

  const labelled = (target: Row['target'], labels: Record<string, string>) => () =>
    make({ ...(target && { target }), spec: { podTemplate: { metadata: { labels } } } });
  for (const target of ['Deployment', 'DaemonSet', 'Service'] as const) {
    it(`a label by which a ${target}'s pods are selected is refused: the test would become an endpoint`, () => {
      assert.throws(labelled(target, { app: 'web', team: 'shop' }), { kind: 'Invalid', message: /app: web/ });
      assert.doesNotThrow(labelled(target, { app: 'tests', team: 'shop' }));
    });
  }

  it('the labels by which a Service selects are refused together alone', () => {
    const selector = { app: 'web', track: 'new' };
    const labelled = (labels: Record<string, string>) => () =>
      make({ target: 'Service', spec: { podTemplate: { metadata: { labels } } } }, { spec: { selector } });
    assert.throws(labelled({ track: 'new', app: 'web' }), {
      kind: 'Invalid',
      message:
        'E2ESpec podinfo: podTemplate.metadata.labels has app: web, track: new, by which a Service of the canary selects its pods. Remove that label',
    });
    assert.doesNotThrow(labelled({ app: 'web' }));
    assert.doesNotThrow(labelled({ app: 'web', track: 'stable' }));
  });

  it('a label by which the primary’s pods are selected is refused as well', () => {
    assert.throws(labelled('Deployment', { app: 'web-primary' }), { kind: 'Invalid', message: /app: web-primary/ });
    assert.doesNotThrow(labelled('Service', { app: 'web-primary' }));
  });

  const sidecar = { name: 'upload', image, restartPolicy: 'Always' };
  const deadlines: [what: string, spec: Record<string, unknown>, seconds: number][] = [
    ['its last words are kept', {}, 595],
    ['a longer grace as well', { terminationGracePeriodSeconds: 30 }, 567],
    ['a native sidecar has its turn when the test has used up the grace', { initContainers: [sidecar] }, 593],
    ['so it has after a longer grace', { terminationGracePeriodSeconds: 30, initContainers: [sidecar] }, 565],
    ['an init container has ended before', { initContainers: [{ name: 'seed', image: 'busybox' }] }, 595],
  ];
  for (const [what, spec, seconds] of deadlines) {
    it(`the pod's deadline is so much earlier than its Job's that ${what}`, () => {
      const { spec: job } = make({ spec: { podTemplate: { spec } } });
      assert.deepEqual([job?.activeDeadlineSeconds, job?.template.spec?.activeDeadlineSeconds], [600, seconds]);
    });
  }

  const shortTests: [deadline: number, grace: number | undefined, left: number | 'enough'][] = [
    [30, 30, 0],
    [30, 26, 1],
    [30, 23, 4],
    [30, 22, 'enough'],
    [60, 30, 'enough'],
    [600, 600, 0],
    [10, undefined, 'enough'],
    [10, 2, 'enough'],
    [10, 3, 4],
    [9, undefined, 4],
  ];
  for (const [activeDeadlineSeconds, terminationGracePeriodSeconds, left] of shortTests) {
    const what = `activeDeadlineSeconds ${activeDeadlineSeconds} with a grace of ${terminationGracePeriodSeconds ?? 'no'} seconds of its own`;
    it(`${what} leaves the test ${left}${left === 'enough' ? '' : ' s, and is refused'}`, () => {
      const podTemplate = {
        spec: { ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }) },
      };
      const making = () => make({ spec: { activeDeadlineSeconds, podTemplate } });
      if (left === 'enough') return assert.doesNotThrow(making);
      assert.throws(making, {
        kind: 'Invalid',
        message: new RegExp(`leaves the test ${left} s. Use activeDeadlineSeconds`),
      });
    });
  }
});
