/**
 * Answers of the API server as objects of the cluster, or as the faults they are.
 */
import type { Fault } from '../fault.ts';
import type { Read } from '../kube.ts';
import { type Answer, isObject } from './request.ts';
import { Misshapen } from './shape.ts';
import { shapes } from './shapes.ts';

// An object without a uid is a proxy's page or half an answer, never a state of the cluster.
export function readOne<T>({ code, body, now }: Answer, plural: string): Read<T> | Fault {
  if (code === 404 && (isServed(body) || plural === flaggers)) return { value: undefined, now };
  if (code === 404)
    return { kind: 'unavailable', message: `the API server does not know ${plural}${remedies[plural] ?? ''}` };
  if (code >= 300 || !isWhole(body)) {
    return { kind: 'unavailable', message: `the API server answered ${code} without one of ${plural}` };
  }
  const wrong = wrongWith(body, plural);
  return wrong === undefined ? { value: body as T, now } : misshapen(body, plural, wrong);
}

function wrongWith(object: unknown, plural: string): string | undefined {
  try {
    shapes[plural]?.(object, '');
    return undefined;
  } catch (error) {
    if (error instanceof Misshapen) return error.message;
    throw error;
  }
}

// What people write waits for people; all else the API server has made sure of, so that it is a slip on the way.
const writtenByPeople: Record<string, string> = {
  canaries: 'Correct the Canary',
  e2especs: 'Correct the E2ESpec, or apply crds/ again: its definition refuses this',
};

function misshapen(object: unknown, plural: string, wrong: string): Fault {
  const remedy = writtenByPeople[plural];
  if (remedy === undefined) {
    return { kind: 'unavailable', message: `the API server answered with one of ${plural} in which ${wrong}` };
  }
  return { kind: 'refused', message: `${nameOf(object)} of ${plural} cannot be read: ${wrong}. ${remedy}` };
}

function nameOf(object: unknown): string {
  const metadata = isObject(object) && isObject(object['metadata']) ? object['metadata'] : {};
  return typeof metadata['name'] === 'string' ? metadata['name'] : 'one';
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
  const items: T[] = body['items'];
  for (const item of items) {
    const wrong = wrongWith(item, plural);
    if (wrong !== undefined) return misshapen(item, plural, wrong);
  }
  return { value: items, now };
}

export function messageOf({ code, body }: Answer): string {
  return isObject(body) && typeof body['message'] === 'string' && body['message'] !== ''
    ? body['message']
    : `the API server answered ${code}`;
}

export function unexpected(answer: Answer, verb: string): Fault {
  return { kind: 'unavailable', message: `${verb}: ${messageOf(answer)}` };
}
