/**
 * Whether a hook waits long enough, and a test has time enough: in seconds, against the longest that its run can take.
 */
import type { Canary } from '../api/canary.ts';
import { shortTestProblem } from '../api/deadline.ts';
import { type CompleteSpec, type Spec, withDefaults } from '../api/e2espec.ts';
import { intervalOf, milliseconds } from '../flagger/canary.ts';
import type { VerifierWebhook } from '../flagger/webhooks.ts';
import { inE2ESpec, inWebhook } from './place.ts';
import type { Finding, LintInput } from './rules.ts';

// What an attempt takes besides the test: the Job's deletion, the node, the first poll.
const overheadSeconds = 60;
const reserve = 1.1;

/** The `retries` that outlast a run: Flagger spends one for each Retry-After, within one call. */
export function retriesFor(spec: CompleteSpec, retryAfterSeconds: number): number {
  const attempts = spec.inconclusiveRetries + 1;
  const seconds = attempts * (spec.activeDeadlineSeconds + overheadSeconds);
  return Math.ceil((seconds / retryAfterSeconds) * reserve);
}

interface Timing {
  gate: VerifierWebhook;
  retries: number;
  spec: CompleteSpec;
  needed: number;
  /** Seconds. */
  interval: number;
}

interface Rule {
  /** Of the E2ESpec's spec; `retries` is the webhook's. */
  field: keyof Spec | 'retries';
  /** What is wrong, or nothing. */
  message(timing: Timing): string | undefined;
}

const rules: readonly Rule[] = [
  {
    field: 'activeDeadlineSeconds',
    message: ({ spec }) => {
      const problem = shortTestProblem(spec);
      return problem && `E2ESpec: ${problem}`;
    },
  },
  {
    field: 'onInconclusive',
    message: ({ gate, spec }) =>
      gate.path === '/pre-rollout' && spec.onInconclusive === 'Hold'
        ? 'onInconclusive: Hold does not hold here: 424 costs a failed check at each tick, up to the threshold. Use a confirm gate, or Rollback'
        : undefined,
  },
  {
    field: 'retries',
    message: ({ gate, retries, needed }) =>
      isWaiting(gate) && retries < needed
        ? `retries: ${retries} ends the waiting before the run can end. Use ${needed} or more, or shorten the E2ESpec`
        : undefined,
  },
  {
    field: 'ttlSecondsAfterFinished',
    message: ({ gate, spec: { ttlSecondsAfterFinished: ttl }, interval }) =>
      !isWaiting(gate) && ttl < 3 * interval
        ? `the Job is kept ${ttl} s and asked for every ${2 * interval} s at the most. Use ttlSecondsAfterFinished: ${3 * interval} or more`
        : undefined,
  },
];

/** Whether Flagger waits for the verdict inside of one call. */
function isWaiting({ type, path }: VerifierWebhook): boolean {
  return type === 'pre-rollout' && path === '/pre-rollout';
}

export function checkTiming(gate: VerifierWebhook, canary: Canary, input: LintInput): Finding[] {
  const { webhook, index } = gate;
  const name = webhook.metadata?.['e2espec'] ?? canary.metadata.name;
  const given = input.specOf(name);
  if (given === undefined) return [];
  const spec = withDefaults(given);
  const needed = retriesFor(spec, input.retryAfterSeconds);
  const timing = { gate, retries: webhook.retries ?? 0, spec, needed, interval: intervalOf(canary) / 1000 };
  return rules.flatMap(({ field, message: of }): Finding[] => {
    const message = of(timing);
    if (message === undefined) return [];
    const at = field === 'retries' ? inWebhook(canary, index, field) : inE2ESpec(name, 'spec', field);
    return [{ severity: 'error', webhook: webhook.name, at, message }];
  });
}

/** Of any hook. https://github.com/fluxcd/flagger/blob/v1.44.0/artifacts/flagger/crd.yaml `timeout` */
export function checkTimeout({ webhook: { name, timeout }, index }: VerifierWebhook, canary: Canary): Finding[] {
  if (timeout === undefined) return [];
  const at = inWebhook(canary, index, 'timeout');
  if (!/^[0-9]+(m|s)/.test(timeout)) {
    const message = `timeout: ${timeout} is refused by Flagger's schema. Write minutes or seconds, as 30s`;
    return [{ severity: 'error', webhook: name, at, message }];
  }
  if (milliseconds(timeout) !== undefined) return [];
  const message = `timeout: ${timeout} cannot be read by Flagger, which calls nobody then. Write 30s`;
  return [{ severity: 'error', webhook: name, at, message }];
}
