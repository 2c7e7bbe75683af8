/**
 * A program of this machine that serves HTTP, on a free port.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** What is run when it is to serve on that port. */
export type Command = (port: number) => [program: string, ...args: string[]];

export interface Started {
  address: string;
  end(): Promise<void>;
}

/** Resolves when it answers 200. */
export async function start(command: Command, own: string, probe: string): Promise<Started> {
  const port = await freePort();
  const [program, ...args] = command(port);
  const child = spawn(program, args, { cwd: own, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  child.on('error', ({ message }) => {
    words = message;
  });
  const address = `127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`http://${address}${probe}`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await until(`${program} is ready`, async () => ((await isReady()) ? [] : [words]), 60_000);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { address, end: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
