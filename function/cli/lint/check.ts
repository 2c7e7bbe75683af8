/**
 * Lints each Canary with what is at hand beside it, and says where each finding stands.
 */
import { dirname, relative, sep } from 'node:path';
import type { Canary } from '../../api/canary.ts';
import { likelyWebhooks, type VerifierWebhook, webhooksBehind } from '../../flagger/webhooks.ts';
import type { Namespace } from '../../kube/inventory.ts';
import { lint, usesVerifier } from '../../lint/lint.ts';
import type { Finding, LintInput } from '../../lint/rules.ts';
import { askedBy, e2eSpecOf, namesBeside } from '../../lint/specs.ts';
import type { Refusal, SpecAtHand } from '../manifests/e2espec.ts';
import type { Path, Position } from '../manifests/manifests.ts';
import { gatingOf } from './gating.ts';

/** What there is to lint, in files or in a cluster. */
export interface Subjects {
  canaries: Subject<Canary>[];
  e2eSpecs: Subject<SpecAtHand>[];
  namespaces: Namespace[];
  /** Whether an E2ESpec that is not here is nowhere. */
  knowsAllSpecs: boolean;
  /** What the verifier lacks in a Canary's namespace. */
  lacking?(canary: Canary): Finding[];
}

export interface Subject<T> {
  object: T;
  /** Where it is known. */
  namespace: string | undefined;
  /** Where it is in one. */
  file?: string;
  placeOf?(path: Path): FilePlace;
}

export interface FilePlace extends Position {
  file: string;
}

export interface Outcome {
  checked: Checked[];
  /** Canaries that do not call the verifier, by their titles. */
  others: string[];
}

export interface Result extends Outcome {
  /** Of E2ESpecs that no Canary here is tested by. */
  refused: Refused[];
}

export interface Checked {
  name: string;
  namespace: string | undefined;
  place: FilePlace | undefined;
  findings: Located[];
  /** What it does where nothing is wrong, as `waits for its test at pre-rollout`. */
  gating: string;
}

interface Refused {
  /** The E2ESpec's. */
  name: string;
  message: string;
  place: FilePlace | undefined;
}

export interface Located extends Finding {
  place: FilePlace | undefined;
}

/** As people are shown it. */
export function titleOf({ name, namespace }: Pick<Checked, 'name' | 'namespace'>): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

// The verifier's default: what it is set to is not in the Canary.
const retryAfterSeconds = 10;

/** `url`: where the verifier is; without it, where most of a Canary's gates lead. */
export function check(subjects: Subjects, url: string | undefined): Result {
  const outcome: Result = { checked: [], others: [], refused: [] };
  const told = new Set<Subject<SpecAtHand>>();
  const askedBeside = gatherAsked(subjects.canaries);
  for (const subject of subjects.canaries) {
    const { object: canary, namespace } = subject;
    const own = url === undefined ? likelyWebhooks(canary) : webhooksBehind(url, canary);
    const specs = subjects.e2eSpecs.filter((each) => mayBeTogether(subject, each));
    const { knowsAllSpecs } = subjects;
    const names = knowsAllSpecs ? specs.map(nameOf) : specNamesFor(subject, specs, askedBeside(namespace));
    const specOf = (name: string) => specCalled(name, subject, specs)?.object.spec;
    const known = { own, specOf, knowsAllSpecs, ...(url !== undefined && { url }) };
    const input = { ...known, ...(names && { specNames: names }) };
    if (usesVerifier(canary, input)) outcome.checked.push(checkOne(subject, specs, subjects, input, told));
    else outcome.others.push(titleOf({ name: canary.metadata.name, namespace }));
  }
  outcome.refused = subjects.e2eSpecs.filter((each) => !told.has(each)).flatMap(refusedOf);
  return outcome;
}

type Specs = Subjects['e2eSpecs'];

function refusedOf({ object, placeOf }: Specs[number]): Refused[] {
  const { metadata, refusals = [] } = object;
  return refusals.map(({ path, message }) => ({ name: metadata.name, message, place: placeOf?.(path) }));
}

/** In one namespace; where one of them says none, it may be the same. */
function mayBeTogether(a: Pick<Subject<unknown>, 'namespace'>, b: Pick<Subject<unknown>, 'namespace'>): boolean {
  return a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
}

