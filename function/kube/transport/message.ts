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
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A message on its way. */
export interface Sending {
  message: Message;
  signal: AbortSignal;
  url: URL;
}

/** Rejects when no whole answer came, or when the signal said so. */
export type Send = (message: Message, signal: AbortSignal) => Promise<Received>;
