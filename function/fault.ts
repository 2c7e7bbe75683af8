/**
 * What keeps a call from a verdict. Faults are values: nothing above `kube.ts` throws.
 * Which status each one gets is `hooks.ts`' affair.
 */
export type Fault =
  /** The request is not a hook call: the path, the method, the media type, the size. */
  | { kind: 'unknownPath' | 'wrongMethod' | 'tooLarge' | 'wrongMediaType'; message: string }
  /** The payload is not one that Flagger sends. */
  | { kind: 'invalid'; message: string }
  /** The payload does not fit the Canary it names. `detail`: for the log, because a stranger must not learn it. */
  | { kind: 'notFlagger'; message: string; detail?: string }
  | { kind: 'specMissing'; message: string }
  /** The Job's name is taken by a Job that is not this run's. */
  | { kind: 'nameTaken'; message: string }
  /** The canary's target is no longer what the run began with. */
  | { kind: 'targetChanged'; message: string }
  /** The API server refuses the Job that the E2ESpec describes, or the Canary or the E2ESpec cannot be read. */
  | { kind: 'refused'; message: string }
  /** The API server refuses the verifier a right. */
  | { kind: 'denied'; message: string }
  /** The API server is away, slow, busy or not making sense. Heals by itself. */
  | { kind: 'unavailable'; message: string; retryAfterSeconds?: number }
  /** The verifier itself is wrong. */
  | { kind: 'internalError'; message: string };

const kinds: Record<Fault['kind'], true> = {
  unknownPath: true,
  wrongMethod: true,
  tooLarge: true,
  wrongMediaType: true,
  invalid: true,
  notFlagger: true,
  specMissing: true,
  nameTaken: true,
  targetChanged: true,
  refused: true,
  denied: true,
  unavailable: true,
  internalError: true,
};

/** The word a person reads first: `SpecMissing`. */
export function reasonOf({ kind }: Fault): string {
  return `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
}

export function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    Object.hasOwn(kinds, value.kind)
  );
}