/** The names of the E2ESpecs that are asked for where a namespace may be meant; each read once, of however many Canaries. */
function gatherAsked(canaries: Subjects['canaries']): (namespace: string | undefined) => ReadonlySet<string> {
  const asking = canaries.map(({ object, namespace }) => ({ namespace, names: askedBy(object) }));
  const known = new Map<string | undefined, ReadonlySet<string>>();
  return (namespace) => {
    const names =
      known.get(namespace) ?? new Set(asking.flatMap((each) => (mayBeTogether({ namespace }, each) ? each.names : [])));
    known.set(namespace, names);
    return names;
  };
}

function nameOf({ object }: Specs[number]): string {
  return object.metadata.name;
}

function specNamesFor(
  { object: canary, file }: Subject<Canary>,
  specs: Specs,
  asked: ReadonlySet<string>,
): string[] | undefined {
  const { name } = canary.metadata;
  const all = specs.map(nameOf);
  const inFile = file === undefined ? [] : specs.filter((each) => each.file === file).map(nameOf);
  const found = namesBeside(canary, { all, inFile }, asked);
  if (found !== undefined) return found;
  // Without a gate that asks for it, its name alone says whose it is.
  return all.includes(name) && !usesVerifier(canary) ? [name] : undefined;
}

/** That of its own namespace first; of several the nearest, as in a folder for each environment; a patch last. */
function specCalled(name: string, { namespace, file }: Subject<Canary>, specs: Specs): Specs[number] | undefined {
  const named = specs.filter((each) => nameOf(each) === name);
  const whole = named.filter(({ object }) => object.spec !== undefined || object.refusals !== undefined);
  const [first] = (whole.length > 0 ? whole : named)
    .map((each) => ({ each, isOther: Number(each.namespace !== namespace), steps: stepsBetween(file, each.file) }))
    .sort((a, b) => a.isOther - b.isOther || a.steps - b.steps);
  return first?.each;
}

/** From one file to another, through folders. */
function stepsBetween(from = '', to = ''): number {
  if (from === to) return 0;
  return 1 + relative(dirname(from), dirname(to)).split(sep).filter(Boolean).length;
}

function checkOne(
  subject: Subject<Canary>,
  specs: Specs,
  { namespaces, lacking }: Subjects,
  input: Omit<LintInput, 'retryAfterSeconds'> & { own: VerifierWebhook[] },
  told: Set<Specs[number]>,
): Checked {
  const { object: canary, namespace } = subject;
  const called = (wanted: string) => specCalled(wanted, subject, specs);
  const home = namespaces.find(({ metadata }) => metadata.name === namespace);
  const linted = lint(canary, {
    ...input,
    retryAfterSeconds,
    ...(home && { namespaceLabels: home.metadata.labels ?? {} }),
  });
  const asked = [...new Set(askedBy(canary))].flatMap((each) => called(each) ?? []);
  for (const each of asked) told.add(each);
  const refused = asked.flatMap(({ object }) => (object.refusals ?? []).map(findingOf(object)));
  const findings = [...(lacking?.(canary) ?? []), ...linted, ...refused];
  const placed = findings.map((finding): Located => {
    const { kind, name, path } = finding.at;
    const written = kind === 'E2ESpec' ? (called(name) ?? subject) : subject;
    return { ...finding, place: written.placeOf?.(path) };
  });
  return {
    name: canary.metadata.name,
    namespace,
    place: subject.placeOf?.([]),
    findings: inOrder(placed, canary),
    gating: gatingOf(canary, input.own, (each) => input.specOf(e2eSpecOf(each, canary))?.mode === 'Observe'),
  };
}

function findingOf({ metadata: { name } }: SpecAtHand): (refusal: Refusal) => Finding {
  return ({ path, message }) => ({ severity: 'error', at: { kind: 'E2ESpec', name, path }, message });
}

/** As the Canary has its webhooks; what is about none of them first. */
function inOrder(findings: Located[], canary: Canary): Located[] {
  const names = (canary.spec.analysis?.webhooks ?? []).map(({ name }) => name);
  const indexOf = ({ webhook }: Finding) => (webhook === undefined ? -1 : names.indexOf(webhook));
  return findings.toSorted((a, b) => indexOf(a) - indexOf(b));
}
