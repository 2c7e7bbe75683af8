/**
 * The tests of a cluster as people look at them: one for each gate of each Canary, and the E2ESpecs that no Canary calls.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec, RunRecord } from '../../api/e2espec.ts';
import { usesVerifier } from '../../lint/lint.ts';
import type { Unserved } from '../rights/served.ts';
import { type Gate, gatesOf, recordNow } from './gates.ts';
import { allRuns, type Newest, runsOfGate, runsOnRequest } from './runs.ts';

export interface Row {
  namespace: string;
  /** Whether it is about what no rollout has asked for, beside what the gates say. */
  isOnRequest?: true;
  /** Absent for an E2ESpec that none calls, and on request. */
  canary?: Canary;
  /** Absent where the Canary calls none. */
  gate?: Gate;
  /** The E2ESpec's name; absent where no gate says it. */
  e2eSpec?: string;
  /** Absent where there is none of that name. */
  spec?: E2ESpec;
  /** What the run of this rollout has come to. */
  record?: RunRecord;
  /** All that are on record, newest first. */
  runs: RunRecord[];
  /** The newest of them. */
  newest?: Newest;
  /** What the verifier lacks there, where that is known. */
  unserved?: Unserved;
}

export interface Overview {
  rows: Row[];
  /** Canaries that do not call the verifier. */
  others: Canary[];
}

export function overviewOf(canaries: readonly Canary[], e2eSpecs: readonly E2ESpec[]): Overview {
  const byName = new Map(e2eSpecs.map((each) => [pathOf(each), each]));
  const own = canaries.filter((canary) => callsVerifier(canary, byName));
  const called = own.flatMap((canary) => rowsOf(canary, byName));
  const askedBy = (rows: Row[]) => new Set(rows.map(({ namespace, e2eSpec }) => `${namespace}/${e2eSpec}`));
  const asked = askedBy(called);
  const gating = askedBy(called.filter(({ gate }) => gate !== undefined));
  const alone = e2eSpecs.filter((each) => !asked.has(pathOf(each)));
  const onRequest = e2eSpecs.filter((each) => gating.has(pathOf(each))).flatMap(rowOnRequest);
  return {
    rows: [...called, ...alone.map(rowAlone), ...onRequest].sort(byPlace),
    others: canaries.filter((canary) => !own.includes(canary)),
  };
}

function pathOf({ metadata: { namespace, name } }: Canary | E2ESpec): string {
  return `${namespace}/${name}`;
}

function callsVerifier(canary: Canary, specs: ReadonlyMap<string, E2ESpec>): boolean {
  const { namespace } = canary.metadata;
  return usesVerifier(canary, { specOf: (name) => specs.get(`${namespace}/${name}`)?.spec, knowsAllSpecs: true });
}

function rowsOf(canary: Canary, specs: ReadonlyMap<string, E2ESpec>): Row[] {
  const { name, namespace } = canary.metadata;
  const gates = gatesOf(canary);
  if (gates.length === 0) {
    const spec = specs.get(`${namespace}/${name}`);
    return [{ namespace, canary, ...(spec && { spec, e2eSpec: name }), ...allRuns(spec?.status) }];
  }
  return gates.map((gate) => {
    const { e2eSpec } = gate.key;
    const spec = specs.get(`${namespace}/${e2eSpec}`);
    const record = recordNow(gate, canary, spec);
    const runs = runsOfGate(spec, canary, gate);
    return { namespace, canary, gate, e2eSpec, ...(spec && { spec }), ...(record && { record }), ...runs };
  });
}

function rowAlone(spec: E2ESpec): Row {
  const { name, namespace } = spec.metadata;
  return { namespace, e2eSpec: name, spec, ...allRuns(spec.status) };
}

/** Beside those of its gates. */
function rowOnRequest(spec: E2ESpec): Row[] {
  const { name, namespace } = spec.metadata;
  const found = runsOnRequest(spec);
  return found === undefined ? [] : [{ namespace, e2eSpec: name, spec, isOnRequest: true, ...found }];
}

/** By namespace, Canary and E2ESpec; what no Canary calls last. */
function byPlace(a: Row, b: Row): number {
  return compare(placeOf(a), placeOf(b));
}

function placeOf({ namespace, canary, e2eSpec = '' }: Row): string[] {
  return [namespace, canary === undefined ? '1' : '0', canary?.metadata.name ?? '', e2eSpec];
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, each] of a.entries()) {
    const other = b[index] ?? '';
    if (each !== other) return each < other ? -1 : 1;
  }
  return 0;
}
