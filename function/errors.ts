/**
 * The one way to fail: what keeps a call from its answer is thrown, and becomes an answer in `handlers/handle.ts` alone.
 * What is no failure (a verdict, a step, how a run stands) is a value.
 */

/** The word that is read first, as Kubernetes says it where it has one. Its status stands in `flagger/hooks.ts`. */
export const errorKinds = [
  /** The payload is not one that Flagger sends. */
  'BadRequest',
  /** No token came with a call that needs one, or one that the API server does not know. */
  'Unauthorized',
  /** The payload does not fit the Canary it names. */
  'CanaryMismatch',
  /** The API server refuses the verifier, or the caller whose token came with the call, a right. */
  'Forbidden',
  /** No hook has this path; or the caller names an object that is not there. */
  'NotFound',
  'SpecMissing',
  'MethodNotAllowed',
  /** The canary's target is no longer what the run began with. */
  'TargetChanged',
  /** The Job's name is taken by a Job that is not this run's. */
  'AlreadyExists',
  /** What is meant for the rollout that is going on, where none is. */
  'NoRollout',
  'RequestEntityTooLarge',
  'UnsupportedMediaType',
  /** The API server refuses the Job that the E2ESpec describes, or the Canary or the E2ESpec cannot be read. */
  'Invalid',
  /** The verifier itself is wrong. */
  'InternalError',
  /** The API server is away, slow, busy or not making sense, or too many call: Flagger asks again. */
  'ServiceUnavailable',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export class HookError extends Error {
  readonly kind: ErrorKind;
  /** For the log alone: a stranger must not learn it. */
  readonly detail: string | undefined;
  /** When the API server wants to be asked again. */
  readonly retryAfterSeconds: number | undefined;

  /** `message`: one sentence for the person on call, which says what to do. */
  constructor(
    kind: ErrorKind,
    message: string,
    more: { detail?: string; retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message);
    this.kind = kind;
    this.detail = more.detail;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** What was thrown, whatever it is: anything but a HookError is the verifier's own mistake. */
export function toHookError(error: unknown): HookError {
  if (error instanceof HookError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new HookError('InternalError', 'an error of the verifier itself; its log has the details', { detail });
}

/**
 * Waits for all of them and throws the first error in the order of the list, whichever came first: else an answer would
 * depend on timing, and a stranger would be told what exists before it is known whose call it is.
 */
export async function allInOrder<T extends readonly unknown[]>(
  promises: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const outcomes = await Promise.allSettled(promises);
  throwFirst(outcomes);
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined)) as unknown as T;
}

/** Throws the first error in the order of the list, if there is one. */
export function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** For a promise that is awaited later, or by nobody when something else fails before: no rejection is unhandled. */
export function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
