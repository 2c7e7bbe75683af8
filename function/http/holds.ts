/**
 * The calls that are held, because their answer may be another one in a moment: how many at once, from when on, and until
 * when at the latest, which is the end of the process.
 */

// Each costs the API server a GET a second, and has one of the hundred places of those that are worked on (calls.ts).
const most = 40;

/** Milliseconds from the start of a process on. A cold start came before its first calls, and they may have waited for it. */
export const warmUp = 10_000;

export interface Hold {
  /** Aborted when the call is to be answered at once. */
  signal: AbortSignal;
  end(): void;
}

export interface Holds {
  /** For a call that has arrived at `since`; nothing where it is not to be held. Who begins one ends it. */
  begin(since: number): Hold | undefined;
  /** Ends all, and begins no more. */
  end(): void;
}

/** `from`: when the first call arrives that may be held, in milliseconds since the epoch. */
export function boundHolds(from: number): Holds {
  const held = new Set<AbortController>();
  let isEnding = false;
  return {
    begin(since) {
      if (isEnding || since < from || held.size >= most) return undefined;
      const controller = new AbortController();
      held.add(controller);
      const end = () => {
        held.delete(controller);
        controller.abort();
      };
      return { signal: controller.signal, end };
    },
    end() {
      isEnding = true;
      for (const each of held) each.abort();
    },
  };
}
