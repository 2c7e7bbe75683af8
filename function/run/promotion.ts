/**
 * How a rollout has ended, in words; and whether its promotion was verified: only when the run of every gate passed, or was
 * skipped by a person.
 */
import type { RunRecord } from '../api/e2espec.ts';
import type { HookError } from '../errors.ts';
import type { EndedRollout } from './closing.ts';
import type { RunKey } from './id.ts';
import { isPass } from './record.ts';

/** A gate of the Canary; an error where its metadata names no E2ESpec. */
export type Gate = RunKey | HookError;

/** What is on record of the rollout, by the name of the E2ESpec; nothing for one that does not exist. */
export type RecordsOfRollout = ReadonlyMap<string, RunRecord[]>;

export interface Conclusion {
  message: string;
  isVerified: boolean;
  /** The E2ESpecs that get the record of an unverified promotion: those whose gates vouch for nothing. */
  doubtful: string[];
}

export function conclusionOf(ended: EndedRollout, gates: Gate[], records: RecordsOfRollout): Conclusion {
  if (ended.outcome !== 'Succeeded') return verified(endInWords(ended, records));
  if (gates.length === 0) return unverified(ended, 'none of its webhooks starts a test', [...records.keys()]);
  const doubts = gates.flatMap((gate) => doubtOf(gate, records) ?? []);
  if (doubts.length === 0) return verified('the rollout succeeded after a passed test');
  const why = [...new Set(doubts.map(({ message }) => message))].join('; ');
  return unverified(
    ended,
    why,
    doubts.flatMap(({ e2eSpec }) => e2eSpec ?? []),
  );
}

function verified(message: string): Conclusion {
  return { message, isVerified: true, doubtful: [] };
}

function unverified({ checksum }: EndedRollout, why: string, doubtful: string[]): Conclusion {
  const message = `checksum ${checksum} was promoted without a passed test of its own rollout (${why}). Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set`;
  return { message, isVerified: false, doubtful };
}

/** Why a gate vouches for nothing; nothing where it does. */
function doubtOf(gate: Gate, records: RecordsOfRollout): { e2eSpec?: string; message: string } | undefined {
  if (!('e2eSpec' in gate)) return { message: gate.message };
  const { e2eSpec } = gate;
  const own = records.get(e2eSpec);
  if (own === undefined) return { message: `there is no E2ESpec ${e2eSpec}` };
  // Of a run that a person had run again the newest record counts, which is the first.
  const record = own.find(
    ({ checksum, hook, verdict }) =>
      checksum === gate.checksum && hook === gate.metadataHash && verdict !== 'PromotedUnverified',
  );
  if (record === undefined) return { e2eSpec, message: `E2ESpec ${e2eSpec}: no run` };
  const { verdict, reason } = record;
  if (isPass(record)) return undefined;
  return { e2eSpec, message: `E2ESpec ${e2eSpec}: ${verdict}${reason === undefined ? '' : `, ${reason}`}` };
}

function endInWords({ outcome }: EndedRollout, records: RecordsOfRollout): string {
  const end = outcome === 'Failed' ? 'the rollout failed' : 'an earlier rollout is over';
  // What is told again is told in the same words, so they are made of the records.
  const cancelled = [...records.values()].flat().filter(({ verdict }) => verdict === 'Cancelled');
  return [end, ...cancelled.flatMap(({ message }) => message ?? [])].join('; ');
}
