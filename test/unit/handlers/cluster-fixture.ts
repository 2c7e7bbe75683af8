/**
 * What an API server has in each scene of a run, as whole as each object can be, and a call that meets it: the whole
 * function but its HTTP.
 */
import assert from 'node:assert/strict';
import { annotation } from '../../../function/api/labels.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import { handle } from '../../../function/handlers/handle.ts';
import { boundHolds } from '../../../function/http/holds.ts';
import type { Response } from '../../../function/http/server.ts';
import { client } from '../../../function/kube/client.ts';
import type { ApiRequest } from '../../../function/kube/request.ts';
import type { ApiResponse, Ask } from '../../../function/kube/response.ts';
import type { Log } from '../../../function/log.ts';
import { at } from '../../support/documents.ts';
import { ago, now } from '../run-fixture.ts';

const noCaller = () => assert.fail('nobody opens a gate here');

export type Json = Record<string, unknown>;

const namespace = 'test';
const metadata = (name: string, more: Json = {}): Json => ({ name, namespace, uid: `uid-of-${name}`, ...more });
const revision = { lastAppliedSpec: 'one', trackedConfigs: { 'configmap/app': 'x' } };
export const checksum = checksumOf(revision);
const jobName = `e2e-podinfo-${checksum}`;
const url = (path: string) => `http://e2e-verifier.default${path}`;

function canaryOf(phase: string, targetRef: Json): Json {
  const webhooks = ['pre-rollout', 'rollback'].map((type) => ({
    name: type,
    type,
    url: url(`/${type}`),
    timeout: '30s',
    retries: 60,
    metadata: { token: 't' },
  }));
  return {
    metadata: metadata('podinfo'),
    spec: {
      targetRef,
      provider: 'kubernetes',
      skipAnalysis: false,
      service: { name: 'podinfo', port: 80 },
      analysis: { interval: '10s', iterations: 2, match: [], mirror: false, canaryReadyThreshold: 100, webhooks },
    },
    status: {
      phase,
      ...revision,
      conditions: [{ type: 'Promoted', status: 'Unknown', reason: 'r', message: 'm', lastTransitionTime: ago(900) }],
    },
  };
}

const record = {
  canary: 'podinfo',
  canaryUID: 'uid-of-podinfo',
  checksum,
  rollout: ago(900),
  hook: 'another',
  attempt: 1,
  job: jobName,
  jobUID: `uid-of-${jobName}`,
  verdict: 'Running',
  reason: 'Started',
  message: 'm',
  counts: { total: 1, failed: 0, passed: 1, skipped: 0 },
  startedAt: ago(60),
  finishedAt: ago(50),
  specGeneration: 1,
  target: 't',
  removed: 0,
  requestedAt: 'r',
  skip: 's',
  closedAt: ago(10),
  rolloutEnd: ago(20),
  eventPending: true,
};

const spec: Json = {
  metadata: metadata('podinfo', { resourceVersion: '1', generation: 1, annotations: { a: 'b' } }),
  spec: {
    image: 'busybox',
    imagePullPolicy: 'Always',
    command: ['sh'],
    args: ['-c'],
    env: [{ name: 'A', value: 'b' }],
    envFrom: [{ secretRef: { name: 's' } }],
    secrets: [{ name: 's', mountPath: '/s' }],
    configMaps: [{ name: 'c', mountPath: '/c' }],
    imagePullSecrets: [{ name: 'p' }],
    serviceAccountName: 'e2e',
    resources: { limits: { cpu: '1' } },
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    ttlSecondsAfterFinished: 3600,
    inconclusiveRetries: 2,
    onInconclusive: 'Rollback',
    podTemplate: {
      metadata: { labels: { a: 'b' }, annotations: { a: 'b' } },
      spec: { containers: [{ name: 'e2e', env: [{ name: 'A' }] }], initContainers: [{ name: 'i' }], volumes: [] },
    },
  },
  status: { lastRun: { verdict: 'Running' }, runs: [record] },
};

