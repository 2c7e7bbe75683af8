/**
 * Canaries and what is found in them.
 */
import type { Analysis, Canary, Webhook } from '../../../function/api/canary.ts';
import type { Spec } from '../../../function/api/e2espec.ts';
import { lint } from '../../../function/lint/lint.ts';
import type { Finding, LintInput } from '../../../function/lint/rules.ts';

export const url = (path: string) => `http://e2e-verifier.default${path}`;
export const hook = (type: string, path: string, more: Partial<Webhook> = {}): Webhook => ({
  name: type,
  type,
  url: url(path),
  ...more,
});

export const preRollout = hook('pre-rollout', '/pre-rollout', { timeout: '30s', retries: 218 });
export const rollback = hook('rollback', '/rollback');
export const rollout = hook('rollout', '/rollout', { retries: 218 });
export const increase = hook('confirm-traffic-increase', '/confirm-traffic-increase');
export const promotion = hook('confirm-promotion', '/confirm-promotion');
/** Which a person opens. */
export const byPerson = (type: string, gate?: string): Webhook =>
  hook(type, '/gate/check', { name: `${type} by hand`, ...(gate !== undefined && { metadata: { gate } }) });
export const webhook = hook('pre-rollout', '/webhook', { name: 'seed' });

export const weights: Analysis = { interval: '10s' };
export const blueGreen: Analysis = { interval: '10s', iterations: 2 };
export const ab: Analysis = { interval: '10s', iterations: 2, match: [{}] };

export function canary(analysis: Analysis, webhooks: Webhook[], spec: Partial<Canary['spec']> = {}): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, ...spec, analysis: { ...analysis, webhooks } },
  };
}

/** With this E2ESpec, whatever its name. */
export function inputWith(spec: Partial<Spec> = {}, more: Partial<LintInput> = {}): LintInput {
  return { specOf: () => ({ image: 'x', ...spec }), retryAfterSeconds: 10, ...more };
}

/** As `webhook: message`, and `advice: webhook: message` of what is no error. */
export function findings(subject: Canary, input = inputWith()): string[] {
  return lint(subject, input).map(
    ({ severity, webhook = '', message }) => `${severity === 'error' ? '' : `${severity}: `}${webhook}: ${message}`,
  );
}

/** The keys that lead to each finding, as `Canary podinfo spec.analysis.webhooks.0.url`. */
export function places(subject: Canary, input = inputWith()): string[] {
  return lint(subject, input).map(({ at: { kind, name, path } }: Finding) => `${kind} ${name} ${path.join('.')}`);
}

export const elsewhere = (type: string, address: string, more: Partial<Webhook> = {}): Webhook => ({
  name: 'theirs',
  type,
  url: address,
  ...more,
});
export const suite = (name: string, of: Webhook): Webhook => ({
  ...of,
  name: `${of.name}-${name}`,
  metadata: { suite: name },
});
