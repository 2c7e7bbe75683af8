/**
 * What is sent and what comes back, over HTTP/1.1 and HTTP/2 alike: bodies are text, and read as a whole.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Message {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query; under the server's own path. */
  path: string;
  headers: Record<string, string>;
  /** Empty for none. */
  body: string;
  /** Bytes of the answer's body that are read at the most. */
  largest: number;
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Takes the parts of an answer's body; throws when it is more than may be held, and nothing more is read then. */
export type Hold = (part: Buffer) => void;

/** A message on its way. */
export interface Sending {
  message: Message;
  signal: AbortSignal;
  hold: Hold;
  url: URL;
}

/** Rejects when no whole answer came, or when the signal said so. */
export type Send = (message: Message, signal: AbortSignal, hold: Hold) => Promise<Received>;

/** The answer as a whole; throws where it is less than its head says. */
export function received(status: number | undefined, headers: IncomingHttpHeaders, parts: Buffer[]): Received {
  const body = Buffer.concat(parts);
  const isWhole = Number(headers['content-length'] ?? body.length) === body.length;
  if (status === undefined || !isWhole) throw new Error('the answer was cut off');
  return { status, headers, body: body.toString() };
}
