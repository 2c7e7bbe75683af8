/**
 * One run, from its Job to its verdict, of which nothing is left.
 */
import type { Job } from '../../api/kubernetes.ts';
import { HookError } from '../../errors.ts';
import type { Access, Outcome } from '../follow/follow.ts';
import { follow } from '../follow/follow.ts';
import { removeJob } from '../follow/remove.ts';
import type { Show } from '../follow/show.ts';
import type { Session } from '../session.ts';

// Milliseconds.
const patience = 30_000;

/** Whatever becomes of it, the Job is taken away. `beside`: makes what the Job owns, before its pod needs it. */
export async function runOnce(
  manifest: Job,
  session: Pick<Session, 'kube'> & Access,
  show: Show,
  signal: AbortSignal,
  beside: (job: Job) => Promise<void> = async () => {},
): Promise<Outcome> {
  if (signal.aborted) return { kind: 'interrupted' };
  const job = await created(manifest, session);
  try {
    await beside(job);
    const { name, namespace } = job.metadata ?? {};
    await show.step('created', `Job ${name} in namespace ${namespace}`);
    return await follow(job, session, show, signal);
  } finally {
    const left = await removeJob(job, session.kube);
    if (left !== undefined) process.stderr.write(`${left}\n`);
    else if (signal.aborted) process.stderr.write(`interrupted; Job ${job.metadata?.name} is deleted\n`);
  }
}

/** Its name is its own, so that what has it was made by a try whose answer was lost. */
async function created(manifest: Job, { kube }: Pick<Session, 'kube'>): Promise<Job> {
  const { namespace = '', name = '' } = manifest.metadata ?? {};
  const within = kube({ endsAt: Date.now() + patience });
  try {
    const job = await within.createJob(manifest);
    const found = job === 'exists' ? (await within.getJob(namespace, name)).value : job;
    if (found !== undefined) return found;
    throw new HookError('ServiceUnavailable', `Job ${name} was deleted by somebody as soon as it was there`);
  } catch (error) {
    const { value } = await kube({ endsAt: Date.now() + patience, tries: 1 })
      .getJob(namespace, name)
      .catch(() => ({ value: undefined }));
    if (value !== undefined) await removeJob(value, kube);
    throw error;
  }
}
