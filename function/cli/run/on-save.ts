/**
 * `run --sync --watch`: again on each save, until somebody has enough.
 */
import type { Status } from '../exit.ts';
import { coloured, plain, statusOf, toText } from '../follow/report.ts';
import { onTerminal, write } from '../follow/show.ts';
import type { Session } from '../session.ts';
import { requestsFor } from '../specs/requests.ts';
import { noKeys, type Watched, watch } from '../specs/watch.ts';
import { showsColours } from '../terminal.ts';
import type { Asked } from './asked.ts';
import { notesOn, runOffRecord, testedBy } from './off-record.ts';

export async function runOnSave(
  session: Session,
  name: string | undefined,
  asked: Asked,
  folder: string,
  signal: AbortSignal,
): Promise<Status> {
  const tested = await testedBy(session, name, asked);
  for (const note of notesOn(tested, asked)) await onTerminal().note(note);
  const run: Watched['run'] = async (_, ending) => {
    const ended = await runOffRecord(tested, asked, session, onTerminal(), ending);
    if (ended === 'interrupted') return ended;
    await write(toText(ended.report, showsColours(process.stdout) ? coloured : plain));
    return { status: statusOf(ended.report.verdict), failedIn: [] };
  };
  const requests = requestsFor(folder, signal);
  const keys = `Save a file to run it again; ${process.stdin.isTTY ? 'Enter: again, q: quit' : noKeys}`;
  try {
    return await watch({ run, requests, say: (line) => write([line]), keys }, signal);
  } finally {
    requests.release();
  }
}
