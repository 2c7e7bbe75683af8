/**
 * Processes that are measured, from the moment before they are spawned.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { freePort } from '../support/free-port.ts';
import { untilReady } from './requests.ts';

export interface Program {
  /** Without the environment that all have: PORT, PATH and NODE_ENV=production. */
  command: (port: number) => readonly [string, ...string[]];
  env?: Record<string, string>;
  /** The path that answers 200 when it is ready; /health/readiness when not given. */
  probe?: string;
}

export interface Spawned {
  port: number;
  url: string;
  /** performance.now() just before it was spawned. */
  spawnedAt: number;
  /** Milliseconds from there to its first 200 on /health/readiness. */
  ready: number;
  memory(): Memory;
  end(): Promise<void>;
}

/** Megabytes (2^20 bytes): resident now, and at most so far. */
export interface Memory {
  now: number;
  most: number;
}

export async function start({ command, env, probe = '/health/readiness' }: Program): Promise<Spawned> {
  const port = await freePort();
  const [program, ...args] = command(port);
  const common = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', PORT: String(port) };
  const spawnedAt = performance.now();
  const child = spawn(program, args, { env: { ...common, ...env }, stdio: 'ignore' });
  const ended = once(child, 'close');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await untilReady(port, probe);
  } catch (error) {
    await end();
    throw error;
  }
  const ready = performance.now() - spawnedAt;
  const { pid } = child;
  return { port, url: `http://127.0.0.1:${port}`, spawnedAt, ready, memory: () => memoryOf(pid), end };
}

/** Starts it, takes something from it, ends it. */
export async function using<T>(program: Program, take: (spawned: Spawned) => Promise<T>): Promise<T> {
  const spawned = await start(program);
  try {
    return await take(spawned);
  } finally {
    await spawned.end();
  }
}

function memoryOf(pid: number | undefined): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), most: field('VmHWM') };
}
