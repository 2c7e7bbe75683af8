/**
 * Lints each Canary with what is at hand beside it, and says where each finding stands.
 */
import { dirname, relative, sep } from 'node:path';
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { likelyWebhooks, type VerifierWebhook, webhooksBehind } from '../flagger/webhooks.ts';
import type { Namespace } from '../kube/inventory.ts';
import { lint, usesVerifier } from '../lint/lint.ts';
import type { Finding } from '../lint/rules.ts';
import { e2eSpecOf, namesBeside } from '../lint/specs.ts';
import { gatingOf } from './gating.ts';
import type { Path, Position } from './manifests.ts';

/** What there is to lint, in files or in a cluster. */
export interface Subjects {
  canaries: Subject<Canary>[];
  e2eSpecs: Subject<Pick<E2ESpec, 'metadata' | 'spec'>>[];
  namespaces: Namespace[];
  /** Whether an E2ESpec that is not here is nowhere. */
  knowsAllSpecs: boolean;
}

export interface Subject<T> {
  object: T;
  /** Where it is known. */
  namespace: string | undefined;
  /** In a file. */
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

export interface Checked {
  name: string;
  namespace: string | undefined;
  place: FilePlace | undefined;
  findings: Located[];
  /** What it does where nothing is wrong, as `waits for its test at pre-rollout`. */
  gating: string;
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
export function check(subjects: Subjects, url: string | undefined): Outcome {
  const outcome: Outcome = { checked: [], others: [] };
  for (const subject of subjects.canaries) {
    const { object: canary, namespace } = subject;
    const own = url === undefined ? likelyWebhooks(canary) : webhooksBehind(url, canary);
    const specs = beside(subject, subjects.e2eSpecs);
    const input = { own, ...specNamesFor(subject, specs, subjects) };
    if (usesVerifier(canary, input)) outcome.checked.push(checkOne(subject, specs, subjects, input));
    else outcome.others.push(titleOf({ name: canary.metadata.name, namespace }));
  }
  return outcome;
}

type Specs = Subjects['e2eSpecs'];

/** Those of its namespace; where one of them says none, they may be of the same. The surer ones first. */
function beside<T>(subject: Subject<unknown>, others: readonly Subject<T>[]): Subject<T>[] {
  const { namespace } = subject;
  const file = fileOf(subject);
  return others
    .filter((each) => namespace === undefined || each.namespace === undefined || each.namespace === namespace)
    .map((each) => ({ each, isOther: Number(each.namespace !== namespace), steps: stepsBetween(file, fileOf(each)) }))
    .sort((a, b) => a.isOther - b.isOther || a.steps - b.steps)
    .map(({ each }) => each);
}

function fileOf({ placeOf }: Subject<unknown>): string | undefined {
  return placeOf?.([]).file;
}

/** From one file to another, through folders: what stands near belongs together, as in a folder for each environment. */
function stepsBetween(from = '', to = ''): number {
  if (from === to) return 0;
  return 1 + relative(dirname(from), dirname(to)).split(sep).filter(Boolean).length;
}

function specNamesFor(subject: Subject<Canary>, specs: Specs, { canaries, knowsAllSpecs }: Subjects) {
  const { object: canary } = subject;
  const { name } = canary.metadata;
  const names = specs.map(({ object }) => object.metadata.name);
  if (knowsAllSpecs) return { specNames: names };
  const found = namesBeside(
    canary,
    names,
    beside(subject, canaries).map(({ object }) => object),
  );
  if (found !== undefined) return { specNames: found };
  // Without a gate that asks for it, its name alone says whose it is.
  return names.includes(name) && !usesVerifier(canary) ? { specNames: [name] } : {};
}

function checkOne(
  subject: Subject<Canary>,
  specs: Specs,
  { namespaces }: Subjects,
  input: { own: VerifierWebhook[]; specNames?: readonly string[] },
): Checked {
  const { object: canary, namespace } = subject;
  const specCalled = (wanted: string) => specs.find(({ object }) => object.metadata.name === wanted);
  const home = namespaces.find(({ metadata }) => metadata.name === namespace);
  const specOf = (wanted: string) => specCalled(wanted)?.object.spec;
  const findings = lint(canary, {
    ...input,
    specOf,
    retryAfterSeconds,
    ...(home && { namespaceLabels: home.metadata.labels ?? {} }),
  });
  const placed = findings.map((finding): Located => {
    const { kind, name, path } = finding.at;
    const written = kind === 'E2ESpec' ? (specCalled(name) ?? subject) : subject;
    return { ...finding, place: written.placeOf?.(path) };
  });
  return {
    name: canary.metadata.name,
    namespace,
    place: subject.placeOf?.([]),
    findings: inOrder(placed, canary),
    gating: gatingOf(canary, input.own, (each) => specOf(e2eSpecOf(each, canary))?.mode === 'Observe'),
  };
}

/** As the Canary has its webhooks; what is about none of them first. */
function inOrder(findings: Located[], canary: Canary): Located[] {
  const names = (canary.spec.analysis?.webhooks ?? []).map(({ name }) => name);
  const indexOf = ({ webhook }: Finding) => (webhook === undefined ? -1 : names.indexOf(webhook));
  return findings.toSorted((a, b) => indexOf(a) - indexOf(b));
}
