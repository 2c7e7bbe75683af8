#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line.
 */
import { lintFiles } from './lint.ts';

const usage = 'usage: k8s-e2e-verifier lint FILE... (Canaries, and the E2ESpecs they are tested by)';

process.exitCode = main(process.argv.slice(2));

function main([command, ...files]: string[]): number {
  if (command === 'lint' && files.length > 0) return lintFiles(files);
  process.stderr.write(`${usage}\n`);
  return 2;
}
