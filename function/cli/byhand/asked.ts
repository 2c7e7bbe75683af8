/**
 * What a person asks of the tests of a rollout that goes on: which E2ESpecs carry the annotation, and what comes of it.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec } from '../../api/e2espec.ts';
import { intervalOf } from '../../flagger/canary.ts';
import { duration } from '../layout.ts';
import type { Row } from '../overview/rows.ts';
import { isGoingOn, rollsBack } from '../overview/standing.ts';
import { CannotRun } from '../problem.ts';

/** A test whose gate is asked in a rollout that goes on. */
export interface Asked extends Row {
  canary: Canary;
  gate: NonNullable<Row['gate']>;
  spec: E2ESpec;
  e2eSpec: string;
}

/** Those of the rows that a rollout waits for now. Throws CannotRun, with what to do instead, where there is none. */
export function askedNow(name: string, rows: readonly Row[]): Asked[] {
  const asked = rows.filter(isAsked);
  if (asked.length > 0) return asked;
  const [row] = rows;
  throw new CannotRun(`${whyNot(name, row)}. Nothing was written`);
}

function isAsked(row: Row): row is Asked {
  return row.canary !== undefined && row.gate !== undefined && row.spec !== undefined && isGoingOn(row.canary);
}

function whyNot(name: string, row: Row | undefined): string {
  const { canary, gate, e2eSpec, spec } = row ?? {};
  if (canary === undefined)
    return `no Canary calls E2ESpec ${name}, so no rollout asks for it. run ${name} runs it now`;
  if (gate === undefined)
    return `Canary ${name} calls no gate of the verifier. wire ${name} prints the webhooks that do`;
  if (spec === undefined) return `there is no E2ESpec ${e2eSpec}. Create it, and the gate goes on by itself`;
  return `no rollout of ${canary.metadata.name} is going on (${canary.status?.phase ?? 'not begun'}), so nothing asks for its test. ${insteadOf(canary, e2eSpec)}`;
}

function insteadOf({ status, metadata }: Canary, e2eSpec: string | undefined): string {
  switch (status?.phase) {
    case 'Waiting':
      return `It waits for a confirm-rollout hook: why ${metadata.name} says more, and its first test comes after it`;
    case 'Promoting':
    case 'Finalising':
      return 'It is too late: the revision is being promoted';
    default:
      return `A new revision of its target begins one, and tests it; run ${e2eSpec} runs the test now`;
  }
}

/** The E2ESpecs, each once. */
export function specsOf(asked: readonly Asked[]): E2ESpec[] {
  return [...new Map(asked.map(({ spec }) => [spec.metadata.name, spec])).values()];
}

/** When Flagger asks next. */
export function nextCall({ canary, gate }: Asked): string {
  const interval = duration(intervalOf(canary) / 1000);
  const waits = gate.webhook.path === '/pre-rollout' || gate.webhook.path === '/rollout';
  const isInCall = waits && canary.status?.phase === 'Progressing';
  return isInCall
    ? `within seconds while Flagger waits in webhook ${gate.webhook.webhook.name}, else within ${interval}`
    : `within ${interval}, the interval of Canary ${canary.metadata.name}`;
}

/** Whether any hook asks for what has passed: one that is asked at each tick. */
export function isAskedAgain({ canary, gate, record }: Asked): boolean {
  const isOver = record !== undefined && record.verdict !== 'Running';
  return !isOver || rollsBack(canary) || gate.webhook.path !== '/pre-rollout';
}
