#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier lint canary.yaml [e2espec.yaml]`: the wiring check on a laptop or in CI, without a cluster.
 * Exit status 0: everything gates; 1: something does not; 2: the command cannot be carried out.
 */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Canary } from './canary.ts';
import type { E2ESpec } from './e2espec.ts';
import { checkWiring } from './wiring.ts';

const usage = 'usage: k8s-e2e-verifier lint FILE... (Canaries, and the E2ESpecs they are tested by)';

process.exitCode = main(process.argv.slice(2));

function main([command, ...files]: string[]): number {
  if (command !== 'lint' || files.length === 0) return fail(usage);
  const documents: unknown[] = [];
  for (const file of files) {
    const read = readDocuments(file);
    if ('problem' in read) return fail(`${file}: ${read.problem}`);
    documents.push(...read.documents);
  }
  const canaries = documents.filter(isCanary);
  if (canaries.length === 0) return fail(`no Canary in ${files.join(', ')}`);
  const specs = new Map(documents.filter(isE2ESpec).map(({ metadata, spec }) => [metadata.name, spec]));
  const known = { specOf: (name: string) => specs.get(name), retryAfterSeconds: 10 };
  let count = 0;
  for (const canary of canaries) {
    for (const { webhook, message } of checkWiring(canary, known)) {
      count++;
      process.stdout.write(
        `${canary.metadata.name}${webhook === undefined ? '' : `: webhook ${webhook}`}: ${message}\n`,
      );
    }
  }
  if (count === 0)
    process.stdout.write(`${canaries.map(({ metadata }) => metadata.name).join(', ')}: every gate gates\n`);
  return count === 0 ? 0 : 1;
}

function readDocuments(file: string): { documents: unknown[] } | { problem: string } {
  try {
    const parsed = parseAllDocuments(readFileSync(file, 'utf8'));
    const error = parsed.flatMap(({ errors }) => errors)[0];
    return error ? { problem: error.message } : { documents: parsed.map((document) => document.toJS()) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isKind(document: unknown, kind: string): boolean {
  return typeof document === 'object' && document !== null && 'kind' in document && document.kind === kind;
}

function isCanary(document: unknown): document is Canary {
  return isKind(document, 'Canary');
}

function isE2ESpec(document: unknown): document is E2ESpec {
  return isKind(document, 'E2ESpec');
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
