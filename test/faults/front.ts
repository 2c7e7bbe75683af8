/**
 * An embedded API behind TLS, over HTTP/2 where the client takes it or over HTTP/1.1 alone, which answers one kind of request
 * of one namespace in its own way when it is told to.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { constants, createSecureServer, type Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { Certificates, Protocol } from '../function/transport/tls-api.ts';
import { at } from '../support/documents.ts';
import { type Call, readCall } from '../support/embedded/call.ts';
import type { EmbeddedKubernetes } from '../support/embedded/index.ts';
import { token } from './fault.ts';

export interface Said {
  code: number;
  body: unknown;
}

/** One request that is to be answered. */
export interface Exchange {
  kubernetes: EmbeddedKubernetes;
  call: Call;
  /** Carries it out. */
  work(): Said;
  /** Answers as a whole; headers named as undefined are left out. */
  say(code: number, body: unknown, headers?: Record<string, string | undefined>): void;
  /** The head alone, then what `write` is given, until `end`. */
  begin(code: number, headers?: Record<string, string>): void;
  write(text: string): Promise<void>;
  end(): void;
  isOver(): boolean;
  /** Breaks off this request; over HTTP/1.1 that is the connection. */
  reset(code?: number): void;
  /** Ends the connection. */
  hangUp(): void;
  /** Over HTTP/2: takes no more requests. */
  goAway(code: number): void;
}

export interface Armed {
  request: string;
  answer(exchange: Exchange): unknown;
  /** How often it still answers so. */
  left: number;
  hits: number;
}

export interface Front {
  port: number;
  /** What is asked of this namespace from now on, by name; `armed`: what is answered in its own way. */
  watch(namespace: string, armed?: Armed): string[];
  forget(namespace: string): void;
  /** Paths that are no resource: where a redirect leads. */
  strayed: string[];
  stop(): Promise<void>;
}

/** As in `get jobs` and `patch e2especs/status`. */
export function nameOf({ verb, resource, subresource, dryRun }: Call): string {
  return `${verb} ${resource.plural}${subresource ? `/${subresource}` : ''}${dryRun ? ' by dry run' : ''}`;
}

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

export async function startFront(
  kubernetes: EmbeddedKubernetes,
  files: Certificates,
  protocol: Protocol,
): Promise<Front> {
  const [key, cert] = await Promise.all([files.serverKey, files.server].map((file) => readFile(file)));
  const watched = new Map<string, { seen: string[]; armed: Armed | undefined }>();
  const strayed: string[] = [];
  const connections = new Set<TLSSocket>();
  const server: Server = protocol === 'HTTP/2' ? createSecureServer({ key, cert }) : createServer({ key, cert });
  server.on('secureConnection', (socket: TLSSocket) => {
    connections.add(socket);
    // What is broken off on purpose.
    socket.on('error', () => undefined);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('sessionError', () => undefined);

  const serve = async (request: Incoming, response: Outgoing) => {
    const { method = '', url = '' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = withoutOwnToken(request.headers);
    const call = readCall({ method, url, headers });
    const work = () => kubernetes.answer({ method, url, headers, body });
    if (call === undefined) strayed.push(url);
    const found = watched.get(call?.namespace ?? namespaceIn(body));
    const name = call ? nameOf(call) : url;
    found?.seen.push(name);
    const armed = found?.armed;
    if (call && armed && armed.request === name && armed.left > 0) {
      armed.left--;
      armed.hits++;
      await armed.answer(exchange(kubernetes, call, work, response));
      return;
    }
    const { code, body: said } = work();
    answer(response, code, said, { date: kubernetes.now().toUTCString() });
  };
  server.on('request', (request: Incoming, response: Outgoing) => {
    response.on('error', () => undefined);
    // A client that has gone away.
    serve(request, response).catch(() => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    strayed,
    watch(namespace, armed) {
      const seen: string[] = [];
      watched.set(namespace, { seen, armed });
      return seen;
    },
    forget: (namespace) => watched.delete(namespace),
    async stop() {
      server.close();
      for (const connection of connections) connection.destroy();
      await once(server, 'close');
    },
  };
}

/** The verifier's own token is an administrator's here; those of its callers are left to the embedded API. */
function withoutOwnToken({ authorization, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return authorization === `Bearer ${token}` ? headers : { ...headers, authorization };
}

/** Of an access review, which stands in no namespace itself. */
function namespaceIn(body: string): string {
  return String(body === '' ? '' : at(JSON.parse(body), 'spec', 'resourceAttributes', 'namespace'));
}

function exchange(kubernetes: EmbeddedKubernetes, call: Call, work: () => Said, response: Outgoing): Exchange {
  const date = () => kubernetes.now().toUTCString();
  const plain: NodeJS.WritableStream = response;
  const session = response instanceof Http2ServerResponse ? response.stream.session : undefined;
  const hangUp = () => (session ? session.destroy() : response.socket?.destroy());
  return {
    kubernetes,
    call,
    work,
    say: (code, body, headers = {}) => answer(response, code, body, { date: date(), ...headers }),
    begin(code, headers = {}) {
      begin(response, code, { date: date(), 'content-type': 'application/json', ...headers });
      if (response instanceof Http2ServerResponse) response.writeHead(code);
      else response.flushHeaders();
    },
    write: (text) => new Promise((resolve) => plain.write(text, () => resolve())),
    end: () => plain.end(),
    isOver: () => response.destroyed || response.writableEnded || (response.socket?.destroyed ?? true),
    reset(code = constants.NGHTTP2_INTERNAL_ERROR) {
      if (response instanceof Http2ServerResponse) response.stream.close(code);
      else hangUp();
    },
    hangUp,
    goAway: (code) => session?.goaway(code),
  };
}

type Headers = Record<string, string | undefined>;

function begin(response: Outgoing, code: number, headers: Headers): void {
  response.sendDate = false;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  response.statusCode = code;
}

function answer(response: Outgoing, code: number, body: unknown, headers: Headers): void {
  const isText = typeof body === 'string';
  begin(response, code, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
