/**
 * The Job whose end a call may be held for. That its verdict may be another one is told by the Job alone; who then finds
 * out which, reads everything anew.
 */
import type { Job } from '../api/kubernetes.ts';
import { decisionsOf } from '../verdict/conditions.ts';
import type { RunState } from './state.ts';
import type { Step } from './step.ts';

export interface AwaitedJob {
  namespace: string;
  name: string;
  uid: string;
  /** The decisive conditions it had. */
  decisions: readonly string[];
}

/** Nothing where the call has a verdict, has begun or ended a Job, or waits for something else. */
export function awaitedJob(step: Step, state: RunState): AwaitedJob | undefined {
  if (step.do !== 'answer' || step.verdict.kind !== 'running' || state.kind !== 'present') return undefined;
  const { namespace, name, uid, deletionTimestamp } = state.job.metadata ?? {};
  if (!namespace || !name || !uid || deletionTimestamp !== undefined) return undefined;
  return { namespace, name, uid, decisions: decisionsOf(state.job) };
}

/** Whether it is decided, or more than it was; or it is gone, is going, or is another one. */
export function hasMoved({ uid, decisions }: AwaitedJob, job: Job | undefined): boolean {
  if (job === undefined || job.metadata?.uid !== uid || job.metadata.deletionTimestamp !== undefined) return true;
  return decisionsOf(job).join() !== decisions.join();
}
