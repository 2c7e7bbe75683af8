/**
 * What may happen to a request on its way to the API server and back, and what a hook is to answer then.
 */
import assert from 'node:assert/strict';
import type { Fault } from '../support/embedded/index.ts';
import type { EmbeddedWorld } from '../support/stage.ts';
import type { Answered } from '../support/verifier.ts';

/** Milliseconds for one call, so that the tests need not wait for Flagger's. */
export const callBudget = 1500;

// What a machine that does much else at the same time may take on top.
const patience = 1000;

export interface Kind {
  name: string;
  fault: Fault;
  status: 503 | 403;
  retryAfter?: string;
}

const status = (code: 401 | 403 | 429 | 500 | 503, retryAfterSeconds?: number): Fault => ({
  kind: 'status',
  code,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** The request is not carried out. */
export const undone: Kind[] = [
  { name: 'a refused connection', fault: { kind: 'refuse' }, status: 503 },
  { name: 'a reset connection', fault: { kind: 'reset' }, status: 503 },
  { name: 'a page of HTML with 200', fault: { kind: 'html' }, status: 503 },
  { name: '401', fault: status(401), status: 503 },
  { name: '403', fault: status(403), status: 403 },
  { name: '429 with Retry-After', fault: status(429, 7), status: 503, retryAfter: '7' },
  { name: '500', fault: status(500), status: 503 },
  { name: '503', fault: status(503), status: 503 },
];

/** The request is carried out, and nobody is told. */
export const ambiguous: Kind[] = [
  { name: 'an answer that comes too late', fault: { kind: 'delay', milliseconds: 2500 }, status: 503 },
  { name: 'half an answer', fault: { kind: 'halfBody' }, status: 503 },
  { name: '500 after the work', fault: { kind: 'afterwards', code: 500 }, status: 503 },
];

export interface Request {
  verb: string;
  resource: string;
  subresource?: string;
}

/** One call while these requests of it misbehave; it must be answered in time. */
export async function callDuring(
  { kubernetes, verifier, namespace }: EmbeddedWorld,
  requests: Request[],
  { name, fault }: Kind,
  call: { path: string; payload: unknown },
): Promise<Answered> {
  const ends = requests.map((request) => kubernetes.misbehave({ ...request, namespace }, fault));
  const before = kubernetes.requests.length;
  const began = Date.now();
  try {
    const answered = await verifier.post(call.path, call.payload);
    const took = Date.now() - began;
    assert.ok(took < callBudget + patience, `${name}: answered after ${took} ms`);
    return answered;
  } finally {
    for (const end of ends) end();
    const seen = kubernetes.requests.slice(before).filter((request) => request.namespace === namespace);
    const isMet = fault.kind === 'delay' || requests.some((request) => seen.some(isLike(request)));
    assert.ok(isMet, `${name}: nothing was asked that could misbehave`);
  }
}

function isLike(request: Request): (seen: Request) => boolean {
  return ({ verb, resource, subresource }) =>
    verb === request.verb && resource === request.resource && subresource === request.subresource;
}

/** Neither a pass nor a start, but what makes Flagger ask again, or a person bind a role. */
export function assertNoPass(answered: Answered, kind: Kind, { verb }: Request): void {
  const said = `${kind.name}: ${answered.status} ${answered.body}`;
  assert.equal(answered.status, kind.status, said);
  const retryAfter = kind.status === 503 ? (kind.retryAfter ?? '10') : null;
  assert.equal(answered.headers.get('retry-after'), retryAfter, said);
  if (kind.status === 403) assert.ok(answered.body.includes(`verbs: ["${verb}"]`), said);
}
