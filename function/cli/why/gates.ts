/**
 * What an account says of the gates that a person opens.
 */
import type { Canary } from '../../api/canary.ts';
import { gateInWords } from '../../flagger/manual-gate.ts';
import { closedGates } from '../../flagger/manual-gates.ts';
import { standingOf } from '../overview/by-person.ts';
import type { Row } from '../overview/rows.ts';
import { gatesAwaited } from '../overview/standing.ts';

/** Those that are closed where the rollout is, and why. */
export function closedInWords(canary: Canary): { gates?: string } {
  const closed = closedGates(canary);
  return closed.length === 0 ? {} : { gates: closed.map(standingOf).join('; ') };
}

/** As the end of a sentence; empty where it waits for none. */
export function waitsForPerson(row: Row): string {
  const gates = theGates(row);
  return gates === '' ? '' : `; it waits for a person to open ${gates}`;
}

/** Whose turn it is, and what for; nothing where it waits for none. */
export function toOpen(row: Row): { whatToDo: string; whose: string } | undefined {
  const gates = theGates(row);
  if (gates === '') return undefined;
  return { whatToDo: `open ${gates}, if the revision may go on`, whose: 'whoever may patch the Canary' };
}

function theGates(row: Row): string {
  return gatesAwaited(row)
    .map(({ gate }) => `the ${gateInWords(gate)}`)
    .join(' and ');
}
