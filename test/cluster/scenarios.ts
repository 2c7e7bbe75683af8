/**
 * How a run can come to its end or be kept from it: each as an E2ESpec, and the moment that is worth a fixture.
 */
import type { Spec } from '../../function/e2espec.ts';
import { condition } from '../../function/verdict.ts';
import type { Job } from '../../function/wire.ts';
import { at } from '../manifests/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { kubectl } from './kubectl.ts';

/** A Job, its pods and the events on all of them, as the API server gives them at one time. */
export interface Snapshot {
  at: string;
  job: Job;
  pods: KubernetesObject[];
  events: KubernetesObject[];
}

export interface Scenario {
  spec: Spec;
  /** What the function itself would not put into a Job. */
  change?: (job: Job) => Job;
  /** What has to be in the namespace before. */
  prepare?: (namespace: string) => KubernetesObject;
  /** What has to be done to the pod once its test runs. */
  disturb?: (namespace: string, pod: string) => Promise<unknown>;
  /** Whether this is the moment. */
  isMoment: (snapshot: Snapshot) => boolean;
}

const image = 'busybox:1.36';
const sh = (script: string): Spec => ({ image, command: ['sh', '-c', script] });
const lasting = sh('echo looking at the checkout; sleep 600');

const isOver = ({ job }: Snapshot) => condition(job, 'Complete', 'Failed') !== undefined;
const hasEvent =
  (...reasons: string[]) =>
  ({ events }: Snapshot) =>
    events.some((event) => reasons.some((reason) => event['reason'] === reason));
const waitsFor =
  (...reasons: string[]) =>
  ({ pods }: Snapshot) =>
    pods.some((pod) => {
      const reason = at(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason');
      return reasons.some((each) => each === reason);
    });
const isEvicted = (pod: KubernetesObject) => {
  const conditions = at(pod, 'status', 'conditions');
  return Array.isArray(conditions) && conditions.some((each) => at(each, 'type') === 'DisruptionTarget');
};

function withoutPodDeadline(job: Job): Job {
  const copy = structuredClone(job);
  delete copy.spec?.template.spec?.activeDeadlineSeconds;
  return copy;
}

function suspended(job: Job): Job {
  const copy = structuredClone(job);
  if (copy.spec) copy.spec.suspend = true;
  return copy;
}

const noPods = (namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'no-pods', namespace },
  spec: { hard: { pods: '0' } },
});

async function evict(namespace: string, name: string): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
}

const noImage = 'registry.invalid/no-such-image:1';
const noNode: Spec = { ...lasting, podTemplate: { spec: { nodeSelector: { 'example.com/no': 'such-node' } } } };
const secretVariable = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'no-such-secret', key: 'password' } } };

/** By the name of the fixture. */
export const scenarios: Record<string, Scenario> = {
  complete: { spec: sh('echo all is well'), isMoment: isOver },
  'success-criteria-met': {
    spec: sh('echo all is well'),
    isMoment: ({ job }) => condition(job, 'SuccessCriteriaMet') !== undefined && !condition(job, 'Complete'),
  },
  'exit-code': { spec: sh('echo checkout rejects an expired card; exit 3'), isMoment: isOver },
  'backoff-limit-1': { spec: { ...sh('echo not this time; exit 1'), backoffLimit: 1 }, isMoment: isOver },
  running: { spec: lasting, isMoment: ({ job }) => job.status?.ready === 1 },
  'pod-deadline-while-running': { spec: { ...lasting, activeDeadlineSeconds: 12 }, isMoment: isOver },
  'pod-deadline-before-the-image': {
    spec: { ...lasting, image: noImage, activeDeadlineSeconds: 12 },
    isMoment: isOver,
  },
  'job-deadline-while-stopping': {
    spec: { ...lasting, activeDeadlineSeconds: 8 },
    change: withoutPodDeadline,
    // Its pod is counted and let go, and still there until it ends.
    isMoment: ({ job, pods }) =>
      condition(job, 'FailureTarget') !== undefined &&
      job.status?.failed === 1 &&
      pods.some(({ metadata }) => metadata.finalizers === undefined),
  },
  'job-deadline-pod-gone': {
    spec: { ...lasting, activeDeadlineSeconds: 8 },
    change: withoutPodDeadline,
    isMoment: (snapshot) => isOver(snapshot) && snapshot.pods.length === 0,
  },
  'image-pull-fails': { spec: { ...lasting, image: noImage }, isMoment: waitsFor('ErrImagePull') },
  'image-pull-backs-off': { spec: { ...lasting, image: noImage }, isMoment: waitsFor('ImagePullBackOff') },
  'image-name-invalid': { spec: { ...lasting, image: 'UPPERCASE:tag' }, isMoment: waitsFor('InvalidImageName') },
  'image-never-pulled': {
    spec: { ...lasting, image: noImage, imagePullPolicy: 'Never' },
    isMoment: waitsFor('ErrImageNeverPull'),
  },
  'secret-for-variable-missing': {
    spec: { ...lasting, env: [secretVariable] },
    // The first word of a kubelet that has not asked yet is "failed to sync secret cache".
    isMoment: (snapshot) =>
      waitsFor('CreateContainerConfigError')(snapshot) && JSON.stringify(snapshot.pods).includes('not found'),
  },
  'secret-to-mount-missing': {
    spec: { ...lasting, secrets: [{ name: 'no-such-secret', mountPath: '/var/secrets' }] },
    isMoment: hasEvent('FailedMount'),
  },
  'service-account-missing': {
    spec: { ...lasting, serviceAccountName: 'no-such-account' },
    isMoment: hasEvent('FailedCreate'),
  },
  'service-account-missing-until-deadline': {
    spec: { ...lasting, serviceAccountName: 'no-such-account', activeDeadlineSeconds: 8 },
    isMoment: isOver,
  },
  quota: {
    spec: lasting,
    prepare: noPods,
    isMoment: (snapshot) => hasEvent('FailedCreate')(snapshot) && snapshot.job.status?.startTime !== undefined,
  },
  unschedulable: { spec: noNode, isMoment: hasEvent('FailedScheduling') },
  'unschedulable-until-deadline': { spec: { ...noNode, activeDeadlineSeconds: 8 }, isMoment: isOver },
  suspended: {
    spec: lasting,
    change: suspended,
    isMoment: ({ job }) => condition(job, 'Suspended') !== undefined,
  },
  'evicted-while-stopping': { spec: lasting, disturb: evict, isMoment: ({ pods }) => pods.some(isEvicted) },
  'evicted-and-made-again': {
    spec: lasting,
    disturb: evict,
    isMoment: ({ job, events }) =>
      job.status?.ready === 1 && events.filter(({ reason }) => reason === 'SuccessfulCreate').length > 1,
  },
  'out-of-memory': {
    spec: { image, command: ['tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } } },
    isMoment: isOver,
  },
  'command-not-found': { spec: { image, command: ['no-such-program'] }, isMoment: isOver },
};
