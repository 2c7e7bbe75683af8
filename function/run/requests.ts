/**
 * What people ask for by annotations of the E2ESpec: to run a test again, and to let one revision through without its test.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import { annotation } from '../api/labels.ts';
import { oneLine } from '../text.ts';
import type { Run } from './id.ts';

// What the definition allows (crds/e2especs.yaml). Compared as it is kept, so that a longer one is not new for ever.
const longestRequest = 64;
const longestSkip = 512;

/** The request to run again that the E2ESpec carries now; any value that differs from the handled one is a new request. */
export function requestOf({ metadata }: E2ESpec): string | undefined {
  return cut(metadata.annotations?.[annotation.requestedAt], longestRequest) || undefined;
}

export interface Skip {
  /** The whole annotation, as the record keeps it. */
  value: string;
  reason: string;
}

/**
 * Whether this run is to be let through without its test. An annotation holds for the first rollout of that revision
 * that asks: a checksum comes back, and the next rollout runs its test.
 */
export function skipOf(spec: E2ESpec, run: Run): Skip | undefined {
  const parsed = parseSkip(spec);
  if (parsed?.canary !== run.canary || !isOfRevision(parsed, run)) return undefined;
  const { value, reason } = parsed;
  return skipUses(spec, run, value).some(({ rollout, hook }) => rollout !== run.rollout || hook === run.metadataHash)
    ? undefined
    : { value, reason };
}

export function isOfRevision(named: { revision: string }, { checksum, revision }: Run): boolean {
  return named.revision === checksum || named.revision === revision;
}

/** What this skip has let through already. */
export function skipUses({ status }: E2ESpec, { canary }: Run, value: string): RunRecord[] {
  return (status?.runs ?? []).filter((record) => record.canary === canary && cut(record.skip, longestSkip) === value);
}

// As Flagger 1.44 writes status.lastAppliedSpec, and as a later one may: https://github.com/fluxcd/flagger/pull/1942
const skipPattern = /^\s*([^\s/]+)\/((?:v\d+:)?[a-z0-9]+):\s*(\S.*)$/s;

/** Nothing for what is not `CANARY/REVISION: reason`. */
export function parseSkip({ metadata }: E2ESpec): (Skip & { canary: string; revision: string }) | undefined {
  const value = cut(metadata.annotations?.[annotation.skip], longestSkip);
  const [, canary, revision, reason] = skipPattern.exec(value ?? '') ?? [];
  if (value === undefined || canary === undefined || revision === undefined || reason === undefined) return undefined;
  return { value, canary, revision, reason };
}

// By characters: half a surrogate pair would come back from the API server as another value.
function cut(value: string | undefined, characters: number): string | undefined {
  return value === undefined ? undefined : [...oneLine(value, Number.POSITIVE_INFINITY)].slice(0, characters).join('');
}
