/**
 * The end of a run: its last block, its JUnit file, and the exit status.
 */
import { type Status, statuses } from '../exit.ts';
import type { Failure } from '../follow/failures.ts';
import { coloured, plain, type Report, statusOf, toJson, toText } from '../follow/report.ts';
import { write } from '../follow/show.ts';
import { CannotRun, messageOf } from '../problem.ts';
import { showsColours } from '../terminal.ts';
import type { Asked } from './asked.ts';
import { refuseUnwritable, writeJUnit } from './junit.ts';

export type Ended = { report: Report; failures: readonly Failure[] } | 'interrupted';

/** `place`: what is known of the test before it runs. A CI system is told as well why there is no verdict. */
export async function finish(
  { junit, output }: Pick<Asked, 'junit' | 'output'>,
  place: { name: string; namespace: string },
  work: () => Promise<Ended>,
): Promise<Status> {
  if (junit !== undefined) await refuseUnwritable(junit);
  const ended = await work().catch(async (error: unknown) => {
    if (junit !== undefined) await writeJUnit(junit, { ...place, verdict: noVerdict(error), failures: [] });
    throw error;
  });
  if (ended === 'interrupted') {
    if (junit !== undefined) await writeJUnit(junit, { ...place, verdict: noVerdict(interruption), failures: [] });
    return statuses.interrupted;
  }
  const { report, failures } = ended;
  if (junit !== undefined) await writeJUnit(junit, { ...report, failures });
  const paint = showsColours(process.stdout) ? coloured : plain;
  await write(output === 'json' ? [toJson(report)] : toText(report, paint));
  return statusOf(report.verdict);
}

const interruption = new CannotRun('it was interrupted before there was a verdict');

function noVerdict(error: unknown) {
  const reason = error instanceof CannotRun ? 'NoVerdict' : 'InternalError';
  return { kind: 'inconclusive', reason, message: messageOf(error) } as const;
}
