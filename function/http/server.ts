/**
 * The web server: Functions Framework's requests and responses as plain data. What is answered it does not know.
 */
import type { IncomingMessage, Server } from 'node:http';
import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { type Body, bodyOf, interceptBodies } from './body.ts';
import { type Calls, countCalls } from './shutdown.ts';

/** One request, before anything is known of its body's content. */
export interface Request {
  method: string;
  path: string;
  /** `Host`, and those before it as gateways tell them. */
  hosts: string[];
  contentType: string;
  accept: string;
  body: Body;
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

const functionName = 'e2e-verifier';

// queue-proxy keeps idle connections for 90 s; a POST must not meet a socket that is just being closed here.
const keepAliveMilliseconds = 95_000;

// Characters of a path or a header that are read: more than any hook has.
const longestHead = 512;

/** The framework's server, not yet listening: its own entry point has no graceful shutdown. */
export function createServer(handle: (request: Request) => Promise<Handled>, calls: Calls = countCalls()): Server {
  functions.http(functionName, async (request, response) => {
    calls.begin(response);
    const { response: answer, log } = await handle({
      method: request.method,
      path: request.path.slice(0, longestHead),
      hosts: hostsOf(request),
      contentType: (request.headers['content-type'] ?? '').slice(0, longestHead),
      accept: (request.headers.accept ?? '').slice(0, longestHead),
      body: bodyOf(request),
    });
    response.writeHead(answer.status, answer.headers);
    response.end(`${answer.body}\n`);
    log();
  });
  const server = getTestServer(functionName);
  interceptBodies(server);
  server.keepAliveTimeout = keepAliveMilliseconds;
  return server;
}

// Some gateways put a Host of their own, and keep the caller's.
function hostsOf({ headers }: IncomingMessage): string[] {
  const told = [headers.host, headers['x-forwarded-host']].filter((each) => each !== undefined).join();
  return told
    .slice(0, longestHead)
    .split(',')
    .map((host) => host.trim());
}
