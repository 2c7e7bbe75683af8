/**
 * Runs that are open on record and whose Canary was deleted: an E2ESpec may be that of several, and the Canary itself makes no
 * call any more that would close them.
 */
import type { RunRecord, Status } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import type { OwnReason } from '../api/reasons.ts';

export interface Owner {
  name: string;
  uid: string;
}

// Each is one GET at each write of the status.
const most = 3;

/** The other Canaries that have an open run here, by the age of that: those that may be gone longest first. */
export function othersOpen({ runs = [], latest = [] }: Status = {}, ownUid: string | undefined): Owner[] {
  const since = new Map<string, { owner: Owner; time: string }>();
  const all = [...runs.map((run) => ({ ...run, time: run.startedAt ?? '' })), ...latest];
  for (const { canary: name, canaryUID: uid, verdict, trigger, time } of all) {
    if (verdict !== 'Running' || trigger === 'request' || uid === undefined || uid === ownUid) continue;
    if (time < (since.get(uid)?.time ?? '~')) since.set(uid, { owner: { name, uid }, time });
  }
  const oldest = [...since.values()].toSorted((a, b) => (a.time < b.time ? -1 : 1));
  return oldest.slice(0, most).map(({ owner }) => owner);
}

const canaryDeleted: OwnReason = 'CanaryDeleted';

/** The status without what is open of these Canaries, which are gone, and without the entries of their gates. */
export function withoutOrphans(status: Status, gone: Owner[], now: Date): Status {
  const isOrphan = ({ canaryUID }: Pick<RunRecord, 'canaryUID'>) => gone.some(({ uid }) => uid === canaryUID);
  if (gone.length === 0) return status;
  const { runs, latest } = status;
  return {
    ...status,
    ...(runs && { runs: runs.map((run) => (isOrphan(run) ? cancelled(run, timestamp(now)) : run)) }),
    ...(latest && { latest: latest.filter((entry) => !isOrphan(entry)) }),
  };
}

function cancelled(run: RunRecord, at: string): RunRecord {
  if (run.verdict !== 'Running') return run;
  const message = 'its Canary was deleted before the test had a verdict';
  return { ...run, verdict: 'Cancelled', reason: canaryDeleted, message, finishedAt: at, closedAt: at };
}
