#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line. As `kubectl-e2e` on the PATH it is `kubectl e2e COMMAND`.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readUrl } from '../flagger/address.ts';
import { lintFiles } from './lint.ts';

// https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');

const usage = `usage: ${isPlugin ? 'kubectl e2e' : 'k8s-e2e-verifier'} lint [--url URL] FILE...
  FILE   Canaries, and the E2ESpecs they are tested by
  --url  where the verifier is, as http://e2e-verifier.default`;

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  const parsed = parse(args);
  if (parsed !== undefined) return lintFiles(parsed.files, parsed.url);
  process.stderr.write(`${usage}\n`);
  return 2;
}

/** Nothing for what the usage has to be told. */
function parse(args: string[]): { files: string[]; url: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({ args, options: { url: { type: 'string' } }, allowPositionals: true });
    const [command, ...files] = positionals;
    const { url } = values;
    const isUsable = url === undefined || readUrl(url) !== undefined;
    return command === 'lint' && files.length > 0 && isUsable ? { files, url } : undefined;
  } catch {
    return undefined;
  }
}
