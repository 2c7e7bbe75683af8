/**
 * When a gate does not gate: by what Flagger 1.44 asks, in which strategy, and when.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go
 */
import type { Canary } from '../api/canary.ts';
import type { Spec } from '../api/e2espec.ts';
import type { Strategy } from '../flagger/canary.ts';
import { haveSameMetadata, type VerifierWebhook } from '../flagger/webhooks.ts';

export interface Finding {
  /** The webhook's name; absent for what is wrong with the Canary. */
  webhook?: string;
  /** What does not gate, and what to do. */
  message: string;
}

/** What is known besides the Canary. */
export interface LintInput {
  /** The spec of the E2ESpec of that name. */
  specOf(name: string): Spec | undefined;
  retryAfterSeconds: number;
}

export interface LintedWebhook extends VerifierWebhook {
  /** As Flagger reads it: no type is `rollout`. */
  type: string;
}

interface RuleInput {
  gate: LintedWebhook;
  gates: LintedWebhook[];
  strategy: Strategy;
  canary: Canary;
}

interface Rule {
  when(input: RuleInput): boolean;
  message(strategy: Strategy): string;
}

const suggestion = 'Call /pre-rollout in a pre-rollout hook';

export const gateRules: readonly Rule[] = [
  {
    when: ({ gate, gates }) =>
      gate.path === '/webhook' && !gates.some((other) => other.path !== '/webhook' && isSameRun(gate, other)),
    message: () =>
      `/webhook answers 202 while the test runs, which Flagger takes for a pass, and no gate with the same metadata follows. ${suggestion}, or add a gate`,
  },
  {
    when: ({ gate, gates }) =>
      isConfirming(gate) &&
      gates.some((other) => !isConfirming(other)) &&
      !gates.some((other) => !isConfirming(other) && isSameRun(gate, other)),
    message: () =>
      'its metadata differs from every hook that starts a run before it, so it starts and waits for a test of its own. Give both the same metadata, or remove the other hook',
  },
  {
    when: ({ gate, strategy }) => gate.path === '/confirm-traffic-increase' && strategy !== 'weights',
    message: (strategy) => `Flagger does not ask confirm-traffic-increase in ${strategy} rollouts. ${suggestion}`,
  },
  {
    when: ({ gate, canary }) => isConfirming(gate) && canary.spec.analysis?.mirror === true,
    message: () => `mirrored traffic reaches the canary without this hook being asked. ${suggestion}`,
  },
  {
    when: ({ gate, strategy, canary }) =>
      gate.path === '/confirm-promotion' && strategy === 'blue/green' && canary.spec.analysis?.iterations === 1,
    message: () => 'with iterations: 1 confirm-promotion does not hold the rollout. Use 2 or more',
  },
  {
    when: ({ gate, gates, strategy }) =>
      gate.path === '/confirm-promotion' && strategy !== 'blue/green' && !gates.some(isBeforeTraffic),
    message: (strategy) =>
      `in ${strategy} rollouts confirm-promotion is asked after users have met the canary. ${suggestion}`,
  },
  {
    when: ({ gate, gates }) => gate.path === '/rollout' && !gates.some((other) => other.path !== '/rollout'),
    message: () => `rollout hooks are asked after the first step of traffic. ${suggestion}`,
  },
];

function isConfirming({ path }: LintedWebhook): boolean {
  return path === '/confirm-traffic-increase' || path === '/confirm-promotion';
}

function isBeforeTraffic({ path }: LintedWebhook): boolean {
  return path === '/pre-rollout' || path === '/confirm-traffic-increase';
}

function isSameRun(a: LintedWebhook, b: LintedWebhook): boolean {
  return haveSameMetadata(a.webhook.metadata, b.webhook.metadata);
}
