/**
 * An outcome as people, programs and GitHub read it. What comes from files and clusters is cleaned: a terminal and GitHub
 * do what they are told.
 */
import { oneLine } from '../../text.ts';
import type { Path } from '../manifests/manifests.ts';
import type { Problem } from '../problem.ts';
import { type Checked, type FilePlace, type Located, type Outcome, titleOf } from './check.ts';

export const formats = ['text', 'json', 'github'] as const;
export type Format = (typeof formats)[number];

export interface Summary {
  /** Canaries that were linted. */
  canaries: number;
  /** Of them without errors. */
  ok: number;
  errors: number;
  advice: number;
}

export function summaryOf({ checked }: Outcome): Summary {
  const count = (severity: Located['severity']) =>
    checked.flatMap(({ findings }) => findings).filter((each) => each.severity === severity).length;
  const ok = checked.filter(isOk).length;
  return { canaries: checked.length, ok, errors: count('error'), advice: count('advice') };
}

function isOk({ findings }: Checked): boolean {
  return findings.every(({ severity }) => severity !== 'error');
}

type Paint = (word: keyof typeof colours) => string;

// https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
const colours = { error: 31, advice: 33, ok: 32 } as const;

export const plain: Paint = (word) => word;
export const coloured: Paint = (word) => `\u001b[1;${colours[word]}m${word}\u001b[0m`;

/** One line for each finding, and one for each Canary without errors. */
export function toText(outcome: Outcome, paint: Paint): string[] {
  const { checked, others } = outcome;
  const lines = checked.flatMap((canary) => [
    ...canary.findings.map((finding) => findingLine(canary, finding, paint)),
    ...(isOk(canary) ? [okLine(canary, paint)] : []),
  ]);
  return [...lines, ...othersLine(others), ...totalLine(outcome)];
}

function findingLine(canary: Checked, finding: Located, paint: Paint): string {
  const { severity, message, place } = finding;
  const subject = subjectOf(canary, finding);
  const severe = paint(severity);
  return place === undefined
    ? `${oneLine(subject)}: ${severe}: ${oneLine(message)}`
    : `${oneLine(`${place.file}:${place.line}:${place.column}`)}: ${severe}: ${oneLine(`${subject}: ${message}`)}`;
}

function okLine(canary: Checked, paint: Paint): string {
  return `${paint('ok')}: ${oneLine(`${titleOf(canary)} ${canary.gating}`)}`;
}

/** The Canary, and what of it, as `podinfo: webhook e2e`. */
function subjectOf(canary: Checked, { webhook, at }: Located): string {
  const title = titleOf(canary);
  if (webhook !== undefined) return `${title}: webhook ${webhook}`;
  return at.kind === 'E2ESpec' ? `${title}: E2ESpec ${at.name}` : title;
}

const mostNamed = 5;

function othersLine(others: string[]): string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, mostNamed).join(', ');
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
  return [oneLine(`${counted(others.length, 'Canary does', 'Canaries do')} not call the verifier: ${named}${more}`)];
}

/** Where there is more than can be seen at a glance. */
function totalLine(outcome: Outcome): string[] {
  const { canaries, ok, errors, advice } = summaryOf(outcome);
  if (canaries < 2) return [];
  const parts = [
    `${ok} ok`,
    ...(errors > 0 ? [counted(errors, 'error', 'errors')] : []),
    ...(advice > 0 ? [counted(advice, 'piece of advice', 'pieces of advice')] : []),
  ];
  return [`${canaries} Canaries: ${parts.join(', ')}`];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The shape stands in docs/command-line.md. */
export function toJson(outcome: Outcome, problems: readonly Problem[]): string {
  const canaries = outcome.checked.map((canary) => ({
    name: canary.name,
    namespace: canary.namespace,
    ...canary.place,
    ok: isOk(canary),
    gating: isOk(canary) ? canary.gating : undefined,
    findings: canary.findings.map(({ severity, webhook, at, place, message }) => ({
      severity,
      webhook,
      kind: at.kind,
      name: at.name,
      path: fieldPath(at.path),
      ...place,
      message,
    })),
  }));
  const unread = problems.map(({ message, file, position }) => ({
    file,
    line: position?.line,
    column: position?.column,
    message,
  }));
  const all = { canaries, others: outcome.others, problems: unread, summary: summaryOf(outcome) };
  return JSON.stringify(all, (_, value) => (typeof value === 'string' ? oneLine(value) : value), 2);
}

/** As `spec.analysis.webhooks[0].url`. */
function fieldPath(path: Path): string {
  const written = path.map((key) => (/^[\w-]+$/.test(String(key)) && typeof key === 'string' ? `.${key}` : `[${key}]`));
  return written.join('').replace(/^\./, '');
}

/** A file's path as the repository has it; nothing for what is no file there. */
export type InRepository = (file: string) => string | undefined;

/**
 * Annotations of a workflow run.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function toGithub(outcome: Outcome, inRepository: InRepository): string[] {
  const lines = outcome.checked.flatMap((canary) => [
    ...canary.findings.map((finding) =>
      annotation(finding.severity, {
        ...placeIn(inRepository, finding.place),
        title: subjectOf(canary, finding),
        message: finding.message,
      }),
    ),
    ...(isOk(canary) ? [okLine(canary, plain)] : []),
  ]);
  return [...lines, ...othersLine(outcome.others), ...totalLine(outcome)];
}

function placeIn(inRepository: InRepository, place: Partial<FilePlace> = {}): Partial<FilePlace> {
  const file = place.file === undefined ? undefined : inRepository(place.file);
  return file === undefined ? {} : { ...place, file };
}

interface Annotation {
  file?: string;
  line?: number;
  column?: number;
  title?: string;
  message: string;
}

const commands = { error: 'error', advice: 'notice' } as const;

function annotation(severity: Located['severity'], { file, line, column, title, message }: Annotation): string {
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          `${key}=${escaped(oneLine(String(value)))
            .replaceAll(':', '%3A')
            .replaceAll(',', '%2C')}`,
        ],
  );
  return `::${commands[severity]} ${properties.join(',')}::${escaped(oneLine(message))}`;
}

// As @actions/core has it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What cannot be read, in one line. */
export function problemLine({ file, position, message }: Problem, paint: Paint): string {
  const where = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return `${where === undefined ? '' : `${oneLine(where)}: `}${paint('error')}: ${oneLine(message)}`;
}

export function problemAnnotation({ file, position, message }: Problem, inRepository: InRepository): string {
  return annotation('error', {
    ...placeIn(inRepository, { ...(file !== undefined && { file }), ...position }),
    message,
  });
}
