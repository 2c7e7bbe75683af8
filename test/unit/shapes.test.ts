/**
 * Whatever the API server hands out: every kind that is read, with every field missing, null and of another type, put to
 * every kind of call. The answer is never an error of the verifier's own, never a pass and never a rollback.
 */
import assert from 'node:assert/strict';
import { answer } from '../../function/answer.ts';
import { checksumOf } from '../../function/checksum.ts';
import type { Fault } from '../../function/fault.ts';
import { operations } from '../../function/kube/operations.ts';
import type { Order } from '../../function/kube/order.ts';
import type { Answer } from '../../function/kube/request.ts';
import { annotation } from '../../function/run.ts';
import { ago, now } from './a-run.ts';

type Json = Record<string, unknown>;

const namespace = 'test';
const metadata = (name: string, more: Json = {}): Json => ({ name, namespace, uid: `uid-of-${name}`, ...more });
const revision = { lastAppliedSpec: 'one', trackedConfigs: { 'configmap/app': 'x' } };
const checksum = checksumOf(revision);
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
        [annotation.spec]: 'podinfo',
        [annotation.hook]: '',
        ...annotations,
      },
      ownerReferences: [{ kind: 'Canary', name: 'podinfo', uid: 'uid-of-podinfo' }],
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
    metadata: metadata('p', { creationTimestamp: ago(59) }),
    spec: {
      nodeName: 'n',
      activeDeadlineSeconds: 595,
      containers: [{ name: 'e2e', lifecycle: { postStart: {} } }],
      initContainers: [{ name: 'i', restartPolicy: 'Always' }],
    },
    status: {
      phase,
      reason: 'r',
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
type Cluster = Record<string, Json[]>;

function clusterWith(target: string, phase: string, runs: Cluster): Cluster {
  const { ref, object } = targets[target] ?? assert.fail(target);
  return structuredClone({
    canaries: [canaryOf(phase, ref)],
    e2especs: [spec],
    [target.split(' ')[0] ?? '']: [object],
    revisions: [{ metadata: metadata('podinfo-2'), status: { conditions: [{ type: 'Ready', status: 'True' }] } }],
    endpointslices: [{ metadata: metadata('s'), endpoints: [{ conditions: { ready: true } }] }],
    jobs: [],
    pods: [],
    events: [event],
    ...runs,
  });
}

const scenes: Record<string, { target: string; runs: Cluster }> = {
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
function api(cluster: Cluster) {
  return async ({ verb, resource: { plural }, name }: Order): Promise<Answer | Fault> => {
    const objects = cluster[plural] ?? [];
    const said = (body: object, code = 200): Answer => ({ code, body, now });
    if (verb === 'list') return said({ items: objects });
    if (verb !== 'get') return said({ metadata: metadata(jobName) }, verb === 'create' ? 201 : 200);
    const found = objects.find((each) => plural !== 'jobs' || Reflect.get(Object(each['metadata']), 'name') === name);
    return found ? said(found) : said({ kind: 'Status', code: 404 }, 404);
  };
}

const phases = {
  '/pre-rollout': 'Progressing',
  '/confirm-promotion': 'Progressing',
  '/webhook': 'Progressing',
  '/rollback': 'Progressing',
  '/confirm-rollout': 'Initialized',
  '/post-rollout': 'Succeeded',
};

async function ask(path: string, cluster: Cluster): Promise<{ status: number; body: string }> {
  const payload = { name: 'podinfo', namespace, phase: 'Progressing', checksum, metadata: { token: 't' } };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { reply } = await answer(
    {
      method: 'POST',
      path,
      contentType: 'application/json',
      accept: '',
      body: { kind: 'text', text: JSON.stringify(payload) },
    },
    {
      kube: () => operations(api(cluster)),
      log,
      authenticatesPayload: true,
      retryAfterSeconds: 10,
      callBudget: 1000,
    },
  );
  return reply;
}

type Path = (string | number)[];

function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return [[step], ...pathsIn(each).map((path) => [step, ...path])];
  });
}

const others = { 'of another type': (value: unknown) => (typeof value === 'string' ? 7 : 'seven'), null: () => null };
const spoilt: Record<string, (value: unknown) => unknown> = {
  ...others,
  'a list': () => [],
  'an object': () => ({}),
  missing: () => undefined,
};

