/**
 * The web server: Functions Framework's requests and responses as plain data. What is answered it does not know.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { type Body, receive } from './body.ts';
import type { Calls, Refusal } from './calls.ts';

/** One request, before anything is known of its body's content. */
export interface Request {
  method: string;
  path: string;
  /** What follows the question mark. */
  query: string;
  /** `Host`, and those before it as gateways tell them. */
  hosts: string[];
  contentType: string;
  accept: string;
  /** As it was sent, a secret: for no log and no answer. */
  authorization: string;
  body: Body;
  /** When its head was here, in milliseconds since the epoch. */
  since: number;
  /** `then`: when the caller is gone before its answer. */
  onHangUp(then: () => void): void;
}

export interface Response {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A response, and the line about it in the log, which nobody has to wait for. */
export interface Handled {
  response: Response;
  log(): void;
}

export interface Answers {
  handle(request: Request): Promise<Handled>;
  /** For a call that is not taken. */
  refuse(why: Refusal, accept: string): Response;
}

const functionName = 'e2e-verifier';

const limits = {
  // Milliseconds for the head, and for all of a request; Node's own are a minute and five.
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1000,
  // Bytes of a head, half of Node's: thousands of them that do not end have to fit into the memory.
  maxHeaderSize: 8192,
  // queue-proxy keeps idle connections for 90 s; a POST must not meet a socket that is just being closed here.
  keepAliveTimeout: 95_000,
};

const mostConnections = 10_000;

// Requests that wait on one connection for the answer to an earlier one. No caller of webhooks sends any, and thousands
// fit into one packet.
const mostPipelined = 4;

// Characters of a path or a header that are read: more than any hook has.
const longestHead = 512;

type Received = Pick<Request, 'body' | 'since'>;

const received = new WeakMap<IncomingMessage, Received>();

const none: Body = { kind: 'text', text: '' };

/** The framework's function behind a server of its own: the framework's knows no limits and no graceful shutdown. */
export function createServer({ handle, refuse }: Answers, calls: Calls): Server {
  functions.http(functionName, async (request, response) => {
    const { body, since } = received.get(request) ?? { body: none, since: Date.now() };
    const { response: answer, log } = await handle({
      method: request.method,
      path: request.path.slice(0, longestHead),
      query: queryOf(request.url),
      hosts: hostsOf(request),
      contentType: (request.headers['content-type'] ?? '').slice(0, longestHead),
      accept: acceptOf(request),
      authorization: request.headers.authorization ?? '',
      body,
      since,
      onHangUp: (then) => onHangUp(response, then),
    });
    calls.answered(response);
    send(response, answer, calls.isEnding() || body.kind === 'tooLarge');
    log();
  });
  const listeners = getTestServer(functionName).listeners('request');
  const pass = (request: IncomingMessage, response: ServerResponse, what: Received) => {
    received.set(request, what);
    // Without these Express' parsers believe that there is no body, and leave the stream alone.
    delete request.headers['content-length'];
    delete request.headers['transfer-encoding'];
    request.url = safeUrl(request.url ?? '/');
    for (const listener of listeners) listener.call(server, request, response);
  };
  const server = createHttpServer(limits, async (request, response) => {
    if (isFlood(request.socket, response)) return;
    const since = Date.now();
    if (!hasBody(request)) return pass(request, response, { body: none, since });
    const intake = await receive(request, response, calls);
    if (intake.kind === 'gone') response.destroy();
    else if (intake.kind !== 'refused') pass(request, response, { body: intake, since });
    else send(response, refuse(intake.why, acceptOf(request)), true);
  });
  server.maxConnections = mostConnections;
  // Who comes then is turned away, and those who are only there make room for the next.
  server.on('drop', () => server.closeIdleConnections());
  return server;
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1, start + 1 + longestHead);
}

// Some gateways put a Host of their own, and keep the caller's.
function hostsOf({ headers }: IncomingMessage): string[] {
  const told = [headers.host, headers['x-forwarded-host']].filter((each) => each !== undefined).join();
  return told
    .slice(0, longestHead)
    .split(',')
    .map((host) => host.trim());
}

function acceptOf({ headers: { accept = '' } }: IncomingMessage): string {
  return accept.slice(0, longestHead);
}

function send(response: ServerResponse, { status, headers, body }: Response, isLast: boolean): void {
  const text = body === '' ? body : `${body}\n`;
  // Without it Node sends chunks, and a gateway whose connection breaks before the last one has an answer without an end.
  const sized = { ...headers, 'Content-Length': String(Buffer.byteLength(text)) };
  response.writeHead(status, isLast ? { ...sized, Connection: 'close' } : sized);
  response.end(text);
}

function onHangUp(response: ServerResponse, then: () => void): void {
  if (response.closed) then();
  else response.once('close', () => response.writableEnded || then());
}

// What has none is answered from memory, health checks above all.
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

const pipelined = new WeakMap<Socket, number>();

/** Closes a connection on which too many requests wait for an earlier one. */
function isFlood(socket: Socket, response: ServerResponse): boolean {
  // A response has its socket from the beginning, unless it has to wait.
  if (response.socket !== null) return false;
  const waiting = (pipelined.get(socket) ?? 0) + 1;
  pipelined.set(socket, waiting);
  if (waiting > mostPipelined) {
    socket.destroy();
    return true;
  }
  // Node tells the responses that wait nothing of the socket's end.
  const onClose = () => response.emit('close');
  socket.once('close', onClose);
  response.once('close', () => {
    socket.off('close', onClose);
    pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1);
  });
  return false;
}

// Express answers a path that it cannot decode with a page of HTML.
function safeUrl(url: string): string {
  try {
    decodeURIComponent(url);
    return url;
  } catch {
    return url.replaceAll('%', '%25');
  }
}
