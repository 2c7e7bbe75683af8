/**
 * Takes away what was made for one run: the Job, and with it its pods and what it owns.
 */
import type { Job } from '../../api/kubernetes.ts';
import type { Kube } from '../../kube/client.ts';
import type { Budget } from '../../kube/retry.ts';
import { messageOf } from '../problem.ts';

// Milliseconds: somebody waits for the prompt.
const patience = 10_000;

/** Resolves when it goes, to nothing; or to what is left, and what to do. Of this very Job alone. */
export async function removeJob(
  job: Job,
  kube: (budget: Budget) => Pick<Kube, 'deleteJob'>,
): Promise<string | undefined> {
  const { name, namespace } = job.metadata ?? {};
  try {
    await kube({ endsAt: Date.now() + patience }).deleteJob(job);
    return undefined;
  } catch (error) {
    const left = `Job ${name} is left in namespace ${namespace} (${messageOf(error)})`;
    return `${left}. It goes by itself some minutes after its end, or now: kubectl delete job ${name} -n ${namespace}`;
  }
}
