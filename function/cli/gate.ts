/**
 * `gate`: what waits for a person in a Canary, and who opens it.
 */
import type { Command } from 'commander';
import { setGate } from '../actions/set-gate.ts';
import type { Canary } from '../api/canary.ts';
import { isObjectName } from '../api/names.ts';
import { type GateKind, gateInWords, type ManualGate, manualGate } from '../flagger/manual-gate.ts';
import { askedGates } from '../flagger/manual-gates.ts';
import type { Gatekeeper } from '../kube/gatekeeper.ts';
import { looksLike } from '../looks-like.ts';
import { oneLine } from '../text.ts';
import { exitsWith, type Status, statuses } from './exit.ts';
import { type ClusterOptions, choiceOf, type NamespaceOption, withCluster, withNamespace } from './options.ts';
import { standingOf } from './overview/by-person.ts';
import { messageOf, UsageError } from './problem.ts';
import { openSession, type Session } from './session.ts';

const examples = (program: string) => `
Examples:
  ${program} gate list podinfo -n test
  ${program} gate open podinfo --gate promote --reason INC-42   for the rollout that is going on
  ${program} gate open podinfo --for-good --reason "no gate"    until it is closed
  ${program} gate open podinfo --rollback --reason "wrong tax"  rolls back
  ${program} gate close podinfo --gate promote

It takes the rights of the ClusterRole canary-gatekeeper.

Exit status: 0 done; 2 it could not be done; 64 wrong arguments.`;

interface Asked extends ClusterOptions, NamespaceOption {
  gate?: string;
  rollback?: true;
}

interface AskedToOpen extends Asked {
  reason: string;
  forGood?: true;
}

// Milliseconds.
const patience = 30_000;

export function addGate(program: Command): void {
  const gate = program
    .command('gate')
    .summary('opens, closes and lists the gates of a Canary that wait for a person')
    .description(
      'Opens, closes and lists the gates of a Canary that wait for a person: those of webhooks that call /gate/check or /rollback/check.',
    )
    .addHelpText('after', examples(program.name()));
  const commandFor = (name: string, summary: string) =>
    withCluster(withNamespace(gate.command(name).description(summary).argument('<NAME>', 'of the Canary')));
  const choosing = (command: Command) =>
    command
      .option('--gate <name>', 'what the webhook has as metadata.gate; without it, the one that has none')
      .option('--rollback', 'the one that rolls back, in place of those that let a rollout go on');
  commandFor('list', 'Lists the gates of a Canary.').action(exitsWith(list));
  choosing(commandFor('open', 'Opens a gate, for the rollout that is going on.'))
    .requiredOption('--reason <text>', 'why; it is kept beside your name')
    .option('--for-good', 'until it is closed, in every rollout')
    .action(exitsWith((name: string, asked: AskedToOpen) => set(name, asked, true)));
  choosing(commandFor('close', 'Closes a gate.')).action(
    exitsWith((name: string, asked: Asked) => set(name, asked, false)),
  );
}

async function list(name: string, asked: Asked): Promise<Status> {
  return withCanary(name, asked, async ({ canary }) => {
    const gates = askedGates(canary);
    const title = `Canary ${name} in namespace ${canary.metadata.namespace} is ${canary.status?.phase ?? 'without a phase'}`;
    if (gates.length === 0) return [`${title}; no webhook of it calls /gate/check or /rollback/check`];
    return [title, ...gates.map(standingOf)];
  });
}

async function set(name: string, asked: Asked | AskedToOpen, opens: boolean): Promise<Status> {
  const { reason, forGood } = { reason: '', forGood: undefined, ...asked };
  const gate = gateOf(asked);
  return withCanary(name, asked, async ({ canary, keeper }) => {
    refuseUnasked(gate, canary);
    const { namespace } = canary.metadata;
    const once = forGood === undefined;
    const { by } = await setGate({ name, namespace, gate, opens, once, reason }, keeper);
    const how = opens ? `open ${once ? 'for this rollout' : 'until it is closed'}` : 'closed';
    return [`the ${gateInWords(gate)} of Canary ${name} in namespace ${namespace} is ${how}, by ${by}`];
  });
}

function gateOf({ gate, rollback }: Asked): ManualGate {
  const kind: GateKind = rollback ? 'rollback' : 'gate';
  try {
    return manualGate(kind, gate);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** A slip in the name would open nothing, and nobody would know why the rollout waits. */
function refuseUnasked(gate: ManualGate, canary: Canary): void {
  const asked = askedGates(canary).map((each) => gateInWords(each.gate));
  if (asked.includes(gateInWords(gate))) return;
  const has = asked.length === 0 ? 'none calls /gate/check or /rollback/check' : `they ask ${asked.join(', ')}`;
  const which = gate.name === '' ? `a ${gate.kind} without a name` : `the ${gateInWords(gate)}`;
  throw new Error(`no webhook of Canary ${canary.metadata.name} asks ${which}: ${has}${hint(gate, canary)}`);
}

/** Which options name what there is of the kind. */
function hint({ kind, name }: ManualGate, canary: Canary): string {
  const asked = askedGates(canary).flatMap(({ gate }) => (gate.kind === kind ? gate.name : []));
  const names = asked.filter((each) => each !== '');
  if (name !== '' && asked.length > 0 && names.length === 0) return '. It has no name: leave out --gate';
  const wanted = name === '' ? names : names.filter((each) => looksLike(each, name));
  return wanted.length === 0 ? '' : `. Say ${wanted.map((each) => `--gate ${each}`).join(' or ')}`;
}

interface Found {
  canary: Canary;
  keeper: Gatekeeper;
}

/** Prints the lines that `act` makes, or why there are none. */
async function withCanary(name: string, asked: Asked, act: (found: Found) => Promise<string[]>): Promise<Status> {
  if (!isObjectName(name)) throw new UsageError(`"${name}" cannot be the name of a Canary`);
  try {
    const session = await openSession(choiceOf(asked));
    const namespace = asked.namespace ?? session.namespace;
    const keeper = session.gatekeeper({ endsAt: Date.now() + patience });
    const { value: canary } = await keeper.getCanary(namespace, name);
    if (canary === undefined) {
      throw new Error(`there is no Canary ${name} in namespace ${namespace}${await nearest(name, namespace, session)}`);
    }
    process.stdout.write(`${(await act({ canary, keeper })).map((line) => oneLine(line)).join('\n')}\n`);
    return statuses.passed;
  } catch (error) {
    process.stderr.write(`${oneLine(messageOf(error))}\n`);
    return statuses.couldNotRun;
  }
}

/** Who may open a gate need not have the right to list Canaries. */
async function nearest(name: string, namespace: string, session: Session): Promise<string> {
  const canaries = await session
    .inventory({ endsAt: Date.now() + patience })
    .listCanaries(namespace)
    .catch(() => []);
  const near = canaries.find(({ metadata }) => looksLike(metadata.name, name));
  return near === undefined ? '' : `. Did you mean ${near.metadata.name}?`;
}
