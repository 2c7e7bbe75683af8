/**
 * Processes inside the cluster's namespaces, as the machine sees them: started, looked at, ended.
 * A process is its id and its start time together, so that a recycled id is never taken for it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartedProcess {
  name: string;
  pid: number;
  startTime: string;
  log: string;
}

/** Fields of /proc/PID/stat after the command's name: see proc(5). */
function stat(pid: number): { state: string; parent: number; startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function alive(process: Pick<StartedProcess, 'pid' | 'startTime'>): boolean {
  const now = stat(process.pid);
  return now !== undefined && now.startTime === process.startTime && now.state !== 'Z';
}

function children(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((candidate) => candidate > 0 && stat(candidate)?.parent === pid);
}

/** Starts a command that forks once (nsenter, unshare) and returns the process that it became. */
async function startForked(name: string, program: string, args: string[], log: string, cwd: string) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const parent = spawn(program, args, { detached: true, stdio: ['ignore', output, output], cwd });
  const failed = new Promise<never>((_, reject) => parent.once('error', reject));
  parent.unref();
  for (let attempt = 0; attempt < 200; attempt++) {
    await Promise.race([sleep(25), failed]);
    const child = parent.pid === undefined ? undefined : children(parent.pid)[0];
    const startTime = child === undefined ? undefined : stat(child)?.startTime;
    if (child !== undefined && startTime !== undefined) return { name, pid: child, startTime, log };
    if (parent.exitCode !== null) break;
  }
  throw new Error(`${name} did not start: see ${log}`);
}

/** The first process of a network, mount and PID namespace of its own: what it starts ends with it. */
export function startFirst(script: string, log: string, cwd: string) {
  const own = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc', '--kill-child'];
  return startForked('namespaces', 'unshare', [...own, 'sh', '-ec', script], log, cwd);
}

/** Arguments of nsenter that put a command into the namespaces of the first process. */
export function enter(first: StartedProcess): string[] {
  return ['--target', String(first.pid), '--mount', '--net', '--pid', '--wd=/'];
}

export function startInside(first: StartedProcess, name: string, command: string[], log: string) {
  return startForked(name, 'nsenter', [...enter(first), ...command], log, '/');
}

/** Kills and waits until it is gone; a process that is not there any more is done. */
export async function end(started: Pick<StartedProcess, 'pid' | 'startTime'>): Promise<void> {
  if (alive(started)) process.kill(started.pid, 'SIGKILL');
  for (let attempt = 0; attempt < 200 && alive(started); attempt++) await sleep(25);
  if (alive(started)) throw new Error(`process ${started.pid} does not end`);
}

export function identify(pid: number): Pick<StartedProcess, 'pid' | 'startTime'> {
  return { pid, startTime: stat(pid)?.startTime ?? '' };
}
