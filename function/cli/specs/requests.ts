/**
 * What somebody who writes specs asks for while they watch: a save, or a key.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { statesIn } from './folder.ts';

export type Request = { kind: 'changed'; paths: string[] } | { kind: 'again' } | { kind: 'failed' } | { kind: 'quit' };

export interface Requests {
  /** The next one that has not been handed out, each once. */
  next(): Promise<Request>;
  release(): void;
}

// Milliseconds between two looks. Not fs.watch: it tells nothing of mounted and of linked folders.
const pause = 150;

export function requestsFor(folder: string, signal: AbortSignal): Requests {
  const waiting: Request[] = [];
  let take: ((request: Request) => void) | undefined;
  const push = (request: Request) => {
    if (take === undefined) waiting.push(request);
    else take(request);
    take = undefined;
  };
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const release = readKeys(push);
  void lookForChanges(folder, either, (paths) => push({ kind: 'changed', paths }));
  signal.addEventListener('abort', () => push({ kind: 'quit' }), { once: true });
  return {
    next: () => {
      const first = waiting.shift();
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve) => {
        take = resolve;
      });
    },
    release() {
      over.abort();
      release();
    },
  };
}

async function lookForChanges(folder: string, signal: AbortSignal, tell: (paths: string[]) => void): Promise<void> {
  let before = statesNow(folder) ?? new Map<string, string>();
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    const now = statesNow(folder);
    if (now === undefined || signal.aborted) continue;
    const paths = [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
    before = now;
    if (paths.length > 0) tell(paths);
  }
}

/** Nothing in the middle of a save, in which files go and come. */
function statesNow(folder: string): Map<string, string> | undefined {
  try {
    return statesIn(folder);
  } catch {
    return undefined;
  }
}

const keys: Record<string, Request['kind']> = {
  '\r': 'again',
  '\n': 'again',
  f: 'failed',
  q: 'quit',
  '\u0004': 'quit',
};

/** On a terminal each key by itself; from a pipe each line. */
function readKeys(push: (request: Request) => void): () => void {
  const { stdin } = process;
  const { isTTY } = stdin;
  const onData = (data: Buffer) => {
    const text = data.toString();
    // A raw terminal makes no signal of it.
    if (isTTY && text.includes('\u0003')) process.kill(process.pid, 'SIGINT');
    for (const key of isTTY ? text : text.replaceAll(/(?<=[^\n])\n/g, '')) {
      const kind = keys[key];
      if (kind !== undefined && kind !== 'changed') push({ kind });
    }
  };
  if (isTTY) stdin.setRawMode(true);
  stdin.on('data', onData);
  return () => {
    stdin.off('data', onData);
    if (isTTY) stdin.setRawMode(false);
    stdin.pause();
  };
}
