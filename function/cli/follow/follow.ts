/**
 * Follows a Job from its creation to its verdict: how far it has come, why it does not start, its log, and how the gate would
 * judge it. It creates and deletes nothing.
 *
 *     const outcome = await follow(job, { kube, readLog }, onTerminal(), signal);
 *
 * - `job`: as the API server has stored it, whoever has created it. Its test's container is `e2e`.
 * - `kube` and `readLog`: of `openSession`, with the rights of whoever is at the keyboard.
 * - the third: where the lines go; `silent` for none, as with `--output json`. Of the last block: `report.ts`.
 * - `signal`: ends it soon, wherever it is. The Job goes on: see `remove.ts`.
 *
 * It resolves with a verdict, with why there is none, or because of the signal. Each pod that the Job makes has its log
 * shown, one after the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvidence } from '../../actions/read.ts';
import type { Job } from '../../api/kubernetes.ts';
import type { Verdict } from '../../api/verdict.ts';
import { allInOrder, awaitedLater, HookError } from '../../errors.ts';
import type { Kube } from '../../kube/client.ts';
import type { ReadLog } from '../../kube/pod-log.ts';
import type { Budget } from '../../kube/retry.ts';
import { until } from '../../kube/transport/waiting.ts';
import type { Log } from '../../log.ts';
import { newest } from '../../verdict/conditions.ts';
import { type Evidence, ownPods } from '../../verdict/evidence.ts';
import { judge } from '../../verdict/judge.ts';
import { absenceOf } from './absence.ts';
import { type Failure, failuresIn } from './failures.ts';
import { goneMessage } from './gone.ts';
import { logsOf } from './logs.ts';
import { stepsOf, untold } from './progress.ts';
import type { Show } from './show.ts';

export interface Access {
  kube(budget: Budget): Pick<Kube, 'getJob' | 'listPods' | 'listEvents'>;
  readLog: ReadLog;
}

export type Outcome =
  /** `failures`: by name, where the test has handed them over. */
  | { kind: 'verdict'; verdict: Verdict; failures: Failure[] }
  /** There is no verdict, and there will be none. */
  | { kind: 'noVerdict'; message: string }
  | { kind: 'interrupted' };

// Milliseconds between two looks: until the test runs, when somebody waits for its first line, and then.
const soon = 250;
const later = 1000;

// Milliseconds.
const longestLook = 10_000;

// Milliseconds: what a test has said is read to its end, but not for ever.
const longestLogEnd = 10_000;

export async function follow(job: Job, access: Access, show: Show, signal: AbortSignal): Promise<Outcome> {
  const logs = logsOf(job, access.readLog, show, signal);
  const absence = absenceOf(show);
  const tell = newSteps(show);
  /** Nothing while it goes on. */
  async function lookOnce(): Promise<Outcome | undefined> {
    const seen = await look(job, access, signal);
    await absence.isOver();
    if (seen === undefined) return { kind: 'noVerdict', message: goneMessage(job) };
    await tell(seen);
    logs.see(seen.evidence.pods);
    if (seen.verdict.kind === 'running') return undefined;
    await logs.end(longestLogEnd);
    return { kind: 'verdict', verdict: seen.verdict, failures: failuresIn(seen.evidence.pods) };
  }
  try {
    while (!signal.aborted) {
      const outcome = await lookOnce().catch((error: unknown) => (signal.aborted ? undefined : absence.goesOn(error)));
      if (outcome && !signal.aborted) return outcome;
      await sleep(logs.areComing() ? later : soon, undefined, { signal }).catch(() => undefined);
    }
    return { kind: 'interrupted' };
  } catch (error) {
    if (error instanceof HookError) return { kind: 'noVerdict', message: error.message };
    throw error;
  } finally {
    await logs.stop();
  }
}

interface Seen {
  job: Job;
  evidence: Evidence;
  verdict: Verdict;
  now: Date;
}

/** Everything once; nothing where the Job is gone. */
async function look({ metadata }: Job, access: Access, signal: AbortSignal): Promise<Seen | undefined> {
  const { namespace = '', name = '', uid = '' } = metadata ?? {};
  const kube = access.kube({ endsAt: Date.now() + longestLook });
  const listed = awaitedLater(kube.listPods(namespace, uid));
  const [read, pods] = await until(allInOrder([kube.getJob(namespace, name), listed]), signal);
  const job = read.value;
  if (job?.metadata?.uid !== uid) return undefined;
  const reader = { listPods: () => listed, listEvents: kube.listEvents };
  const evidence = await until(readEvidence(job, reader, noLog), signal);
  const verdict = judge(job, evidence, read.now);
  return { job, evidence: { ...evidence, pods: ownPods(job, pods) }, verdict, now: read.now };
}

// Events are words, and who may not read them is told the rest.
const noLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Tells each step once. */
function newSteps(show: Show): (seen: Seen) => Promise<void> {
  const told = new Set<string>();
  return async ({ job, evidence, verdict, now }) => {
    const pod = newest(evidence.pods)?.metadata?.name;
    const steps = stepsOf(job, evidence, now).filter(({ word }) => word !== 'waiting' || verdict.kind === 'running');
    for (const { word, detail, until: end } of untold(steps, pod, told))
      await show.step(word, end === undefined ? detail : `${detail}; ${end}`);
  };
}
