/**
 * podTemplate: what it adds, and what it cannot change.
 */
import assert from 'node:assert/strict';
import { has, image, type Row, variable } from './row.ts';

const scratch = { name: 'scratch', emptyDir: {} };

export const podTemplate: Row[] = [
  {
    title: 'podTemplate adds labels and annotations to the pod, not to the Job',
    spec: {
      podTemplate: { metadata: { labels: { team: 'shop' }, annotations: { 'sidecar.istio.io/inject': 'false' } } },
    },
    check({ job, spec }) {
      has(spec.template.metadata, { labels: { team: 'shop' }, annotations: { 'sidecar.istio.io/inject': 'false' } });
      assert.equal(job.metadata?.labels?.['team'], undefined);
    },
  },
  {
    title: 'podTemplate cannot change the verifier’s own labels',
    spec: {
      podTemplate: { metadata: { labels: { 'remarkable.com/managed-by': 'me', 'remarkable.com/canary': 'x' } } },
    },
    check({ spec, scene }) {
      const labels = { 'remarkable.com/managed-by': 'e2e-verifier', 'remarkable.com/canary': scene.canary };
      has(spec.template.metadata, { labels });
    },
  },
  {
    title: 'podTemplate adds a security context, node selection and whatever else a pod has',
    spec: {
      podTemplate: {
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000 },
          nodeSelector: { disk: 'ssd' },
          tolerations: [{ key: 'ci', operator: 'Exists' }],
          priorityClassName: 'low',
          hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }],
          terminationGracePeriodSeconds: 20,
        },
      },
    },
    check({ pod }) {
      has(pod, {
        securityContext: { runAsNonRoot: true, runAsUser: 1000 },
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'ci', operator: 'Exists' }],
        priorityClassName: 'low',
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }],
        terminationGracePeriodSeconds: 20,
      });
    },
  },
  {
    title: 'podTemplate cannot change the restart policy nor the pod’s deadline',
    spec: { podTemplate: { spec: { restartPolicy: 'OnFailure', activeDeadlineSeconds: 9999 } } },
    check: ({ pod }) => has(pod, { restartPolicy: 'Never', activeDeadlineSeconds: 595 }),
  },
  {
    title: 'podTemplate adds volumes besides those of secrets, and mounts them in the test’s container',
    spec: {
      secrets: [{ name: 'db', mountPath: '/var/db' }],
      podTemplate: {
        spec: {
          volumes: [scratch],
          containers: [{ name: 'e2e', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
        },
      },
    },
    check({ pod, test }) {
      assert.deepEqual(pod.volumes?.map(({ name }) => name).length, 2);
      assert.deepEqual(
        test.volumeMounts?.map(({ mountPath }) => mountPath),
        ['/scratch', '/var/db'],
      );
    },
  },
  {
    title: 'podTemplate adds init containers and sidecars, whose last words are kept too',
    spec: {
      podTemplate: {
        spec: {
          initContainers: [{ name: 'wait', image, command: ['true'] }],
          containers: [{ name: 'proxy', image, command: ['proxy'], terminationMessagePolicy: 'File' }],
        },
      },
    },
    check({ pod, test }) {
      const init = { name: 'wait', image, command: ['true'], terminationMessagePolicy: 'FallbackToLogsOnError' };
      has(pod.initContainers, [init]);
      assert.deepEqual(
        pod.containers.map(({ name }) => name),
        ['e2e', 'proxy'],
      );
      has(pod.containers[1], { command: ['proxy'], terminationMessagePolicy: 'File' });
      assert.equal(test.command, undefined);
    },
  },
  {
    title: 'a podTemplate container named e2e adds fields, under the E2ESpec’s own',
    spec: {
      command: ['mine'],
      envFrom: [{ secretRef: { name: 'mine' } }],
      podTemplate: {
        spec: {
          containers: [
            {
              name: 'e2e',
              image: 'theirs',
              command: ['theirs'],
              args: ['theirs'],
              workingDir: '/work',
              imagePullPolicy: 'Never',
              envFrom: [{ secretRef: { name: 'theirs' } }],
              terminationMessagePolicy: 'File',
              securityContext: { readOnlyRootFilesystem: true },
            },
          ],
        },
      },
    },
    check({ pod, test }) {
      assert.equal(pod.containers.length, 1);
      has(test, { name: 'e2e', image, command: ['mine'], args: ['theirs'], imagePullPolicy: 'Never' });
      has(test, { workingDir: '/work', securityContext: { readOnlyRootFilesystem: true } });
      has(test, { envFrom: [{ secretRef: { name: 'theirs' } }, { secretRef: { name: 'mine' } }] });
      has(test, { terminationMessagePolicy: 'FallbackToLogsOnError' });
    },
  },
  {
    title: 'variables of a podTemplate container named e2e are added, under those of env and of the rollout',
    spec: {
      env: [{ name: 'A', value: 'of env' }],
      podTemplate: {
        spec: {
          containers: [
            {
              name: 'e2e',
              env: [
                { name: 'A', value: 'of podTemplate' },
                { name: 'B', value: 'of podTemplate' },
                { name: 'CANARY_NAME', value: 'forged' },
              ],
            },
          ],
        },
      },
    },
    check(view) {
      assert.equal(variable(view, 'CANARY_NAME'), view.scene.canary);
      assert.equal(variable(view, 'A'), 'of env');
      assert.equal(variable(view, 'B'), 'of podTemplate');
    },
  },
  {
    title: 'the E2ESpec’s imagePullSecrets and serviceAccountName win over podTemplate’s',
    spec: {
      imagePullSecrets: [{ name: 'mine' }],
      serviceAccountName: 'mine',
      podTemplate: { spec: { imagePullSecrets: [{ name: 'theirs' }], serviceAccountName: 'theirs' } },
    },
    check: ({ pod }) => has(pod, { imagePullSecrets: [{ name: 'mine' }], serviceAccountName: 'mine' }),
  },
];
