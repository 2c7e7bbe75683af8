/**
 * A process that calls on and on, as one canary among others, and tells its parent in the end what it was answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pollPath } from '../bench/recorded-api.ts';
import { type Answered, call } from '../bench/requests.ts';

export interface Seen extends Answered {
  what: 'call' | 'health check';
  /** In milliseconds since the epoch. */
  at: number;
}

const pause = 100;

process.once('message', async ({ url, body }: { url: string; body: string }) => {
  let isWatching = true;
  process.once('message', () => {
    isWatching = false;
  });
  const asked: Promise<Seen>[] = [];
  const ask = (what: Seen['what'], path: string, content?: string): void => {
    const at = Date.now();
    const answered = call({ url: `${url}${path}`, options: { agent: false }, ...(content && { body: content }) });
    const broken = (error: Error): Answered => ({
      status: 0,
      body: error.message,
      took: Date.now() - at,
    });
    asked.push(answered.catch(broken).then((answer) => ({ ...answer, what, at })));
  };
  while (isWatching) {
    ask('call', pollPath, body);
    ask('health check', '/health/readiness');
    await sleep(pause);
  }
  process.send?.(await Promise.all(asked));
});
process.once('disconnect', () => process.exit());
