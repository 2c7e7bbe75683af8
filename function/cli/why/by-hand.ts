/**
 * What a person has written on a Canary or its E2ESpec: what no call has answered yet, and what does nothing.
 */
import type { Canary } from '../../api/canary.ts';
import { rolloutOf } from '../../flagger/canary.ts';
import { closedGates, ignoredOpenings } from '../../flagger/manual-gates.ts';
import { runOf } from '../../run/id.ts';
import { ignoredByHand } from '../../run/ignored.ts';
import { isPass } from '../../run/record.ts';
import { pendingOf } from '../overview/pending.ts';
import type { Row } from '../overview/rows.ts';
import { isGoingOn } from '../overview/standing.ts';

export function askedIn(row: Row, canary: Canary): { byHand?: string } {
  if (!isGoingOn(canary)) return inOne(ignoredAtGates(canary));
  const pending = pendingOf(row);
  switch (pending?.kind) {
    case 'skip':
      return { byHand: `a skip that the next call answers: ${pending.skip.reason}` };
    case 'rerun':
      return { byHand: 'a request to run it again, which the next call answers' };
    case undefined:
      return inOne(ignoredIn(row, canary));
  }
}

/** As the gates answer it, until the test has passed. */
function ignoredIn({ gate, spec, record }: Row, canary: Canary): string[] {
  const isOver = rolloutOf(canary) === undefined || (record !== undefined && isPass(record));
  if (gate === undefined || spec === undefined || isOver) return ignoredAtGates(canary);
  return ignoredByHand(spec, runOf(gate.key, canary), canary);
}

function inOne(ignored: string[]): { byHand?: string } {
  return ignored.length === 0 ? {} : { byHand: ignored.join('; ') };
}

/** What was written to open a gate that is closed where the rollout is. */
function ignoredAtGates(canary: Canary): string[] {
  return closedGates(canary).length === 0 ? [] : ignoredOpenings(canary);
}
