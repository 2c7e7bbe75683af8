/**
 * When a gate does not gate: by what Flagger 1.44 asks, in which strategy, and when.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go
 */
import type { Canary } from '../api/canary.ts';
import type { Spec } from '../api/e2espec.ts';
import type { Origin } from '../flagger/address.ts';
import type { Strategy } from '../flagger/canary.ts';
import { haveSameMetadata, type VerifierWebhook } from '../flagger/webhooks.ts';

export interface Finding {
  /** `error`: it does not gate, or will be refused. `advice`: it works, and something better is known. */
  severity: 'error' | 'advice';
  /** The webhook's name; absent for what is wrong with the Canary or an E2ESpec. */
  webhook?: string;
  at: Place;
  /** What is wrong, and what to do. */
  message: string;
}

/** The keys lead to where it stands, as `['spec', 'analysis', 'webhooks', 2, 'url']`; the last may be one that is missing. */
export interface Place {
  kind: 'Canary' | 'E2ESpec';
  name: string;
  path: readonly (string | number)[];
}

/** What is known besides the Canary. */
export interface LintInput {
  /** The webhooks that call this verifier; those that look so where nobody knows. */
  own?: VerifierWebhook[];
  /** The spec of the E2ESpec of that name. */
  specOf(name: string): Spec | undefined;
  retryAfterSeconds: number;
  /** Where the verifier was just called, if it was. */
  origin?: Origin;
  /** The names of the E2ESpecs that there are, where all are known; of some, `namesBeside`. */
  specNames?: readonly string[];
  /** Whether `specNames` are all, as in a cluster. */
  knowsAllSpecs?: boolean;
  /** Where the verifier is, if somebody has said so; `own` are the webhooks behind it then. */
  url?: string;
  /** The labels of the Canary's namespace, and Linkerd's annotation, where known. */
  namespaceLabels?: Readonly<Record<string, string>>;
}

/** A webhook of the verifier as it is meant: its URL may lead elsewhere. */
export type MeantWebhook = Omit<VerifierWebhook, 'address'>;

interface RuleInput {
  gate: MeantWebhook;
  gates: MeantWebhook[];
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
    when: ({ gate, strategy }) => gate.path === '/confirm-traffic-increase' && strategy !== 'weights',
    message: (strategy) => `Flagger does not ask confirm-traffic-increase in ${strategy} rollouts. ${suggestion}`,
  },
  {
    when: ({ gate, gates, strategy, canary }) =>
      gate.path === '/confirm-promotion' && isMirrored(strategy, canary) && !gates.some(isBeforeTraffic),
    message: () => `mirrored traffic reaches the canary before this hook is asked. ${suggestion}`,
  },
  {
    when: ({ gate, gates, strategy }) =>
      gate.path === '/confirm-promotion' && strategy !== 'blue/green' && !gates.some(isBeforeTraffic),
    message: (strategy) =>
      `in ${strategy} rollouts confirm-promotion is asked after users have met the canary. ${suggestion}`,
  },
  {
    when: ({ gate, gates, strategy, canary }) =>
      gate.path === '/rollout' &&
      (strategy !== 'blue/green' || isMirrored(strategy, canary)) &&
      !gates.some(isBeforeTraffic),
    message: () => `rollout hooks are asked after the first step of traffic. ${suggestion}`,
  },
];

// Weights are checked as such: before traffic is mirrored there, confirm-traffic-increase is asked. A/B is not mirrored.
export function isMirrored(strategy: Strategy, { spec }: Canary): boolean {
  return strategy === 'blue/green' && spec.provider !== 'kubernetes' && spec.analysis?.mirror === true;
}

function isBeforeTraffic({ path }: MeantWebhook): boolean {
  return path === '/pre-rollout' || path === '/confirm-traffic-increase';
}

function isSameRun(a: MeantWebhook, b: MeantWebhook): boolean {
  return haveSameMetadata(a.webhook.metadata, b.webhook.metadata);
}
