/**
 * `lint canary.yaml [e2espec.yaml]`: what does not gate, on a laptop or in CI, without a cluster.
 */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { lint } from '../lint/lint.ts';
import { oneLine } from '../text.ts';

/** The exit status. 0: everything gates; 1: something does not; 2: the files cannot be read. */
export function lintFiles(files: string[]): number {
  try {
    const documents = files.flatMap(readDocuments);
    const canaries = documents.filter(isCanary);
    if (canaries.length === 0) throw new Error(`no Canary in ${files.join(', ')}`);
    return lintCanaries(canaries, documents.filter(isE2ESpec));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 2;
  }
}

function lintCanaries(canaries: Canary[], e2eSpecs: E2ESpec[]): number {
  const specs = new Map(e2eSpecs.map(({ metadata, spec }) => [metadata.name, spec]));
  const input = { specOf: (name: string) => specs.get(name), retryAfterSeconds: 10 };
  const lines = canaries.flatMap((canary) =>
    lint(canary, input).map(({ webhook, message }) => {
      const where = webhook === undefined ? '' : `: webhook ${webhook}`;
      return `${canary.metadata.name}${where}: ${message}`;
    }),
  );
  const names = canaries.map(({ metadata }) => metadata.name).join(', ');
  for (const line of lines.length === 0 ? [`${names}: every gate gates`] : lines)
    process.stdout.write(`${oneLine(line)}\n`);
  return lines.length === 0 ? 0 : 1;
}

function readDocuments(file: string): unknown[] {
  try {
    const parsed = parseAllDocuments(readFileSync(file, 'utf8'));
    const error = parsed.flatMap(({ errors }) => errors)[0];
    if (error) throw error;
    return parsed.map((document) => document.toJS());
  } catch (error) {
    throw new Error(`${file}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