/** The same object, with one place changed. */
function withChange(object: Json, path: Path, change: (value: unknown) => unknown): Json {
  const copy: unknown = structuredClone(object);
  let at = copy;
  for (const step of path.slice(0, -1)) at = Reflect.get(Object(at), step);
  const last = path.at(-1) ?? '';
  const value = change(Reflect.get(Object(at), last));
  if (value === undefined && Array.isArray(at)) at.splice(Number(last), 1);
  else if (value === undefined) Reflect.deleteProperty(Object(at), last);
  else Reflect.set(Object(at), last, value);
  return Object(copy);
}

function* changesOf(whole: Cluster): Generator<{ what: string; cluster: Cluster }> {
  for (const [plural, [object]] of Object.entries(whole)) {
    for (const place of object ? pathsIn(object) : []) {
      for (const [how, change] of Object.entries(spoilt)) {
        const cluster = { ...whole, [plural]: [withChange(object ?? {}, place, change)] };
        yield { what: `${plural} with ${place.join('.')} ${how}`, cluster };
      }
    }
  }
}

/** Where a pass, or on /rollback a yes, would be wrong. */
function isShut(path: string, scene: string): boolean {
  if (path === '/rollback') return scene !== 'whose test has failed';
  return path === '/pre-rollout' || path === '/confirm-promotion';
}

describe('An object of another shape', () => {
  for (const [scene, { target, runs }] of Object.entries(scenes)) {
    for (const [path, phase] of Object.entries(phases)) {
      const whole = clusterWith(target, phase, runs);
      it(`is answered and is no pass, on ${path} in a run ${scene}`, async () => {
        const asItIs = await ask(path, whole);
        assert.doesNotMatch(asItIs.body, /^InternalError/);
        for (const { what, cluster } of changesOf(whole)) {
          const { status, body } = await ask(path, cluster);
          assert.doesNotMatch(body, /^InternalError/, what);
          if (isShut(path, scene)) assert.ok(status > 202, `${what}: ${status} ${body}`);
        }
      }).timeout(60_000);
    }
  }

  const needed: [plural: string, path: string, says: RegExp][] = [
    ['canaries', 'spec', /^Refused: podinfo of canaries cannot be read: spec must be an object\. Correct the Canary$/],
    ['canaries', 'spec.targetRef', /^Refused: podinfo of canaries cannot be read: spec\.targetRef must be an object/],
    ['canaries', 'spec.targetRef.name', /spec\.targetRef\.name must be a string/],
    ['canaries', 'spec.analysis.webhooks.0.url', /spec\.analysis\.webhooks\[0\]\.url must be a string/],
    ['e2especs', 'spec', /^Refused: podinfo of e2especs cannot be read: spec must be an object\. .*apply crds/],
    ['e2especs', 'status.runs.0.checksum', /status\.runs\[0\]\.checksum must be a string/],
    ['pods', 'metadata', /^Unavailable: the API server answered with one of pods in which metadata must be an object$/],
    ['pods', 'status.containerStatuses.0.name', /status\.containerStatuses\[0\]\.name must be a string/],
    ['events', 'involvedObject', /involvedObject must be an object/],
  ];
  for (const [plural, path, says] of needed) {
    it(`is refused, and says that ${plural} lack ${path}`, async () => {
      const whole = clusterWith('deployments', 'Progressing', scenes['whose pod waits']?.runs ?? {});
      const [object = {}] = whole[plural] ?? [];
      const place = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
      for (const change of [spoilt['missing'], spoilt['null']]) {
        const cluster = { ...structuredClone(whole), [plural]: [withChange(object, place, change ?? assert.fail())] };
        const { body } = await ask('/pre-rollout', cluster);
        assert.match(body, says);
      }
    });
  }

  it('that nobody thought of is answered 500, told in the log, and ends nothing', async () => {
    const lines: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (...line: unknown[]) => lines.push(line),
    };
    const stray: unknown[] = [];
    const listener = (reason: unknown) => stray.push(reason);
    process.on('unhandledRejection', listener);
    const body = { kind: 'text', text: JSON.stringify({ name: 'podinfo', namespace, checksum }) } as const;
    for (const path of Object.keys(phases)) {
      const { reply } = await answer(
        { method: 'POST', path, contentType: 'application/json', accept: '', body },
        {
          kube: () => operations(() => Promise.reject(new TypeError('nobody thought of this'))),
          log,
          authenticatesPayload: true,
          retryAfterSeconds: 10,
          callBudget: 1000,
        },
      );
      assert.deepEqual(
        [reply.status, reply.body],
        [500, 'InternalError: an error of the verifier itself; its log has the details'],
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', listener);
    assert.deepEqual(stray, []);
    assert.match(JSON.stringify(lines[0]), /nobody thought of this.*operations|nobody thought of this.*shapes\.test/);
  });
});
