/**
 * `wire`: prints the webhooks by which a Canary waits for its tests.
 */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Canary, Webhook } from '../../api/canary.ts';
import { strategyOf } from '../../flagger/canary.ts';
import { lint } from '../../lint/lint.ts';
import { oneLine, withoutLastSlashes } from '../../text.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { plain, problemLine } from '../lint/report.ts';
import { gather } from '../manifests/files.ts';
import {
  type ClusterOptions,
  choiceOf,
  type NamespaceOption,
  readAddress,
  readName,
  withCluster,
  withNamespace,
} from '../options.ts';
import { instead } from '../overview/find.ts';
import { readOverview } from '../overview/read.ts';
import { CannotRun, UsageError } from '../problem.ts';
import { inCluster } from '../session.ts';
import { widthOf } from '../terminal.ts';
import { specsInCluster } from './in-cluster.ts';
import { addressFor, type Known, othersOf, testsFor } from './subjects.ts';
import { toYaml } from './to-yaml.ts';
import { keptAsIs, type Test, type Wired, webhooksFor } from './webhooks.ts';

const examples = (program: string) => `
Examples:
  ${program} wire canary.yaml e2espec.yaml      its E2ESpec in a file, else in the cluster
  kustomize build deploy | ${program} wire -
  ${program} wire podinfo -n shop               of a Canary in the cluster
  ${program} wire podinfo --confirm             by a hook that is asked at each tick
  ${program} wire canary.yaml --url https://gw.example.com/e2e

Prints what to paste under spec.analysis of the Canary, in place of the webhooks of the verifier
that it has.

Exit status: 0 printed; 2 it could not be worked out; 64 wrong arguments.`;

interface Asked extends ClusterOptions, NamespaceOption {
  confirm?: true;
  e2espec?: string;
  url?: string;
}

export function addWire(program: Command): void {
  const command = program
    .command('wire')
    .summary('prints the webhooks by which a Canary waits for its test')
    .description("Prints the webhooks for a Canary's strategy, with retries that outlast its test.")
    .usage('[options] NAME | FILE...')
    .argument(
      'NAME|FILE...',
      'a Canary in the cluster; or files with Canaries and E2ESpecs, - for standard input',
      (name: string, before: string[] = []) => [...before, readName(name)],
    )
    .option('--confirm', 'gate by a confirm hook, in place of /pre-rollout')
    .option('--e2espec <name>', "the test, if it does not have the Canary's name")
    .option(
      '--url <url>',
      'where the verifier is (default: where the webhooks lead, or http://e2e-verifier.default)',
      readAddress,
    );
  withCluster(withNamespace(command)).addHelpText('after', examples(program.name())).action(exitsWith(wire));
}

async function wire(names: string[], asked: Asked): Promise<Status> {
  const wanted = await wantedBy(names, asked);
  const texts = wanted.map((each) => wiringOf(each, asked));
  process.stdout.write(texts.join('---\n'));
  return statuses.passed;
}

interface Wanted {
  canary: Canary;
  known: Known;
  /** Where its E2ESpecs were taken from, where that is not where the Canary is: sentences. */
  sources: string[];
}

async function wantedBy([name = '', ...more]: string[], asked: Asked): Promise<Wanted[]> {
  const strange = [name, ...more].find((each) => !isFile(each));
  if (strange === undefined) return fromFiles([name, ...more], asked);
  if (more.length === 0) return fromCluster(name, asked);
  throw new UsageError(`name one Canary of the cluster, or files: ${strange} is not a file`);
}

function isFile(name: string): boolean {
  return name === '-' || /[/\\]|\.(ya?ml|json)$/i.test(name) || existsSync(name);
}

