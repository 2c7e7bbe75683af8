/**
 * Lints each Canary with what is at hand beside it, and says where each finding stands.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { manager } from '../api/labels.ts';
import { hostOf, readUrl } from '../flagger/address.ts';
import { pathsOf } from '../flagger/hooks.ts';
import { hookWebhooks, likelyWebhooks, webhooksBehind } from '../flagger/webhooks.ts';
import type { Namespace } from '../kube/inventory.ts';
import { lint } from '../lint/lint.ts';
import type { Finding } from '../lint/rules.ts';
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
  /** Whether it was asked for by name, and not just found. */
  isNamed: boolean;
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
    const specs = specsBeside(subject, subjects);
    if (subject.isNamed || isMeant(subject.object, specs))
      outcome.checked.push(checkOne(subject, specs, subjects, url));
    else outcome.others.push(titleOf({ name: subject.object.metadata.name, namespace: subject.namespace }));
  }
  return outcome;
}

type Specs = Subjects['e2eSpecs'];

/** Those of its namespace; where one of them says none, they may be of the same. The surer ones first. */
function specsBeside(canary: Subject<Canary>, { e2eSpecs }: Subjects): Specs {
  const { namespace } = canary;
  const fileOf = (subject: Subject<unknown>) => subject.placeOf?.([]).file;
  const file = fileOf(canary);
  return e2eSpecs
    .filter((spec) => namespace === undefined || spec.namespace === undefined || spec.namespace === namespace)
    .map((spec) => ({ spec, signs: 2 * Number(spec.namespace === namespace) + Number(fileOf(spec) === file) }))
    .sort((a, b) => b.signs - a.signs)
    .map(({ spec }) => spec);
}

/** Whether it calls the verifier, or is to: others have webhooks, too. */
function isMeant(canary: Canary, specs: Specs): boolean {
  const { name } = canary.metadata;
  const hosts = (canary.spec.analysis?.webhooks ?? []).flatMap(({ url }) => readUrl(url)?.host ?? []);
  return (
    specs.some(({ object }) => object.metadata.name === name) ||
    hookWebhooks(canary).some(({ type, path }) => pathsOf(type).includes(path)) ||
    hosts.some((host) => hostOf(host).service?.name === manager)
  );
}

function checkOne(subject: Subject<Canary>, specs: Specs, subjects: Subjects, url: string | undefined): Checked {
  const { object: canary, namespace } = subject;
  const { name } = canary.metadata;
  const own = url === undefined ? likelyWebhooks(canary) : webhooksBehind(url, canary);
  const specCalled = (wanted: string) => specs.find(({ object }) => object.metadata.name === wanted);
  const home = subjects.namespaces.find(({ metadata }) => metadata.name === namespace);
  const findings = lint(canary, {
    own,
    specOf: (wanted) => specCalled(wanted)?.object.spec,
    retryAfterSeconds,
    ...((specs.length > 0 || subjects.knowsAllSpecs) && { specNames: specs.map(({ object }) => object.metadata.name) }),
    ...(home && { namespaceLabels: home.metadata.labels ?? {} }),
  });
  const placed = findings.map((finding): Located => {
    const { kind, path } = finding.at;
    const written = kind === 'E2ESpec' ? (specCalled(finding.at.name) ?? subject) : subject;
    return { ...finding, place: written.placeOf?.(path) };
  });
  const place = subject.placeOf?.([]);
  return { name, namespace, place, findings: inOrder(placed, canary), gating: gatingOf(own) };
}

/** As the Canary has its webhooks; what is about none of them first. */
function inOrder(findings: Located[], canary: Canary): Located[] {
  const names = (canary.spec.analysis?.webhooks ?? []).map(({ name }) => name);
  const indexOf = ({ webhook }: Finding) => (webhook === undefined ? -1 : names.indexOf(webhook));
  return findings.toSorted((a, b) => indexOf(a) - indexOf(b));
}
