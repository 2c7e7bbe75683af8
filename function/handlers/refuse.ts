/**
 * What is answered to a call that the process does not take upon itself: that Flagger is to ask again.
 */
import { HookError } from '../errors.ts';
import type { Refusal } from '../http/calls.ts';
import type { Response } from '../http/server.ts';
import type { Log } from '../log.ts';
import { errorResponse } from './response.ts';

// One line in the log for all of so many milliseconds.
const logInterval = 1000;

const sentences: Record<Refusal, string> = {
  busy: 'the verifier has as many calls in flight as it takes',
  slow: "this call's body took its time while others waited",
  ending: 'this replica of the verifier is shutting down',
};

export function refusals(settings: {
  log: Log;
  retryAfterSeconds: number;
}): (why: Refusal, accept: string) => Response {
  const { log, retryAfterSeconds } = settings;
  let refused = 0;
  return (why, accept) => {
    const error = new HookError('ServiceUnavailable', `${sentences[why]}. Ask again`);
    if (refused++ === 0) {
      setTimeout(() => {
        log.warn(`calls were refused, the first of them because ${sentences[why]}`, { refused });
        refused = 0;
      }, logInterval).unref();
    }
    return errorResponse(error, undefined, { json: accept.includes('application/json'), retryAfterSeconds });
  };
}
