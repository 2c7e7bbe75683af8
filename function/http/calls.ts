/**
 * The calls in flight, each from its head to the end of its answer. How many there are, what is kept of their bodies and
 * how many are worked on at once is bounded, so that no crowd of callers fills the memory: who comes when it is full is
 * told to come again.
 */
import type { ServerResponse } from 'node:http';

/** Why a call is not taken: too many are; its body did not come while others waited; the process ends. */
export type Refusal = 'busy' | 'slow' | 'ending';

export interface Call {
  /** Takes so much more of its body; false when there is no room for it. */
  keep(bytes: number): boolean;
  /** Its body is here. Resolves when it is its turn; to false when that took too long. */
  turn(): Promise<boolean>;
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

// Of each call, and not counted: what Flagger posts is never refused because of others that send much.
const freeBytes = 4096;

// Each holds what it has read of the API server: a Canary and an E2ESpec of 100 kB and more, parsed.
const mostWorkedOn = 100;

// Milliseconds after which a body that has not come makes room for others: Flagger's comes with its head.
const patience = 1000;

// Milliseconds for which a call waits for its turn. What is left of Flagger's 10 s is more than the call's budget.
const longestWait = 1500;

interface InFlight {
  response: ServerResponse;
  since: number;
  /** Counted of its body. */
  bytes: number;
  isWorkedOn: boolean;
  isClosed: boolean;
  refuse(why: Refusal): void;
}

export function boundCalls(most: number): Calls {
  const inFlight = new Map<ServerResponse, InFlight>();
  /** Those whose bodies are still coming, the oldest first. */
  const coming = new Set<InFlight>();
  /** Those whose turn has not come, and what happens then. */
  const waiting = new Map<InFlight, (isTurn: boolean) => void>();
  let workedOn = 0;
  let bytes = 0;
  let state: 'open' | 'ending' | 'closed' = 'open';
  let notify: (() => void) | undefined;

  const remove = (call: InFlight): void => {
    if (!inFlight.delete(call.response)) return;
    coming.delete(call);
    bytes -= call.bytes;
    waiting.get(call)?.(false);
    if (inFlight.size === 0) notify?.();
  };

  const makeRoom = (): boolean => {
    const [oldest] = coming;
    if (oldest === undefined || Date.now() - oldest.since < patience) return false;
    remove(oldest);
    oldest.refuse('slow');
    return true;
  };

  const startWork = (call: InFlight): true => {
    workedOn++;
    call.isWorkedOn = true;
    return true;
  };

  const endWork = (call: InFlight): void => {
    if (!call.isWorkedOn) return;
    workedOn--;
    call.isWorkedOn = false;
    const [next] = waiting.values();
    next?.(true);
  };

  return {
    begin(response, refuse) {
      if (state === 'closed' || (inFlight.size >= most && !makeRoom())) return undefined;
      const call: InFlight = { response, since: Date.now(), bytes: 0, isWorkedOn: false, isClosed: false, refuse };
      let size = 0;
      inFlight.set(response, call);
      coming.add(call);
      response.once('close', () => {
        call.isClosed = true;
        if (response.writableEnded) endWork(call);
        if (!call.isWorkedOn) remove(call);
      });
      return {
        keep(more) {
          const counted = Math.max(0, size + more - freeBytes) - call.bytes;
          size += more;
          while (counted > 0 && bytes + counted > mostBytes) if (!makeRoom()) return false;
          // It may have been the slowest itself.
          if (!inFlight.has(response)) return false;
          call.bytes += counted;
          bytes += counted;
          return true;
        },
        async turn() {
          coming.delete(call);
          if (workedOn < mostWorkedOn) return startWork(call);
          return new Promise((resolve) => {
            const timer = setTimeout(() => start(false), longestWait);
            const start = (isTurn: boolean) => {
              clearTimeout(timer);
              waiting.delete(call);
              resolve(isTurn && startWork(call));
            };
            waiting.set(call, start);
          });
        },
      };
    },
    answered(response) {
      const call = inFlight.get(response);
      if (call === undefined) return;
      endWork(call);
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
