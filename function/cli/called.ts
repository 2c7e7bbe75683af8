/**
 * As what the person has called the command line, so that the commands that it names can be copied.
 */
import { basename } from 'node:path';

// https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');

export const called = isPlugin ? 'kubectl e2e' : 'k8s-e2e-verifier';
