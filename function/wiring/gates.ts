/**
 * When a gate does not gate: by what Flagger 1.44 asks, in which strategy, and when.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go
 */
import type { Canary } from '../canary.ts';
import { runName } from '../run.ts';
import type { OwnHook, Strategy } from './strategy.ts';

interface Look {
  gate: OwnHook;
  gates: OwnHook[];
  strategy: Strategy;
  canary: Canary;
}

interface Rule {
  breaks(look: Look): boolean;
  says(strategy: Strategy): string;
}

const instead = 'Call /pre-rollout in a pre-rollout hook';

export const gateRules: readonly Rule[] = [
  {
    breaks: ({ gate, gates, canary }) =>
      gate.path === '/webhook' && !gates.some((other) => other.path !== '/webhook' && isSameRun(gate, other, canary)),
    says: () =>
      `/webhook answers 202 while the test runs, which Flagger takes for a pass, and no gate with the same metadata follows. ${instead}, or add a gate`,
  },
  {
    breaks: ({ gate, gates, canary }) =>
      isConfirming(gate) &&
      gates.some((other) => !isConfirming(other)) &&
      !gates.some((other) => !isConfirming(other) && isSameRun(gate, other, canary)),
    says: () =>
      'its metadata differs from every hook that starts a run before it, so it starts and waits for a test of its own. Give both the same metadata, or remove the other hook',
  },
  {
    breaks: ({ gate, strategy }) => gate.path === '/confirm-traffic-increase' && strategy !== 'weights',
    says: (strategy) => `Flagger does not ask confirm-traffic-increase in ${strategy} rollouts. ${instead}`,
  },
  {
    breaks: ({ gate, canary }) => isConfirming(gate) && canary.spec.analysis?.mirror === true,
    says: () => `mirrored traffic reaches the canary without this hook being asked. ${instead}`,
  },
  {
    breaks: ({ gate, strategy, canary }) =>
      gate.path === '/confirm-promotion' && strategy === 'blue/green' && canary.spec.analysis?.iterations === 1,
    says: () => 'with iterations: 1 confirm-promotion does not hold the rollout. Use 2 or more',
  },
  {
    breaks: ({ gate, gates, strategy }) =>
      gate.path === '/confirm-promotion' && strategy !== 'blue/green' && !gates.some(isBeforeTraffic),
    says: (strategy) =>
      `in ${strategy} rollouts confirm-promotion is asked after users have met the canary. ${instead}`,
  },
  {
    breaks: ({ gate, gates }) => gate.path === '/rollout' && !gates.some((other) => other.path !== '/rollout'),
    says: () => `rollout hooks are asked after the first step of traffic. ${instead}`,
  },
];

function isConfirming({ path }: OwnHook): boolean {
  return path === '/confirm-traffic-increase' || path === '/confirm-promotion';
}

function isBeforeTraffic({ path }: OwnHook): boolean {
  return path === '/pre-rollout' || path === '/confirm-traffic-increase';
}

function isSameRun(a: OwnHook, b: OwnHook, { metadata }: Canary): boolean {
  const nameOf = ({ webhook }: OwnHook) =>
    runName({ ...metadata, phase: '', checksum: '', metadata: webhook.metadata ?? {} }).jobName;
  return nameOf(a) === nameOf(b);
}
