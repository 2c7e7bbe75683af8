#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line. As `kubectl-e2e` on the PATH it is `kubectl e2e COMMAND`.
 */
import { called } from './called.ts';
import { runProgram } from './program.ts';

// Whoever reads has read enough, as head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runProgram(called, process.argv.slice(2));
