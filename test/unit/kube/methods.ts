/**
 * Each method of `Kube`: the request it is to make, and a good answer. Exhaustive by its type.
 */
import type { E2ESpec } from '../../../function/api/e2espec.ts';
import type { Event, Job } from '../../../function/api/kubernetes.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { now } from './canned-api.ts';

export interface Method {
  call(kube: Kube): Promise<unknown>;
  verb: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  contentType?: string;
  body?: object;
  /** What the API server answers, and what the method makes of it. */
  answer: object;
  value: unknown;
  /** The rule of RBAC that allows it. */
  rule: { verb: string; group: string; resource: string };
}

/** As little of an object as there has to be of it. */
const least: Record<string, object> = {
  canaries: { spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } } },
  e2especs: { spec: { image: 'busybox' } },
  events: { involvedObject: {} },
};
const kinds: Record<string, [kind: string, apiVersion: string]> = {
  canaries: ['Canary', 'flagger.app/v1beta1'],
  e2especs: ['E2ESpec', 'remarkable.com/v1'],
  jobs: ['Job', 'batch/v1'],
  deployments: ['Deployment', 'apps/v1'],
  revisions: ['Revision', 'serving.knative.dev/v1'],
  endpointslices: ['EndpointSlice', 'discovery.k8s.io/v1'],
  pods: ['Pod', 'v1'],
  events: ['Event', 'v1'],
};
const of = (plural: string, name = 'podinfo') => ({
  kind: kinds[plural]?.[0],
  apiVersion: kinds[plural]?.[1],
  metadata: {
    name,
    namespace: 'test',
    uid: `uid-of-${plural}`,
    ...(plural === 'e2especs' && { resourceVersion: '41', generation: 1 }),
  },
  ...least[plural],
});
const job: Job = {
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata: { name: 'e2e-podinfo-1', namespace: 'test', uid: 'j1' },
  spec: { template: {} },
};
const failedJob: Job = { ...job, metadata: { name: 'e2e-podinfo-2', namespace: 'test', uid: 'j2' } };
const spec: E2ESpec = {
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  metadata: { name: 'podinfo', namespace: 'test', uid: 's1', resourceVersion: '41', generation: 1 },
  spec: { image: 'busybox' },
};
const event: Event = {
  metadata: { name: 'e2e-podinfo-1.5f1c0a9b7e3d2c41', namespace: 'test' },
  involvedObject: { kind: 'Canary', name: 'podinfo' },
  firstTimestamp: '2026-11-21T10:00:00Z',
};
const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
const jobs = '/apis/batch/v1/namespaces/test/jobs';
const specs = '/apis/remarkable.com/v1/namespaces/test/e2especs';
const patch = 'application/merge-patch+json';

function get(path: string, group: string, call: Method['call']): Method {
  const [resource = '', name] = path.split('/').slice(-2);
  const answer = of(resource, name);
  return { call, verb: 'GET', path, answer, value: { value: answer, now }, rule: { verb: 'get', group, resource } };
}

function list(path: string, group: string, query: Record<string, string>, call: Method['call']): Method {
  const resource = path.split('/').at(-1) ?? '';
  const items = [of(resource)];
  const rule = { verb: 'list', group, resource };
  return {
    call,
    verb: 'GET',
    path,
    query,
    answer: { kind: `${kinds[resource]?.[0]}List`, metadata: {}, items },
    value: items,
    rule,
  };
}

