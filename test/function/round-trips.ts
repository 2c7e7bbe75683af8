/**
 * How deep a call goes: the requests it makes to the API server, and which of them wait for an earlier one.
 */
import type { EmbeddedKubernetes, LoggedRequest } from '../support/embedded/index.ts';

export interface Trace<T> {
  answered: T;
  /** Requests that were on their way at the same time stand together; each list is one round trip. */
  roundTrips: string[][];
}

// Every request takes this long: what begins later than that after another has waited for it.
const delay = 100;

/** Makes a call that nothing else of its namespace's interrupts. */
export async function trace<T>(
  kubernetes: EmbeddedKubernetes,
  namespace: string,
  call: () => Promise<T>,
): Promise<Trace<T>> {
  const quicken = kubernetes.misbehave({ namespace }, { kind: 'delay', milliseconds: delay });
  const before = kubernetes.requests.length;
  const answered = await call();
  quicken();
  const own = kubernetes.requests.slice(before).filter((request) => request.namespace === namespace);
  return { answered, roundTrips: roundTripsOf(own) };
}

/** A request belongs to the round trip after the last one that had ended when it began. */
function roundTripsOf(requests: readonly LoggedRequest[]): string[][] {
  const placed: { request: LoggedRequest; depth: number }[] = [];
  for (const request of [...requests].sort((a, b) => a.startedAt - b.startedAt)) {
    const earlier = placed.filter((each) => each.request.endedAt <= request.startedAt);
    placed.push({ request, depth: Math.max(0, ...earlier.map(({ depth }) => depth)) + 1 });
  }
  const deepest = Math.max(0, ...placed.map(({ depth }) => depth));
  return Array.from({ length: deepest }, (_, index) =>
    placed
      .filter(({ depth }) => depth === index + 1)
      .map(({ request }) => nameOf(request))
      .sort(),
  );
}

function nameOf({ verb, resource, subresource }: LoggedRequest): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}
