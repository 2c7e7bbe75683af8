/**
 * `run`: an E2ESpec's test, now.
 */
import type { Command } from 'commander';
import { isObjectName } from '../../api/names.ts';
import { exitsWith, type Status } from '../exit.ts';
import { onTerminal, silent } from '../follow/show.ts';
import { onInterrupt } from '../interrupt.ts';
import { choiceOf, readAddress, withCluster, withNamespace, withOutput } from '../options.ts';
import { UsageError } from '../problem.ts';
import { inCluster, type Session } from '../session.ts';
import { type Asked, refuseContradictions } from './asked.ts';
import { type Ended, finish } from './finish.ts';
import { filesOf, notesOn, runOffRecord, testedBy } from './off-record.ts';
import { runOnRecord } from './on-record.ts';
import { runOnSave } from './on-save.ts';
import { readSetting } from './settings.ts';
import { readSync } from './sync.ts';
import { type Address, verifierAt } from './verifier.ts';

const examples = (program: string) => `
Examples:
  ${program} run podinfo                       the E2ESpec podinfo, as it is applied
  ${program} run podinfo -n shop --url http://podinfo.preview:9898
  ${program} run -f e2espec.yaml --set GREP=login        one that is not applied
  ${program} run podinfo --sync ./tests:/app/tests --watch     while you write it
  ${program} run podinfo --junit result.xml    for a CI system
  ${program} run podinfo --record              by the verifier, on record

Ctrl-C ends the test and leaves nothing behind; one that is on record goes on.
Exit status: 0 passed; 1 failed; 2 could not run; 64 wrong arguments; 130 interrupted.`;

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary("runs an E2ESpec's test now")
    .description(
      "Runs an E2ESpec's test now, as a Job with your own rights, and shows how far it has come, its log, and what a gate would make of it. It is not on record, so no gate and no page knows of it; with --record it is.",
    )
    .usage('[options] NAME | -f FILE')
    .argument('[NAME]', 'of the E2ESpec')
    .option('-f, --file <file>', 'in place of the one that is applied; - for standard input')
    .option('--image <image>', "in place of the E2ESpec's")
    .option('--url <url>', 'what is to be tested: CANARY_URL', readAddress)
    .option('--set <KEY=VALUE>', 'an environment variable of the test; may be given again', readSetting)
    .option('--sync <DIR:PATH>', 'lays a folder of yours over one in the container; up to 1 MiB', readSync)
    .option('--watch', 'again on each save in that folder')
    .option('--junit <file>', 'where the result is written as JUnit XML')
    .option(
      '--record [url]',
      'has the verifier run it, on record; at $E2E_VERIFIER_URL or http://e2e-verifier.default, if no address is given',
    )
    .option('--id <id>', 'the id of the run on record; the same id again is the same run');
  withOutput(withCluster(withNamespace(command)))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith(run));
}

async function run(name: string | undefined, asked: Asked): Promise<Status> {
  refuseContradictions(name, asked);
  if (name !== undefined && !isObjectName(name)) throw new UsageError(`"${name}" cannot be the name of an E2ESpec`);
  const address = asked.record === undefined ? undefined : verifierAt(asked.record);
  // Before the cluster is asked.
  if (asked.sync !== undefined) filesOf(asked.sync);
  const interrupt = onInterrupt();
  const place = { name: name ?? asked.file ?? '', namespace: asked.namespace ?? '' };
  const work = (session: Session) => runIn(session, name, asked, address, interrupt.signal);
  try {
    if (asked.watch && asked.sync) {
      const { folder } = asked.sync;
      const onSave = (session: Session) => runOnSave(session, name, asked, folder, interrupt.signal);
      return await inCluster(choiceOf(asked), onSave);
    }
    return await finish(asked, place, () => inCluster(choiceOf(asked), work));
  } finally {
    interrupt.release();
  }
}

async function runIn(
  session: Session,
  name: string | undefined,
  asked: Asked,
  address: Address | undefined,
  signal: AbortSignal,
): Promise<Ended> {
  const show = asked.output === 'json' ? silent : onTerminal();
  if (address !== undefined && name !== undefined) {
    const namespace = asked.namespace ?? session.namespace;
    return runOnRecord({ name, namespace }, address, asked, session, show, signal);
  }
  const tested = await testedBy(session, name, asked);
  for (const note of notesOn(tested, asked)) await show.note(note);
  return runOffRecord(tested, asked, session, show, signal);
}
