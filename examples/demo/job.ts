/**
 * How the newest Job stands, in the words of its status.
 */
import type { Kubernetes } from '../../test/support/kubernetes.ts';

interface JobStatus {
  conditions?: { type: string; status: string; reason?: string }[];
  active?: number;
  succeeded?: number;
  failed?: number;
}

/** As "1 failed; Failed (BackoffLimitExceeded)". */
export async function newestJob(kubernetes: Kubernetes): Promise<string> {
  const jobs = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: 'demo' });
  const created = ({ metadata }: (typeof jobs)[number]) => metadata.creationTimestamp ?? '';
  const newest = jobs.sort((a, b) => (created(a) > created(b) ? 1 : -1)).at(-1);
  return wordsOf(newest?.['status'] as JobStatus | undefined);
}

function wordsOf({ conditions = [], active, succeeded, failed }: JobStatus = {}): string {
  const pods = Object.entries({ active, succeeded, failed }).flatMap(([word, count]) =>
    count === undefined || count === 0 ? [] : `${count} ${word}`,
  );
  const holding = conditions.filter(({ status }) => status === 'True');
  const said = holding.map(({ type, reason }) => (reason === undefined ? type : `${type} (${reason})`));
  return [pods.join(', '), said.join(', ')].filter(Boolean).join('; ');
}