export const methods: Record<keyof Kube, Method> = {
  getCanary: get('/apis/flagger.app/v1beta1/namespaces/test/canaries/podinfo', 'flagger.app', (kube) =>
    kube.getCanary('test', 'podinfo'),
  ),
  getE2ESpec: get(`${specs}/podinfo`, 'remarkable.com', (kube) => kube.getE2ESpec('test', 'podinfo')),
  getJob: get(`${jobs}/podinfo`, 'batch', (kube) => kube.getJob('test', 'podinfo')),
  getTarget: get('/apis/apps/v1/namespaces/test/deployments/podinfo', 'apps', (kube) =>
    kube.getTarget('test', { group: 'apps', version: 'v1', plural: 'deployments', name: 'podinfo' }),
  ),
  getRevision: get(
    '/apis/serving.knative.dev/v1/namespaces/test/revisions/podinfo-00002',
    'serving.knative.dev',
    (kube) => kube.getRevision('test', 'podinfo-00002'),
  ),
  listEndpointSlices: list(
    '/apis/discovery.k8s.io/v1/namespaces/test/endpointslices',
    'discovery.k8s.io',
    { labelSelector: 'kubernetes.io/service-name=podinfo-canary', limit: '25' },
    (kube) => kube.listEndpointSlices('test', 'podinfo-canary'),
  ),
  listJobs: list(jobs, 'batch', { labelSelector: 'a=b,c=d', limit: '25' }, (kube) =>
    kube.listJobs('test', 'a=b,c=d', (each) => each),
  ),
  listPods: list(
    '/api/v1/namespaces/test/pods',
    '',
    { labelSelector: 'batch.kubernetes.io/controller-uid=j1', limit: '25' },
    (kube) => kube.listPods('test', 'j1'),
  ),
  listEvents: list(
    '/api/v1/namespaces/test/events',
    '',
    { fieldSelector: 'involvedObject.uid=j1', limit: '500' },
    (kube) => kube.listEvents('test', { field: 'uid', value: 'j1' }),
  ),
  createJob: {
    call: (kube) => kube.createJob(job),
    verb: 'POST',
    path: jobs,
    query: { fieldValidation: 'Strict' },
    contentType: 'application/json',
    body: job,
    answer: job,
    value: job,
    rule: { verb: 'create', group: 'batch', resource: 'jobs' },
  },
  annotateJob: {
    call: (kube) => kube.annotateJob(job, { 'remarkable.com/a': 'b' }),
    verb: 'PATCH',
    path: `${jobs}/e2e-podinfo-1`,
    contentType: patch,
    body: { metadata: { uid: 'j1', annotations: { 'remarkable.com/a': 'b' } } },
    answer: job,
    value: undefined,
    rule: { verb: 'patch', group: 'batch', resource: 'jobs' },
  },
  keepJob: {
    call: (kube) => kube.keepJob(failedJob, 86_400),
    verb: 'PATCH',
    path: `${jobs}/e2e-podinfo-2`,
    contentType: patch,
    body: { metadata: { uid: 'j2' }, spec: { ttlSecondsAfterFinished: 86_400 } },
    answer: failedJob,
    value: undefined,
    rule: { verb: 'patch', group: 'batch', resource: 'jobs' },
  },
  deleteJob: {
    call: (kube) => kube.deleteJob(job),
    verb: 'DELETE',
    path: `${jobs}/e2e-podinfo-1`,
    contentType: 'application/json',
    body: { propagationPolicy: 'Foreground', preconditions: { uid: 'j1' } },
    answer: success,
    value: 'gone',
    rule: { verb: 'delete', group: 'batch', resource: 'jobs' },
  },
  patchStatus: {
    call: (kube) => kube.patchStatus(spec, { runs: [] }),
    verb: 'PATCH',
    path: `${specs}/podinfo/status`,
    contentType: patch,
    body: { metadata: { resourceVersion: '41' }, status: { runs: [] } },
    answer: spec,
    value: 'patched',
    rule: { verb: 'patch', group: 'remarkable.com', resource: 'e2especs/status' },
  },
  createEvent: {
    call: (kube) => kube.createEvent(event),
    verb: 'POST',
    path: '/api/v1/namespaces/test/events',
    contentType: 'application/json',
    body: event,
    answer: { metadata: { name: 'e2e-podinfo-1.5f1c0a9b7e3d2c41', uid: 'e1' } },
    value: undefined,
    rule: { verb: 'create', group: '', resource: 'events' },
  },
};

export const eachMethod: [name: string, method: Method][] = Object.entries(methods);
