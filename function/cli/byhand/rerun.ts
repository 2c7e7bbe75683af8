/**
 * `rerun`: has a rollout's test run again, by the annotation that the gates read.
 */
import type { Command } from 'commander';
import { e2eSpecResource } from '../../api/e2espec.ts';
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
import { pendingOf } from '../overview/pending.ts';
import { type Found, readOverview, soon } from '../overview/read.ts';
import { isGoingOn, rollsBack } from '../overview/standing.ts';
import { inCluster } from '../session.ts';
import { print, widthOf } from '../terminal.ts';
import { type Asked, askedNow, heldByPerson, isHeld, nextCall, specsOf } from './asked.ts';

const examples = (program: string) => `
Examples:
  ${program} rerun podinfo
  ${program} rerun podinfo -n shop

While a rollout goes on its test is run anew at Flagger's next call, whatever it said before, and
what it says then counts. If its gate has passed and no gate asks again before the promotion, it may
come too late, and says so. A skip that no call has answered is taken back. It takes the right to
patch e2especs.

Exit status: 0 requested; 2 not requested, as no rollout is going on; 64 wrong arguments.`;

type Options = ClusterOptions & NamespaceOption;

export function addRerun(program: Command): void {
  const command = program
    .command('rerun')
    .summary('has the test of a rollout that is going on run again')
    .description('Has the test of a rollout that is going on run again: the verdict of the new run counts.')
    .argument('NAME', 'of a Canary, or of an E2ESpec', readName);
  withCluster(withNamespace(command))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith((name: string, options: Options) => rerun(program.name(), name, options)));
}

async function rerun(program: string, name: string, options: Options): Promise<Status> {
  return inCluster(choiceOf(options), async (session) => {
    const namespace = options.namespace ?? session.namespace;
    const found = await readOverview(session, namespace);
    const asked = askedNow(program, name, findRows(name, namespace, found));
    const annotate = session.annotate(soon());
    // Any other value is a new request, and people may ask twice in a second.
    const requestedAt = new Date().toISOString();
    const skipped = new Set(asked.filter(hasSkip).map(({ e2eSpec }) => e2eSpec));
    for (const spec of specsOf(asked)) {
      const takenBack = skipped.has(spec.metadata.name) ? { [annotation.skip]: null } : {};
      await annotate(e2eSpecResource, spec, { [annotation.requestedAt]: requestedAt, ...takenBack });
    }
    print(asked.flatMap((each) => told(each)));
    print(othersToo(asked, found));
    print(['', 'Next:', `  ${program} why ${name}${flagsOf({ ...options, namespace })}`]);
    return statuses.passed;
  });
}

/** As a skip comes before a request, both at once would let it through. */
function hasSkip(asked: Asked): boolean {
  return pendingOf(asked)?.kind === 'skip';
}

function told(asked: Asked): string[] {
  const { canary, e2eSpec, gate } = asked;
  const what = `E2ESpec ${e2eSpec} is run again for Canary ${canary.metadata.name} (webhook ${gate.name})`;
  const skip = hasSkip(asked) ? '. The skip that no call had answered is taken back' : '';
  return shown(`${what} ${whenAsked(asked)}${skip}`);
}

function whenAsked(asked: Asked): string {
  const hasEnded = asked.record !== undefined && asked.record.verdict !== 'Running';
  const later = hasEnded ? '; one call later if its former Job has to be removed first' : '';
  const next = `at Flagger's next call: ${nextCall(asked)}${later}`;
  if (isHeld(asked)) return next;
  const [gate] = heldByPerson(asked.canary);
  if (gate !== undefined && rollsBack(asked.canary))
    return `${next}. Its own gate has let the rollout go on: only the closed ${gate} holds it. Open that after the new verdict`;
  const early = 'the revision may be promoted before it is tested again';
  if (!rollsBack(asked.canary))
    return `if its gate is asked again. That gate has already let the rollout go on: ${early}`;
  return `${next}. Its gate has let the rollout go on, and no gate asks again before the promotion: ${early}. A failure rolls back only what is not promoted by then`;
}

/** One annotation is read by the gates of all. */
function othersToo(asked: readonly Asked[], { rows }: Found): string[] {
  const names = new Set(asked.map(({ canary }) => canary.metadata.name));
  const specs = new Set(asked.map(({ e2eSpec }) => e2eSpec));
  const others = rows.flatMap(({ canary, e2eSpec = '' }) => {
    const isOther = canary !== undefined && isGoingOn(canary) && !names.has(canary.metadata.name);
    return isOther && specs.has(e2eSpec) ? canary.metadata.name : [];
  });
  const going = [...new Set(others)];
  return going.length === 0 ? [] : shown(`It is run again for these as well: ${going.join(', ')}`);
}

function shown(text: string): string[] {
  return wrapped(oneLine(text), widthOf(process.stdout));
}
