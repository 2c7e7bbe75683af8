/**
 * Keeps the Job of a test that has not passed, and with it pod and log, for those who have to find out why.
 */
import { withDefaults } from '../api/e2espec.ts';
import type { Verdict } from '../api/verdict.ts';
import { secondsKeptAfterFailure } from '../run/ttl.ts';
import { type Context, logFailure, type RunSnapshot } from './context.ts';

export async function keepForLonger(
  { kind }: Verdict,
  { spec, job }: RunSnapshot,
  { kube, log }: Context,
): Promise<void> {
  if (job === undefined || kind === 'passed' || kind === 'running') return;
  const seconds = secondsKeptAfterFailure(withDefaults(spec.spec));
  const isKept = (job.spec?.ttlSecondsAfterFinished ?? seconds) >= seconds || job.metadata?.deletionTimestamp;
  if (!isKept) await logFailure(log, kube.keepJob(job, seconds));
}
