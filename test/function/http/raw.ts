/**
 * Requests that `fetch` does not make: over one kept socket, in chunks, never finished.
 */
import { once } from 'node:events';
import { type Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  /** The request went over a socket that an earlier one had opened. */
  reused: boolean;
}

export interface RawRequest {
  method: string;
  headers?: Record<string, string>;
  agent?: Agent;
  /** Written one by one; without a Content-Length they are sent as chunks. */
  parts?: (string | Buffer)[];
}

export async function ask(url: string, { method, headers = {}, agent, parts = [] }: RawRequest): Promise<RawAnswer> {
  const sent = request(url, { method, headers, ...(agent && { agent }) });
  const arrives = once(sent, 'response');
  for (const part of parts) sent.write(part);
  sent.end();
  const [response]: IncomingMessage[] = await arrives;
  if (response === undefined) throw new Error('no response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body, reused: sent.reusedSocket };
}

/** A caller that says it sends so many bytes, sends these, and falls silent. */
export async function unfinished(
  url: string,
  path: string,
  { length = 1000, sent = '{"name":"podinfo"' }: { length?: number; sent?: string } = {},
): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`${head(path, hostname, length)}${sent}`);
  return socket;
}

export function head(path: string, host: string, length: number): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** All that comes until the other side closes. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}
