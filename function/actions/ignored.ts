/**
 * Tells what people have written by hand that does nothing, once in a Warning Event: Flagger shows nobody the answer of a gate
 * that waits.
 */
import type { Canary } from '../api/canary.ts';
import { rolloutOf } from '../flagger/canary.ts';
import { ignoredOpenings } from '../flagger/manual-gates.ts';
import { ignoredByHand } from '../run/ignored.ts';
import type { Context, RunSnapshot } from './context.ts';
import { type EventSpec, eventOnCanary, eventsOn } from './events.ts';
import { tell } from './write-status.ts';

/** What is ignored of it for this run, a sentence for each. A run outside of a rollout heeds no word by hand. */
export async function tellIgnored(
  { spec, run, canary, now }: Pick<RunSnapshot, 'spec' | 'run' | 'canary' | 'now'>,
  context: Context,
): Promise<string[]> {
  if (run.request !== undefined) return [];
  const ignored = ignoredByHand(spec, run, canary);
  const events = ignored.flatMap((message) =>
    eventsOn(ignoredEvent(message, run.rollout), canary, spec, now, context.statusUrl),
  );
  if (events.length > 0) await tell(events, context);
  return ignored;
}

/** The same of what is to open a gate, where that is all that is read. */
export async function tellIgnoredOpenings(canary: Canary, now: Date, context: Context): Promise<void> {
  const events = ignoredOpenings(canary).map((message) =>
    eventOnCanary(ignoredEvent(message, rolloutOf(canary)), canary, now),
  );
  if (events.length > 0) await tell(events, context);
}

function ignoredEvent(message: string, rollout: string | undefined): EventSpec {
  return { about: 'e2e-by-hand', once: [rollout, message], type: 'Warning', reason: 'IgnoredByHand', message };
}
