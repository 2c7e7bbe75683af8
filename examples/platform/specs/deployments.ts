// The deployment that suites make, and its pods: a server of one line that logs who asks, and answers with a text.
import { api, find, type Look, list, until } from './api.ts';
import { metadataOf, runLabel } from './made.ts';
import { settings } from './settings.ts';
import { timed } from './statsd.ts';

export interface Deployment {
  metadata: { name: string };
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: { spec: { containers: { name: string; image: string }[] } };
  };
  status: { readyReplicas?: number };
}

export interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string; finalizers?: string[] };
  spec: { nodeName?: string; containers: { image: string }[] };
  status: {
    phase: string;
    podIP?: string;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: { state: { waiting?: { reason: string; message?: string } } }[];
  };
}

export const texts = { first: 'Hello World!', updated: 'Hello again!' };
export const port = 8080;
// One connection for each request, so that a Service chooses a pod anew.
const server = `require('http').createServer((q, s) => { console.log(q.method, q.url, q.headers['user-agent']); s.setHeader('connection', 'close'); s.end(process.env.TEXT); }).listen(${port})`;

function manifest(suite: string): object {
  const metadata = metadataOf(settings.deployment, suite);
  const { labels } = metadata;
  const matchLabels = { [runLabel]: labels[runLabel] };
  const apart = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } };
  return {
    metadata,
    spec: {
      replicas: settings.replicas,
      selector: { matchLabels },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          // The server goes on answering until then, while the Services forget it.
          terminationGracePeriodSeconds: 2,
          // Apart where the cluster can: a step says whether they are.
          topologySpreadConstraints: [
            { ...apart, topologyKey: 'topology.kubernetes.io/zone' },
            { ...apart, topologyKey: 'kubernetes.io/hostname' },
          ],
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'server',
              image: settings.image,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '-e', server],
              env: [{ name: 'TEXT', value: texts.first }],
              ports: [{ containerPort: port }],
              // That it listens. What it answers is for the suites http and http-update.
              readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
              resources: { requests: { cpu: '5m', memory: '48Mi' }, limits: { memory: '128Mi' } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  };
}

export function createDeployment(suite: string): Promise<Deployment> {
  return timed('deployment', 'create', () => api('create', 'deployments', { body: manifest(suite) }));
}

/** One of this name that is there is taken as it stands, and stays. */
export async function haveDeployment(suite: string): Promise<Deployment> {
  return (await find<Deployment>('deployments', settings.deployment)) ?? (await createDeployment(suite));
}

export function podsOf({ spec }: Deployment): Promise<Pod[]> {
  return list('pods', new URLSearchParams(spec.selector.matchLabels).toString().replaceAll('&', ','));
}

export const isLeaving = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
export const hasCondition = ({ status }: Pod, type: string): boolean =>
  status.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;

/** Such as `2 of 3; kubee2etestapp-5d8 is Pending, ErrImagePull: ...`. */
export function wordsFor(pods: Pod[], good: Pod[]): string {
  const others = pods.filter((pod) => !good.includes(pod)).map((pod) => `${pod.metadata.name} ${stateOf(pod)}`);
  return [`${good.length} of ${settings.replicas}`, ...others].join('; ').slice(0, 350);
}

function stateOf(pod: Pod): string {
  const { status } = pod;
  const waiting = status.containerStatuses?.flatMap(({ state }) => state.waiting ?? [])[0];
  const blocked = status.conditions?.find(({ type, message }) => type === 'PodScheduled' && message);
  const why = [waiting?.reason, waiting?.message ?? blocked?.message].filter(Boolean).join(': ');
  const leaving = isLeaving(pod) ? ' and leaving' : '';
  return `is ${status.phase}${leaving}${why === '' ? '' : `, ${why.slice(0, 200)}`}`;
}

/** Exactly as many as there are replicas. */
export function untilPods(deployment: Deployment, what: string, isGood: (pod: Pod) => boolean): Promise<Pod[]> {
  return until({ resource: 'pod', area: 'timeout', error: 'waiting_on_phase', what }, async () => {
    const pods = await podsOf(deployment);
    const good = pods.filter((pod) => isGood(pod) && !isLeaving(pod));
    const are = good.length === settings.replicas;
    return are ? { found: good } : { instead: wordsFor(pods, good) };
  });
}

export function untilReady(deployment: Deployment): Promise<Pod[]> {
  return untilPods(deployment, 'pods are ready', (pod) => hasCondition(pod, 'Ready'));
}

/** As the deployment itself says it, without a right to list pods. */
export function untilAvailable({ metadata: { name } }: Deployment): Promise<true> {
  const wait = { resource: 'deployment', area: 'timeout', error: 'waiting_on_phase', what: 'pods are ready' } as const;
  return until(wait, async (): Promise<Look<true>> => {
    const ready = (await find<Deployment>('deployments', name))?.status.readyReplicas ?? 0;
    return ready === settings.replicas ? { found: true } : { instead: `${ready} of ${settings.replicas} are` };
  });
}

export async function scale({ metadata: { name } }: Deployment, replicas: number): Promise<void> {
  await api('patch', 'deployments', { name, subresource: 'scale', body: { spec: { replicas } } });
}
