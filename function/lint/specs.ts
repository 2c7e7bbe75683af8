/**
 * The E2ESpecs of a Canary: whether those that it asks for are there, and what in them keeps a test from its verdict.
 */
import type { Canary } from '../api/canary.ts';
import { shortTestProblem } from '../api/deadline.ts';
import { type Spec, withDefaults } from '../api/e2espec.ts';
import { isObjectName } from '../api/names.ts';
import { likelyWebhooks, typeOf } from '../flagger/webhooks.ts';
import { looksLike } from '../looks-like.ts';
import { misspeltKey } from './metadata.ts';
import { inCanary, inE2ESpec, inWebhook } from './place.ts';
import type { Finding, LintInput, MeantWebhook } from './rules.ts';

/** The name of the E2ESpec that a webhook asks for. */
export function e2eSpecOf({ webhook }: MeantWebhook, canary: Canary): string {
  return String(webhook.metadata?.['e2espec'] ?? canary.metadata.name);
}

/**
 * `LintInput.specNames` where the E2ESpecs at hand may not be all, as in files: those that the Canary asks for, and of those
 * that stand in one file with it, the ones that nobody asks for. Nothing where there are none: its own may be anywhere.
 * `asked`: what all Canaries at hand ask for.
 */
export function namesBeside(
  canary: Canary,
  names: { all: readonly string[]; inFile: readonly string[] },
  asked: ReadonlySet<string>,
): string[] | undefined {
  const spare = names.inFile.filter((name) => !asked.has(name));
  if (spare.length === 0) return undefined;
  const own = new Set(askedBy(canary));
  return [...names.all.filter((name) => own.has(name)), ...spare];
}

/** The names of its E2ESpecs: its own name where no gate is known. */
export function askedBy(canary: Canary): string[] {
  const gates = likelyWebhooks(canary).filter(({ hook }) => hook.kind === 'gate');
  return gates.length === 0 ? [canary.metadata.name] : gates.map((gate) => e2eSpecOf(gate, canary));
}

export function checkE2ESpecs(canary: Canary, gates: MeantWebhook[], input: LintInput): Finding[] {
  const asking = new Map<string, MeantWebhook>();
  for (const gate of gates) {
    const name = e2eSpecOf(gate, canary);
    if (!asking.has(name)) asking.set(name, gate);
  }
  return [...asking].flatMap(([name, gate]) => {
    const spec = input.specOf(name);
    if (spec !== undefined) {
      return [
        ...checkDeadline(name, spec),
        ...checkMode(name, spec, canary, gates),
        ...checkSidecar(name, spec, input),
      ];
    }
    return checkName(name, gate, canary, input, [...asking.keys()]);
  });
}

function checkName(
  name: string,
  { webhook, index }: MeantWebhook,
  canary: Canary,
  input: LintInput,
  asked: string[],
): Finding[] {
  const { specNames } = input;
  if (specNames === undefined || specNames.includes(name)) return [];
  // That is told of the metadata.
  if (!isObjectName(name) || misspeltKey(webhook.metadata ?? {}, canary, input) !== undefined) return [];
  const spare = specNames.filter((each) => !asked.includes(each));
  const meant = spare.find((each) => looksLike(each, name)) ?? (spare.length === 1 ? spare[0] : undefined);
  const isNamed = webhook.metadata?.['e2espec'] !== undefined;
  const remedy =
    meant === undefined
      ? 'Create it, or name one that is there in metadata.e2espec'
      : `There is ${meant}: ${isNamed ? 'write' : 'add'} metadata.e2espec: ${meant}, or call the E2ESpec ${name}`;
  const message = `its test is E2ESpec ${name}, which does not exist. ${remedy}`;
  const at = isNamed ? inWebhook(canary, index, 'metadata', 'e2espec') : inCanary(canary, 'metadata', 'name');
  return [{ severity: 'error', webhook: webhook.name, at, message }];
}

// By which Flagger waits for whoever answers.
const holding: readonly string[] = ['pre-rollout', 'rollout', 'confirm-traffic-increase', 'confirm-promotion'];

function checkMode(name: string, spec: Spec, canary: Canary, gates: MeantWebhook[]): Finding[] {
  if (withDefaults(spec).mode !== 'Observe') return [];
  const own = gates.map(({ webhook }) => webhook);
  const others = (canary.spec.analysis?.webhooks ?? []).filter(
    (webhook) => holding.includes(typeOf(webhook)) && !own.includes(webhook),
  );
  const names = others.map((webhook) => webhook.name).join(', ');
  const besides = names === '' ? '' : `. What else holds the rollout is not the verifier's: ${names}`;
  const message = `mode: Observe lets every gate go whatever this test says. Write Enforce when its verdicts have been right for a while${besides}`;
  return [{ severity: 'advice', at: inE2ESpec(name, 'spec', 'mode'), message }];
}

function checkDeadline(name: string, spec: Spec): Finding[] {
  const message = shortTestProblem(withDefaults(spec));
  if (message === undefined) return [];
  return [{ severity: 'error', at: inE2ESpec(name, 'spec', 'activeDeadlineSeconds'), message }];
}

interface Mesh {
  /** What the namespace says where every pod gets a sidecar. */
  injects(labels: Readonly<Record<string, string>>): string | undefined;
  /** Keys by which a pod says for itself. */
  keys: readonly string[];
  kind: 'labels' | 'annotations';
  line: string;
}

/** https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/ https://linkerd.io/2/features/proxy-injection/ */
const meshes: readonly Mesh[] = [
  {
    injects: (labels) =>
      labels['istio-injection'] === 'enabled'
        ? 'istio-injection: enabled'
        : labels['istio.io/rev'] && labels['istio-injection'] === undefined
          ? `istio.io/rev: ${labels['istio.io/rev']}`
          : undefined,
    keys: ['sidecar.istio.io/inject', 'istio.io/rev'],
    kind: 'labels',
    line: 'sidecar.istio.io/inject: "false"',
  },
  {
    injects: ({ 'linkerd.io/inject': inject }) =>
      inject === 'enabled' || inject === 'ingress' ? `linkerd.io/inject: ${inject}` : undefined,
    keys: ['linkerd.io/inject'],
    kind: 'annotations',
    line: 'linkerd.io/inject: disabled',
  },
];

function checkSidecar(name: string, { podTemplate }: Spec, { namespaceLabels = {} }: LintInput): Finding[] {
  const said = { ...podTemplate?.metadata?.labels, ...podTemplate?.metadata?.annotations };
  return meshes.flatMap(({ injects, keys, kind, line }): Finding[] => {
    const why = injects(namespaceLabels);
    if (why === undefined || keys.some((key) => key in said)) return [];
    const message = `the namespace has ${why}, so the test's pod gets a sidecar, which keeps its Job from ending unless it is a native sidecar. If it is not, add podTemplate.metadata.${kind}: ${line}`;
    return [{ severity: 'advice', at: inE2ESpec(name, 'spec', 'podTemplate', 'metadata', kind), message }];
  });
}
