/**
 * Starts an API server with fixed answers in a process of its own, with a certificate of its own.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counts, Large, ServerSettings } from './api-server.ts';
import type { Moment } from './recorded-api.ts';

export interface Api {
  url: string;
  port: number;
  /** Its authority, as text and as a file. */
  ca: string;
  caFile: string;
  tokenFile: string;
  /** Since they were last asked for. */
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

export async function serve(
  { objects, payload }: Pick<Moment, 'objects' | 'payload'>,
  large: Record<string, Large> = {},
): Promise<Api> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-api-'));
  const file = (name: string) => join(folder, name);
  // Of the size that kubeadm gives the real one.
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', file('key'), '-out', file('ca.crt')];
  const subject = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject], { stdio: 'ignore' });
  writeFileSync(file('token'), 'a-token');
  const ca = readFileSync(file('ca.crt'), 'utf8');
  const child = fork(join(import.meta.dirname, 'api-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answers = Object.entries(objects).map(([path, object]) => [path, JSON.stringify(object)]);
  const settings: ServerSettings = {
    key: readFileSync(file('key'), 'utf8'),
    cert: ca,
    answers: Object.fromEntries(answers),
    large,
    namespace: payload.namespace,
  };
  const { port } = await told<{ port: number }>(child, settings);
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    ca,
    caFile: file('ca.crt'),
    tokenFile: file('token'),
    counts: () => told<Counts>(child, 'counts'),
    async stop() {
      child.disconnect();
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function told<T>(child: ChildProcess, message: ServerSettings | string): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  const [content] = await answer;
  return content;
}
