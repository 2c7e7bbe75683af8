/**
 * `run`: an E2ESpec's test, now.
 */
import type { V1EnvVar } from '@kubernetes/client-node';
import type { Command } from 'commander';
import { withDefaults } from '../../api/e2espec.ts';
import { isObjectName } from '../../api/names.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { coloured, offRecord, plain, statusOf, toJson, toText } from '../follow/report.ts';
import { onTerminal, silent, write } from '../follow/show.ts';
import { type Interrupt, onInterrupt } from '../interrupt.ts';
import {
  type ClusterOptions,
  choiceOf,
  type NamespaceOption,
  type OutputOption,
  readAddress,
  withCluster,
  withNamespace,
  withOutput,
} from '../options.ts';
import { CannotRun, UsageError } from '../problem.ts';
import { inCluster, type Session } from '../session.ts';
import { showsColours } from '../terminal.ts';
import { jobFor, type Tested } from './job.ts';
import { runOnce } from './once.ts';
import { readSetting } from './settings.ts';
import { appliedSpec, besides, specInFile } from './source.ts';

const examples = (program: string) => `
Examples:
  ${program} run podinfo                          the E2ESpec podinfo, as it is applied
  ${program} run podinfo -n shop --url http://podinfo.preview:9898
  ${program} run -f e2espec.yaml --set GREP=login      one that is not applied
  ${program} run podinfo --image registry.example/e2e:dev

Ctrl-C ends the test and leaves nothing behind.
Exit status: 0 passed; 1 failed; 2 could not run; 64 wrong arguments; 130 interrupted.`;

export interface Asked extends ClusterOptions, NamespaceOption, OutputOption {
  file?: string;
  image?: string;
  url?: string;
  set?: V1EnvVar[];
}

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary("runs an E2ESpec's test now, with your own rights")
    .description(
      "Runs an E2ESpec's test now, as a Job with your own rights, and shows how far it has come, its log and what a gate would make of it. It is not on record: no gate and no page knows of it.",
    )
    .usage('[options] NAME | -f FILE')
    .argument('[NAME]', 'of the E2ESpec')
    .option('-f, --file <file>', 'in place of the one that is applied; - for standard input')
    .option('--image <image>', "in place of the E2ESpec's")
    .option('--url <url>', 'what is to be tested: CANARY_URL', readAddress)
    .option('--set <KEY=VALUE>', 'an environment variable of the test; may be given again', readSetting);
  withOutput(withCluster(withNamespace(command)))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith(run));
}

async function run(name: string | undefined, asked: Asked): Promise<Status> {
  if (name === undefined && asked.file === undefined) {
    throw new UsageError('say which test to run: the NAME of an E2ESpec, or -f FILE');
  }
  if (name !== undefined && !isObjectName(name)) throw new UsageError(`"${name}" cannot be the name of an E2ESpec`);
  const interrupt = onInterrupt();
  try {
    return await inCluster(choiceOf(asked), (session) => runIn(session, name, asked, interrupt));
  } finally {
    interrupt.release();
  }
}

// Milliseconds, of what is read before.
const patience = 30_000;

async function runIn(session: Session, name: string | undefined, asked: Asked, { signal }: Interrupt): Promise<Status> {
  const show = asked.output === 'json' ? silent : onTerminal();
  const { problem, ...tested } = await testedBy(session, name, asked);
  if (problem !== undefined) await show.note(`the Canary is not known to the test: ${problem}`);
  const { image, url, set: variables = [] } = asked;
  const job = jobFor(tested, { variables, ...(image !== undefined && { image }), ...(url !== undefined && { url }) });
  const outcome = await runOnce(job, session, show, signal);
  switch (outcome.kind) {
    case 'interrupted':
      return statuses.interrupted;
    case 'noVerdict':
      throw new CannotRun(outcome.message);
    case 'verdict': {
      const { metadata, spec } = tested.e2eSpec;
      const place = { name: metadata.name, namespace: metadata.namespace, job: job.metadata?.name ?? '' };
      const report = offRecord(place, outcome.verdict, withDefaults(spec));
      const paint = showsColours(process.stdout) ? coloured : plain;
      await write(asked.output === 'json' ? [toJson(report)] : toText(report, paint));
      return statusOf(outcome.verdict);
    }
  }
}

async function testedBy(
  session: Session,
  name: string | undefined,
  { file, namespace }: Asked,
): Promise<Tested & { problem?: string }> {
  const budget = { endsAt: Date.now() + patience };
  const kube = session.kube(budget);
  const e2eSpec =
    file === undefined
      ? await appliedSpec(namespace ?? session.namespace, name ?? '', kube, session.inventory(budget))
      : specInFile(file, name, { namespace, fallback: session.namespace });
  return { e2eSpec, ...(await besides(e2eSpec, kube)) };
}
