#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line. As `kubectl-e2e` on the PATH it is `kubectl e2e COMMAND`.
 */
import { basename } from 'node:path';
import { runProgram } from './program.ts';

// https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');

// Whoever reads has read enough, as head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runProgram(isPlugin ? 'kubectl e2e' : 'k8s-e2e-verifier', process.argv.slice(2));
