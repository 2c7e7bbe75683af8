/**
 * What is read of each kind of object.
 */
import { anything, dictionary, flag, list, number, object, objectName, readable, type Shape, text } from './shape.ts';

// Names of objects and labels; https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const name = text(253);
const time = text(64);
const url = text(2048);
const texts = dictionary(text());

const identity = { name, namespace: name, uid: name };

const condition = object({ type: name, status: name }, { reason: text(), message: text(), lastTransitionTime: time });

/** @see https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go */
const canary = object(
  {
    metadata: object(identity, { resourceVersion: name, annotations: texts }),
    spec: object(
      { targetRef: object({ kind: name, name: objectName }, { apiVersion: name }) },
      {
        service: object({}, { name, port: number, targetPort: anything, appProtocol: name, headless: flag }),
        provider: name,
        skipAnalysis: flag,
        analysis: object(
          {},
          {
            interval: time,
            iterations: number,
            match: list(anything),
            mirror: flag,
            canaryReadyThreshold: number,
            threshold: number,
            alerts: list(object({}, { name, severity: name })),
            webhooks: list(
              object(
                { name, url },
                // A longer value of the metadata is refused in payloads.
                {
                  type: name,
                  timeout: time,
                  retries: number,
                  disableTLS: flag,
                  muteAlert: flag,
                  metadata: dictionary(text(16_385)),
                },
              ),
            ),
          },
        ),
      },
    ),
  },
  {
    status: object(
      {},
      {
        phase: name,
        canaryWeight: number,
        lastAppliedSpec: text(),
        lastPromotedSpec: text(),
        lastTransitionTime: time,
        trackedConfigs: texts,
        conditions: list(condition),
      },
    ),
  },
);

const mount = object({ name, mountPath: text() });
const templateMetadata = object({}, { labels: dictionary(anything), annotations: dictionary(anything) });

const runRecord = object(
  { canary: name, checksum: name, rollout: time, hook: name, verdict: name },
  {
    canaryUID: name,
    attempt: number,
    job: name,
    jobUID: name,
    reason: text(),
    message: text(),
    counts: object({ total: number, failed: number }, { passed: number, skipped: number }),
    links: list(object({ name: text(), url: text() })),
    logUrl: text(),
    startedAt: time,
    finishedAt: time,
    durationSeconds: number,
    specUID: name,
    specGeneration: number,
    newerGeneration: number,
    target: name,
    targetChangedAt: time,
    targetChangedTo: name,
    removed: number,
    mode: name,
    trigger: name,
    id: text(),
    requestedAt: text(),
    skip: text(),
    closedAt: time,
    rolloutEnd: time,
    eventPending: flag,
    notificationPending: name,
  },
);

const summary = object({ type: name, status: name, reason: text(), message: text(), lastTransitionTime: time });

const latestRun = object(
  { canary: name, canaryUID: name, hook: text(), verdict: name, reason: text(), checksum: name, time },
  {
    message: text(),
    trigger: name,
    mode: name,
    durationSeconds: number,
    total: number,
    failed: number,
    flaky: number,
    consecutiveFailures: number,
    attempt: number,
    lastPassedAt: time,
    logUrl: text(),
  },
);

/** @see crds/e2especs.yaml */
const e2eSpec = object(
  {
    metadata: object(
      { ...identity, resourceVersion: name, generation: number },
      { annotations: texts, creationTimestamp: time },
    ),
    spec: object(
      { image: text() },
      {
        imagePullPolicy: name,
        command: list(anything),
        args: list(anything),
        env: list(object({ name: text() })),
        envFrom: list(object({})),
        secrets: list(mount),
        configMaps: list(mount),
        imagePullSecrets: list(object({})),
        serviceAccountName: name,
        resources: object({}),
        backoffLimit: number,
        activeDeadlineSeconds: number,
        ttlSecondsAfterFinished: number,
        ttlSecondsAfterFailure: number,
        inconclusiveRetries: number,
        onInconclusive: name,
        mode: name,
        staleAfterSeconds: number,
        podTemplate: object({}, { metadata: templateMetadata, spec: object({}) }),
        jobTemplate: object({}, { metadata: templateMetadata }),
      },
    ),
  },
  {
    status: object(
      {},
      { lastRun: object({}), latest: readable(latestRun), conditions: readable(summary), runs: list(runRecord) },
    ),
  },
);

