/**
 * How a rollout has ended, in words; and whether its promotion was verified: only when the run of every gate passed, or was
 * skipped by a person, and none was only observed.
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
  /** `observed`: no gate that holds has a doubt, and others do not hold. */
  outcome: 'verified' | 'observed' | 'unverified';
  /** The E2ESpecs that get the record of an unverified promotion: those whose gates vouch for nothing. */
  doubtful: string[];
}

/** `observing`: the E2ESpecs that do not hold, by name; a run that has begun knows of itself. */
export function conclusionOf(
  ended: EndedRollout,
  gates: Gate[],
  records: RecordsOfRollout,
  observing: ReadonlySet<string>,
): Conclusion {
  if (ended.outcome !== 'Succeeded') return verified(endInWords(ended, records));
  if (gates.length === 0) return unverified(ended, 'none of its webhooks starts a test', [...records.keys()]);
  const testimonies = gates.map((gate) => testimonyOf(gate, records, observing));
  const doubts = testimonies.filter(({ kind }) => kind === 'doubt');
  const observed = testimonies.filter(({ kind }) => kind === 'observed');
  if (doubts.length > 0) {
    return unverified(
      ended,
      inWords(doubts),
      doubts.flatMap(({ e2eSpec }) => e2eSpec ?? []),
    );
  }
  if (observed.length === 0) return verified(promotedInWords(testimonies));
  const message = `checksum ${ended.checksum} was promoted while its test was only observed (${inWords(observed)})`;
  return { message, outcome: 'observed', doubtful: [] };
}

function promotedInWords(testimonies: Testimony[]): string {
  const skipped = testimonies.filter(({ kind }) => kind === 'skipped');
  if (skipped.length === 0) return 'the rollout succeeded after a passed test';
  return `the rollout succeeded without its test, which a person skipped (${inWords(skipped)})`;
}

function inWords(testimonies: Testimony[]): string {
  return [...new Set(testimonies.map(({ message }) => message))].join('; ');
}

function verified(message: string): Conclusion {
  return { message, outcome: 'verified', doubtful: [] };
}

function unverified({ checksum }: EndedRollout, why: string, doubtful: string[]): Conclusion {
  const message = `checksum ${checksum} was promoted without a passed test of its own rollout (${why}). Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set`;
  return { message, outcome: 'unverified', doubtful };
}

/** What a gate says of a promotion. */
interface Testimony {
  kind: 'passed' | 'skipped' | 'observed' | 'doubt';
  e2eSpec?: string;
  message: string;
}

function testimonyOf(gate: Gate, records: RecordsOfRollout, observing: ReadonlySet<string>): Testimony {
  if (!('e2eSpec' in gate)) return { kind: 'doubt', message: gate.message };
  const { e2eSpec } = gate;
  const own = records.get(e2eSpec);
  if (own === undefined) return { kind: 'doubt', message: `there is no E2ESpec ${e2eSpec}` };
  // Of a run that a person had run again the newest record counts, which is the first.
  const record = own.find(
    ({ checksum, hook, verdict }) =>
      checksum === gate.checksum && hook === gate.metadataHash && verdict !== 'PromotedUnverified',
  );
  if (record === undefined) {
    return { kind: observing.has(e2eSpec) ? 'observed' : 'doubt', e2eSpec, message: `E2ESpec ${e2eSpec}: no run` };
  }
  const { verdict, reason, mode } = record;
  const message = `E2ESpec ${e2eSpec}: ${verdict}${reason === undefined ? '' : `, ${reason}`}`;
  if (mode === 'Observe') return { kind: 'observed', e2eSpec, message };
  if (verdict === 'Skipped') return { kind: 'skipped', e2eSpec, message };
  return { kind: isPass(record) ? 'passed' : 'doubt', e2eSpec, message };
}

function endInWords({ outcome }: EndedRollout, records: RecordsOfRollout): string {
  const end = outcome === 'Failed' ? 'the rollout failed' : 'an earlier rollout is over';
  // What is told again is told in the same words, so they are made of the records.
  const cancelled = [...records.values()].flat().filter(({ verdict }) => verdict === 'Cancelled');
  return [end, ...cancelled.flatMap(({ message }) => message ?? [])].join('; ');
}
