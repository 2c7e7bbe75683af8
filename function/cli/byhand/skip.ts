/**
 * `skip`: lets the revision of a rollout through without its test, by the annotation that the gates read.
 */
import type { Command } from 'commander';
import { e2eSpecResource } from '../../api/e2espec.ts';
import { timestamp } from '../../api/kubernetes.ts';
import { annotation } from '../../api/labels.ts';
import { oneLine } from '../../text.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { wrapped } from '../layout.ts';
import {
  type ClusterOptions,
  choiceOf,
  flagsOf,
  type NamespaceOption,
  readName,
  withCluster,
  withNamespace,
} from '../options.ts';
import { findRows } from '../overview/find.ts';
import { readOverview, soon } from '../overview/read.ts';
import { CannotRun, UsageError } from '../problem.ts';
import { inCluster } from '../session.ts';
import { print, widthOf } from '../terminal.ts';
import { type Asked, askedNow, byPerson, nextCall, specsOf } from './asked.ts';
import { skipFor } from './skip-value.ts';

const examples = (program: string) => `
Examples:
  ${program} skip podinfo --reason 'the payment provider is down, see INC-42'
  ${program} skip podinfo --reason 'hotfix for INC-43' -n shop

Lets the revision that is rolled out now through, and no other: the next rollout runs its test.
Whoever reads the record or the Event sees the reason. It takes the right to patch e2especs.

Exit status: 0 it is written; 2 it is not, as no rollout is going on; 64 wrong arguments.`;

interface Options extends ClusterOptions, NamespaceOption {
  reason: string;
}

export function addSkip(program: Command): void {
  const command = program
    .command('skip')
    .summary('lets the revision of a rollout through without its test')
    .description('Lets the revision of a rollout that is going on through without its test.')
    .argument('NAME', 'of a Canary, or of an E2ESpec that one alone calls', readName)
    .requiredOption('--reason <why>', 'for the record');
  withCluster(withNamespace(command))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith((name: string, options: Options) => skip(program.name(), name, options)));
}

async function skip(program: string, name: string, options: Options): Promise<Status> {
  if (oneLine(options.reason) === '') throw new UsageError('--reason is empty: say why, for whoever reads the record');
  return inCluster(choiceOf(options), async (session) => {
    const namespace = options.namespace ?? session.namespace;
    const asked = askedNow(program, name, findRows(name, namespace, await readOverview(session, namespace)));
    const open = refusePassed(program, name, ofOneCanary(name, asked));
    const values = new Map(open.map((each) => [each.e2eSpec, skipFor(each, options.reason, timestamp(new Date()))]));
    const annotate = session.annotate(soon());
    for (const spec of specsOf(open)) {
      await annotate(e2eSpecResource, spec, { [annotation.skip]: values.get(spec.metadata.name) ?? '' });
    }
    print(
      open.flatMap((each) => wrapped(oneLine(told(each, values.get(each.e2eSpec) ?? '')), widthOf(process.stdout))),
    );
    const flags = flagsOf({ ...options, namespace });
    print(['', 'Next:', `  ${program} why ${name}${flags}`, `  ${program} rerun ${name}${flags}`]);
    return statuses.passed;
  });
}

/** A skip names one revision of one Canary. */
function ofOneCanary(name: string, asked: Asked[]): Asked[] {
  const names = [...new Set(asked.map(({ canary }) => canary.metadata.name))];
  if (names.length < 2) return asked;
  throw new CannotRun(`several rollouts wait for E2ESpec ${name}. Name the Canary: ${names.join(' or ')}`);
}

function refusePassed(program: string, name: string, asked: Asked[]): Asked[] {
  const open = asked.filter(({ record }) => record?.verdict !== 'Passed' && record?.verdict !== 'Skipped');
  if (open.length > 0) return open;
  const openings = [...new Set(asked.flatMap((each) => byPerson(program, each)))];
  const person = openings.length === 0 ? '' : `. It waits for a person: ${openings.join(', ')}`;
  throw new CannotRun(`the test of ${name} has let this revision through already${person}. Nothing was written`);
}

function told(asked: Asked, value: string): string {
  const { canary, e2eSpec, gate } = asked;
  const what = `E2ESpec ${e2eSpec} is skipped for Canary ${canary.metadata.name} (webhook ${gate.name})`;
  return `${what} at Flagger's next call: ${nextCall(asked)}. Until then rerun takes it back. Written: ${annotation.skip}: ${value}`;
}
