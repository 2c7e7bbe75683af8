/**
 * What the demo prints: each call, its answer, and what the Job looks like meanwhile.
 */
import type { Kubernetes } from '../../test/support/kubernetes.ts';

export interface Answered {
  path: string;
  status: number;
  retryAfter: string | null;
  body: string;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const hooks: Record<string, string> = { '/pre-rollout': 'pre-rollout hook', '/rollback': 'rollback hook   ' };

export function printCall({ path, status, retryAfter, body }: Answered): void {
  const wait = retryAfter === null ? '' : ` (ask again in ${retryAfter} s)`;
  print(`  Flagger's ${hooks[path]}  POST ${path}\n    <- ${status}${wait} ${body}`);
}

interface JobStatus {
  conditions?: { type: string; status: string; reason?: string }[];
  active?: number;
  succeeded?: number;
  failed?: number;
}

export async function printJob(kubernetes: Kubernetes): Promise<void> {
  const jobs = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: 'demo' });
  const newest = jobs
    .sort((a, b) => (age(a.metadata.creationTimestamp) > age(b.metadata.creationTimestamp) ? 1 : -1))
    .at(-1);
  if (newest === undefined) return;
  const { conditions = [], active = 0, succeeded = 0, failed = 0 } = (newest['status'] ?? {}) as JobStatus;
  const said = conditions.map(({ type, status, reason }) => `${type}=${status}${reason ? ` (${reason})` : ''}`);
  print(
    `       Job ${newest.metadata.name}: ${active} active, ${succeeded} succeeded, ${failed} failed; conditions: ${said.join(', ') || 'none'}`,
  );
}

function age(time: string | undefined): string {
  return time ?? '';
}

export function summary(wrong: string[]): string {
  if (wrong.length === 0) return '\nEvery answer was the right one: one revision promoted, two kept from the users.';
  return `\nNot the right answers:\n${wrong.map((line) => `  ${line}`).join('\n')}`;
}
