/**
 * What the numbers were taken on.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores (${model}), ${memory} GB, Linux ${release()}, Node ${process.version}`;
}

export function load(): string {
  return loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
}

export function revision(cwd: string): string {
  try {
    const changes = execFileSync('git', ['status', '--porcelain', '--', 'function', 'knative'], { cwd }).toString();
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd }).toString().trim();
    return changes === '' ? commit : `${commit} and changes`;
  } catch {
    return 'no commit';
  }
}
