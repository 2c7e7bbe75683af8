/**
 * What of a target makes a revision of its own, and what it still lacks before a test can begin: with objects as the API server
 * writes them, which leaves out every count that is zero, and `test/fixtures/services/`.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../function/api/canary.ts';
import type { EndpointSlice, Revision, Target } from '../../../function/api/kubernetes.ts';
import {
  daemonSetNotReady,
  deploymentNotReady,
  revisionHash,
  revisionNotReady,
  serviceNotReady,
  targetResource,
} from '../../../function/flagger/target.ts';
import { read } from '../../support/documents.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';

const captured = (name: string): KubernetesObject & Target =>
  JSON.parse(read(`test/fixtures/services/${name}.json`)).target;

function canary(targetRef: Canary['spec']['targetRef'], canaryReadyThreshold?: number): Canary {
  const analysis = canaryReadyThreshold === undefined ? {} : { canaryReadyThreshold };
  return { metadata: { name: 'web', namespace: 'shop', uid: 'u' }, spec: { targetRef, analysis } };
}

describe('A target', () => {
  const rows: [targetRef: Canary['spec']['targetRef'], path: string | undefined][] = [
    [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, 'apps/v1/deployments/web'],
    [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' }, 'apps/v1/daemonsets/web'],
    [{ apiVersion: 'core/v1', kind: 'Service', name: 'web' }, '/v1/services/web'],
    [{ kind: 'Service', name: 'web' }, '/v1/services/web'],
    [{ apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'web' }, 'serving.knative.dev/v1/services/web'],
    [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' }, undefined],
  ];
  for (const [targetRef, path] of rows) {
    it(`of ${targetRef.apiVersion ?? 'no apiVersion'}, ${targetRef.kind}, is ${path ?? 'nowhere'}`, () => {
      const found = targetResource(canary(targetRef));
      assert.equal(found && [found.group, found.version, found.plural, found.name].join('/'), path);
    });
  }
});

describe('The revision of a target', () => {
  const deployment = captured('deployment');
  const daemonSet = captured('daemon-set');
  const service = captured('external-name');
  const knative = captured('knative-service');

  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, each]) => [key, reversed(each)])
        .reverse(),
    );
  };
  const withSpec = (target: Target, spec: object): Target => ({ ...target, spec: { ...target.spec, ...spec } });
  const withPodSpec = (target: Target, spec: object): Target =>
    withSpec(target, { template: { ...target.spec?.template, spec: { ...target.spec?.template?.spec, ...spec } } });
  const withPodMetadata = (target: Target, metadata: object): Target =>
    withSpec(target, { template: { ...target.spec?.template, metadata } });
  const onNodes = (nodeSelector: Record<string, string>) => withPodSpec(daemonSet, { nodeSelector });
  const scaleToZero = { 'flagger.app/scale-to-zero': 'true' };

  // It is on Jobs and in records that another version of the verifier may have written.
  it('is written as it has always been', () => assert.equal(revisionHash(deployment), '109e30eddce9427a'));

  const same: [what: string, one: Target, other: Target][] = [
    ['its keys are in another order', deployment, reversed(deployment) as Target],
    ['it is scaled', deployment, withSpec(deployment, { replicas: 0 })],
    ['it has another status', deployment, { ...deployment, status: { observedGeneration: 2, replicas: 1 } }],
    ['Flagger scales a DaemonSet to zero', daemonSet, onNodes(scaleToZero)],
    [
      'Flagger scales one with a nodeSelector to zero',
      onNodes({ disk: 'ssd' }),
      onNodes({ disk: 'ssd', ...scaleToZero }),
    ],
    [
      'Flagger has shifted the traffic of a Knative Service',
      knative,
      withSpec(knative, { traffic: [{ percent: 50 }] }),
    ],
    [
      'a Kubernetes that writes null for no time has its keys in another order',
      withPodMetadata(deployment, { creationTimestamp: null, labels: { app: 'web' } }),
      withPodMetadata(deployment, { labels: { app: 'web' }, creationTimestamp: null }),
    ],
  ];
  for (const [what, one, other] of same) {
    it(`is the same when ${what}`, () => assert.equal(revisionHash(one), revisionHash(other)));
  }

  const others: [what: string, one: Target, other: Target][] = [
    ['its image', deployment, withPodSpec(deployment, { containers: [{ name: 'web', image: 'busybox:1.37' }] })],
    [
      'an annotation of its pods, as by kubectl rollout restart',
      deployment,
      withPodMetadata(deployment, { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T09:00:00Z' } }),
    ],
    [
      'the order of its arguments',
      withPodSpec(deployment, { containers: [{ args: ['a', 'b'] }] }),
      withPodSpec(deployment, { containers: [{ args: ['b', 'a'] }] }),
    ],
    ['a nodeSelector of its own', daemonSet, onNodes({ disk: 'ssd' })],
    ['the value of its nodeSelector', onNodes({ disk: 'ssd' }), onNodes({ disk: 'hdd' })],
    ['where an ExternalName leads', service, withSpec(service, { externalName: 'two.test' })],
    ['the image of a Knative Service', knative, withPodSpec(knative, { containers: [{ image: 'busybox:1.37' }] })],
  ];
  for (const [what, one, other] of others) {
    it(`is another with ${what}`, () => assert.notEqual(revisionHash(one), revisionHash(other)));
  }

  it('is there without a spec', () => assert.match(revisionHash({ metadata: { name: 'web' } }), /^[0-9a-f]{16}$/));
});

describe('A Deployment', () => {
  const notReady = (target: Target | undefined, threshold?: number) =>
    deploymentNotReady(target, canary({ kind: 'Deployment', name: 'web' }, threshold));
  const scaledTo = (replicas: number, status: NonNullable<Target['status']>): Target => ({
    metadata: { name: 'web', generation: 3 },
    spec: { replicas },
    status: { observedGeneration: 3, ...status },
  });

  const rows: [what: string, target: Target | undefined, missing: string | undefined, threshold?: number][] = [
    ['is ready with all its pods', scaledTo(2, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), undefined],
    ['may not be there', undefined, 'it is not there'],
    [
      'is not ready by the pods of its former generation',
      scaledTo(2, { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
      'its latest change has not been seen yet',
    ],
    [
      'is not ready before anybody has seen it',
      { metadata: { name: 'web', generation: 1 }, spec: { replicas: 1 } },
      'its latest change has not been seen yet',
    ],
    ['is not ready as it was captured a moment after it was made', captured('deployment'), 'it has no pods'],
    [
      'is not ready scaled to zero',
      scaledTo(0, {}),
      "it is scaled to 0, so there is nothing to test. Flagger scales it up for a rollout: keep its autoscaler (HPA, KEDA) at one replica at the least, and name it in the Canary's spec.autoscalerRef",
    ],
    [
      'is not ready while pods are missing',
      scaledTo(3, { replicas: 3, updatedReplicas: 1, availableReplicas: 3 }),
      '1 of 3 pods are of the new revision',
    ],
    [
      'is not ready while a Service may still lead to the former revision',
      scaledTo(3, { replicas: 5, updatedReplicas: 3, availableReplicas: 5 }),
      '2 pods of the former revision are still there',
    ],
    ['is not ready before its pods are', scaledTo(2, { replicas: 2, updatedReplicas: 2 }), '0 of 2 pods are available'],
    [
      'is not ready with one pod too few',
      scaledTo(2, { replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
      '1 of 2 pods are available',
    ],
    [
      'is ready with as many as canaryReadyThreshold asks for',
      scaledTo(4, { replicas: 4, updatedReplicas: 4, availableReplicas: 2 }),
      undefined,
      50,
    ],
    [
      'is not ready with fewer than canaryReadyThreshold asks for',
      scaledTo(4, { replicas: 4, updatedReplicas: 4, availableReplicas: 1 }),
      '1 of 4 pods are available',
      50,
    ],
    [
      'is ready with one pod where canaryReadyThreshold asks for part of one',
      scaledTo(4, { replicas: 4, updatedReplicas: 4, availableReplicas: 1 }),
      undefined,
      10,
    ],
    [
      'is not ready without a pod, whatever canaryReadyThreshold asks for',
      scaledTo(4, { replicas: 4, updatedReplicas: 4 }),
      '0 of 4 pods are available',
      0,
    ],
  ];
  for (const [what, target, missing, threshold] of rows) {
    it(what, () => assert.equal(notReady(target, threshold), missing));
  }

  it('is ready with all its pods alone where the Canary has no analysis', () => {
    const { analysis: _, ...spec } = canary({ kind: 'Deployment', name: 'web' }).spec;
    const target = scaledTo(2, { replicas: 2, updatedReplicas: 2, availableReplicas: 1 });
    assert.equal(
      deploymentNotReady(target, { metadata: { name: 'web', namespace: 'shop', uid: 'u' }, spec }),
      '1 of 2 pods are available',
    );
  });
});

describe('A DaemonSet', () => {
  const on = (status: NonNullable<Target['status']>): Target => ({
    metadata: { name: 'web', generation: 3 },
    spec: {},
    status: { observedGeneration: 3, ...status },
  });

  const rows: [what: string, target: Target | undefined, missing: string | undefined, threshold?: number][] = [
    [
      'is ready on all its nodes',
      on({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
      undefined,
    ],
    ['may not be there', undefined, 'it is not there'],
    [
      'is not ready by the pods of its former generation',
      on({ observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
      'its latest change has not been seen yet',
    ],
    [
      'is not ready as it was captured a moment after it was made',
      captured('daemon-set'),
      'its latest change has not been seen yet',
    ],
    [
      'is not ready before anybody has seen it',
      { metadata: { name: 'web', generation: 1 }, spec: {} },
      'its latest change has not been seen yet',
    ],
    ['is not ready where no node takes it', on({ desiredNumberScheduled: 0 }), 'it has no pods'],
    [
      'is not ready while a node has the former revision',
      on({ desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 }),
      '1 of 3 pods are of the new revision',
    ],
    [
      'is not ready with one pod too few',
      on({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
      '1 of 2 pods are available',
    ],
    [
      'is ready with as many as canaryReadyThreshold asks for',
      on({ desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 2 }),
      undefined,
      50,
    ],
    [
      'is not ready without a pod, whatever canaryReadyThreshold asks for',
      on({ desiredNumberScheduled: 4, updatedNumberScheduled: 4 }),
      '0 of 4 pods are available',
      0,
    ],
  ];
  for (const [what, target, missing, threshold] of rows) {
    it(what, () => {
      assert.equal(daemonSetNotReady(target, canary({ kind: 'DaemonSet', name: 'web' }, threshold)), missing);
    });
  }
});

describe('A Knative revision', () => {
  type Condition = NonNullable<NonNullable<Revision['status']>['conditions']>[number];
  const saying = (...conditions: Condition[]): Revision => ({ status: { conditions } });

  const rows: [what: string, revision: Revision | undefined, missing: string | undefined][] = [
    [
      'is ready scaled to zero: the call wakes it',
      saying(
        { type: 'Active', status: 'False', reason: 'NoTraffic', message: 'The target is not receiving traffic.' },
        { type: 'ContainerHealthy', status: 'True' },
        { type: 'Ready', status: 'True' },
        { type: 'ResourcesAvailable', status: 'True' },
      ),
      undefined,
    ],
    [
      'is not ready while it is deployed',
      saying(
        { type: 'ContainerHealthy', status: 'True' },
        { type: 'Ready', status: 'Unknown', reason: 'Deploying' },
        { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying' },
      ),
      'Deploying',
    ],
    [
      'is not ready without its image',
      saying(
        { type: 'ContainerHealthy', status: 'True' },
        { type: 'Ready', status: 'False', reason: 'ContainerMissing', message: 'Unable to fetch image "web:2"' },
      ),
      'Unable to fetch image "web:2"',
    ],
    ['is not ready by another condition', saying({ type: 'Active', status: 'True' }), 'it has not said anything yet'],
    ['is not ready before it has conditions', { status: {} }, 'it has not said anything yet'],
    ['is not ready before it has a status', {}, 'it has not said anything yet'],
    ['is not ready when it is not there', undefined, 'it has not said anything yet'],
  ];
  for (const [what, revision, missing] of rows) {
    it(what, () => {
      const expected = missing && `Revision web-00002 is not ready: ${missing}`;
      assert.equal(revisionNotReady('web-00002', revision), expected);
    });
  }
});

describe('A Service', () => {
  const slice = (...ready: (boolean | undefined)[]): EndpointSlice => ({
    endpoints: ready.map((each) => ({ conditions: each === undefined ? {} : { ready: each } })),
  });

  const rows: [what: string, slices: EndpointSlice[], isReady: boolean][] = [
    ['is not ready without an EndpointSlice', [], false],
    ['is not ready with an EndpointSlice of no endpoints', [{}], false],
    ['is not ready while its endpoints are not', [slice(false, false)], false],
    ['is ready with one endpoint that is', [slice(false, true)], true],
    ['is ready with one endpoint in another EndpointSlice', [{}, slice(false), slice(true, false)], true],
    ['is ready with an endpoint of which nobody knows, as Kubernetes reads it', [slice(undefined)], true],
    ['is ready with an endpoint without conditions', [{ endpoints: [{}] }], true],
  ];
  for (const [what, slices, isReady] of rows) {
    it(what, () => {
      const expected = isReady ? undefined : 'Service web-canary has no ready endpoint';
      assert.equal(serviceNotReady('web-canary', slices), expected);
    });
  }
});