async function fromFiles(names: string[], asked: Asked): Promise<Wanted[]> {
  const { canaries, e2eSpecs, problems } = gather(names);
  const [problem] = problems;
  if (problem !== undefined) throw new CannotRun(problemLine(problem, plain).replace(/^error: /, ''));
  if (canaries.length === 0) throw new CannotRun(`no Canary in ${names.join(', ')}`);
  const beside = e2eSpecs.map(({ object }) => [object.metadata.name, object.spec] as const);
  const known = { canaries: canaries.map(({ object }) => object), specs: new Map(beside) };
  const subjects = canaries.map(({ object, namespace }) => {
    const absent = testsFor(object, known, asked.e2espec).filter(({ spec }) => spec === undefined);
    return { canary: object, absent: absent.map(({ e2eSpec }) => ({ name: e2eSpec, namespace })) };
  });
  const found = await specsInCluster(
    subjects.flatMap(({ absent }) => absent),
    asked,
  );
  return subjects.map(({ canary, absent }) => {
    const added = absent.flatMap((each) => found.get(each) ?? []);
    const specs = new Map([...beside, ...added.map(({ name, spec }) => [name, spec] as const)]);
    return { canary, known: { ...known, specs }, sources: added.map(({ says }) => says) };
  });
}

async function fromCluster(name: string, asked: Asked): Promise<Wanted[]> {
  return inCluster(choiceOf(asked), async (session) => {
    const namespace = asked.namespace ?? session.namespace;
    const found = await readOverview(session, namespace);
    const wanted = found.canaries.filter(({ metadata }) => metadata.name === name);
    if (wanted.length === 0) {
      const onlySpec = found.e2eSpecs.some(({ metadata }) => metadata.name === name);
      const what = onlySpec ? `${name} is an E2ESpec, not a Canary,` : `there is no Canary ${name}`;
      throw new CannotRun(`${what} in namespace ${namespace}. ${instead(name, { ...found, e2eSpecs: [] })}`);
    }
    const specs = new Map(found.e2eSpecs.map(({ metadata, spec }) => [metadata.name, spec]));
    return wanted.map((canary) => ({ canary, known: { canaries: found.canaries, specs }, sources: [] }));
  });
}

// The verifier's default: what it is set to is not in the Canary.
const retryAfterSeconds = 10;

function wiringOf({ canary, known, sources }: Wanted, asked: Asked): string {
  const url = withoutLastSlashes(asked.url ?? addressFor(canary));
  const tests = testsFor(canary, known, asked.e2espec);
  const { own, foreign } = othersOf(canary);
  const wired = [
    ...webhooksFor(canary, tests, { url, confirms: asked.confirm === true, retryAfterSeconds }),
    ...keptAsIs(own),
  ];
  for (const message of doubts(canary, known, [...foreign, ...wired.map(({ webhook }) => webhook)], url)) {
    process.stderr.write(`lint: ${oneLine(message)}\n`);
  }
  const [first = '', ...others] = head(canary, tests, wired, foreign);
  return toYaml(wired, [first, ...sources, ...others], widthOf(process.stdout));
}

function head(canary: Canary, tests: Test[], wired: Wired[], foreign: Webhook[]): string[] {
  const { name } = canary.metadata;
  const missing = tests.filter(({ spec }) => spec === undefined).map(({ e2eSpec }) => e2eSpec);
  return [
    `Canary ${name}, ${strategyOf(canary)}: ${wired.length} webhooks for spec.analysis.`,
    ...missing.map((each) => `There is no E2ESpec ${each} here yet: retries are those of its defaults.`),
    ...(foreign.length === 0 ? [] : [`Keep beside them: ${foreign.map((each) => each.name).join(', ')}.`]),
  ];
}

/** What lint says of the Canary with these webhooks: of its E2ESpecs and its analysis, as the webhooks are right. */
function doubts(canary: Canary, { specs }: Known, webhooks: Webhook[], url: string): string[] {
  const wired = { ...canary, spec: { ...canary.spec, analysis: { ...canary.spec.analysis, webhooks } } };
  const findings = lint(wired, { specOf: (name) => specs.get(name), retryAfterSeconds, url });
  return findings.map(({ at, message }) => `${at.kind} ${at.name}: ${message}`);
}
