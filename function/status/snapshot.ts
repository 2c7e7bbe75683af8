/**
 * What was seen at one moment, as /api/status hands it out.
 */
import type { Row, State } from './row.ts';
import { states } from './row.ts';
import type { Standing } from './verifier.ts';

export interface Snapshot {
  cluster: string;
  /** The API server's time. RFC 3339. */
  asOf: string;
  verifier: Standing;
  problems: Problem[];
}

/** Why something is not shown. */
export interface Problem {
  /** Empty for all of them. */
  namespace: string;
  message: string;
}

export interface Overview extends Snapshot {
  /** Of all rows, whichever are shown. */
  counts: Record<State, number>;
  rows: Row[];
}

export interface Filter {
  namespace: string;
  state: State | '';
}

/** From a query string; what means nothing filters nothing. */
export function filterOf(query: string): Filter {
  const asked = new URLSearchParams(query);
  return {
    namespace: asked.get('namespace') ?? '',
    state: states.find((state) => state === asked.get('state')) ?? '',
  };
}

export function countsOf(rows: readonly Row[]): Record<State, number> {
  const count = (state: State) => rows.filter((row) => row.state === state).length;
  return {
    failing: count('failing'),
    waiting: count('waiting'),
    stale: count('stale'),
    running: count('running'),
    never: count('never'),
    ok: count('ok'),
  };
}

export function inNamespace(rows: readonly Row[], namespace: string): Row[] {
  return rows.filter((row) => namespace === '' || row.namespace === namespace);
}

export function namespacesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ namespace }) => namespace))].sort();
}
