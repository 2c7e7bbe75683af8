/**
 * Whether a hook waits long enough, and a test has time enough: in seconds, against the longest that its run can take.
 */
import type { Canary } from '../api/canary.ts';
import { type CompleteSpec, withDefaults } from '../api/e2espec.ts';
import { intervalOf, milliseconds, thresholdOf } from '../flagger/canary.ts';
import { pathsOf } from '../flagger/hooks.ts';
import { haveSameMetadata, typeOf, webhooksOf } from '../flagger/webhooks.ts';
import { inCanary, inE2ESpec, inWebhook } from './place.ts';
import type { Finding, LintInput, MeantWebhook } from './rules.ts';
import { e2eSpecOf } from './specs.ts';

// What an attempt takes besides the test: the Job's deletion, the node, the first poll.
export const overheadSeconds = 60;
const reserve = 1.1;

/** Seconds. */
function longestRun(spec: CompleteSpec): number {
  return (spec.inconclusiveRetries + 1) * (spec.activeDeadlineSeconds + overheadSeconds);
}

/** The `retries` that outlast a run: Flagger spends one for each Retry-After, within one call. */
export function retriesFor(spec: CompleteSpec, retryAfterSeconds: number): number {
  return Math.ceil((longestRun(spec) / retryAfterSeconds) * reserve);
}

export interface TimingInput {
  gate: MeantWebhook;
  gates: MeantWebhook[];
  canary: Canary;
  input: LintInput;
}

export function checkTiming({ gate, gates, canary, input }: TimingInput): Finding[] {
  const name = e2eSpecOf(gate, canary);
  const given = input.specOf(name);
  if (given === undefined) return [];
  const spec = withDefaults(given);
  // Nothing waits for it.
  if (spec.mode === 'Observe') return [];
  return [
    ...checkHold(gate, name, spec),
    ...(isWaiting(gate, gates) ? checkRetries(gate, spec, canary, input) : []),
    ...checkTtl(gate, name, spec, canary),
  ];
}

function checkHold({ webhook, path }: MeantWebhook, name: string, { onInconclusive }: CompleteSpec): Finding[] {
  if (path !== '/pre-rollout' || onInconclusive !== 'Hold') return [];
  const message =
    'onInconclusive: Hold does not hold here: 424 costs a failed check at each tick, up to the threshold. Use a confirm gate, or Rollback';
  return [{ severity: 'error', webhook: webhook.name, at: inE2ESpec(name, 'spec', 'onInconclusive'), message }];
}

/** Whether Flagger waits for the verdict inside of one call: a rollout hook finds it there when another gate was asked before. */
function isWaiting(gate: MeantWebhook, gates: MeantWebhook[]): boolean {
  if (isPreRollout(gate)) return true;
  const isEarlier = (other: MeantWebhook) => isPreRollout(other) || other.path === '/confirm-traffic-increase';
  const isSameRun = ({ webhook }: MeantWebhook) => haveSameMetadata(webhook.metadata, gate.webhook.metadata);
  return gate.path === '/rollout' && !gates.some((other) => isEarlier(other) && isSameRun(other));
}

function isPreRollout({ type, path }: MeantWebhook): boolean {
  return type === 'pre-rollout' && path === '/pre-rollout';
}

// Retries that are used up cost a failed check, and the next tick waits for the same run.
function checkRetries(
  { webhook, index }: MeantWebhook,
  spec: CompleteSpec,
  canary: Canary,
  { retryAfterSeconds }: LintInput,
): Finding[] {
  const { name, retries = 0 } = webhook;
  const needed = retriesFor(spec, retryAfterSeconds);
  if (retries >= needed) return [];
  const waited = Math.max(0, retries) * retryAfterSeconds;
  const left = needed * retryAfterSeconds - waited;
  const lost = Math.ceil(left / Math.max(waited, intervalOf(canary) / 1000));
  const threshold = thresholdOf(canary);
  const checks = `up to ${lost} failed ${lost === 1 ? 'check' : 'checks'}`;
  const cost = lost < threshold ? `of the ${threshold} that roll back` : 'so that a good revision can be rolled back';
  const message = `retries: ${retries} ends the waiting before the run can end: ${checks}${lost < threshold ? ' ' : ', '}${cost}. Use ${needed} or more, or shorten the E2ESpec`;
  const severity = lost < threshold ? 'advice' : 'error';
  return [{ severity, webhook: name, at: inWebhook(canary, index, 'retries'), message }];
}

function checkTtl(gate: MeantWebhook, name: string, spec: CompleteSpec, canary: Canary): Finding[] {
  const { ttlSecondsAfterFinished: ttl } = spec;
  const interval = intervalOf(canary) / 1000;
  if (isPreRollout(gate) || ttl >= 3 * interval) return [];
  const message = `the Job is kept ${ttl} s, but Flagger may ask only every ${2 * interval} s. Use ttlSecondsAfterFinished: ${3 * interval} or more`;
  const at = inE2ESpec(name, 'spec', 'ttlSecondsAfterFinished');
  return [{ severity: 'error', webhook: gate.webhook.name, at, message }];
}

// As Flagger's schema has it: https://github.com/fluxcd/flagger/blob/v1.44.0/artifacts/flagger/crd.yaml `interval`, `timeout`
const durations = /^[0-9]+(m|s)/;
// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
const defaultTimeout = 10_000;

/** Whether the schema takes it, and whether a tick has the time. */
export function checkInterval(canary: Canary, own: MeantWebhook[]): Finding[] {
  const { interval } = canary.spec.analysis ?? {};
  if (interval === undefined || durations.test(interval)) return checkSum(canary, own);
  const message = `interval: ${interval} is refused by Flagger's schema. Write minutes or seconds, as 1m`;
  return [{ severity: 'error', at: inCanary(canary, 'spec', 'analysis', 'interval'), message }];
}

/**
 * "The sum of all rollout webhooks timeouts should be lower than the analysis interval":
 * https://github.com/fluxcd/flagger/blob/v1.44.0/docs/gitbook/usage/webhooks.md
 */
function checkSum(canary: Canary, own: MeantWebhook[]): Finding[] {
  const isRollout = (type: string) => type === 'rollout';
  if (!own.some(({ type, path }) => isRollout(type) && pathsOf(type).includes(path))) return [];
  const hooks = webhooksOf(canary).filter((webhook) => isRollout(typeOf(webhook)));
  const sum = hooks.reduce((total, { timeout }) => total + (milliseconds(timeout) ?? defaultTimeout), 0) / 1000;
  const interval = intervalOf(canary) / 1000;
  if (sum < interval) return [];
  const message = `the timeouts of the rollout hooks are ${sum} s together; Flagger wants them under the interval, ${interval} s, because it calls them one after the other in each tick. Use interval: ${Math.floor(sum) + 1}s or more, or shorter timeouts`;
  return [{ severity: 'advice', at: inCanary(canary, 'spec', 'analysis', 'interval'), message }];
}

/** Of any hook. */
export function checkTimeout({ webhook: { name, timeout }, index }: MeantWebhook, canary: Canary): Finding[] {
  if (timeout === undefined) return [];
  const at = inWebhook(canary, index, 'timeout');
  if (!durations.test(timeout)) {
    const message = `timeout: ${timeout} is refused by Flagger's schema. Write minutes or seconds, as 30s`;
    return [{ severity: 'error', webhook: name, at, message }];
  }
  if (milliseconds(timeout) !== undefined) return [];
  const message = `Flagger cannot read timeout: ${timeout}, so it never calls. Write 30s`;
  return [{ severity: 'error', webhook: name, at, message }];
}
