/**
 * The logs of all pods that a Job makes, one after the other.
 */
import type { Job, Pod } from '../../api/kubernetes.ts';
import { testContainer } from '../../api/labels.ts';
import { awaitedLater } from '../../errors.ts';
import type { ReadLog } from '../../kube/pod-log.ts';
import { stateOf } from '../../verdict/proof.ts';
import { boundedLog } from './bounded-log.ts';
import { followLog } from './pod-log.ts';
import type { Show } from './show.ts';

export interface Logs {
  /** Whether a test says something now, as far as is known. */
  areComing(): boolean;
  /** Begins with those whose test has begun. `pods`: all that there are. */
  see(pods: Pod[]): void;
  /** When the Job is decided: waits for the last words, so many milliseconds at the most. */
  end(milliseconds: number): Promise<void>;
  /** At once, whatever has been read. */
  stop(): Promise<void>;
}

export function logsOf({ metadata }: Job, read: ReadLog, show: Show, signal: AbortSignal): Logs {
  const { namespace = '', name = '' } = metadata ?? {};
  const stopping = new AbortController();
  const either = AbortSignal.any([signal, stopping.signal]);
  const ended = new Set<string>();
  const begun = new Map<string, Promise<void>>();
  const shown = boundedLog(`kubectl logs job/${name} -n ${namespace}`);

  async function showLog(pod: Pod, before: Promise<void>): Promise<void> {
    await before;
    const hasEnded = () => ended.has(uidOf(pod));
    const logged = { namespace, pod: pod.metadata?.name ?? '', container: testContainer, hasEnded };
    const problem = await followLog(logged, read, (lines) => show.log(shown.take(lines)), either);
    if (signal.aborted) return;
    await show.log(shown.end());
    if (problem !== undefined) await show.note(`no log: ${problem}`);
  }

  return {
    areComing: () => [...begun.keys()].some((uid) => !ended.has(uid)),
    see(pods) {
      const going = new Set(pods.filter((pod) => !isOver(pod)).map(uidOf));
      for (const uid of begun.keys()) if (!going.has(uid)) ended.add(uid);
      for (const pod of pods.filter((each) => hasBegun(each) && !begun.has(uidOf(each)))) {
        if (isOver(pod)) ended.add(uidOf(pod));
        const before = [...begun.values()].at(-1) ?? Promise.resolve();
        begun.set(uidOf(pod), awaitedLater(showLog(pod, before)));
      }
    },
    async end(milliseconds) {
      for (const uid of begun.keys()) ended.add(uid);
      const timer = setTimeout(() => stopping.abort(), milliseconds);
      await Promise.all(begun.values()).finally(() => clearTimeout(timer));
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(begun.values());
    },
  };
}

function uidOf({ metadata }: Pod): string {
  return metadata?.uid ?? '';
}

function hasBegun(pod: Pod): boolean {
  const { running, terminated } = stateOf(pod) ?? {};
  return running !== undefined || Boolean(terminated?.startedAt);
}

function isOver(pod: Pod): boolean {
  return stateOf(pod)?.terminated !== undefined || ['Failed', 'Succeeded'].includes(pod.status?.phase ?? '');
}
