/**
 * The webhooks by which a Canary waits for its tests: those that its strategy asks before users meet the new revision, with
 * retries that outlast the test.
 */
import type { Canary, Webhook } from '../../api/canary.ts';
import { type CompleteSpec, type Spec, withDefaults } from '../../api/e2espec.ts';
import { type Strategy, strategyOf } from '../../flagger/canary.ts';
import { isMirrored } from '../../lint/rules.ts';
import { overheadSeconds, retriesFor } from '../../lint/timing.ts';
import { CannotRun } from '../problem.ts';

export interface Wired {
  webhook: Webhook;
  /** What it is for. */
  comment: string;
}

export interface Choice {
  /** Where the verifier is, as http://e2e-verifier.default */
  url: string;
  /** Whether the gate is to be a confirm hook, which is asked at each tick and counts no failed check. */
  confirms: boolean;
  retryAfterSeconds: number;
}

export interface Test {
  /** The E2ESpec's name. */
  e2eSpec: string;
  /** Nothing where there is none yet: its defaults count. */
  spec: Spec | undefined;
  /** The gate's name. */
  hook: string;
  /** Of the gate. */
  metadata: Record<string, string>;
}

const timeout = '30s';

/** Throws CannotRun where no webhook would do. */
export function webhooksFor(canary: Canary, tests: readonly Test[], choice: Choice): Wired[] {
  const { url } = choice;
  return [
    {
      webhook: { name: 'e2e-preflight', type: 'confirm-rollout', url: `${url}/confirm-rollout`, timeout },
      comment: 'Alerts at once if the E2ESpec or the verifier is missing.',
    },
    ...tests.map((test) => gateFor(canary, test, choice)),
    {
      webhook: { name: 'e2e-failed', type: 'rollback', url: `${url}/rollback`, timeout },
      comment: 'Rolls back as soon as the run has failed, or has used up its tries without testing anything.',
    },
  ];
}

/** What the Canary has of the verifier beside that, as it is. */
export function keptAsIs(webhooks: readonly Webhook[]): Wired[] {
  return webhooks.map((webhook) => ({ webhook, comment: 'Kept as it is.' }));
}

function gateFor(canary: Canary, test: Test, choice: Choice): Wired {
  const holds = completeOf(test).onInconclusive === 'Hold';
  const { webhook, comment } = choice.confirms || holds ? confirmGate(canary, test, choice) : waitingGate(test, choice);
  const isPlain = Object.keys(test.metadata).length === 0;
  return { webhook: { ...webhook, ...(!isPlain && { metadata: test.metadata }) }, comment };
}

function completeOf({ spec }: Test): CompleteSpec {
  return withDefaults(spec ?? { image: '' });
}

function waitingGate(test: Test, { url, retryAfterSeconds }: Choice): Wired {
  const spec = completeOf(test);
  const { inconclusiveRetries, activeDeadlineSeconds } = spec;
  const tries = `(${inconclusiveRetries} inconclusiveRetries + 1)`;
  const seconds = `(${activeDeadlineSeconds} s activeDeadlineSeconds + ${overheadSeconds} s)`;
  const retries = retriesFor(spec, retryAfterSeconds);
  const webhook = { name: test.hook, type: 'pre-rollout', url: `${url}/pre-rollout`, timeout, retries };
  const what = 'Starts the run, waits for it and tells Flagger what it says. Retries that outlast the run:';
  return {
    webhook,
    comment: `${what}\n${tries} x ${seconds} / ${retryAfterSeconds} s a call, and 10 %.`,
  };
}

/** Where it would be asked too late there is none. */
const confirmHooks: Record<Strategy, { type: string; comment: string } | undefined> = {
  weights: {
    type: 'confirm-traffic-increase',
    comment: 'Starts the run and holds the weight at 0 until it has passed. Asked at each tick, hence no alert.',
  },
  'blue/green': {
    type: 'confirm-promotion',
    comment: 'Starts the run and holds the promotion until it has passed. Waiting is normal, hence no alert.',
  },
  'A/B': undefined,
};

function confirmGate(canary: Canary, { hook, e2eSpec }: Test, { url, confirms }: Choice): Wired {
  const strategy = strategyOf(canary);
  const found = isMirrored(strategy, canary) ? undefined : confirmHooks[strategy];
  if (found === undefined) {
    const kind = strategy === 'A/B' ? 'A/B' : 'mirrored blue/green';
    const remedy = confirms
      ? 'Leave out --confirm'
      : `E2ESpec ${e2eSpec} cannot hold it: write onInconclusive: Rollback`;
    throw new CannotRun(
      `in ${kind} rollouts requests reach the new revision before a confirm hook is asked. ${remedy}`,
    );
  }
  const { type, comment } = found;
  return { webhook: { name: hook, type, url: `${url}/${type}`, timeout, muteAlert: true }, comment };
}
