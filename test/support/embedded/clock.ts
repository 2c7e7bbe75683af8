/**
 * The embedded cluster's time: it starts at the real time or so many seconds before, runs `speed` times as fast and can be
 * moved forward.
 * Everything that waits (deadlines, graces, back-offs, TTLs) waits on this clock.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

export interface Clock {
  now(): Date;
  /** Now as Kubernetes writes it: whole seconds. */
  timestamp(): string;
  /** Now as a metav1.MicroTime. */
  microTimestamp(): string;
  /** Calls back after so many embedded seconds; the returned function cancels. */
  after(seconds: number, callback: () => void): () => void;
  /** Resolves after so many embedded seconds, or as soon as the signal aborts. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
  advance(seconds: number): Promise<void>;
  stop(): void;
}

interface Timer {
  due: number;
  callback: () => void;
}

export function timestampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** A clock that starts so many seconds `behind` real time makes up for them, and is never ahead. */
export function startClock(speed = 1, behind?: number): Clock {
  const start = Date.now();
  let skipped = 0;
  let timers: Timer[] = [];
  let alarm: NodeJS.Timeout | undefined;

  const milliseconds = () => {
    const real = Date.now();
    const passed = start + (real - start) * speed + skipped;
    return behind === undefined ? passed : Math.min(passed - behind * 1000, real);
  };

  const fireDue = () => {
    const now = milliseconds();
    const due = timers.filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due);
    timers = timers.filter((timer) => timer.due > now);
    for (const timer of due) timer.callback();
    setAlarm();
  };
  const setAlarm = () => {
    clearTimeout(alarm);
    if (timers.length === 0) return;
    const next = Math.min(...timers.map((timer) => timer.due));
    // Node cannot wait longer than 2^31-1 ms: a far alarm rings early and is set again
    alarm = setTimeout(fireDue, Math.min(Math.max(Math.ceil((next - milliseconds()) / speed), 0), 1_000_000_000));
  };

  const after = (seconds: number, callback: () => void) => {
    const timer = { due: milliseconds() + seconds * 1000, callback };
    timers.push(timer);
    setAlarm();
    return () => {
      timers = timers.filter((other) => other !== timer);
      setAlarm();
    };
  };

  return {
    now: () => new Date(milliseconds()),
    timestamp: () => timestampOf(new Date(milliseconds())),
    microTimestamp: () => new Date(milliseconds()).toISOString().replace('Z', '000Z'),
    after,
    sleep: (seconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const cancel = after(seconds, () => {
          signal?.removeEventListener('abort', wake);
          resolve();
        });
        const wake = () => {
          cancel();
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
      }),
    async advance(seconds) {
      const target = milliseconds() + seconds * 1000;
      // from timer to timer, so that what one of them starts gets its own time within the skipped span
      for (;;) {
        const next = Math.min(target, ...timers.map((timer) => timer.due));
        skipped += Math.max(next - milliseconds(), 0);
        fireDue();
        for (let turn = 0; turn < 5; turn++) await turnOfTheLoop();
        if (next >= target) return;
      }
    },
    stop() {
      clearTimeout(alarm);
      timers = [];
    },
  };
}
