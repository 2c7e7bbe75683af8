/**
 * The HTTP side: bodies in, JSON out, the Date header in embedded time, the log of requests, the faults.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Call, type Head, readCall } from './call.ts';
import type { Clock } from './clock.ts';
import { type Fault, type Faults, statusFor } from './faults.ts';
import type { LoggedRequest } from './index.ts';
import type { JsonObject } from './json.ts';
import { followLog, isFollowed } from './log-stream.ts';
import type { Answer, Routes } from './routes.ts';
import { failure, refuse, statusOf } from './status.ts';

/** The harness calls itself this: its requests are neither logged nor met by faults. */
export const HARNESS = 'embedded-harness';
const MAXIMUM_BODY_BYTES = 3 * 1024 * 1024;

interface Parts {
  clock: Clock;
  faults: Faults;
  routes: Routes;
  requests: LoggedRequest[];
  watch: (response: ServerResponse, call: Call) => void;
  log: (line: string) => void;
}

export function createHttpServer({ clock, faults, routes, requests, watch, log }: Parts): Server {
  const send = (response: ServerResponse, answer: Answer, headers: Record<string, string> = {}) => {
    const text = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
    for (const warning of answer.warnings ?? []) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
    response.writeHead(answer.code, { 'Content-Type': text ? 'text/plain' : 'application/json', ...headers });
    response.end(text ? answer.body : JSON.stringify(answer.body));
    return answer.code;
  };
  const work = (call: Call, body: unknown): Answer => answered(() => routes.answer(call, body), call, log);
  const answerWith = (fault: Fault, call: Call, body: unknown, response: ServerResponse): number => {
    switch (fault.kind) {
      case 'refuse':
        response.socket?.destroy();
        return 0;
      case 'reset':
        response.socket?.resetAndDestroy();
        return 0;
      case 'html':
        return send(
          response,
          { code: 200, body: '<html><body>Sign in</body></html>' },
          { 'Content-Type': 'text/html' },
        );
      case 'status': {
        const headers: Record<string, string> =
          fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) };
        return send(response, { code: fault.code, body: { ...statusFor(fault.code, call, fault.message) } }, headers);
      }
      case 'afterwards':
        work(call, body);
        return send(response, { code: fault.code, body: { ...statusFor(fault.code, call) } });
      case 'halfBody': {
        const whole = JSON.stringify(work(call, body).body);
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(whole) });
        response.write(whole.slice(0, Math.ceil(whole.length / 2)), () => response.socket?.destroy());
        return 200;
      }
      case 'delay':
        return send(response, work(call, body));
    }
  };
  const stream = (response: ServerResponse, call: Call) => {
    if (call.watch) return watch(response, call);
    const found = answered(() => followLog(response, call, routes), call, log);
    if (found.code !== 200) send(response, found);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    response.sendDate = false;
    response.setHeader('Date', clock.now().toUTCString());
    const call = readCall(request);
    if (!call) return send(response, outsideResources(request, routes));
    const harness = request.headers['user-agent'] === HARNESS;
    const startedAt = Date.now();
    const body = await readBody(request, call.contentType);
    const fault = harness ? undefined : faults.next(call);
    if (fault?.kind === 'delay') await wait(fault.milliseconds, undefined, { ref: false });
    if ((call.watch || isFollowed(call)) && !fault) return stream(response, call);
    const status = fault ? answerWith(fault, call, body, response) : send(response, work(call, body));
    if (!harness) requests.push(logged(call, status, startedAt));
    return status;
  };
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      const status = statusOf(error);
      if (!response.headersSent) send(response, { code: status.code, body: { ...status } });
      else response.destroy();
    });
  });
}

/** The answer, or the refusal that was thrown. */
function answered(work: () => Answer, call: Call, log: Parts['log']): Answer {
  try {
    return work();
  } catch (error) {
    const status = statusOf(error);
    if (status.code === 500)
      log(`${call.verb} ${call.resource.plural}: ${error instanceof Error ? error.stack : error}`);
    return { code: status.code, body: { ...status } };
  }
}

/** One request without HTTP, as it is answered in the end. */
export interface PlainRequest extends Head {
  body: string;
}

export function answerPlainly({ routes, log }: Pick<Parts, 'routes' | 'log'>, request: PlainRequest): Answer {
  const call = readCall(request);
  if (!call) return outsideResources(request, routes);
  const { body } = request;
  return answered(() => routes.answer(call, body === '' ? undefined : parseBody(body, call.contentType)), call, log);
}

function logged(call: Call, status: number, startedAt: number): LoggedRequest {
  const { verb, resource, subresource, namespace, name, dryRun, authorization } = call;
  return {
    verb,
    group: resource.group,
    resource: resource.plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(authorization === undefined ? {} : { authorization }),
    dryRun,
    status,
    startedAt,
    endedAt: Date.now(),
  };
}

function outsideResources(request: Head, routes: Routes): Answer {
  const path = new URL(request.url ?? '/', 'http://embedded').pathname.replace(/\/$/, '');
  const document = request.method === 'GET' ? routes.document(path) : undefined;
  if (document !== undefined) return { code: 200, body: document };
  return { code: 404, body: { ...failure(404, 'the server could not find the requested resource', {}) } };
}

async function readBody(request: IncomingMessage, contentType: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAXIMUM_BODY_BYTES) refuse(413, `Request entity too large: limit is ${MAXIMUM_BODY_BYTES}`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  return parseBody(text, contentType);
}

function parseBody(text: string, contentType: string): JsonObject {
  if (contentType.includes('protobuf')) {
    return refuse(
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    );
  }
  try {
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    return refuse(400, error instanceof Error ? error.message : String(error));
  }
}
