/**
 * One run of a container's command as a local process group, with what a container runtime adds:
 * PID 1's signals, the memory limit, the end of everything when the first process ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Launch {
  command: string[];
  environment: Record<string, string>;
  folder: string;
  memoryLimit: number | undefined;
  onOutput: (chunk: Buffer) => void;
}

export interface Ended {
  exitCode: number;
  outOfMemory: boolean;
}

export interface ContainerProcess {
  /** As kubelet's SIGTERM: to the first process alone, which ignores it unless it handles it. */
  terminate(): void;
  kill(): void;
  ended: Promise<Ended>;
}

export type Started = { ok: true; process: ContainerProcess } | { ok: false; message: string };

const signals: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
const MEMORY_POLL_MS = 100;

/** What still runs when this process ends without stop(), a crashed test run say, ends with it. */
const alive = new Set<number>();
process.on('exit', () => {
  for (const pid of alive) signalGroup(pid, 'SIGKILL');
});

export async function launch({ command, environment, folder, memoryLimit, onOutput }: Launch): Promise<Started> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], ...environment },
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', resolve);
  });
  if (failure) return { ok: false, message: startError(file, failure) };
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  const { pid = 0 } = child;
  alive.add(pid);
  let outOfMemory = false;
  const watch = setInterval(() => {
    if (memoryLimit === undefined || anonymousBytes(pid) <= memoryLimit) return;
    outOfMemory = true;
    signalGroup(pid, 'SIGKILL');
  }, MEMORY_POLL_MS);
  const ended = endOf(child).then((exitCode) => {
    clearInterval(watch);
    alive.delete(pid);
    return { exitCode, outOfMemory };
  });
  return {
    ok: true,
    process: {
      terminate: () => {
        if (handles(pid, signals['SIGTERM'] ?? 15)) child.kill('SIGTERM');
      },
      kill: () => signalGroup(pid, 'SIGKILL'),
      ended,
    },
  };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let exitCode = 0;
    child.once('exit', (code, signal) => {
      exitCode = code ?? 128 + (signals[signal ?? ''] ?? 0);
      // the end of PID 1 is the end of its container
      signalGroup(child.pid ?? 0, 'SIGKILL');
    });
    child.once('close', () => resolve(exitCode));
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(-pid, signal);
  } catch {
    // nobody left in the group
  }
}

/** The kernel drops a signal to PID 1 that it has no handler for (pid_namespaces(7)); elsewhere than on Linux all are delivered. */
function handles(pid: number, signal: number): boolean {
  try {
    const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return caught === undefined || (BigInt(`0x${caught}`) & (1n << BigInt(signal - 1))) !== 0n;
  } catch {
    return process.platform !== 'linux';
  }
}

/** Resident memory that is not shared with files, of the process and its descendants. */
function anonymousBytes(pid: number): number {
  try {
    const [, resident = '0', shared = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return (
      (Number(resident) - Number(shared)) * 4096 + children.reduce((sum, one) => sum + anonymousBytes(Number(one)), 0)
    );
  } catch {
    return 0;
  }
}

/** runc's words, as containerd passes them on. */
function startError(file: string, failure: NodeJS.ErrnoException): string {
  const missing = file.includes('/') ? `stat ${file}: no such file or directory` : 'executable file not found in $PATH';
  const why = failure.code === 'EACCES' ? 'permission denied' : missing;
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${file}": ${why}: unknown`;
}
