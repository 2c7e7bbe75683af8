/**
 * `lint`: which Canaries do not wait for their tests, in files or in a cluster.
 */
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { oneLine } from '../../text.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { gather, standardInput } from '../manifests/files.ts';
import { type ClusterOptions, readAddress, withCluster } from '../options.ts';
import { messageOf, type Problem, UsageError } from '../problem.ts';
import { showsColours } from '../terminal.ts';
import { check, type Outcome, type Result, type Subjects } from './check.ts';
import { readCluster } from './cluster.ts';
import {
  coloured,
  type Format,
  formats,
  plain,
  problemAnnotation,
  problemLine,
  summaryOf,
  toGithub,
  toJson,
  toText,
} from './report.ts';

const examples = (program: string) => `
Examples:
  ${program} lint canary.yaml e2espec.yaml     before they are applied
  ${program} lint deploy                       all YAML and JSON in a folder
  helm template CHART | ${program} lint -      what a chart makes
  ${program} lint -n shop                      what is in the cluster
  ${program} lint -A --context staging
  ${program} lint --output github deploy       in a workflow of GitHub

Exit status: 0 nothing is wrong, or there is only advice; 1 something is wrong;
2 something cannot be read, or no Canary calls the verifier; 64 wrong arguments.`;

interface Asked extends ClusterOptions {
  /** Those that are meant, in a cluster. */
  namespace?: string[];
  allNamespaces?: true;
  url?: string;
  output: Format;
}

export function addLint(program: Command): void {
  const command = program
    .command('lint')
    .summary('says which Canaries do not wait for their tests, in files or in a cluster')
    .description('Says of each Canary what keeps it from waiting for its end-to-end test, and what to do.')
    .usage('[options] FILE... | -n NAMESPACE | -A')
    .argument('[FILE...]', 'a file, a folder, or - for standard input: Canaries, and the E2ESpecs they are tested by')
    .option('-n, --namespace <namespace>', 'of the cluster; may be given again', (one, all?: string[]) => [
      ...(all ?? []),
      one,
    ])
    .option('-A, --all-namespaces', 'the whole cluster')
    .option('--url <url>', 'where the verifier is, as http://e2e-verifier.default', readAddress)
    .addOption(new Option('-o, --output <format>', 'text, json or github').choices(formats).default('text'));
  withCluster(command).addHelpText('after', examples(program.name())).action(exitsWith(lintAll));
}

async function lintAll(files: string[], asked: Asked): Promise<Status> {
  const namespaces = namespacesOf(files, asked);
  const { output } = asked;
  const found = namespaces === undefined ? fromFiles(files) : await fromCluster(asked, namespaces);
  const outcome = check(found.subjects, asked.url);
  const wrong = [...found.problems, ...refusedSpecs(outcome)];
  const isNothing = outcome.checked.length === 0 && wrong.length === 0;
  const problems = isNothing ? [nothing(found, outcome)] : wrong;
  for (const each of found.passedOver) process.stderr.write(`not read: ${oneLine(each)}\n`);
  show(outcome, problems, output);
  for (const problem of problems) showProblem(problem, output);
  if (problems.length > 0) return statuses.couldNotRun;
  return summaryOf(outcome).errors > 0 ? statuses.failed : statuses.passed;
}

/** None where files are asked for; empty for all. */
function namespacesOf(files: string[], { namespace, allNamespaces, context, kubeconfig }: Asked): string[] | undefined {
  if (allNamespaces && namespace !== undefined) throw new UsageError('-n and -A exclude each other');
  const namespaces = allNamespaces ? [] : namespace && [...new Set(namespace)];
  if (files.length === 0 && namespaces === undefined) {
    throw new UsageError('say what to lint: a file, a folder, -n NAMESPACE, or -A for the whole cluster');
  }
  if (files.length > 0 && (namespaces ?? context ?? kubeconfig) !== undefined) {
    throw new UsageError('files are linted without a cluster: leave out the files, or what names the cluster');
  }
  return namespaces;
}

interface Found {
  subjects: Subjects;
  problems: Problem[];
  passedOver: string[];
  /** What was looked through, as `in deploy`. */
  where: string;
}

function fromFiles(files: string[]): Found {
  const { problems, passedOver, ...subjects } = gather(files);
  const among = subjects.files === 1 ? '' : ` (${subjects.files} files)`;
  return { subjects, problems, passedOver, where: `in ${files.join(', ')}${among}` };
}

async function fromCluster(asked: Asked, namespaces: string[]): Promise<Found> {
  const where = namespaces.length === 0 ? 'in the cluster' : `in namespace ${namespaces.join(', ')}`;
  const none: Subjects = { canaries: [], e2eSpecs: [], namespaces: [], knowsAllSpecs: true };
  try {
    return { ...(await readCluster(namespaces, asked)), passedOver: [], where };
  } catch (error) {
    return { subjects: none, problems: [{ message: messageOf(error) }], passedOver: [], where };
  }
}

function nothing({ where }: Found, { others }: Outcome): Problem {
  if (others.length === 0) return { message: `no Canary ${where}` };
  return { message: `no Canary ${where} calls the verifier` };
}

function refusedSpecs({ refused }: Result): Problem[] {
  return refused.map(({ name, message, place }) => ({
    message: `E2ESpec ${name}: ${message}`,
    ...(place && { file: place.file, position: place }),
  }));
}

function show(outcome: Outcome, problems: Problem[], format: Format): void {
  const paint = showsColours(process.stdout) ? coloured : plain;
  const lines = {
    text: () => toText(outcome, paint),
    json: () => [toJson(outcome, problems)],
    github: () => toGithub(outcome, inRepository),
  }[format]();
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

function showProblem(problem: Problem, format: Format): void {
  process.stderr.write(`${problemLine(problem, plain)}\n`);
  if (format === 'github') process.stdout.write(`${problemAnnotation(problem, inRepository)}\n`);
}

/** Annotations want the path from the root of the repository, wherever a step works. */
function inRepository(file: string): string | undefined {
  if (file === standardInput) return undefined;
  return relative(process.env['GITHUB_WORKSPACE'] ?? '', resolve(file)).replaceAll('\\', '/');
}
