/**
 * Pods that no node takes.
 */
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Place } from '../environment.ts';
import { endsAfter, hasEvent, isOver, lasting, type Scenario } from '../scenario.ts';

const noNode: Spec = { ...lasting, podTemplate: { spec: { nodeSelector: { 'example.com/no': 'such-node' } } } };

// A node that only the scheduler knows: no kubelet serves it, and its taint keeps every other pod away.
const taintedNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'tainted', labels: { 'example.com/pool': 'tainted' } },
  spec: { taints: [{ key: 'example.com/batch', value: 'only', effect: 'NoSchedule' }] },
};

export const scheduling: Record<string, Scenario> = {
  unschedulable: { spec: noNode, isMoment: hasEvent('FailedScheduling') },
  'unschedulable-until-deadline': { spec: noNode, change: endsAfter(8), isMoment: isOver },
  'unschedulable-for-its-size': {
    spec: { ...lasting, resources: { requests: { cpu: '1000' } } },
    isMoment: hasEvent('FailedScheduling'),
  },
  'unschedulable-for-a-taint': {
    prepare: ({ kubernetes }: Place) => kubernetes.apply(taintedNode),
    spec: { ...lasting, podTemplate: { spec: { nodeSelector: { 'example.com/pool': 'tainted' } } } },
    isMoment: (snapshot) =>
      hasEvent('FailedScheduling')(snapshot) && JSON.stringify(snapshot.pods).includes('untolerated taint'),
    tidy: ({ kubernetes }: Place) =>
      kubernetes.delete({ apiVersion: 'v1', kind: 'Node', namespace: '', name: taintedNode.metadata.name }),
  },
};