const owner = object({ kind: name, name, uid: name }, { controller: flag });
const podGrace = object({}, { spec: object({}, { terminationGracePeriodSeconds: number }) });

const job = object(
  {
    metadata: object(identity, {
      annotations: texts,
      labels: texts,
      creationTimestamp: time,
      deletionTimestamp: time,
      finalizers: list(name),
      ownerReferences: list(owner),
    }),
  },
  {
    spec: object({}, { activeDeadlineSeconds: number, ttlSecondsAfterFinished: number, template: podGrace }),
    status: object(
      {},
      { conditions: list(condition), ready: number, failed: number, startTime: time, completionTime: time },
    ),
  },
);

const terminated = object(
  { exitCode: number },
  { signal: number, reason: text(), message: text(), startedAt: time, finishedAt: time },
);
const containerStatus = object(
  { name },
  {
    started: flag,
    state: object(
      {},
      {
        waiting: object({}, { reason: text(), message: text() }),
        running: object({}, { startedAt: time }),
        terminated,
      },
    ),
  },
);

const pod = object(
  {
    metadata: object(identity, {
      creationTimestamp: time,
      deletionTimestamp: time,
      deletionGracePeriodSeconds: number,
      finalizers: list(name),
      ownerReferences: list(owner),
    }),
  },
  {
    spec: object(
      {},
      {
        containers: list(object({ name }, { lifecycle: object({}) })),
        initContainers: list(object({ name }, { restartPolicy: name })),
        nodeName: name,
        activeDeadlineSeconds: number,
      },
    ),
    status: object(
      {},
      {
        phase: name,
        reason: text(),
        message: text(),
        startTime: time,
        conditions: list(condition),
        containerStatuses: list(containerStatus),
        initContainerStatuses: list(containerStatus),
      },
    ),
  },
);

const event = object(
  {
    metadata: object({}, { creationTimestamp: time }),
    involvedObject: object({}, { kind: name, name, uid: name, fieldPath: text() }),
  },
  { type: name, reason: text(), message: text(), firstTimestamp: time, lastTimestamp: time, eventTime: time },
);

const containerPort = object({}, { name, containerPort: number });

/** A Deployment, a DaemonSet, a Service of the core group or of Knative. */
const target = object(
  { metadata: object({}, { name, generation: number }) },
  {
    spec: object(
      {},
      {
        replicas: number,
        type: name,
        clusterIP: name,
        ports: list(object({}, { port: number, targetPort: anything, protocol: name, appProtocol: name })),
        template: object({}, { spec: object({}, { containers: list(object({}, { ports: list(containerPort) })) }) }),
        selector: object({}),
      },
    ),
    status: object(
      {},
      {
        observedGeneration: number,
        replicas: number,
        updatedReplicas: number,
        availableReplicas: number,
        desiredNumberScheduled: number,
        updatedNumberScheduled: number,
        numberAvailable: number,
        latestCreatedRevisionName: objectName,
        address: object({}, { url }),
      },
    ),
  },
);

const revision = object({ metadata: object(identity) }, { status: object({}, { conditions: list(condition) }) });

const endpointSlice = object(
  { metadata: object(identity) },
  { endpoints: list(object({}, { conditions: object({}, { ready: flag }) })) },
);

const namespace = object({ metadata: object({ name }, { labels: texts }) });

/** A RoleBinding or a ClusterRoleBinding. */
const binding = object(
  { metadata: object({ name }), roleRef: object({ kind: name, name }) },
  { subjects: list(object({ kind: name, name }, { namespace: name })) },
);

/** By the plural of the resource. */
export const kinds: Record<string, { kind: string; shape: Shape }> = {
  canaries: { kind: 'Canary', shape: canary },
  e2especs: { kind: 'E2ESpec', shape: e2eSpec },
  jobs: { kind: 'Job', shape: job },
  pods: { kind: 'Pod', shape: pod },
  events: { kind: 'Event', shape: event },
  deployments: { kind: 'Deployment', shape: target },
  daemonsets: { kind: 'DaemonSet', shape: target },
  services: { kind: 'Service', shape: target },
  revisions: { kind: 'Revision', shape: revision },
  endpointslices: { kind: 'EndpointSlice', shape: endpointSlice },
  namespaces: { kind: 'Namespace', shape: namespace },
  rolebindings: { kind: 'RoleBinding', shape: binding },
  clusterrolebindings: { kind: 'ClusterRoleBinding', shape: binding },
};
