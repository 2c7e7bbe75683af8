/**
 * Answers of the API server as objects of the cluster, or as the faults they are.
 */
import type { Fault } from '../fault.ts';
import type { Read } from '../kube.ts';
import { type Answer, isObject } from './request.ts';

// An object without a uid is a proxy's page or half an answer, never a state of the cluster.
export function readOne<T>({ code, body, now }: Answer, plural: string): Read<T> | Fault {
  if (code === 404 && (isServed(body) || plural === flaggers)) return { value: undefined, now };
  if (code === 404)
    return { kind: 'unavailable', message: `the API server does not know ${plural}${remedies[plural] ?? ''}` };
  if (code >= 300 || !isWhole(body)) {
    return { kind: 'unavailable', message: `the API server answered ${code} without one of ${plural}` };
  }
  return { value: body as T, now };
}

// Where Flagger is not installed there is no Canary either, and a call by hand is answered all the same.
const flaggers = 'canaries';

const remedies: Record<string, string> = { e2especs: '. Install it: kubectl apply -f crds/' };

function isServed(body: unknown): boolean {
  return isObject(body) && body['kind'] === 'Status';
}

function isWhole(body: unknown): boolean {
  return isObject(body) && isObject(body['metadata']) && Boolean(body['metadata']['uid']);
}

/** Whether a write was carried out, and not answered by somebody who did nothing. */
export function isDone({ code, body }: Answer): boolean {
  return code < 300 && (isWhole(body) || (isObject(body) && body['status'] === 'Success'));
}

export function readList<T>({ code, body, now }: Answer, plural: string): Read<T[]> | Fault {
  if (code >= 300 || !isObject(body) || !Array.isArray(body['items'])) {
    return { kind: 'unavailable', message: `the API server answered ${code} without a list of ${plural}` };
  }
  return { value: body['items'], now };
}

export function messageOf({ code, body }: Answer): string {
  return isObject(body) && typeof body['message'] === 'string' && body['message'] !== ''
    ? body['message']
    : `the API server answered ${code}`;
}

export function unexpected(answer: Answer, verb: string): Fault {
  return { kind: 'unavailable', message: `${verb}: ${messageOf(answer)}` };
}
