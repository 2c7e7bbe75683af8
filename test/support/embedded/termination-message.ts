/**
 * What a container leaves behind: its output, and the termination message made of its file or of that output's end
 * (pkg/kubelet/kuberuntime/kuberuntime_container.go).
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Container } from './workloads.ts';

const MAXIMUM_MESSAGE_BYTES = 4096;
const MAXIMUM_LOG_BYTES = 2048;
const MAXIMUM_LOG_LINES = 80;
const KEPT_OUTPUT_BYTES = 64 * 1024;

export interface Output {
  add(chunk: Buffer): void;
  text(): string;
  clear(): void;
}

export function createOutput(): Output {
  let kept = Buffer.alloc(0);
  return {
    add: (chunk) => {
      kept = Buffer.concat([kept, chunk]).subarray(-KEPT_OUTPUT_BYTES);
    },
    text: () => kept.toString('utf8'),
    clear: () => {
      kept = Buffer.alloc(0);
    },
  };
}

export function terminationMessage(
  container: Container,
  file: string,
  output: Output,
  exitCode: number,
): string | undefined {
  const written = existsSync(file) ? readFileSync(file).subarray(-MAXIMUM_MESSAGE_BYTES).toString('utf8') : '';
  if (written !== '') return written;
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  return tail(output.text()) || undefined;
}

function tail(text: string): string {
  const lines = text.split(/(?<=\n)/).slice(-MAXIMUM_LOG_LINES);
  return Buffer.from(lines.join('')).subarray(-MAXIMUM_LOG_BYTES).toString('utf8');
}
