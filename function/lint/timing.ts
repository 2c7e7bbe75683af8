/**
 * Whether a hook waits long enough: in seconds, against the longest that its run can take.
 */
import type { Canary } from '../api/canary.ts';
import { type CompleteSpec, withDefaults } from '../api/e2espec.ts';
import { intervalOf } from '../flagger/canary.ts';
import type { Finding, LintedWebhook, LintInput } from './rules.ts';

// What an attempt takes besides the test: the Job's deletion, the node, the first poll.
const overheadSeconds = 60;
const reserve = 1.1;

/** The `retries` that outlast a run: Flagger spends one for each Retry-After, within one call. */
export function retriesFor(spec: CompleteSpec, retryAfterSeconds: number): number {
  const attempts = spec.inconclusiveRetries + 1;
  const seconds = attempts * (spec.activeDeadlineSeconds + overheadSeconds);
  return Math.ceil((seconds / retryAfterSeconds) * reserve);
}

export function checkTiming({ webhook, type, path }: LintedWebhook, canary: Canary, input: LintInput): Finding[] {
  const say = (message: string): Finding => ({ webhook: webhook.name, message });
  const findings: Finding[] = [];
  // https://github.com/fluxcd/flagger/blob/v1.44.0/artifacts/flagger/crd.yaml `timeout`
  if (webhook.timeout !== undefined && !/^[0-9]+(m|s)/.test(webhook.timeout)) {
    findings.push(say(`timeout: ${webhook.timeout} is refused by Flagger's schema. Write minutes or seconds, as 30s`));
  }
  const given = input.specOf(webhook.metadata?.['e2espec'] ?? canary.metadata.name);
  if (given === undefined) return findings;
  const spec = withDefaults(given);
  if (path === '/pre-rollout' && spec.onInconclusive === 'Hold') {
    findings.push(
      say(
        'onInconclusive: Hold does not hold here: 424 costs a failed check at each tick, up to the threshold. Use a confirm gate, or Rollback',
      ),
    );
  }
  const needed = retriesFor(spec, input.retryAfterSeconds);
  const retries = webhook.retries ?? 0;
  if (type === 'pre-rollout' && path === '/pre-rollout' && retries < needed) {
    findings.push(
      say(`retries: ${retries} ends the waiting before the run can end. Use ${needed} or more, or shorten the E2ESpec`),
    );
  }
  const ttl = spec.ttlSecondsAfterFinished;
  const interval = intervalOf(canary) / 1000;
  if (ttl < 3 * interval) {
    findings.push(
      say(
        `the Job is kept ${ttl} s and asked for every ${2 * interval} s at the most. Use ttlSecondsAfterFinished: ${3 * interval} or more`,
      ),
    );
  }
  return findings;
}
