/**
 * What is on record of the runs of one gate, and of those that no rollout has asked for. As in `status.latest` and on the
 * page, these stand by themselves: none is ever taken for what a gate says.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec, LatestRun, RecordedVerdict, RunRecord, Trigger } from '../../api/e2espec.ts';
import type { Gate } from './gates.ts';

/** The newest of them. */
export interface Newest {
  verdict: RecordedVerdict;
  reason: string;
  message?: string;
  checksum?: string;
  trigger?: Trigger;
  /** By which it was asked for outside a rollout. */
  id?: string;
  time?: string;
  durationSeconds?: number;
  lastPassedAt?: string;
  logUrl?: string;
}

interface Runs {
  /** Newest first. */
  runs: RunRecord[];
  newest?: Newest;
}

export function runsOfGate(spec: E2ESpec | undefined, canary: Canary, { name: hook, key }: Gate): Runs {
  const { name, uid } = canary.metadata;
  const isOf = (each: LatestRun | RunRecord) => each.canary === name && each.canaryUID === uid;
  const runs = (spec?.status?.runs ?? []).filter((each) => isOf(each) && each.hook === key.metadataHash);
  const entry = spec?.status?.latest?.find((each) => isOf(each) && each.hook === hook);
  return withNewest(runs, entry);
}

/** Nothing where there was none. */
export function runsOnRequest({ status }: E2ESpec): Required<Runs> | undefined {
  const runs = (status?.runs ?? []).filter(isRequested);
  const { newest } = withNewest(runs, status?.latest?.find(isRequested));
  return newest && { runs, newest };
}

function isRequested({ trigger }: LatestRun | RunRecord): boolean {
  return trigger === 'request';
}

/** Whoever has asked for them. */
export function allRuns(status: E2ESpec['status'] = {}): Runs {
  const { lastRun, runs = [] } = status;
  return withNewest(runs, lastRun?.verdict && { reason: '', ...lastRun, verdict: lastRun.verdict });
}

/** The entry says more, where there is one. */
function withNewest(runs: RunRecord[], entry: Newest | undefined): Runs {
  const [last] = runs;
  const newest = entry ?? (last && newestOf(last));
  if (newest === undefined) return { runs };
  const { verdict, reason, message, checksum, trigger, time, durationSeconds, lastPassedAt, logUrl } = newest;
  const id = trigger === 'request' ? last?.id : undefined;
  return {
    runs,
    newest: {
      verdict,
      reason,
      ...(message && { message }),
      // Of no revision is what was asked for by hand.
      ...(checksum && trigger !== 'request' && { checksum }),
      ...(trigger && { trigger }),
      ...(id !== undefined && { id }),
      ...(time !== undefined && { time }),
      ...(durationSeconds !== undefined && { durationSeconds }),
      ...(lastPassedAt !== undefined && { lastPassedAt }),
      ...(logUrl !== undefined && { logUrl }),
    },
  };
}

/** Where the status of the E2ESpec has the records alone. */
function newestOf({ verdict, reason = '', message, checksum, trigger, finishedAt, startedAt }: RunRecord): Newest {
  const time = finishedAt ?? startedAt;
  return {
    verdict,
    reason,
    checksum,
    ...(message !== undefined && { message }),
    ...(trigger && { trigger }),
    ...(time !== undefined && { time }),
  };
}
