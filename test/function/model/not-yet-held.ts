/**
 * What does not hold yet: how it fails, and the shortest sequence that shows it. A line fails itself once its sequence holds.
 */
import type { Command } from './commands.ts';

export interface NotYetHeld {
  says: RegExp;
  why: string;
  commands: Command[];
  last: 'passes' | 'fails';
  /** In which order the requests of a race arrive, by the numbers of fast-check's report. */
  order?: number[];
}

export const notYetHeld: NotYetHeld[] = [
  {
    says: /^a second test of the run begins/,
    why: 'a Job that is replaced is deleted in the background: its pod may still run when the next one begins',
    commands: [
      { do: 'call', path: '/pre-rollout', trouble: { kind: 'none' } },
      { do: 'node', what: 'runs' },
      { do: 'person', what: 'asks again' },
      { do: 'call', path: '/pre-rollout', trouble: { kind: 'none' } },
    ],
    last: 'passes',
  },
  {
    says: /^E2ETest\w+ is told of/,
    why: 'an Event that could not be written when its verdict was put on record is never told',
    commands: [
      { do: 'call', path: '/pre-rollout', trouble: { kind: 'none' } },
      { do: 'node', what: 'fails' },
      { do: 'call', path: '/pre-rollout', trouble: { kind: 'fault', request: 6, code: 500, isDone: false } },
    ],
    last: 'passes',
  },
  {
    says: /^a false rollback: .*JobRemoved/,
    why: 'a Job that another replica makes between two reads of one call counts as removed: Job read before, record after',
    commands: [
      { do: 'call', path: '/pre-rollout', trouble: { kind: 'none' } },
      { do: 'person', what: 'deletes the Job' },
      { do: 'race', paths: ['/pre-rollout', '/rollback'] },
    ],
    last: 'passes',
    order: [3, 5, 2, 7, 6, 1, 9, 10, 13, 12, 11, 8, 4, 14, 15, 16],
  },
  {
    says: /^the promotion is verified: PromotedUnverified/,
    why: 'a second /post-rollout says that a verified promotion is not',
    commands: [],
    last: 'passes',
  },
];