function jobWith(status: Json, name = jobName, annotations: Json = {}): Json {
  return {
    metadata: metadata(name, {
      creationTimestamp: ago(60),
      labels: { 'remarkable.com/managed-by': 'e2e-verifier' },
      annotations: {
        [annotation.canary]: 'podinfo',
        [annotation.canaryUid]: 'uid-of-podinfo',
        [annotation.checksum]: checksum,
        [annotation.rollout]: ago(900),
        [annotation.e2eSpec]: 'podinfo',
        [annotation.metadataHash]: '',
        ...annotations,
      },
      ownerReferences: [{ kind: 'Canary', name: 'podinfo', uid: 'uid-of-podinfo', controller: true }],
    }),
    spec: { activeDeadlineSeconds: 600, template: {} },
    status: { startTime: ago(60), ...status },
  };
}

const states = {
  waiting: { waiting: { reason: 'ErrImagePull', message: 'no' } },
  running: { running: { startedAt: ago(50) } },
  failed: {
    terminated: { exitCode: 1, signal: 0, reason: 'Error', message: 'm', startedAt: ago(50), finishedAt: ago(40) },
  },
};

function podIn(state: Json, phase: string): Json {
  const status = { name: 'e2e', started: true, state };
  return {
    metadata: metadata('p', {
      creationTimestamp: ago(59),
      ownerReferences: [{ kind: 'Job', name: jobName, uid: `uid-of-${jobName}`, controller: true }],
    }),
    spec: {
      nodeName: 'n',
      activeDeadlineSeconds: 595,
      containers: [{ name: 'e2e', lifecycle: { postStart: {} } }],
      initContainers: [{ name: 'i', restartPolicy: 'Always' }],
    },
    status: {
      phase,
      reason: 'DeadlineExceeded',
      message: 'm',
      startTime: ago(58),
      conditions: [
        { type: 'PodScheduled', status: 'True', reason: 'r', message: 'm', lastTransitionTime: ago(58) },
        { type: 'ContainersReady', status: 'False', reason: 'r', message: 'm', lastTransitionTime: ago(58) },
      ],
      containerStatuses: [status],
      initContainerStatuses: [{ name: 'i', started: true, state: states.running }],
    },
  };
}

const event = {
  metadata: { name: 'e', namespace, uid: 'e', creationTimestamp: ago(30) },
  involvedObject: { kind: 'Pod', name: 'p', uid: 'uid-of-p', fieldPath: 'spec.containers{e2e}' },
  type: 'Warning',
  reason: 'Failed',
  message: 'Error: ErrImagePull',
  firstTimestamp: ago(30),
  lastTimestamp: ago(30),
  eventTime: ago(30),
};

const replicas = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const template = { spec: { nodeSelector: { disk: 'ssd' } } };
const targets: Record<string, { ref: Json; object: Json }> = {
  deployments: {
    ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    object: {
      metadata: metadata('podinfo', { generation: 2 }),
      spec: { replicas: 1, template, selector: { matchLabels: { app: 'podinfo' } } },
      status: { observedGeneration: 2, ...replicas },
    },
  },
  daemonsets: {
    ref: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' },
    object: {
      metadata: metadata('podinfo', { generation: 2 }),
      spec: { template, selector: { matchLabels: { app: 'podinfo' } } },
      status: { observedGeneration: 2, desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 },
    },
  },
  services: {
    ref: { apiVersion: 'core/v1', kind: 'Service', name: 'podinfo' },
    object: { metadata: metadata('podinfo'), spec: { type: 'ClusterIP', selector: { app: 'podinfo' } } },
  },
  'services of Knative': {
    ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' },
    object: { metadata: metadata('podinfo'), spec: { template }, status: { latestCreatedRevisionName: 'podinfo-2' } },
  },
};

/** What the API server has, by the plural of the resource. */
export type Cluster = Record<string, Json[]>;

export function clusterWith(target: string, phase: string, runs: Cluster): Cluster {
  const { ref, object } = targets[target] ?? assert.fail(target);
  const objects: Cluster = {
    canaries: [canaryOf(phase, ref)],
    e2especs: [spec],
    [target.split(' ')[0] ?? '']: [object],
    revisions: [{ metadata: metadata('podinfo-2'), status: { conditions: [{ type: 'Ready', status: 'True' }] } }],
    endpointslices: [{ metadata: metadata('s'), endpoints: [{ conditions: { ready: true } }] }],
    jobs: [],
    pods: [],
    events: [event],
    ...runs,
  };
  const named = Object.entries(objects).map(([plural, each]) => [
    plural,
    each.map((one) => ({ ...kindOf(plural, ref), ...one })),
  ]);
  return structuredClone(Object.fromEntries(named));
}

