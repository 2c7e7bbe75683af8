/**
 * How the books of a rollout are closed when Flagger says that it is over. Pure; `close.ts` carries it out.
 */
import type { Canary } from '../canary.ts';
import { rolloutOf } from '../canary.ts';
import type { RunRecord, Status } from '../e2espec.ts';
import { lastRunOf, trim } from '../record/history.ts';

export interface Ended {
  canary: Canary;
  checksum: string;
  phase: 'Succeeded' | 'Failed';
  /** RFC 3339, the API server's. */
  at: string;
}

/**
 * The open records of the newest rollout in which this checksum was tested. The record says which rollout it was:
 * the Canary's condition has moved on by the time of this hook.
 */
export function openRecords(
  status: Status | undefined,
  { canary, checksum }: Omit<Ended, 'phase' | 'at'>,
): RunRecord[] {
  const open = (status?.runs ?? []).filter(
    (record) =>
      record.canary === canary.metadata.name &&
      record.canaryUID === canary.metadata.uid &&
      record.checksum === checksum &&
      record.closedAt === undefined,
  );
  return open.filter(({ rollout }) => rollout === open[0]?.rollout);
}

export function isPass({ verdict }: RunRecord): boolean {
  return verdict === 'Passed' || verdict === 'Skipped';
}

/** The status with those records closed; nothing where none is open. */
export function closed(status: Status | undefined, ended: Ended): Status | undefined {
  const open = openRecords(status, ended);
  if (open.length === 0) return undefined;
  const runs = (status?.runs ?? []).map((record) => (open.includes(record) ? close(record, ended) : record));
  // The newest run is the first; where it is one of these, kubectl get must not go on saying Running.
  const [newest] = runs;
  const isNewest = newest !== undefined && newest.closedAt === ended.at;
  return { ...status, runs, ...(isNewest && { lastRun: lastRunOf(newest) }) };
}

function close(record: RunRecord, { phase, at }: Ended): RunRecord {
  if (phase === 'Succeeded' || record.verdict !== 'Running') return { ...record, closedAt: at };
  return { ...record, verdict: 'Cancelled', reason: 'RolloutFailed', finishedAt: at, closedAt: at };
}

/** The status that says that this revision was promoted without a passed test; nothing where it says so already. */
export function promotedUnverified(status: Status | undefined, ended: Ended): Status | undefined {
  const { canary, checksum, at } = ended;
  const rollout = openRecords(status, ended)[0]?.rollout ?? rolloutOf(canary) ?? '-';
  const runs = status?.runs ?? [];
  const isSaid = runs.some(
    (record) =>
      record.canaryUID === canary.metadata.uid &&
      record.checksum === checksum &&
      record.rollout === rollout &&
      record.verdict === 'PromotedUnverified',
  );
  if (isSaid) return undefined;
  const { name, uid } = canary.metadata;
  const message = 'promoted without a passed test of its own rollout';
  const said = { canary: name, canaryUID: uid, checksum, rollout, hook: '', message, finishedAt: at, closedAt: at };
  const record: RunRecord = { ...said, verdict: 'PromotedUnverified', reason: 'NoPassedRun' };
  const rest = closed(status, ended)?.runs ?? runs;
  const lastRun = { verdict: record.verdict, reason: 'NoPassedRun', canary: name, checksum, duration: '', time: at };
  return { runs: trim([record, ...rest]), lastRun };
}
