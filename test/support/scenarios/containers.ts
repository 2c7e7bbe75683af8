/**
 * What else is in the pod, and what its template asks of the test's own container.
 */
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Pod } from '../../../function/api/kubernetes.ts';
import { testContainer } from '../../../function/api/labels.ts';
import { image, isOver, lasting, type Scenario, type Snapshot, sh, waitsFor } from '../scenario.ts';

type PodSpec = NonNullable<NonNullable<Spec['podTemplate']>['spec']>;

const beside = (name: string, script: string) => ({ name, image, command: ['sh', '-c', script] });
const withPod = (spec: Spec, podSpec: PodSpec): Spec => ({ ...spec, podTemplate: { spec: podSpec } });

const never = { initContainers: [beside('seed', 'echo waiting for the database; sleep 600')] };
const proxy = { containers: [beside('proxy', 'sleep 600')] };
const stateOf = (name: string, { status }: Pod) =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find((each) => each.name === name)
    ?.state;

/** The test has ended and something beside it has not. */
const isKept = ({ job, pods }: Snapshot) =>
  job.status?.ready === 0 && pods.some((pod) => stateOf(testContainer, pod)?.terminated);

export const containers: Record<string, Scenario> = {
  'init-container-fails': {
    spec: withPod(lasting, { initContainers: [beside('seed', 'echo the database is not there; exit 2')] }),
    isMoment: isOver,
  },
  'init-container-runs': {
    spec: withPod(lasting, never),
    isMoment: ({ job, pods }) => job.status?.ready === 0 && pods.some((pod) => stateOf('seed', pod)?.running),
  },
  'init-container-never-ends': { spec: { ...withPod(lasting, never), activeDeadlineSeconds: 12 }, isMoment: isOver },
  'native-sidecar': {
    spec: withPod(sh('echo all is well'), {
      initContainers: [{ ...beside('proxy', 'sleep 600'), restartPolicy: 'Always' }],
    }),
    isMoment: isOver,
  },
  'sidecar-still-runs': { spec: withPod(sh('echo all is well'), proxy), isMoment: isKept },
  'sidecar-not-ready': {
    spec: withPod(lasting, {
      containers: [{ ...beside('proxy', 'sleep 600'), readinessProbe: { exec: { command: ['false'] } } }],
    }),
    isMoment: ({ pods }) => ['proxy', testContainer].every((name) => pods.some((pod) => stateOf(name, pod)?.running)),
  },
  'sidecar-never-ends': {
    spec: { ...withPod(sh('echo all is well'), proxy), activeDeadlineSeconds: 12 },
    isMoment: isOver,
  },
  'sidecar-still-runs-beside-a-failed-test': {
    spec: withPod(sh('echo checkout rejects an expired card; exit 3'), proxy),
    isMoment: isKept,
  },
  'sidecar-never-ends-beside-a-failed-test': {
    spec: { ...withPod(sh('echo checkout rejects an expired card; exit 3'), proxy), activeDeadlineSeconds: 12 },
    isMoment: isOver,
  },
  'run-as-non-root': {
    spec: withPod(lasting, { securityContext: { runAsNonRoot: true } }),
    isMoment: waitsFor('CreateContainerConfigError'),
  },
  'post-start-hook-fails': {
    spec: withPod(lasting, {
      containers: [{ name: testContainer, lifecycle: { postStart: { exec: { command: ['no-such-program'] } } } }],
    }),
    isMoment: isOver,
  },
};
