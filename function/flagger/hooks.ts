/**
 * The contract with Flagger: what each hook path asks, and the status that answers it. The only file that chooses status
 * codes of the verifier's own.
 *
 * Flagger 1.44 counts up to 202 as passed, loses the body of 429 and of 5xx, and waits inside one call for
 * 429 and 503 with Retry-After when the hook has `retries`.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
 */
import type { CanaryPhase } from '../api/canary.ts';
import type { Verdict } from '../api/verdict.ts';
import type { ErrorKind } from '../errors.ts';

/** A hook that is answered by a verdict. */
export interface VerdictHook {
  /** `gate`: starts the run where there is none. `rollback`: about all runs of the rollout; starts only one asked for by hand. */
  kind: 'gate' | 'rollback';
  /** The Canary's status.phase in which Flagger asks; never compared with the payload's, which differs. */
  phases: readonly CanaryPhase[];
  statuses: Record<Verdict['kind'], number>;
  /** Instead of `inconclusive`, where that is to hold the rollout. */
  onHold?: number;
  /** Whether a call is held for some seconds while the test runs: where Flagger waits for its answer. */
  holds?: boolean;
}

/** A hook without a verdict. */
export interface NoticeHook {
  kind: 'confirm-rollout' | 'post-rollout' | 'event';
  phases: readonly CanaryPhase[];
  status: number;
  /** Where an error's own status would not do. */
  errors?: Partial<Record<ErrorKind, number>>;
}

/** Answered as Flagger's load tester does, whose gates these are: https://docs.flagger.app/usage/webhooks#manual-gating */
export type ManualHook = FixedHook | CheckHook | OrderHook;

/** The same to everybody. */
export interface FixedHook {
  kind: 'fixed';
  phases: readonly [];
  status: number;
  reason: 'Approved' | 'Halted';
}

/** Asked by Flagger, and answered by whether a person has opened it. */
export interface CheckHook {
  kind: 'check';
  gate: 'gate' | 'rollback';
  phases: readonly CanaryPhase[];
  statuses: { open: number; closed: number };
}

/** Called by people, who bring a token of their own. */
export interface OrderHook {
  kind: 'order';
  gate: 'gate' | 'rollback';
  opens: boolean;
  /** Where it is not said: whether for the rollout that is going on, or until it is closed. */
  once: boolean;
  phases: readonly [];
  status: number;
}

export type Hook = VerdictHook | NoticeHook | ManualHook;

const duringAnalysis = ['Progressing', 'WaitingPromotion'] as const;
const blocking = { passed: 200, failed: 412, inconclusive: 424, running: 429 };
const approval = { passed: 200, failed: 403, inconclusive: 403, running: 403 };
const byHand = { open: 200, closed: 403 };

export const hooks = {
  // A 202 passes the hook: it starts the test, and a gate must follow it.
  '/webhook': {
    kind: 'gate',
    phases: duringAnalysis,
    statuses: { passed: 200, failed: 500, inconclusive: 500, running: 202 },
  },
  '/pre-rollout': { kind: 'gate', phases: duringAnalysis, statuses: blocking, holds: true },
  '/rollout': { kind: 'gate', phases: duringAnalysis, statuses: blocking, holds: true },
  '/confirm-traffic-increase': { kind: 'gate', phases: duringAnalysis, statuses: approval },
  '/confirm-promotion': { kind: 'gate', phases: duringAnalysis, statuses: approval },
  // A positive signal: up to 202 means "roll back now".
  '/rollback': {
    kind: 'rollback',
    phases: duringAnalysis,
    statuses: { passed: 403, failed: 200, inconclusive: 200, running: 403 },
    onHold: 403,
  },
  // Asked before the canary is scaled up, and for ever: 403 for what would stop every run of this rollout.
  '/confirm-rollout': {
    kind: 'confirm-rollout',
    phases: ['Initialized', 'Succeeded', 'Failed', 'Waiting'],
    status: 200,
    errors: { SpecMissing: 403, Invalid: 403 },
  },
  '/post-rollout': { kind: 'post-rollout', phases: ['Succeeded', 'Failed'], status: 200 },
  '/event': { kind: 'event', phases: [], status: 200 },
  '/gate/approve': { kind: 'fixed', phases: [], status: byHand.open, reason: 'Approved' },
  '/gate/halt': { kind: 'fixed', phases: [], status: byHand.closed, reason: 'Halted' },
  '/gate/check': {
    kind: 'check',
    gate: 'gate',
    phases: ['Initialized', 'Succeeded', 'Failed', 'Waiting', ...duringAnalysis],
    statuses: byHand,
  },
  '/gate/open': { kind: 'order', gate: 'gate', opens: true, once: false, phases: [], status: 202 },
  '/gate/close': { kind: 'order', gate: 'gate', opens: false, once: false, phases: [], status: 202 },
  // A positive signal as well.
  '/rollback/check': { kind: 'check', gate: 'rollback', phases: duringAnalysis, statuses: byHand },
  '/rollback/open': { kind: 'order', gate: 'rollback', opens: true, once: true, phases: [], status: 202 },
  '/rollback/close': { kind: 'order', gate: 'rollback', opens: false, once: true, phases: [], status: 202 },
} as const satisfies Record<string, Hook>;

