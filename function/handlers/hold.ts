/**
 * Holds a call while its test runs, so that Flagger has the verdict when it is there, and not when it asks the next time.
 */
import { type Look, moves } from '../actions/hold.ts';
import { holdUntil } from '../flagger/patience.ts';
import type { Holds } from '../http/holds.ts';
import type { Request } from '../http/server.ts';
import type { GateAnswer } from './response.ts';

export interface Holding {
  request: Pick<Request, 'since' | 'onHangUp'>;
  holds: Holds;
  /** Milliseconds. */
  callBudget: number;
  look: Look;
  /** The call is held from now on. */
  onHold(): void;
}

/** What the last evaluation has answered: the second begins when the Job has moved. */
export async function whileHeld(evaluate: () => Promise<GateAnswer>, holding: Holding): Promise<GateAnswer> {
  const { request, holds, callBudget, look, onHold } = holding;
  const { since } = request;
  for (;;) {
    const began = Date.now();
    const answer = await evaluate();
    if (answer.awaits === undefined) return answer;
    const { job, timeout } = answer.awaits;
    const now = Date.now();
    const until = holdUntil({ since, now, took: now - began, callBudget, timeout });
    const hold = until === undefined ? undefined : holds.begin(since);
    if (until === undefined || hold === undefined) return answer;
    try {
      onHold();
      request.onHangUp(hold.end);
      if (!(await moves(job, { until, signal: hold.signal, look }))) return answer;
    } finally {
      hold.end();
    }
  }
}
