/**
 * The tests that a person means by a name: those of the Canary of that name, or else of the E2ESpec.
 */
import { looksLike } from '../../looks-like.ts';
import { CannotRun } from '../problem.ts';
import type { Found } from './read.ts';
import type { Row } from './rows.ts';

/**
 * At least one, and first the one that is meant: whose newest run was recorded last, whoever asked for it. Throws CannotRun,
 * with what there is instead.
 */
export function findRows(name: string, namespace: string, found: Found): [Row, ...Row[]] {
  const { rows, others } = found;
  const named = rows.filter(({ e2eSpec }) => e2eSpec === name);
  const ofCanary = rows.filter((row) => nameOfCanary(row) === name);
  // What is asked for by hand calls the Canary that has the E2ESpec's name.
  const all = ofCanary.length > 0 ? [...ofCanary, ...named.filter(({ isOnRequest }) => isOnRequest)] : named;
  const [first, ...rest] = all.sort(newestFirst);
  if (first !== undefined) return [first, ...rest];
  if (others.some(({ metadata }) => metadata.name === name)) {
    throw new CannotRun(`Canary ${name} does not call the verifier. wire ${name} prints the webhooks that do`);
  }
  throw new CannotRun(`there is no Canary or E2ESpec ${name} in namespace ${namespace}. ${instead(name, found)}`);
}

/** By `time`, as the page has it; of one second, as the status has them. */
function newestFirst(a: Row, b: Row): number {
  const [x, y] = [a.newest?.time ?? '', b.newest?.time ?? ''];
  return x === y ? placeOf(a) - placeOf(b) : x < y ? 1 : -1;
}

function placeOf({ runs: [last], spec }: Row): number {
  return last === undefined ? Number.MAX_SAFE_INTEGER : (spec?.status?.runs?.indexOf(last) ?? 0);
}

export function nameOfCanary({ canary }: Row): string | undefined {
  return canary?.metadata.name;
}

const mostNamed = 5;

/** What there is, the nearest first. */
export function instead(name: string, { canaries, e2eSpecs, hasFlagger }: Found): string {
  const names = [...new Set([...canaries, ...e2eSpecs].map(({ metadata }) => metadata.name))].sort();
  const near = names.find((each) => looksLike(each, name));
  if (near !== undefined) return `Did you mean ${near}?`;
  if (names.length === 0) {
    const flagger = hasFlagger ? '' : ', and Flagger is not installed in the cluster';
    return `There is none${flagger}; list -A shows those of all namespaces`;
  }
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more, which list shows` : '';
  return `There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, mostNamed).join(', ')}${more}`;
}
