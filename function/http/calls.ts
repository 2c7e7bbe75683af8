/**
 * The calls in flight, each from its head to the end of its answer, and what is kept of their bodies. Both are bounded, so
 * that no crowd of callers fills the memory: who comes when it is full is told to come again.
 */
import type { ServerResponse } from 'node:http';

/** Why a call is not taken: too many are; its body did not come while others waited; the process ends. */
export type Refusal = 'busy' | 'slow' | 'ending';

export interface Call {
  /** Takes so much more of its body; false when there is no room for it. */
  keep(bytes: number): boolean;
  /** Its body is here, and work on its answer begins: nothing makes it leave any more. */
  received(): void;
}

export interface Calls {
  /** Nothing when no more are taken. `refuse` is called when it is to leave although its body is still coming. */
  begin(response: ServerResponse, refuse: (why: Refusal) => void): Call | undefined;
  /** The work is done, also for a caller that hung up. */
  answered(response: ServerResponse): void;
  /** Why no more are taken. */
  refusal(): Refusal;
  /** From now on each connection is closed with its answer. */
  isEnding(): boolean;
  startEnding(): void;
  /** Takes no more, gives up the bodies that are still coming, and resolves when no call is in flight. */
  end(): Promise<void>;
}

const mostBytes = 16 * 2 ** 20;

// Flagger's body comes with its head. One that has not come after so many milliseconds makes room for others.
const patience = 1000;

interface InFlight {
  since: number;
  bytes: number;
  isWorkedOn: boolean;
  isClosed: boolean;
  response: ServerResponse;
  refuse(why: Refusal): void;
}

export function boundCalls(most: number): Calls {
  const inFlight = new Map<ServerResponse, InFlight>();
  /** Those whose bodies are still coming, the oldest first. */
  const coming = new Set<InFlight>();
  let bytes = 0;
  let state: 'open' | 'ending' | 'closed' = 'open';
  let notify: (() => void) | undefined;

  const remove = (call: InFlight): void => {
    if (!inFlight.delete(call.response)) return;
    coming.delete(call);
    bytes -= call.bytes;
    if (inFlight.size === 0) notify?.();
  };

  const makeRoom = (): boolean => {
    const [oldest] = coming;
    if (oldest === undefined || Date.now() - oldest.since < patience) return false;
    remove(oldest);
    oldest.refuse('slow');
    return true;
  };

  return {
    begin(response, refuse) {
      if (state === 'closed' || (inFlight.size >= most && !makeRoom())) return undefined;
      const call: InFlight = { since: Date.now(), bytes: 0, isWorkedOn: false, isClosed: false, response, refuse };
      inFlight.set(response, call);
      coming.add(call);
      response.once('close', () => {
        call.isClosed = true;
        if (response.writableEnded || !call.isWorkedOn) remove(call);
      });
      return {
        keep(more) {
          while (bytes + more > mostBytes) if (!makeRoom()) return false;
          // It may have been the slowest itself.
          if (!inFlight.has(response)) return false;
          call.bytes += more;
          bytes += more;
          return true;
        },
        received() {
          coming.delete(call);
          call.isWorkedOn = true;
        },
      };
    },
    answered(response) {
      const call = inFlight.get(response);
      if (call === undefined) return;
      call.isWorkedOn = false;
      if (call.isClosed) remove(call);
    },
    refusal: () => (state === 'closed' ? 'ending' : 'busy'),
    isEnding: () => state !== 'open',
    startEnding() {
      state = 'ending';
    },
    end() {
      state = 'closed';
      for (const call of coming) call.refuse('ending');
      return new Promise((resolve) => {
        if (inFlight.size === 0) resolve();
        else notify = resolve;
      });
    },
  };
}
