/**
 * The tests as lines of a table, and as data for a program.
 */

import { runPath } from '../../flagger/hooks.ts';
import { oneLine } from '../../text.ts';
import { age, type Column, table, wrapped } from '../layout.ts';
import { pendingOf } from '../overview/pending.ts';
import type { Found } from '../overview/read.ts';
import type { Row } from '../overview/rows.ts';
import { answerOf, awaitedBy, isGoingOn, isStale } from '../overview/standing.ts';
import { inColour } from '../terminal.ts';

const columns: readonly Column[] = [
  { title: 'CANARY', mayBeCut: true },
  { title: 'HOOK', mayBeCut: true },
  { title: 'E2ESPEC', mayBeCut: true },
  { title: 'VERDICT' },
  { title: 'REASON', mayBeCut: true },
  { title: 'AGE' },
  { title: 'ANSWERS' },
  { title: 'WAITS FOR' },
];

export interface Screen {
  isColoured: boolean;
  width: number;
  /** Names are whole where another program reads them. */
  isTerminal: boolean;
}

/** `namespace`: null for all. */
export function linesOf(found: Found, namespace: string | null, now: Date, screen: Screen): string[] {
  const { isColoured, width, isTerminal } = screen;
  const { rows, others, hasFlagger } = found;
  const where = namespace === null ? 'in the cluster' : `in namespace ${namespace}`;
  const lines = rows.length === 0 ? [`no E2ESpec, and no Canary that calls the verifier, ${where}`] : [];
  const heads = namespace === null ? [{ title: 'NAMESPACE', mayBeCut: true } as const, ...columns] : columns;
  const cells = rows.map((row) => [...(namespace === null ? [row.namespace] : []), ...cellsOf(row, now)]);
  const paint = (cell: string, column: string) => (column === 'VERDICT' ? inColour(cell, isColoured) : cell);
  if (rows.length > 0) lines.push(...table(heads, cells, paint, isTerminal ? width : Number.POSITIVE_INFINITY));
  if (others.length > 0) lines.push(...wrapped(oneLine(othersLine(found, namespace)), width));
  if (!hasFlagger) lines.push('Flagger is not installed there, so there are no Canaries');
  return lines;
}

const mostNamed = 5;

function othersLine({ others }: Found, namespace: string | null): string {
  const names = others.map(({ metadata }) =>
    namespace === null ? `${metadata.namespace}/${metadata.name}` : metadata.name,
  );
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const count = names.length === 1 ? '1 Canary does' : `${names.length} Canaries do`;
  return `${count} not call the verifier: ${names.slice(0, mostNamed).join(', ')}${more}`;
}

function cellsOf(row: Row, now: Date): string[] {
  const { canary, e2eSpec = '', spec, newest } = row;
  const isMissing = e2eSpec !== '' && spec === undefined;
  const reason = newest?.reason === newest?.verdict ? '' : (newest?.reason ?? '');
  const [verdict, why] = isStale(row) ? ['Stale', `last: ${newest?.verdict}`] : [newest?.verdict ?? '', reason];
  return [
    canary?.metadata.name ?? '',
    hookOf(row) ?? '',
    e2eSpec,
    verdict,
    isMissing ? 'SpecMissing' : why,
    age(newest?.time, now) ?? '',
    answerOf(row) ?? '',
    awaitedBy(row) ?? '',
  ];
}

/** As `status.latest` has it. */
function hookOf({ gate, newest }: Row): string | undefined {
  return gate?.name ?? (newest?.trigger === 'request' ? runPath : undefined);
}

/** The shape stands in docs/command-line.md. */
export function listed(row: Row): object {
  const { namespace, canary, gate, e2eSpec, spec, newest } = row;
  return {
    namespace,
    canary: canary?.metadata.name,
    phase: canary?.status?.phase,
    hook: hookOf(row),
    type: gate?.webhook.type,
    path: gate?.webhook.path,
    e2eSpec,
    exists: spec !== undefined,
    mode: spec?.spec.mode,
    verdict: newest?.verdict,
    stale: isStale(row) || undefined,
    reason: newest?.reason,
    message: newest?.message,
    checksum: newest?.checksum,
    trigger: newest?.trigger,
    id: newest?.id,
    time: newest?.time,
    lastPassedAt: newest?.lastPassedAt,
    logUrl: newest?.logUrl,
    askedFor: canary !== undefined && isGoingOn(canary) ? pendingOf(row)?.kind : undefined,
    answers: answerOf(row),
    waitsFor: awaitedBy(row),
  };
}
