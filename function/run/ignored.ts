/**
 * What people have written by hand that does nothing for a run, in words, and what to write instead. It changes no verdict.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { annotation, ownPrefix } from '../api/labels.ts';
import { gateNamed } from '../flagger/manual-gate.ts';
import { ignoredOpenings } from '../flagger/manual-gates.ts';
import { isSameWord, isSlipOf, looksLike } from '../looks-like.ts';
import { oneLine } from '../text.ts';
import type { Run } from './id.ts';
import { isOfRevision, parseSkip, requestOf, skipUses } from './requests.ts';

/** One sentence for each. Nothing for what a run was let through by, or asked for. */
export function ignoredByHand(spec: E2ESpec, run: Run, canary: Canary | undefined): string[] {
  return [
    ...ignoredSkip(spec, run, canary),
    ...ignoredRequest(spec, run),
    ...misplaced(spec.metadata.annotations, `E2ESpec ${run.e2eSpec}`, {
      words: ['skip', 'requestedAt'],
      isRead: isOfSpec,
      belongs: (key) => (gateNamed(key) === undefined ? undefined : `Canary ${run.canary}`),
    }),
    ...misplaced(canary?.metadata.annotations, `Canary ${run.canary}`, {
      words: ['gate', 'rollback'],
      isRead: (key) => gateNamed(key) !== undefined,
      belongs: (key) => (isOfSpec(key) ? `E2ESpec ${run.e2eSpec}` : undefined),
    }),
    ...(canary === undefined ? [] : ignoredOpenings(canary)),
  ];
}

// Bytes of what was written.
const longestShown = 60;

function ignoredSkip(spec: E2ESpec, run: Run, canary: Canary | undefined): string[] {
  const written = spec.metadata.annotations?.[annotation.skip];
  if (written === undefined) return [];
  const skip = parseSkip(spec);
  const does = `annotation ${annotation.skip} does nothing`;
  if (skip === undefined) {
    return [`${does}: "${oneLine(written, longestShown)}" is not CANARY/REVISION: reason. ${howToSkip(run)}`];
  }
  if (skip.canary !== run.canary) {
    // An E2ESpec may be that of several Canaries.
    if (isKnown(skip.canary, spec)) return [];
    return [
      `${does} here: it names Canary ${oneLine(skip.canary, longestShown)}, not ${run.canary}. ${howToSkip(run)}`,
    ];
  }
  const uses = skipUses(spec, run, skip.value);
  if (isOfRevision(skip, run)) {
    if (uses.length === 0 || uses.some(({ rollout }) => rollout === run.rollout)) return [];
    const again = `To let this revision through again, write it with another reason, ${orBySkip(run)}`;
    return [`${does} here: an earlier rollout of this revision has used it. ${again}`];
  }
  if (uses.length > 0) return [];
  const isPromoted = skip.revision === canary?.status?.lastPromotedSpec;
  const which = `revision ${oneLine(skip.revision, longestShown)}, ${isPromoted ? 'which is the promoted one' : 'not this one'}`;
  return [`${does} here: it names ${which}. ${howToSkip(run)}`];
}

function isKnown(canary: string, { status }: E2ESpec): boolean {
  return [...(status?.runs ?? []), ...(status?.latest ?? [])].some((each) => each.canary === canary);
}

/** The value to write, and where it is from: in the words of docs/by-hand.md. */
function howToSkip(run: Run): string {
  const { canary, checksum, revision = checksum } = run;
  const source =
    revision === checksum
      ? `${checksum} is its checksum`
      : `${revision} is the Canary's status.lastAppliedSpec; the checksum ${checksum} works too`;
  return `To let this revision through, write ${canary}/${revision}: reason (${source}), ${orBySkip(run)}`;
}

function orBySkip({ canary, namespace }: Run): string {
  return `or let kubectl e2e skip ${canary} -n ${namespace} --reason WHY write it`;
}

function ignoredRequest(spec: E2ESpec, { canary, namespace }: Run): string[] {
  if (spec.metadata.annotations?.[annotation.requestedAt] === undefined || requestOf(spec) !== undefined) return [];
  const instead = `To run the test again, write a text that it did not have before, such as the time, or let kubectl e2e rerun ${canary} -n ${namespace} write it`;
  return [`annotation ${annotation.requestedAt} does nothing: it is empty. ${instead}`];
}

function isOfSpec(key: string): boolean {
  return key === annotation.skip || key === annotation.requestedAt;
}

interface Place {
  /** What is read here. Of a gate, what stands before its name. */
  words: readonly string[];
  isRead(key: string): boolean;
  /** On which object it would be read; nothing where on none. */
  belongs(key: string): string | undefined;
}

function misplaced(annotations: Record<string, string> = {}, where: string, place: Place): string[] {
  const unread = Object.keys(annotations).filter((key) => key.startsWith(ownPrefix) && !place.isRead(key));
  return unread.flatMap((key) => {
    const why = whyUnread(key, place);
    return why === undefined ? [] : [`annotation ${key} does nothing on ${where}: ${why}`];
  });
}

/** Nothing for what others may have written: the prefix is a company's domain as well. */
function whyUnread(key: string, { words, belongs }: Place): string | undefined {
  const place = belongs(key);
  if (place !== undefined) return `it belongs on ${place}`;
  const [first = '', ...name] = key.slice(ownPrefix.length).split('.');
  const word = words.find((each) => isSlipFor(each, first));
  return word && `the verifier reads ${ownPrefix}${[word, ...name].join('.')}`;
}

// Letters: of shorter words, one that is wrong makes many other words.
const long = 6;

function isSlipFor(word: string, written: string): boolean {
  return isSameWord(word, written) || (word.length < long ? isSlipOf(word, written) : looksLike(word, written));
}
