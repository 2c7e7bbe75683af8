// Metrics by StatsD: one datagram each, to STATSD_HOST:STATSD_PORT. A bridge that is away fails no test and holds none up.
import { createSocket, type Socket } from 'node:dgram';
import type { Area } from './problem.ts';
import { debug, settings } from './settings.ts';

const { namespace, statsdHost, statsdPort } = settings;
// What the end of a test waits for datagrams that have not left yet, as while the bridge's name is looked up.
const longestFlush = 500;

let socket: Socket | undefined;
const leaving = new Set<Promise<void>>();

function send(metric: string): void {
  debug(`statsd ${metric}`);
  socket ??= createSocket('udp4')
    .on('error', () => {})
    .unref();
  const sent = new Promise<void>((resolve) => socket?.send(metric, statsdPort, statsdHost, () => resolve()));
  leaving.add(sent);
  sent.then(() => leaving.delete(sent));
}

// A dot would begin another part of the name.
const word = (text: string): string => text.replaceAll(/[^\w-]/g, '_');

export const statsd = {
  /** How long it took. */
  timing(resource: string, action: string, ms: number): void {
    send(`e2etest.action.${namespace}.${word(resource)}.${word(action)}:${ms.toFixed(1)}|ms`);
  },
  /** A status, wrong_response or connection_error. */
  http(resource: 'pod' | 'service', result: string): void {
    send(`e2etest.http.${namespace}.${resource}.${word(result)}:1|c`);
  },
  /** healthy, or the error's name in lower case. */
  dns(result: string): void {
    send(`e2etest.dns.${word(result)}:1|c`);
  },
  error(resource: string, area: Area, error: string): void {
    send(`e2etest.errors.${namespace}.${word(resource)}.${area}.${word(error)}:1|c`);
  },
  /** Before a process ends. */
  async flush(): Promise<void> {
    const enough = new Promise<void>((resolve) => setTimeout(resolve, longestFlush).unref());
    await Promise.race([Promise.all(leaving), enough]);
  },
};

/** `done()` tells how long it took from here, as often as it is called once. */
export function stopwatch(resource: string, action: string): { done(): void } {
  const begin = performance.now();
  let isDone = false;
  return {
    done() {
      if (!isDone) statsd.timing(resource, action, performance.now() - begin);
      isDone = true;
    },
  };
}

/** Tells how long it took, where it came to an end. */
export async function timed<T>(resource: string, action: string, run: () => Promise<T>): Promise<T> {
  const watch = stopwatch(resource, action);
  const result = await run();
  watch.done();
  return result;
}