const kinds: Record<string, [kind: string, apiVersion: string]> = {
  canaries: ['Canary', 'flagger.app/v1beta1'],
  e2especs: ['E2ESpec', 'remarkable.com/v1'],
  revisions: ['Revision', 'serving.knative.dev/v1'],
  endpointslices: ['EndpointSlice', 'discovery.k8s.io/v1'],
  jobs: ['Job', 'batch/v1'],
  pods: ['Pod', 'v1'],
  events: ['Event', 'v1'],
};

/** A target is of the kind that its Canary names. */
function kindOf(plural: string, target: Json): Json {
  const [kind, apiVersion] = kinds[plural] ?? [target['kind'], String(target['apiVersion']).replace('core/', '')];
  return { kind, apiVersion };
}

export const scenes: Record<string, { target: string; runs: Cluster }> = {
  'with a Deployment, at its start': {
    target: 'deployments',
    runs: { jobs: [jobWith({ ready: 1 }, 'e2e-podinfo-another', { [annotation.checksum]: 'another' })] },
  },
  'with a DaemonSet, at its start': { target: 'daemonsets', runs: {} },
  'with a Service, at its start': { target: 'services', runs: {} },
  'with a Knative Service, at its start': { target: 'services of Knative', runs: {} },
  'whose pod waits': {
    target: 'deployments',
    runs: { jobs: [jobWith({ ready: 0 })], pods: [podIn(states.waiting, 'Pending')] },
  },
  'whose test has failed': {
    target: 'deployments',
    runs: {
      jobs: [jobWith({ conditions: [{ type: 'Failed', status: 'True', reason: 'r', message: 'm' }] })],
      pods: [podIn(states.failed, 'Failed')],
    },
  },
  'whose test runs': {
    target: 'deployments',
    runs: { jobs: [jobWith({ ready: 0 })], pods: [podIn(states.running, 'Running')] },
  },
};

/** Answers as the API server would that has these objects. */
export function apiWith(cluster: Cluster): Ask {
  return async ({ verb, resource: { plural }, name = '', body }: ApiRequest): Promise<ApiResponse> => {
    const objects = cluster[plural] ?? [];
    const said = (answer: object, code = 200): ApiResponse => ({ code, body: answer, now });
    if (verb === 'list') return said({ kind: `${kinds[plural]?.[0]}List`, items: objects });
    const written = name || String(at(body, 'metadata', 'name') ?? jobName);
    if (verb === 'create') {
      const created = Object(body);
      return said({ ...kindOf('jobs', {}), ...created, metadata: metadata(written, created.metadata) }, 201);
    }
    if (verb !== 'get') return said({ ...kindOf('jobs', {}), metadata: metadata(written) });
    const found = objects.find((each) => plural !== 'jobs' || Reflect.get(Object(each['metadata']), 'name') === name);
    return found ? said(found) : said({ kind: 'Status', code: 404, details: { name, kind: plural } }, 404);
  };
}

/** The hooks that read anything, and a phase in which Flagger asks each. */
export const phases = {
  '/pre-rollout': 'Progressing',
  '/confirm-promotion': 'Progressing',
  '/webhook': 'Progressing',
  '/rollback': 'Progressing',
  '/confirm-rollout': 'Initialized',
  '/post-rollout': 'Succeeded',
};

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the hook is answered over this API. */
export async function answerTo(path: string, api: Ask, log = silent): Promise<Response> {
  const payload = { name: 'podinfo', namespace, phase: 'Progressing', checksum, metadata: { token: 't' } };
  const body = { kind: 'text', text: JSON.stringify(payload) } as const;
  const request = {
    method: 'POST',
    path,
    query: '',
    hosts: ['e2e-verifier.default'],
    contentType: 'application/json',
    accept: '',
    authorization: '',
    body,
    since: Date.now(),
    onHangUp: () => undefined,
  };
  const holds = boundHolds(Number.POSITIVE_INFINITY);
  const settings = { log, holds, authenticatesPayload: true, retryAfterSeconds: 10, callBudget: 1000 };
  const authorize = async () => undefined;
  return (await handle(request, { ...settings, authorize, kube: () => client(api), askAs: noCaller })).response;
}
