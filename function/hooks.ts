/**
 * The contract with Flagger: what each hook path asks, and the status that answers it. The only file that knows status codes.
 *
 * Flagger 1.44 counts up to 202 as passed, loses the body of 429 and of 5xx, and waits inside one call for
 * 429 and 503 with Retry-After when the hook has `retries`.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
 */
import type { CanaryPhase } from './canary.ts';
import type { Fault } from './fault.ts';
import type { Verdict } from './verdict.ts';

/** A hook that is answered by a verdict. */
export interface VerdictHook {
  /** `gate`: starts the run where there is none. `rollback`: asks for all runs of the rollout, and starts nothing. */
  asks: 'gate' | 'rollback';
  /** The Canary's status.phase in which Flagger asks; never compared with the payload's, which differs. */
  phases: readonly CanaryPhase[];
  answers: Record<Verdict['kind'], number>;
  /** Instead of `inconclusive`, for an E2ESpec with `onInconclusive: Hold`. */
  held?: number;
}

/** A hook that tells the verifier something, and gates nothing. */
export interface NoticeHook {
  asks: 'preflight' | 'close' | 'nothing';
  phases: readonly CanaryPhase[];
  done: number;
  /** Where a fault's own status would not do. */
  faults?: Partial<Record<Fault['kind'], number>>;
}

export type Hook = VerdictHook | NoticeHook;

const advancing = ['Progressing', 'WaitingPromotion'] as const;
const waits = { passed: 200, failed: 412, inconclusive: 424, running: 429 };
const confirms = { passed: 200, failed: 403, inconclusive: 403, running: 403 };

export const hooks = {
  // The seed's contract. A 202 passes the hook: it starts the test, and a gate must follow it.
  '/webhook': {
    asks: 'gate',
    phases: advancing,
    answers: { passed: 200, failed: 500, inconclusive: 500, running: 202 },
  },
  '/pre-rollout': { asks: 'gate', phases: advancing, answers: waits },
  '/rollout': { asks: 'gate', phases: advancing, answers: waits },
  '/confirm-traffic-increase': { asks: 'gate', phases: advancing, answers: confirms },
  '/confirm-promotion': { asks: 'gate', phases: advancing, answers: confirms },
  // A positive signal: up to 202 means "roll back now".
  '/rollback': {
    asks: 'rollback',
    phases: advancing,
    answers: { passed: 403, failed: 200, inconclusive: 200, running: 403 },
    held: 403,
  },
  // Asked before the canary is scaled up, and for ever: 403 only for what would stop every run of this rollout.
  '/confirm-rollout': {
    asks: 'preflight',
    phases: ['Initialized', 'Succeeded', 'Failed', 'Waiting'],
    done: 200,
    faults: { specMissing: 403, refused: 403 },
  },
  '/post-rollout': { asks: 'close', phases: ['Succeeded', 'Failed'], done: 200 },
  '/event': { asks: 'nothing', phases: [], done: 200 },
} as const satisfies Record<string, Hook>;

export type HookPath = keyof typeof hooks;

export function hookAt(path: string): Hook | undefined {
  return isHookPath(path) ? hooks[path] : undefined;
}

export function isHookPath(path: string): path is HookPath {
  return Object.hasOwn(hooks, path);
}

/** For people and probes; never a verdict. */
export const healthPaths: readonly string[] = ['/', '/healthz', '/health/liveness', '/health/readiness'];
export const healthy = 200;

const faults: Record<Fault['kind'], number> = {
  invalid: 400,
  notFlagger: 403,
  denied: 403,
  unknownPath: 404,
  specMissing: 404,
  wrongMethod: 405,
  targetChanged: 409,
  nameTaken: 409,
  tooLarge: 413,
  wrongMediaType: 415,
  refused: 422,
  internalError: 500,
  unavailable: 503,
};

/** Whether Flagger is to ask again: it honours Retry-After with these alone. */
export function asksToRetry(status: number): boolean {
  return status === waits.running || status === faults.unavailable;
}

export function statusOfFault(fault: Fault, hook: Hook | undefined): number {
  const own = hook !== undefined && 'faults' in hook ? hook.faults?.[fault.kind] : undefined;
  return own ?? faults[fault.kind];
}

export function statusOfVerdict(hook: VerdictHook, verdict: Verdict, isHeld: boolean): number {
  return isHeld && verdict.kind === 'inconclusive'
    ? (hook.held ?? hook.answers.inconclusive)
    : hook.answers[verdict.kind];
}
