/**
 * How the test itself ends.
 */
import type { Job } from '../../../function/api/kubernetes.ts';
import { condition } from '../../../function/verdict/conditions.ts';
import { endsAfter, image, isOver, lasting, noImage, type Scenario, sh, slowToEnd } from '../scenario.ts';

function withoutPodDeadline(job: Job): Job {
  const copy = endsAfter(8)(job);
  delete copy.spec?.template.spec?.activeDeadlineSeconds;
  return copy;
}

function suspended(job: Job): Job {
  const copy = structuredClone(job);
  if (copy.spec) copy.spec.suspend = true;
  return copy;
}

export const endings: Record<string, Scenario> = {
  complete: { spec: sh('echo all is well'), isMoment: isOver },
  'success-criteria-met': {
    spec: sh('echo all is well'),
    isMoment: ({ job }) => condition(job, 'SuccessCriteriaMet') !== undefined && !condition(job, 'Complete'),
    isFleeting: true,
  },
  'exit-code': { spec: sh('echo checkout rejects an expired card; exit 3'), isMoment: isOver },
  'backoff-limit-1': { spec: { ...sh('echo not this time; exit 1'), backoffLimit: 1 }, isMoment: isOver },
  'killed-by-signal': {
    // The first process of a PID namespace cannot kill itself. $$$$: Kubernetes makes $$ of it.
    spec: {
      ...sh('echo looking at the checkout; kill -SEGV $$$$'),
      podTemplate: { spec: { shareProcessNamespace: true } },
    },
    isMoment: isOver,
  },
  'out-of-memory': {
    spec: { image, command: ['tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } } },
    isMoment: isOver,
  },
  'command-not-found': { spec: { image, command: ['no-such-program'] }, isMoment: isOver },
  running: { spec: lasting, isMoment: ({ job }) => job.status?.ready === 1 },
  suspended: {
    spec: lasting,
    change: suspended,
    isMoment: ({ job }) => condition(job, 'Suspended') !== undefined,
  },
  'pod-deadline-while-running': { spec: { ...lasting, activeDeadlineSeconds: 12 }, isMoment: isOver },
  'pod-deadline-before-the-image': {
    spec: { ...lasting, image: noImage, activeDeadlineSeconds: 12 },
    isMoment: isOver,
  },
  'job-deadline-while-stopping': {
    spec: slowToEnd,
    change: withoutPodDeadline,
    // Its pod is counted and let go, and still there until it ends.
    isMoment: ({ job, pods }) =>
      condition(job, 'FailureTarget') !== undefined &&
      job.status?.failed === 1 &&
      pods.some(({ metadata }) => metadata?.finalizers === undefined),
  },
  'job-deadline-pod-gone': {
    spec: lasting,
    change: withoutPodDeadline,
    isMoment: (snapshot) => isOver(snapshot) && snapshot.pods.length === 0,
  },
};
