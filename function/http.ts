/**
 * Functions Framework's requests as calls, and replies as its responses.
 */
import type { Server } from 'node:http';
import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { Answer } from './answer.ts';
import { type Body, bodyOf, readBodiesFirst } from './http/body.ts';
import { type Calls, countCalls } from './http/drain.ts';

/** One request, before anything is known of its payload. */
export interface Call {
  method: string;
  path: string;
  contentType: string;
  accept: string;
  body: Body;
}

const functionName = 'e2e-verifier';

// queue-proxy keeps idle connections for 90 s; a POST must not meet a socket that is just being closed here.
const keepAliveMilliseconds = 95_000;

// Characters of a path or a header that are read: more than any hook has.
const longestHead = 512;

/** The framework's server, not yet listening: its own entry point has no graceful end. */
export function createServer(answer: (call: Call) => Promise<Answer>, calls: Calls = countCalls()): Server {
  functions.http(functionName, async (request, response) => {
    calls.begin(response);
    const { reply, log } = await answer({
      method: request.method,
      path: request.path.slice(0, longestHead),
      contentType: (request.headers['content-type'] ?? '').slice(0, longestHead),
      accept: (request.headers.accept ?? '').slice(0, longestHead),
      body: bodyOf(request),
    });
    response.writeHead(reply.status, reply.headers);
    response.end(`${reply.body}\n`);
    log();
  });
  const server = getTestServer(functionName);
  readBodiesFirst(server);
  server.keepAliveTimeout = keepAliveMilliseconds;
  return server;
}
