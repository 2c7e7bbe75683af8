/**
 * A program under the memory limit of its container: Node.js takes its heap's size from it, and the kernel ends what
 * takes more. https://nodejs.org/api/process.html#processconstrainedmemory
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './spawned.ts';

const v2 = '/sys/fs/cgroup';
const isV2 = existsSync(join(v2, 'cgroup.controllers'));
const parent = isV2 ? v2 : join(v2, 'memory');
const peakFile = isV2 ? 'memory.peak' : 'memory.max_usage_in_bytes';
const limitFile = isV2 ? 'memory.max' : 'memory.limit_in_bytes';

let made = 0;

export interface Limit {
  program: Program;
  /** The most that it took, in megabytes. */
  peak(): number;
  /** After the program has ended. */
  lift(): void;
}

/** `megabytes`: of 2^20 bytes. Nothing where cgroups cannot be made. */
export function limited(program: Program, megabytes: number): Limit | undefined {
  try {
    accessSync(parent, constants.W_OK);
  } catch {
    return undefined;
  }
  const folder = join(parent, `bench-${process.pid}-${++made}`);
  mkdirSync(folder);
  writeFileSync(join(folder, limitFile), String(megabytes * 2 ** 20));
  const enter = `echo $$ > ${join(folder, 'cgroup.procs')} && exec "$@"`;
  return {
    program: { ...program, command: (port) => ['sh', '-c', enter, 'sh', ...program.command(port)] },
    peak: () => Number(readFileSync(join(folder, peakFile), 'utf8')) / 2 ** 20,
    lift: () => rmdirSync(folder),
  };
}