/** No hook of Flagger's, and so no webhook's path: a run outside a rollout, answered as /pre-rollout is. */
export const runPath = '/run';
export const runHook = { kind: 'gate', phases: [], statuses: blocking, holds: true } as const satisfies VerdictHook;

export function isVerdictHook(hook: Hook): hook is VerdictHook {
  return hook.kind === 'gate' || hook.kind === 'rollback';
}

export function isManualHook(hook: Hook): hook is ManualHook {
  return hook.kind === 'fixed' || hook.kind === 'check' || hook.kind === 'order';
}

export type HookPath = keyof typeof hooks;

// Of a webhook's URL no more is read.
const longestPath = 2048;

/**
 * The hook's path and what a gateway has put before it: `/e2e/pre-rollout/` is `/pre-rollout` behind `e2e`. Nothing for a
 * path that ends otherwise, in other letters, or has a word of the verifier's in front, such as `/gate/rollback`.
 */
export function splitPath(path: string): { path: HookPath; prefix: string } | undefined {
  const segments = segmentsOf(path);
  for (const words of [2, 1]) {
    const own = `/${segments.slice(-words).join('/')}`;
    const before = segments.slice(0, -words);
    if (isHookPath(own)) return before.some(isOwnWord) ? undefined : { path: own, prefix: before.join('/') };
  }
  return undefined;
}

function segmentsOf(path: string): string[] {
  const isRead = path.startsWith('/') && path.length <= longestPath;
  return isRead ? path.split('/').filter((segment) => segment !== '') : [];
}

/** Behind a gateway as well. */
export function isRunPath(path: string): boolean {
  const segments = segmentsOf(path);
  return `/${segments.pop() ?? ''}` === runPath && !segments.some(isOwnWord);
}

export function hookAt(path: string): Hook | undefined {
  const split = splitPath(path);
  return split && hooks[split.path];
}

function isHookPath(path: string): path is HookPath {
  return Object.hasOwn(hooks, path);
}

function isOwnWord(segment: string): boolean {
  return segment === 'gate' || isHookPath(`/${segment}`);
}

const gatesByHand = ['/gate/check', '/gate/approve', '/gate/halt'] as const;

/** The paths that a webhook of each type may call: the payload names no type, so a rollback hook at a gate would roll back what passed. */
const pathsOfType: Record<string, readonly HookPath[]> = {
  'confirm-rollout': ['/confirm-rollout', ...gatesByHand],
  'pre-rollout': ['/pre-rollout', '/webhook'],
  rollout: ['/rollout', '/webhook'],
  'confirm-traffic-increase': ['/confirm-traffic-increase', ...gatesByHand],
  'confirm-promotion': ['/confirm-promotion', ...gatesByHand],
  rollback: ['/rollback', '/rollback/check'],
  'post-rollout': ['/post-rollout'],
  event: ['/event'],
};

/** None for a word that is no type, such as `constructor`. */
export function pathsOf(type: string): readonly HookPath[] {
  return Object.hasOwn(pathsOfType, type) ? (pathsOfType[type] ?? []) : [];
}

/** The types of webhooks that may call the path. */
export function typesOf(path: HookPath): string[] {
  return Object.keys(pathsOfType).filter((type) => pathsOf(type).includes(path));
}

/** For people and probes; never a verdict. */
export const healthPaths: readonly string[] = ['/', '/healthz', '/health/liveness', '/health/readiness'];
export const healthy = 200;

const errorStatuses: Record<ErrorKind, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  CanaryMismatch: 403,
  Forbidden: 403,
  NotFound: 404,
  SpecMissing: 404,
  MethodNotAllowed: 405,
  TargetChanged: 409,
  AlreadyExists: 409,
  NoRollout: 409,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  ServiceUnavailable: 503,
};

/** Whether Flagger is to ask again: it honours Retry-After with these alone. */
export function asksToRetry(status: number): boolean {
  return status === blocking.running || status === errorStatuses.ServiceUnavailable;
}

/** Whether the caller is to bring a token, or another one. https://www.rfc-editor.org/rfc/rfc9110#name-401-unauthorized */
export function asksForToken(status: number): boolean {
  return status === errorStatuses.Unauthorized;
}

export function statusOfError(kind: ErrorKind, hook: Hook | undefined): number {
  const own = hook !== undefined && 'errors' in hook ? hook.errors?.[kind] : undefined;
  return own ?? errorStatuses[kind];
}

/** Of a run that is only observed: a gate lets go, and nothing is rolled back. */
export function statusObserved({ kind, statuses }: VerdictHook): number {
  switch (kind) {
    case 'gate':
      return statuses.passed;
    case 'rollback':
      return statuses.running;
  }
}

export function statusOfVerdict(hook: VerdictHook, kind: Verdict['kind'], onHold: boolean): number {
  return onHold && kind === 'inconclusive' ? (hook.onHold ?? hook.statuses.inconclusive) : hook.statuses[kind];
}
