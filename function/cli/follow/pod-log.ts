/**
 * The log of one container from its first line to its last, over as many connections as it takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HookError } from '../../errors.ts';
import type { LogRequest, ReadLog } from '../../kube/pod-log.ts';
import { messageOf } from '../problem.ts';
import { type LogLine, lineReader, type Place, place } from './log-lines.ts';

export interface LoggedContainer {
  namespace: string;
  pod: string;
  container: string;
  /** Whether the container has ended, as far as is known. */
  hasEnded(): boolean;
}

// Milliseconds between two tries.
const firstPause = 250;
const longestPause = 4000;

type Take = (lines: string[]) => Promise<void>;

/**
 * Resolves at its end, or when the signal says so; to why it could not be read, where that is so. `take` is waited for: what
 * nobody reads is not fetched.
 */
export async function followLog(
  { hasEnded, ...container }: LoggedContainer,
  read: ReadLog,
  take: Take,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reached = place();
  for (let pause = firstPause; !signal.aborted; pause = Math.min(longestPause, pause * 2)) {
    const isLast = hasEnded();
    const outcome = await readOn(container, read, reached, take, signal);
    if (outcome.kind === 'over') return outcome.problem;
    if (outcome.kind === 'end' && (isLast || (await endsSoon(hasEnded, signal)))) return undefined;
    if (isLast) return outcome.kind === 'broken' ? outcome.problem : undefined;
    if (outcome.kind === 'end') pause = firstPause;
    await pauseFor(pause, signal);
  }
  return undefined;
}

type Reading =
  /** Of what its kubelet has of it. */
  | { kind: 'end' }
  | { kind: 'broken'; problem: string }
  /** There is nothing to be read, and there will not be. */
  | { kind: 'over'; problem: string | undefined };

async function readOn(
  container: Omit<LoggedContainer, 'hasEnded'>,
  read: ReadLog,
  reached: Place,
  take: Take,
  signal: AbortSignal,
): Promise<Reading> {
  const since = reached.resume();
  const wanted: LogRequest = { ...container, follow: true, timestamps: true, ...(since !== undefined && { since }) };
  try {
    const log = await read(wanted, signal);
    if (log.kind === 'gone') return { kind: 'over', problem: undefined };
    if (log.kind === 'notYet') return { kind: 'broken', problem: log.message };
    const isThere = await takeAll(log.parts, reached, take);
    return isThere ? { kind: 'end' } : { kind: 'over', problem: undefined };
  } catch (error) {
    if (signal.aborted) return { kind: 'over', problem: undefined };
    const isForGood = error instanceof HookError && error.kind === 'Forbidden';
    return { kind: isForGood ? 'over' : 'broken', problem: messageOf(error) };
  }
}

/** Whether its kubelet still has it. */
async function takeAll(parts: AsyncIterable<Buffer>, reached: Place, take: Take): Promise<boolean> {
  const lines = lineReader();
  let isThere = true;
  const takeNew = async (found: LogLine[]) => {
    if (found.some(isGone)) isThere = false;
    await take(found.filter((line) => !isGone(line) && reached.isNew(line)).map(({ text }) => text));
  };
  for await (const part of parts) await takeNew(lines.take(part));
  await takeNew(lines.end());
  return isThere;
}

// The kubelet says so in place of a log, with 200; what a test has written has its time:
// https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/kuberuntime/kuberuntime_container.go
function isGone({ time, text }: LogLine): boolean {
  return time === undefined && text.startsWith('unable to retrieve container logs for ');
}

// Milliseconds: the kubelet ends a log before it tells the API server that the container has ended.
const longestNews = 2000;

async function endsSoon(hasEnded: () => boolean, signal: AbortSignal): Promise<boolean> {
  for (let waited = 0; !hasEnded() && waited < longestNews && !signal.aborted; waited += firstPause) {
    await pauseFor(firstPause, signal);
  }
  return hasEnded() || signal.aborted;
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
