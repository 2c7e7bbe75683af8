/**
 * Rollouts by Flagger for the question who is told of a failed test, how soon it is over, and what else ends one: a wiring of
 * `examples/` with another threshold, with or without its rollback hook, and an alert of each severity.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import { type Alert, type Receiver, type Severity, severities } from './alerts.ts';
import { canaryOf, jobsOf, untilInitialized, type World } from './rollout.ts';
import { editSpec, podOf } from './rollout-moves.ts';
import { applyExample, changeRevision, openTo, type Wiring } from './wirings.ts';

export interface Told {
  wiring: Wiring;
  threshold: number;
  /** Makes its hooks of those of the example. */
  hooks?: (hooks: Hook[]) => Hook[];
  interval?: string;
  /** Where its hooks lead, when not to the verifier in `default`. */
  home?: string;
  /** How long its test runs before it says anything: 15, longer than Flagger's interval, as tests are. */
  testSeconds?: number;
}

export interface Hook {
  name: string;
  type: string;
  url: string;
  timeout: string;
  retries?: number;
}

export const withoutRollback = (hooks: Hook[]): Hook[] => hooks.filter(({ type }) => type !== 'rollback');

/** Applies it, and waits until its first revision is there. */
export async function beginTold(world: World, told: Told, receiver: Receiver): Promise<void> {
  const { wiring, threshold, hooks = (all) => all, home = 'default', interval, testSeconds = 15 } = told;
  const { kubernetes, namespace } = world;
  await applyExample(kubernetes, namespace, wiring, home);
  await kubernetes.apply(openTo(namespace, 'default'));
  const webhooks = at(await canaryOf(world, wiring), 'spec', 'analysis', 'webhooks') as Hook[];
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: wiring.name };
  const change = { threshold, webhooks: hooks(webhooks), alerts: receiver.entries, ...(interval && { interval }) };
  await kubernetes.patch(key, { spec: { analysis: change } });
  const spec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: wiring.name };
  const script = at(await kubernetes.get(spec), 'spec', 'args', 0);
  await editSpec(world, wiring, { args: [`sleep ${testSeconds}\n${script}`] });
  await untilInitialized(world, wiring);
}

export interface Outcome {
  /** `Failed`, `Succeeded`, or where it stands when the time is over. */
  phase: string;
  failedChecks: number;
  /** From the end of the test's container to the rollback; both are known to the second. */
  seconds?: number;
}

/** Rolls out, and watches until it is over or the time is; `meanwhile` once it is Progressing. */
export async function rollTold(
  world: World,
  wiring: Wiring,
  version: '2' | 'broken',
  seconds: number,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<Outcome> {
  await changeRevision(wiring, world.namespace, version);
  const limit = Date.now() + seconds * 1000;
  let disturbed: Promise<unknown> | undefined;
  let failedChecks = 0;
  for (;;) {
    const canary = await canaryOf(world, wiring);
    const phase = String(at(canary, 'status', 'phase'));
    failedChecks = Math.max(failedChecks, Number(at(canary, 'status', 'failedChecks') ?? 0));
    if (phase === 'Progressing') disturbed ??= meanwhile();
    const isOver = disturbed !== undefined && ['Succeeded', 'Failed'].includes(phase);
    if (isOver || Date.now() > limit) {
      await disturbed;
      return { phase, failedChecks, ...(phase === 'Failed' && (await secondsToRollback(world, wiring))) };
    }
    await sleep(1000);
  }
}

/** Nothing for a rollback without a test. */
async function secondsToRollback(world: World, wiring: Wiring): Promise<{ seconds?: number }> {
  const { kubernetes, namespace } = world;
  const job = (await jobsOf(world)).at(-1);
  if (job === undefined) return {};
  const pod = await kubernetes.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: await podOf(world, job) });
  const ended = at(pod, 'status', 'containerStatuses', 0, 'state', 'terminated', 'finishedAt');
  const over = at(await canaryOf(world, wiring), 'status', 'conditions', 0, 'lastTransitionTime');
  if (typeof ended !== 'string' || typeof over !== 'string') return {};
  return { seconds: (Date.parse(over) - Date.parse(ended)) / 1000 };
}

/** What each severity was told of the end: `red: text`, without what is told of every rollout's beginning. */
export function endings(alerts: Alert[]): Record<Severity, string[]> {
  const colors: Record<string, string> = { danger: 'red', good: 'green' };
  const of = (severity: Severity) =>
    alerts
      .filter((alert) => alert.severity === severity && !/^New /.test(alert.text))
      .map(({ color, text }) => `${colors[color] ?? color}: ${text}`);
  return Object.fromEntries(severities.map((severity) => [severity, of(severity)])) as Record<Severity, string[]>;
}
