/**
 * `lint`: which Canaries do not wait for their tests, in files or in a cluster.
 */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readUrl } from '../flagger/address.ts';
import { oneLine } from '../text.ts';
import { check, type Outcome, type Result, type Subjects } from './check.ts';
import { readCluster } from './cluster.ts';
import { gather, standardInput } from './files.ts';
import { messageOf, type Problem, UsageError } from './problem.ts';
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

export const lintSummary = 'says which Canaries do not wait for their tests, in files or in a cluster';

export function lintHelp(program: string): string {
  return `usage: ${program} lint [OPTION...] FILE...
       ${program} lint [OPTION...] -n NAMESPACE | -A

Says of each Canary what keeps it from waiting for its end-to-end test, and what to do.

  ${program} lint canary.yaml e2espec.yaml     before they are applied
  ${program} lint deploy                       all YAML and JSON in a folder
  helm template CHART | ${program} lint -      what a chart makes
  ${program} lint -n shop                      what is in the cluster
  ${program} lint -A --context staging
  ${program} lint --output github deploy       in a workflow of GitHub

FILE is a file, a folder, or - for standard input: Canaries, and the E2ESpecs they are tested by.

  -n, --namespace NAMESPACE   of the cluster; may be given again
  -A, --all-namespaces
      --context NAME          of the kubeconfig, in place of the current one
      --kubeconfig FILE       in place of $KUBECONFIG or ~/.kube/config
      --url URL               where the verifier is, as http://e2e-verifier.default
  -o, --output FORMAT         text, json or github
  -h, --help

Exit status: 0 nothing is wrong, or there is only advice; 1 something is wrong;
2 something cannot be read, or no Canary calls the verifier; 64 wrong arguments.`;
}

const options = {
  namespace: { type: 'string', short: 'n', multiple: true },
  'all-namespaces': { type: 'boolean', short: 'A' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  url: { type: 'string' },
  output: { type: 'string', short: 'o', default: 'text' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Asked {
  files: string[];
  /** None where the files are asked for; empty for all. */
  namespaces: string[] | undefined;
  context: string | undefined;
  kubeconfig: string | undefined;
  url: string | undefined;
  format: Format;
}

/** The exit status. Throws UsageError. */
export async function runLint(args: string[], program: string): Promise<number> {
  const asked = read(args);
  if (asked === undefined) {
    process.stdout.write(`${lintHelp(program)}\n`);
    return 0;
  }
  const { namespaces, format } = asked;
  const found = namespaces === undefined ? fromFiles(asked) : await fromCluster(asked, namespaces);
  const outcome = check(found.subjects, asked.url);
  const wrong = [...found.problems, ...refusedSpecs(outcome)];
  const isNothing = outcome.checked.length === 0 && wrong.length === 0;
  const problems = isNothing ? [nothing(found, outcome)] : wrong;
  for (const each of found.passedOver) process.stderr.write(`not read: ${oneLine(each)}\n`);
  show(outcome, problems, format);
  for (const problem of problems) showProblem(problem, format);
  if (problems.length > 0) return 2;
  return summaryOf(outcome).errors > 0 ? 1 : 0;
}

/** Nothing where help is asked for. */
function read(args: string[]): Asked | undefined {
  const { values, positionals: files } = parsed(args);
  const { context, kubeconfig, url, namespace, output, help } = values;
  const isAll = values['all-namespaces'] === true;
  if (help) return undefined;
  const format = formats.find((each) => each === output);
  if (format === undefined) throw new UsageError(`--output ${output}: it is ${formats.join(', ')}`);
  if (url !== undefined && readUrl(url) === undefined) {
    throw new UsageError(`--url ${url}: it begins with http:// or https://`);
  }
  const namespaces = isAll ? [] : namespace && [...new Set(namespace)];
  if (isAll && namespace !== undefined) throw new UsageError('-n and -A exclude each other');
  if (files.length === 0 && namespaces === undefined) {
    throw new UsageError('say what to lint: a file, a folder, -n NAMESPACE, or -A for the whole cluster');
  }
  if (files.length > 0 && (namespaces ?? context ?? kubeconfig) !== undefined) {
    throw new UsageError('files are linted without a cluster: leave out the files, or what names the cluster');
  }
  return { files, namespaces, context, kubeconfig, url, format };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

interface Found {
  subjects: Subjects;
  problems: Problem[];
  passedOver: string[];
  /** What was looked through, as `in deploy`. */
  where: string;
}

function fromFiles({ files }: Asked): Found {
  const { problems, passedOver, ...subjects } = gather(files);
  const among = subjects.files === 1 ? '' : ` (${subjects.files} files)`;
  return { subjects, problems, passedOver, where: `in ${files.join(', ')}${among}` };
}

async function fromCluster({ kubeconfig: file, context }: Asked, namespaces: string[]): Promise<Found> {
  const where = namespaces.length === 0 ? 'in the cluster' : `in namespace ${namespaces.join(', ')}`;
  const none: Subjects = { canaries: [], e2eSpecs: [], namespaces: [], knowsAllSpecs: true };
  try {
    return { ...(await readCluster(namespaces, { file, context })), passedOver: [], where };
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
  const { isTTY } = process.stdout;
  const paint = isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb' ? coloured : plain;
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
