/**
 * What the embedded API's own tests share: raw requests with their status codes, waiting, small objects.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kubernetes, KubernetesObject } from '../../kubernetes.ts';

export interface Answered {
  code: number;
  headers: Headers;
  body: unknown;
}

export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<Answered> {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': contentType, Accept: 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { code: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** The value at a path of fields and indexes. */
export function field(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

/** Asks again until there is an answer other than undefined and false. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  milliseconds = 5000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    await wait(10);
  }
}

export function job(
  namespace: string,
  name: string,
  container: object,
  spec: object = {},
  pod: object = {},
): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: {
      backoffLimit: 0,
      ...spec,
      template: {
        spec: { restartPolicy: 'Never', ...pod, containers: [{ name: 'test', image: 'busybox:1', ...container }] },
      },
    },
  };
}

export const shell = (script: string) => ({
  command: ['sh', '-c', script],
  terminationMessagePolicy: 'FallbackToLogsOnError',
});

export function conditions(object: KubernetesObject | undefined): string[] {
  const list = (field(object, 'status', 'conditions') ?? []) as { type: string; status: string }[];
  return list.filter((one) => one.status === 'True').map((one) => one.type);
}

export const jobsIn = (kubernetes: Kubernetes, namespace: string) => ({
  get: (name: string) => kubernetes.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name }),
  finished: (name: string) =>
    until(`the end of Job ${name}`, async () => {
      const found = await kubernetes.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
      return conditions(found).some((type) => type === 'Complete' || type === 'Failed') && found;
    }),
  pods: (name: string) =>
    kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, `batch.kubernetes.io/job-name=${name}`),
  pod: (name: string) =>
    until(`a pod of Job ${name}`, async () => {
      const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, `job-name=${name}`);
      return pod;
    }),
  /** The events about one object, as sorted "Type Reason Message". */
  events: async (uid: string | undefined) =>
    (await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace }))
      .filter((event) => field(event, 'involvedObject', 'uid') === uid)
      .map((event) => `${event['type']} ${event['reason']} ${event['message']}`)
      .sort(),
});

export const terminated = (pod: KubernetesObject) =>
  field(pod, 'status', 'containerStatuses', 0, 'state', 'terminated');
export const waiting = (pod: KubernetesObject) => field(pod, 'status', 'containerStatuses', 0, 'state', 'waiting');
