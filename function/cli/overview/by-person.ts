/**
 * The gates of a Canary that a person opens, in words, and what opens them.
 */
import type { Canary } from '../../api/canary.ts';
import { gateInWords } from '../../flagger/manual-gate.ts';
import { type AskedGate, gatesAmong } from '../../flagger/manual-gates.ts';
import { likelyWebhooks } from '../../flagger/webhooks.ts';
import type { Row } from './rows.ts';
import { gatesAwaited } from './standing.ts';

/** Those of this verifier, as far as one can tell. */
export function personsGates(canary: Canary): AskedGate[] {
  return gatesAmong(likelyWebhooks(canary), canary);
}

/** Whether a person alone lets its rollouts go on, so that no gate of a test is missing. */
export function isByPersonAlone({ canary, gate, spec }: Row): boolean {
  return canary !== undefined && gate === undefined && spec === undefined && personsGates(canary).length > 0;
}

/** As `gate, gate promote`. */
export function namesOf(gates: readonly AskedGate[]): string {
  return gates.map(({ gate }) => gateInWords(gate)).join(', ');
}

/** As `gate promote: closed (nobody has opened it), asked by promotion gate`. */
export function standingOf({ gate, webhooks, state }: AskedGate): string {
  const says = state.kind === 'open' ? `open (${state.words})` : `closed (${state.why})`;
  return `${gateInWords(gate)}: ${says}, asked by ${webhooks.join(', ')}`;
}

/** What opens those that its rollout waits for, as arguments of the command line. */
export function openingsFor(row: Row): string[] {
  const which = (name: string) => (name === '' ? '' : ` --gate ${name}`);
  return gatesAwaited(row).map(
    ({ gate }) => `gate open ${row.canary?.metadata.name ?? ''}${which(gate.name)} --reason WHY`,
  );
}
