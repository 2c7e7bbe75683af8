/**
 * `test`: a folder of spec files, run in the cluster, once or on each save.
 */
import type { Command } from 'commander';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { onTerminal, silent, write } from '../follow/show.ts';
import { onInterrupt } from '../interrupt.ts';
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
import { UsageError } from '../problem.ts';
import { finish } from '../run/finish.ts';
import { inCluster, type Session } from '../session.ts';
import { readFolder } from './folder.ts';
import { filesIn, objectName, type SpecsOptions, withSpecs } from './options.ts';
import { requestsFor } from './requests.ts';
import { canaryCalled, nameOf, runSpecs } from './run.ts';
import { specKeys, watch } from './watch.ts';

const examples = (program: string) => `
Examples:
  ${program} test specs --url http://my-app:8080
  ${program} test specs --watch --canary my-app     again on each save, against its live address
  ${program} test specs --service-account e2e-specs --image registry.example/packages:1

Ctrl-C ends the test and leaves nothing behind.
Exit status: 0 passed; 1 failed; 2 could not run; 64 wrong arguments; 130 interrupted.`;

interface Asked extends SpecsOptions, ClusterOptions, NamespaceOption, OutputOption {
  watch?: true;
  canary?: string;
  url?: string;
  junit?: string;
}

export function addTest(program: Command): void {
  const command = program
    .command('test')
    .summary('runs a folder of spec files in the cluster, once or on each save')
    .description(
      'Runs a folder of spec files in the cluster, as a Job with your own rights: no image is built, and nothing is left. ' +
        'Dot files, node_modules and what .gitignore names are left out.',
    );
  withSpecs(command)
    .option('--watch', 'again on each save')
    .option('--canary <name>', 'that they test: they get its name and its live address', objectName)
    .option('--url <url>', 'what is to be tested: CANARY_URL', readAddress)
    .option('--junit <file>', 'for a CI system: the result as JUnit XML');
  withOutput(withCluster(withNamespace(command)))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith(test));
}

async function test(folder: string, asked: Asked): Promise<Status> {
  if (asked.watch && asked.output === 'json')
    throw new UsageError('--watch never ends, so it prints no JSON: leave out --output json');
  const interrupt = onInterrupt();
  try {
    // Before the cluster is asked.
    readFolder(folder);
    return await inCluster(choiceOf(asked), (session) => testIn(session, folder, asked, interrupt.signal));
  } finally {
    interrupt.release();
  }
}

async function testIn(session: Session, folder: string, asked: Asked, signal: AbortSignal): Promise<Status> {
  const { canary, image, serviceAccount, url } = asked;
  const namespace = asked.namespace ?? session.namespace;
  const setting = {
    namespace,
    name: canary ?? nameOf(folder),
    ...(await canaryCalled(canary, namespace, session)),
    image,
    ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
    ...(url !== undefined && { url }),
  };
  const place = { name: setting.name, namespace };
  const run = async (only: string[], ending: AbortSignal) => {
    const show = asked.output === 'json' ? silent : onTerminal();
    let failedIn: string[] = [];
    const status = await finish(asked, place, async () => {
      const ended = await runSpecs({ files: filesIn(folder, image), only }, setting, session, show, ending);
      if (ended !== 'interrupted') ({ failedIn } = ended);
      return ended;
    });
    return status === statuses.interrupted ? 'interrupted' : { status, failedIn };
  };
  if (!asked.watch) {
    const ended = await run([], signal);
    return ended === 'interrupted' ? statuses.interrupted : ended.status;
  }
  const requests = requestsFor(folder, signal);
  try {
    return await watch({ run, requests, say: (line) => write([line]), keys: specKeys(process.stdin.isTTY) }, signal);
  } finally {
    requests.release();
  }
}
