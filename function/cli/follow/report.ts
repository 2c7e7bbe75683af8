/**
 * The last block: the verdict in the words of the gate, and what it means. For people, and for programs.
 */
import type { CompleteSpec } from '../../api/e2espec.ts';
import type { Verdict } from '../../api/verdict.ts';
import { oneLine } from '../../text.ts';
import { tracesInWords } from '../../verdict/traces.ts';
import { type Status, statuses } from '../exit.ts';

import { rolloutWould } from './rollout.ts';
import { hanging } from './show.ts';

export interface Report {
  /** The E2ESpec's, or the folder's. */
  name: string;
  namespace: string;
  verdict: Verdict;
  /** What a rollout would do, and whether it is on record: sentences without their ends. */
  meaning: string[];
  isOnRecord: boolean;
  job?: string;
  /** By which it is asked for again. */
  id?: string;
}

/** Of a run that the command line itself has made. */
export function offRecord(
  { name, namespace, job }: { name: string; namespace: string; job: string },
  verdict: Verdict,
  spec: Pick<CompleteSpec, 'mode' | 'inconclusiveRetries' | 'onInconclusive'>,
): Report {
  const meaning = [rolloutWould(verdict, spec), 'not on record: no gate and no page knows of it'];
  return { name, namespace, verdict, meaning, isOnRecord: false, job };
}

type Paint = (word: Verdict['kind'], text: string) => string;

// https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
const colours = { passed: 32, failed: 31, inconclusive: 33, running: 36 } as const;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (kind, text) => `\u001b[1;${colours[kind]}m${text}\u001b[0m`;

export function toText({ name, namespace, verdict, meaning }: Report, paint: Paint): string[] {
  const { kind, reason, message } = verdict;
  const traces = tracesInWords(verdict);
  const [first = '', ...others] = hanging(`${kind}  `, oneLine(`${namespace}/${name}: ${reason}: ${message}`));
  return [
    paint(kind, first.slice(0, kind.length)) + first.slice(kind.length),
    ...others,
    ...[...(traces === '' ? [] : [traces]), ...meaning].flatMap((each) => hanging('  ', oneLine(each))),
  ];
}

/** The shape stands in docs/command-line.md. */
export function toJson({ name, namespace, verdict, meaning, isOnRecord, job, id }: Report): string {
  const { kind, reason, message, counts, ran, links, logUrl } = verdict;
  const all = {
    ...{ name, namespace, verdict: kind, reason, message, counts, ...ran, links, logUrl },
    ...{ onRecord: isOnRecord, id, job, meaning },
  };
  return JSON.stringify(all, (_, value) => (typeof value === 'string' ? oneLine(value) : value), 2);
}

export function statusOf({ kind }: Verdict): Status {
  switch (kind) {
    case 'passed':
      return statuses.passed;
    case 'failed':
      return statuses.failed;
    case 'inconclusive':
    case 'running':
      return statuses.couldNotRun;
  }
}
