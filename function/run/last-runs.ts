/**
 * What the last runs of one gate come to, beyond what the newest says.
 */
import type { LatestRun, RunRecord } from '../api/e2espec.ts';
import { isPass } from './record.ts';

const remembered = 10;

/** `records`: of one gate, newest first. A count is absent where it is 0. */
export function countsOfLastRuns(records: RunRecord[]): Pick<LatestRun, 'flaky' | 'consecutiveFailures'> {
  const last = records.slice(0, remembered);
  const flaky = last.filter(({ reason }) => reason === 'PassedOnRetry').length;
  const failures = failuresSinceLastPass(last);
  return { ...(flaky > 0 && { flaky }), ...(failures > 0 && { consecutiveFailures: failures }) };
}

/** What proves nothing, as an inconclusive run, neither counts nor ends the count. */
function failuresSinceLastPass(records: RunRecord[]): number {
  const lastPass = records.findIndex(isPass);
  const since = lastPass < 0 ? records : records.slice(0, lastPass);
  return since.filter(({ verdict }) => verdict === 'Failed').length;
}
