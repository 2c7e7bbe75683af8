/**
 * What the pod names and is not there.
 */
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Place } from '../environment.ts';
import {
  endsAfter,
  hasCounted,
  hasEvent,
  isOver,
  lasting,
  type Scenario,
  type Snapshot,
  waitsFor,
} from '../scenario.ts';

const secretVariable = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'no-such-secret', key: 'password' } } };
const secretKey = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'shop', key: 'no-such-key' } } };
const configMapKey = { name: 'SHOP', valueFrom: { configMapKeyRef: { name: 'shop', key: 'no-such-key' } } };
const noClaim: Spec['podTemplate'] = {
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'no-such-claim' } }] },
};

const withShop =
  (kind: 'Secret' | 'ConfigMap') =>
  ({ kubernetes, namespace }: Place) =>
    kubernetes.apply({ apiVersion: 'v1', kind, metadata: { name: 'shop', namespace } });

/** The first word of a kubelet that has not asked yet is "failed to sync secret cache". */
const isRefused = (words: string) => (snapshot: Snapshot) =>
  waitsFor('CreateContainerConfigError')(snapshot) && JSON.stringify(snapshot.pods).includes(words);

/** The kubelet tells it again and again; its newest words are no more about its cache. */
function isUnmounted({ job, events }: Snapshot): boolean {
  const told = events.filter(({ reason }) => reason === 'FailedMount');
  const newest = told
    .map(({ lastTimestamp }) => lastTimestamp ?? '')
    .sort()
    .at(-1);
  return (
    hasCounted(job) &&
    told.length > 0 &&
    told.every(({ lastTimestamp, message }) => lastTimestamp !== newest || message?.endsWith('not found'))
  );
}

export const references: Record<string, Scenario> = {
  'secret-for-variable-missing': { spec: { ...lasting, env: [secretVariable] }, isMoment: isRefused('not found') },
  'secret-key-missing': {
    prepare: withShop('Secret'),
    spec: { ...lasting, env: [secretKey] },
    isMoment: isRefused('find key'),
  },
  'secret-to-mount-missing': {
    spec: { ...lasting, secrets: [{ name: 'no-such-secret', mountPath: '/var/secrets' }] },
    isMoment: isUnmounted,
  },
  'config-map-for-variables-missing': {
    spec: { ...lasting, envFrom: [{ configMapRef: { name: 'no-such-map' } }] },
    isMoment: isRefused('not found'),
  },
  'config-map-key-missing': {
    prepare: withShop('ConfigMap'),
    spec: { ...lasting, env: [configMapKey] },
    isMoment: isRefused('find key'),
  },
  'config-map-to-mount-missing': {
    spec: { ...lasting, configMaps: [{ name: 'no-such-map', mountPath: '/var/shop' }] },
    isMoment: isUnmounted,
  },
  'volume-claim-missing': {
    spec: { ...lasting, podTemplate: noClaim },
    isMoment: hasEvent('FailedScheduling'),
  },
  'service-account-missing': {
    spec: { ...lasting, serviceAccountName: 'no-such-account' },
    isMoment: hasEvent('FailedCreate'),
  },
  'service-account-missing-until-deadline': {
    spec: { ...lasting, serviceAccountName: 'no-such-account' },
    change: endsAfter(8),
    isMoment: isOver,
  },
};
