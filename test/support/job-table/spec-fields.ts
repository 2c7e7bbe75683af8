/**
 * The E2ESpec's own fields, and what every Job has whatever they say.
 */
import assert from 'node:assert/strict';
import { has, image, type Row } from './row.ts';

const key = { name: 'db', key: 'password' };
const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } };

export const specFields: Row[] = [
  {
    title: 'a Job has the name, the labels and the annotations of its run, and the Canary as its owner',
    check({ job, spec, scene }) {
      const { canary, canaryUid, checksum, rollout, namespace } = scene;
      const labels = {
        'remarkable.com/managed-by': 'e2e-verifier',
        'remarkable.com/canary': canary,
        'remarkable.com/checksum': checksum,
        'app.kubernetes.io/managed-by': 'e2e-verifier',
        'app.kubernetes.io/component': 'e2e-test',
      };
      const annotations = {
        'remarkable.com/canary': canary,
        'remarkable.com/canary-uid': canaryUid,
        'remarkable.com/checksum': checksum,
        'remarkable.com/rollout': rollout,
        'remarkable.com/e2espec': canary,
        'remarkable.com/e2espec-generation': '1',
        'remarkable.com/hook': '',
        'remarkable.com/attempt': '1',
        'remarkable.com/removed': '0',
      };
      const ownerReferences = [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: canary, uid: canaryUid }];
      has(job, { apiVersion: 'batch/v1', kind: 'Job' });
      has(job.metadata, { name: `e2e-${canary}-${checksum}`, namespace, annotations });
      assert.deepEqual(job.metadata?.labels, labels);
      assert.deepEqual(job.metadata?.ownerReferences, ownerReferences);
      assert.match(job.metadata?.annotations?.['remarkable.com/target'] ?? '', /^[0-9a-f]{16}$/);
      has(spec.template.metadata?.labels, labels);
    },
  },
  {
    title: 'without a word more than the image the test runs once, for 10 minutes, kept for an hour, with no token',
    check({ spec, pod, test }) {
      has(spec, { backoffLimit: 0, activeDeadlineSeconds: 600, ttlSecondsAfterFinished: 3600 });
      has(pod, { restartPolicy: 'Never', activeDeadlineSeconds: 595, automountServiceAccountToken: false });
      has(test, { name: 'e2e', image, terminationMessagePolicy: 'FallbackToLogsOnError' });
      assert.deepEqual([pod.containers.length, pod.initContainers, pod.volumes], [1, undefined, undefined]);
      assert.deepEqual([test.command, test.args, test.envFrom, test.volumeMounts], Array(4).fill(undefined));
      assert.deepEqual([pod.serviceAccountName, pod.imagePullSecrets], [undefined, undefined]);
    },
  },
  {
    title: 'a drained or evicted pod is made again',
    check({ spec }) {
      const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
      assert.deepEqual(spec.podFailurePolicy, { rules: [{ action: 'Ignore', onPodConditions }] });
    },
  },
  ...(['Always', 'IfNotPresent', 'Never'] as const).map((imagePullPolicy) => ({
    title: `imagePullPolicy ${imagePullPolicy}`,
    spec: { imagePullPolicy },
    check: ({ test }: Parameters<Row['check']>[0]) => has(test, { imagePullPolicy }),
  })),
  {
    title: 'command and args',
    spec: { command: ['npm', 'run'], args: ['e2e', '--', '--url=$(CANARY_URL)'] },
    check: ({ test }) => has(test, { command: ['npm', 'run'], args: ['e2e', '--', '--url=$(CANARY_URL)'] }),
  },
  {
    title: 'env with values, references and sources, behind the rollout’s own variables',
    spec: {
      env: [
        { name: 'TARGET', value: '$(CANARY_URL)/health' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: key } },
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { ...key, optional: true } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
    },
    check({ test }) {
      const names = (test.env ?? []).map(({ name }) => name);
      assert.ok(names.includes('CANARY_URL'), names.join());
      assert.ok(names.indexOf('CANARY_URL') < names.indexOf('TARGET'), names.join());
      has((test.env ?? []).slice(-4), [
        { name: 'TARGET', value: '$(CANARY_URL)/health' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: key } },
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { ...key, optional: true } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ]);
    },
  },
  {
    title: 'envFrom',
    spec: { envFrom: [{ secretRef: { name: 'db' } }, { prefix: 'C_', configMapRef: { name: 'conf' } }] },
    check({ test }) {
      assert.deepEqual(test.envFrom, [{ secretRef: { name: 'db' } }, { prefix: 'C_', configMapRef: { name: 'conf' } }]);
    },
  },
  {
    title: 'secrets and configMaps are read-only folders',
    spec: {
      secrets: [
        { name: 'db', mountPath: '/var/db' },
        { name: 'db', mountPath: '/var/again' },
      ],
      configMaps: [{ name: 'conf', mountPath: '/etc/conf' }],
    },
    check({ pod, test }) {
      const mounts = (test.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => {
        const volume = pod.volumes?.find((each) => each.name === name);
        return [mountPath, volume?.secret?.secretName ?? `configMap ${volume?.configMap?.name}`, readOnly];
      });
      assert.deepEqual(mounts, [
        ['/var/db', 'db', true],
        ['/var/again', 'db', true],
        ['/etc/conf', 'configMap conf', true],
      ]);
      for (const { name } of pod.volumes ?? []) assert.match(name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    },
  },
  {
    title: 'of a configMap only the items become files, where it has some',
    spec: {
      configMaps: [
        { name: 'specs', mountPath: '/specs', items: [{ key: 'helpers.http.ts', path: 'helpers/http.ts' }] },
      ],
    },
    check({ pod }) {
      const { items } = pod.volumes?.[0]?.configMap ?? {};
      assert.deepEqual(items, [{ key: 'helpers.http.ts', path: 'helpers/http.ts' }]);
    },
  },
  {
    title: 'imagePullSecrets',
    spec: { imagePullSecrets: [{ name: 'registry' }] },
    check: ({ pod }) => assert.deepEqual(pod.imagePullSecrets, [{ name: 'registry' }]),
  },
  { title: 'backoffLimit', spec: { backoffLimit: 3 }, check: ({ spec }) => has(spec, { backoffLimit: 3 }) },
  {
    title: 'activeDeadlineSeconds, and the pod’s own five seconds less',
    spec: { activeDeadlineSeconds: 10 },
    check({ spec, pod }) {
      assert.deepEqual([spec.activeDeadlineSeconds, pod.activeDeadlineSeconds], [10, 5]);
    },
  },
  {
    title: 'ttlSecondsAfterFinished',
    spec: { ttlSecondsAfterFinished: 300 },
    check: ({ spec }) => has(spec, { ttlSecondsAfterFinished: 300 }),
  },
  {
    title: 'serviceAccountName brings its token',
    spec: { serviceAccountName: 'tester' },
    check: ({ pod }) => has(pod, { serviceAccountName: 'tester', automountServiceAccountToken: true }),
  },
  { title: 'resources', spec: { resources }, check: ({ test }) => has(test.resources, resources) },
  {
    title: 'inconclusiveRetries and onInconclusive leave no trace in the Job: the verifier itself tries again',
    spec: { inconclusiveRetries: 7, onInconclusive: 'Hold' },
    check({ job, spec }) {
      assert.equal(spec.backoffLimit, 0);
      assert.ok(!/inconclusive|hold|"7"/i.test(JSON.stringify(job)));
    },
  },
  {
    title: 'staleAfterSeconds leaves no trace in the Job: it is for those who look at the status',
    spec: { staleAfterSeconds: 93_600 },
    check: ({ job }) => assert.ok(!/stale|93600/i.test(JSON.stringify(job))),
  },
  {
    title: 'ttlSecondsAfterFailure leaves no trace in the Job before its test has failed',
    spec: { ttlSecondsAfterFailure: 7200 },
    check: ({ spec }) => has(spec, { ttlSecondsAfterFinished: 3600 }),
  },
  {
    title: 'mode changes nothing in what a Job does',
    spec: { mode: 'Observe' },
    check: ({ job }) => assert.ok(!JSON.stringify(job.spec).includes('Observe')),
  },
  {
    title: 'jobTemplate adds labels and annotations to the Job, not to the pod',
    spec: {
      jobTemplate: {
        metadata: {
          labels: { 'kueue.x-k8s.io/queue-name': 'tests' },
          annotations: { 'example.com/cost-center': 'shop' },
        },
      },
    },
    check({ job, spec, scene }) {
      has(job.metadata, {
        labels: { 'kueue.x-k8s.io/queue-name': 'tests', 'remarkable.com/canary': scene.canary },
        annotations: { 'example.com/cost-center': 'shop', 'remarkable.com/canary': scene.canary },
      });
      assert.equal(spec.template.metadata?.labels?.['kueue.x-k8s.io/queue-name'], undefined);
    },
  },
];
