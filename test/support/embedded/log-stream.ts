/**
 * A log that is followed: what there is of it, and then what comes, until its container has ended or the client has enough.
 */
import type { ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import type { ContainerLog, LogOptions } from './container-log.ts';

export function isFollowed({ subresource, query }: Call): boolean {
  return subresource === 'log' && query.get('follow') === 'true';
}

export function logOptions({ query }: Call): LogOptions {
  const since = query.get('sinceTime');
  const tailLines = query.get('tailLines');
  return {
    timestamps: query.get('timestamps') === 'true',
    since: since === null ? undefined : new Date(since),
    tailLines: tailLines === null ? undefined : Number(tailLines),
  };
}

interface Logs {
  /** Throws what a log cannot be read for. */
  logOf(call: Call, pod: string): ContainerLog;
}

export function followLog(response: ServerResponse, call: Call, { logOf }: Logs): { code: 200; body: string } {
  const options = logOptions(call);
  const log = logOf(call, call.name ?? '');
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.flushHeaders();
  response.write(log.read(options));
  const listener = { take: (bytes: Buffer) => void response.write(bytes), end: () => void response.end() };
  response.once('close', log.follow(options, listener));
  return { code: 200, body: '' };
}
