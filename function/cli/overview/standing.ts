/**
 * Where a rollout stands: whether one is going on, what its gate answers, and for whom it waits.
 */
import type { Canary } from '../../api/canary.ts';
import { type RunRecord, withDefaults } from '../../api/e2espec.ts';
import { isTrouble, matterOf } from '../../api/reasons.ts';
import { asksToRetry, isVerdictHook, statusObserved, statusOfVerdict } from '../../flagger/hooks.ts';
import { type AskedGate, closedGates, gatesHere } from '../../flagger/manual-gates.ts';
import { hookWebhooks } from '../../flagger/webhooks.ts';
import { isCurrent } from '../../run/record.ts';
import { isUntold } from '../../run/untold.ts';
import { isLostResult, recordedVerdict } from '../../verdict/judge.ts';
import { pendingOf } from './pending.ts';
import type { Row } from './rows.ts';

/** Whether Flagger asks gates now. */
export function isGoingOn({ status }: Canary): boolean {
  return status?.phase === 'Progressing' || status?.phase === 'WaitingPromotion';
}

/** Whether nobody has told the end of its run, as the page has it. */
export function isStale({ canary, gate, newest, record }: Row): boolean {
  if (gate === undefined || newest === undefined) return false;
  return isUntold({ ...newest, ...(record?.mode && { mode: record.mode }) }, canary?.status?.phase);
}

export type Answer = 'starts it' | 'lets go' | 'holds' | 'refuses' | 'rolls back';

/** What the gate answers at its next call; nothing where none comes. What a person asked for comes first. */
export function answerOf(row: Row): Answer | undefined {
  if (row.gate === undefined) return gatesAwaited(row).length > 0 || isUnheard(row) ? 'holds' : undefined;
  const answer = answerOnRecord(row);
  if (answer === undefined || row.unserved !== undefined) return answer;
  switch (pendingOf(row)?.kind) {
    case 'skip':
      return 'lets go';
    case 'rerun':
      return 'starts it';
    case undefined:
      return answer;
  }
}

/** Whether opening a gate would not do, because the verifier may not read the Canary. */
function isUnheard({ canary, unserved }: Row): boolean {
  return canary !== undefined && unserved !== undefined && gatesHere(canary).length > 0;
}

/** By what is on record alone. */
export function answerOnRecord({ canary, gate, spec, record, unserved }: Row): Answer | undefined {
  if (canary === undefined || gate === undefined || !isGoingOn(canary)) return undefined;
  // Of a confirm hook no failed check is counted.
  if (unserved !== undefined) return gate.webhook.type.startsWith('confirm-') ? 'holds' : 'refuses';
  if (spec === undefined) return 'refuses';
  if (record === undefined || !isCurrent(record)) return 'starts it';
  const { hook } = gate.webhook;
  if (!isVerdictHook(hook)) return undefined;
  if (record.mode === 'Observe') return inWords(statusObserved(hook));
  const verdict = recordedVerdict(record);
  const onHold = withDefaults(spec.spec).onInconclusive === 'Hold' || isLostResult(verdict);
  const ends = verdict.kind === 'failed' || (verdict.kind === 'inconclusive' && !onHold);
  if (ends && rollsBack(canary)) return 'rolls back';
  return inWords(statusOfVerdict(hook, verdict.kind, onHold));
}

// What Flagger takes for a pass, for a no that costs nothing, and for a failed check: docs/wire.md.
const highestPass = 202;
const notYet = 403;

function inWords(status: number): Answer {
  if (status <= highestPass) return 'lets go';
  return status === notYet || asksToRetry(status) ? 'holds' : 'refuses';
}

export function rollsBack(canary: Canary): boolean {
  return hookWebhooks(canary).some(({ hook, type }) => hook.kind === 'rollback' && type === 'rollback');
}

export type Awaited = 'its test' | 'test' | 'cluster' | 'wiring' | 'person' | 'Flagger' | 'confirm-rollout';

/** For whom a rollout waits: the end of its test, or whoever has to do something first. Nothing where none waits. */
export function awaitedBy(row: Row): Awaited | undefined {
  const { canary, record } = row;
  if (gatesAwaited(row).length > 0) return 'person';
  const answer = answerOf(row);
  if (answer !== undefined && row.unserved !== undefined) return 'cluster';
  if (canary?.status?.phase === 'Waiting') return 'confirm-rollout';
  switch (answer) {
    case undefined:
    case 'lets go':
      return undefined;
    case 'starts it':
    case 'rolls back':
      return 'Flagger';
    case 'refuses':
      return row.spec === undefined ? 'wiring' : 'Flagger';
    case 'holds':
      return record?.verdict === 'Running' ? whoseTurn(record) : 'person';
  }
}

/** The gates that a person has to open, where the test, if there is one, does not keep the rollout back. */
export function gatesAwaited(row: Row): AskedGate[] {
  const { canary, gate, spec, unserved } = row;
  if (canary === undefined || unserved !== undefined) return [];
  const isBeforeTest = canary.status?.phase === 'Waiting' && spec !== undefined;
  const isNext = gate === undefined || isBeforeTest || answerOf(row) === 'lets go';
  return isNext ? closedGates(canary) : [];
}

function whoseTurn({ reason = '' }: RunRecord): Awaited {
  if (!isTrouble(reason)) return 'its test';
  const matter = matterOf(reason) ?? 'cluster';
  return matter === 'nobody' || matter === 'schedule' ? 'its test' : matter;
}
