/**
 * What a person asks of the tests of a rollout that goes on: which E2ESpecs carry the annotation, and what comes of it.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec } from '../../api/e2espec.ts';
import { intervalOf, strategyOf } from '../../flagger/canary.ts';
import { type HookPath, pathsOf } from '../../flagger/hooks.ts';
import { gateInWords } from '../../flagger/manual-gate.ts';
import { closedBeforePromotion, closedGates } from '../../flagger/manual-gates.ts';
import { haveSameMetadata, likelyWebhooks, type VerifierWebhook } from '../../flagger/webhooks.ts';
import { duration } from '../layout.ts';
import { isByPersonAlone, openingsFor } from '../overview/by-person.ts';
import type { Row } from '../overview/rows.ts';
import { answerOnRecord, isGoingOn } from '../overview/standing.ts';
import { CannotRun } from '../problem.ts';

/** A test whose gate is asked in a rollout that goes on. */
export interface Asked extends Row {
  canary: Canary;
  gate: NonNullable<Row['gate']>;
  spec: E2ESpec;
  e2eSpec: string;
}

/** Those of the rows that a rollout waits for now. Throws CannotRun, with what to do instead, where there is none. */
export function askedNow(program: string, name: string, rows: readonly Row[]): Asked[] {
  const asked = rows.filter(isAsked);
  if (asked.length > 0) return asked;
  const row = rows.find(({ canary }) => canary !== undefined) ?? rows[0];
  throw new CannotRun(`${whyNot(program, name, row)}. Nothing was written`);
}

export function isAsked(row: Row): row is Asked {
  return row.canary !== undefined && row.gate !== undefined && row.spec !== undefined && isGoingOn(row.canary);
}

function whyNot(program: string, name: string, row: Row | undefined): string {
  const { canary, gate, e2eSpec, spec } = row ?? {};
  if (row === undefined || canary === undefined)
    return `no Canary calls E2ESpec ${name}, so no rollout asks for it. ${program} run ${name} runs it now`;
  if (isByPersonAlone(row)) {
    const [opening = `${program} gate list ${name} -n ${row.namespace}`] = byPerson(program, row);
    return `Canary ${name} calls no gate of a test, so there is none to skip or to run again. A person opens its gates: ${opening}`;
  }
  if (gate === undefined)
    return `Canary ${name} calls no gate of the verifier. ${program} wire ${name} prints the webhooks that do`;
  if (spec === undefined) return `there is no E2ESpec ${e2eSpec}. Create it, and the gate goes on by itself`;
  return `no rollout of ${canary.metadata.name} is going on (${canary.status?.phase ?? 'not begun'}), so nothing asks for its test. ${insteadOf(program, canary, e2eSpec)}`;
}

function insteadOf(program: string, { status, metadata }: Canary, e2eSpec: string | undefined): string {
  switch (status?.phase) {
    case 'Waiting':
      return `It waits for a confirm-rollout hook: ${program} why ${metadata.name} says more, and its first test comes after it`;
    case 'Promoting':
    case 'Finalising':
      return 'It is too late: the revision is being promoted';
    default:
      return `A new revision of its target begins one, once Flagger has noticed it (spec.analysis.interval), and tests it; ${program} run ${e2eSpec} tests what is live`;
  }
}

/** What opens the gates that its rollout waits for. */
export function byPerson(program: string, row: Row): string[] {
  return openingsFor(row).map((each) => `${program} ${each} -n ${row.namespace}`);
}

/** The E2ESpecs, each once. */
export function specsOf(asked: readonly Asked[]): E2ESpec[] {
  return [...new Map(asked.map(({ spec }) => [spec.metadata.name, spec])).values()];
}

/** When Flagger asks next. */
export function nextCall(asked: Asked): string {
  const { canary, gate } = asked;
  const interval = duration(intervalOf(canary) / 1000);
  const answer = answerOnRecord(asked);
  const waits = waiting.includes(gate.webhook.path);
  const isInCall = waits && canary.status?.phase === 'Progressing' && (answer === 'starts it' || answer === 'holds');
  return isInCall
    ? `within seconds while Flagger waits in webhook ${gate.webhook.webhook.name}, else within ${interval}`
    : `within ${interval}, the interval of Canary ${canary.metadata.name}`;
}

// Flagger stays in the call where they answer 429.
const waiting: readonly HookPath[] = ['/pre-rollout', '/rollout'];

/** Whether the rollout waits for the next verdict as well: its gate has not passed, or another asks before the promotion. */
export function isHeld(asked: Asked): boolean {
  if (answerOnRecord(asked) !== 'lets go') return true;
  const { canary, gate, spec } = asked;
  if (spec.spec.mode === 'Observe') return false;
  const { metadata } = gate.webhook.webhook;
  return likelyWebhooks(canary).some(
    (each) => haveSameMetadata(each.webhook.metadata, metadata) && asksBeforePromotion(each, canary),
  );
}

/** The gates at which a person still keeps the rollout from its promotion. */
export function heldByPerson(canary: Canary): string[] {
  const closed = [...closedGates(canary), ...closedBeforePromotion(canary)];
  return [...new Set(closed.map(({ gate }) => gateInWords(gate)))];
}

/** Seen on a cluster, and in https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go */
function asksBeforePromotion({ type, path }: VerifierWebhook, canary: Canary): boolean {
  if (!pathsOf(type).includes(path)) return false;
  if (path === '/rollout' || path === '/confirm-promotion') return true;
  const grows = strategyOf(canary) === 'weights' && canary.status?.phase === 'Progressing';
  return path === '/confirm-traffic-increase' && grows;
}
