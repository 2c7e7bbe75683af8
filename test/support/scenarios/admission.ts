/**
 * Pods that the API server refuses to the Job controller.
 */
import { at } from '../documents.ts';
import type { Place } from '../environment.ts';
import { applied, hasEvent, isOver, lasting, type Scenario } from '../scenario.ts';

/** A quota counts only once its controller has written its status. */
const noPods = ({ kubernetes, namespace }: Place) =>
  applied(
    kubernetes,
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-pods', namespace },
      spec: { hard: { pods: '0' } },
    },
    (quota) => at(quota, 'status', 'hard') !== undefined,
  );

const smallContainers = ({ kubernetes, namespace }: Place) =>
  kubernetes.apply({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'small', namespace },
    spec: { limits: [{ type: 'Container', max: { memory: '16Mi' } }] },
  });

const restricted = ({ kubernetes, namespace }: Place) =>
  kubernetes.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });

const isRefused = hasEvent('FailedCreate');

export const admission: Record<string, Scenario> = {
  quota: { spec: lasting, prepare: noPods, isMoment: isRefused },
  'limit-range': {
    prepare: smallContainers,
    spec: { ...lasting, resources: { limits: { memory: '64Mi' } } },
    isMoment: isRefused,
  },
  'pod-security': { prepare: restricted, spec: lasting, isMoment: isRefused },
  'pod-security-until-deadline': {
    prepare: restricted,
    spec: { ...lasting, activeDeadlineSeconds: 10 },
    isMoment: isOver,
  },
};
