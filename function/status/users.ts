/**
 * What users are on now, as the Canary's status has it.
 */
import type { RecordedVerdict } from '../api/e2espec.ts';
import type { Row, Users } from './row.ts';
import type { Rollout } from './subject.ts';

const bad: readonly Row['verdict'][] = ['Failed', 'Inconclusive', 'PromotedUnverified'] satisfies RecordedVerdict[];
/** Of a revision that no test has passed, and that users may be on all the same. */
const untested: readonly Row['verdict'][] = [...bad, 'Skipped'];

/** `verdict`: of this rollout's own test. */
export function usersOf(rollout: Rollout, verdict: Row['verdict']): Users {
  return { words: wordsOf(rollout, verdict), isHit: isHit(rollout, verdict) };
}

function isHit({ phase, weight }: Rollout, verdict: Row['verdict']): boolean {
  switch (phase) {
    case 'Succeeded':
      return verdict === 'PromotedUnverified' || verdict === 'Failed' || verdict === 'Skipped';
    case 'Progressing':
    case 'WaitingPromotion':
      return weight > 0 && untested.includes(verdict);
    case 'Promoting':
    case 'Finalising':
      return untested.includes(verdict);
    default:
      return false;
  }
}

function wordsOf({ phase, weight, applied, promoted }: Rollout, verdict: Row['verdict']): string {
  const former = revision('the former revision', promoted);
  const next = revision('the new revision', applied);
  const shares = weight > 0 ? `${weight} % on ${next}, the rest on ${former}` : `all on ${former}`;
  switch (phase) {
    case undefined:
    case 'Initializing':
      return 'Flagger sets up the first revision';
    case 'Initialized':
      return `all on the first revision${promoted && ` (${promoted})`}, which no rollout has tested`;
    case 'Waiting':
      return `all on ${former}; ${next} waits to begin`;
    case 'Progressing':
      if (verdict === 'Skipped') return `${shares}; a person let the new revision through without its test`;
      if (weight > 0) return shares;
      return `${shares}; ${next} is ${bad.includes(verdict) ? 'held back' : 'being tested'}`;
    case 'WaitingPromotion':
      return `${shares}; it waits to be promoted${verdict === 'Skipped' ? ' without its test' : ''}`;
    case 'Promoting':
    case 'Finalising':
      return `being moved to ${next}${verdict === 'Skipped' ? ', without its test' : ''}`;
    case 'Succeeded':
      return promotedInWords(verdict, revision('the new revision', promoted));
    case 'Failed':
      return `rolled back: all on ${former}`;
    case 'Terminating':
    case 'Terminated':
      return 'Flagger no longer looks after it';
  }
}

function promotedInWords(verdict: Row['verdict'], to: string): string {
  if (verdict === 'PromotedUnverified') return `promoted unverified: all on ${to}, which no test has passed`;
  if (verdict === 'Skipped') {
    return `promoted without its test, which a person skipped: all on ${to}, which no test has passed`;
  }
  if (verdict === 'Failed') return `all on ${to}, which its test has failed`;
  return `promoted: all on ${to}`;
}

function revision(what: string, hash: string): string {
  return hash === '' ? what : `${what} (${hash})`;
}
