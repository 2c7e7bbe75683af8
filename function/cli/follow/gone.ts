/**
 * What is said of a Job that is not there any more, and whose test had not ended.
 */
import type { Job } from '../../api/kubernetes.ts';
import { annotation, label, manager } from '../../api/labels.ts';
import { called } from '../called.ts';

/** The verifier takes Jobs of its own away: where a test is asked for again, or another revision is tested. */
export function goneMessage({ metadata }: Job): string {
  const { name, namespace, labels, annotations } = metadata ?? {};
  if (labels?.[label.managedBy] !== manager) {
    return `Job ${name} was deleted by somebody before its test had ended. Run it again`;
  }
  const test = annotations?.[annotation.e2eSpec] ?? 'NAME';
  const why = 'as the verifier does where the test is asked for again, or another revision is tested';
  return `Job ${name} was taken away before its test had ended, ${why}. What runs now: ${called} logs ${test} -n ${namespace} -f`;
}
