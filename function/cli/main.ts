#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line. As `kubectl-e2e` on the PATH it is `kubectl e2e COMMAND`.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readUrl } from '../flagger/address.ts';
import { lintFiles, messageOf } from './lint.ts';

// https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');

const usage = `usage: ${isPlugin ? 'kubectl e2e' : 'k8s-e2e-verifier'} lint [--url URL] FILE...
  FILE   Canaries, and the E2ESpecs they are tested by; - for what kubectl get canaries -o yaml writes into a pipe
  --url  where the verifier is, as http://e2e-verifier.default`;

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  try {
    const asked = parse(args);
    if (asked !== undefined) return lintFiles(asked.files, asked.url);
    process.stdout.write(`${usage}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${usage}\n`);
    return 2;
  }
}

/** Nothing where the usage is asked for. Throws for what is wrong. */
function parse(args: string[]): { files: string[]; url: string | undefined } | undefined {
  const options = { url: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [command, ...files] = positionals;
  const { url, help } = values;
  if (help) return undefined;
  if (command !== 'lint') throw new Error(command === undefined ? 'a command is missing' : `there is no ${command}`);
  if (files.length === 0) throw new Error('a file is missing');
  if (url !== undefined && readUrl(url) === undefined)
    throw new Error(`--url ${url}: it begins with http:// or https://`);
  return { files, url };
}
