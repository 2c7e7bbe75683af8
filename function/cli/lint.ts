/**
 * `lint canary.yaml [e2espec.yaml]`: what does not gate, on a laptop or in CI, without a cluster.
 */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { likelyWebhooks, webhooksBehind } from '../flagger/webhooks.ts';
import { kinds } from '../kube/shapes.ts';
import { lint } from '../lint/lint.ts';
import { oneLine } from '../text.ts';

/**
 * The exit status. 0: everything gates; 1: something does not; 2: the files cannot be read.
 * `url`: where the verifier is; without it, where most of a Canary's gates lead.
 */
export function lintFiles(files: string[], url: string | undefined): number {
  try {
    const documents = files.flatMap(readDocuments);
    const canaries = documents.filter(isCanary);
    if (canaries.length === 0) throw new Error(`no Canary in ${files.join(', ')}`);
    return lintCanaries(canaries, documents.filter(isE2ESpec), url);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 2;
  }
}

function lintCanaries(canaries: Canary[], e2eSpecs: E2ESpec[], url: string | undefined): number {
  const specs = new Map(e2eSpecs.map(({ metadata, spec }) => [metadata.name, spec]));
  const lines = canaries.flatMap((canary) => {
    const own = url === undefined ? likelyWebhooks(canary) : webhooksBehind(url, canary);
    const input = { own, specOf: (name: string) => specs.get(name), retryAfterSeconds: 10 };
    return lint(canary, input).map(({ webhook, message }) => {
      const where = webhook === undefined ? '' : `: webhook ${webhook}`;
      return `${canary.metadata.name}${where}: ${message}`;
    });
  });
  const names = canaries.map(({ metadata }) => metadata.name).join(', ');
  for (const line of lines.length === 0 ? [`${names}: every gate gates`] : lines)
    process.stdout.write(`${oneLine(line)}\n`);
  return lines.length === 0 ? 0 : 1;
}

// Not process.stdin.fd: asking for it makes a pipe non-blocking, and one that is still empty unreadable.
const standardInput = 0;

function readDocuments(file: string): unknown[] {
  try {
    const parsed = parseAllDocuments(readFileSync(file === '-' ? standardInput : file, 'utf8'));
    const error = parsed.flatMap(({ errors }) => errors)[0];
    if (error) throw error;
    return parsed.flatMap((document) => itemsOf(document.toJS())).map(shaped);
  } catch (error) {
    throw new Error(`${file}: ${messageOf(error)}`);
  }
}

/** `kubectl get canaries -o yaml` writes one List. */
function itemsOf(document: unknown): unknown[] {
  if (!isKind(document, 'List') || !('items' in document) || !Array.isArray(document.items)) return [document];
  return document.items;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const plurals = { Canary: 'canaries', E2ESpec: 'e2especs' } as const;

// What only the API server adds.
const stored = { namespace: 'default', uid: '-', resourceVersion: '-', generation: 1 };

/** Throws where it lacks what is read of its kind, as the verifier would find it on a cluster. */
function shaped(document: unknown): unknown {
  const kind = isKind(document, 'Canary') ? 'Canary' : 'E2ESpec';
  if (!isKind(document, kind)) return document;
  const written = typeof document.metadata === 'object' ? document.metadata : {};
  const metadata: Record<string, unknown> = { ...stored, ...written };
  try {
    return kinds[plurals[kind]]?.shape({ ...document, metadata }, '');
  } catch (error) {
    throw new Error(`${kind} ${metadata['name']}: ${messageOf(error)}`);
  }
}

function isKind(document: unknown, kind: string): document is { kind: string; metadata?: unknown } {
  return typeof document === 'object' && document !== null && 'kind' in document && document.kind === kind;
}

function isCanary(document: unknown): document is Canary {
  return isKind(document, 'Canary');
}

function isE2ESpec(document: unknown): document is E2ESpec {
  return isKind(document, 'E2ESpec');
}
