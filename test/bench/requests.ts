/**
 * Callers: one that knocks until a process answers, and one that keeps its connections as Knative's queue-proxy does.
 */
import { request } from 'node:http';
import { type RequestOptions as SecureOptions, request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const patience = 20_000;
const pause = 0.3;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Knocks about every half millisecond. Nothing else may go on in this process meanwhile: it is stopped in between. */
export async function untilReady(port: number, probe: string): Promise<void> {
  const end = Date.now() + patience;
  while ((await knock(port, probe)) !== 200) {
    if (Date.now() > end) throw new Error(`nothing is ready on port ${port} after ${patience} ms`);
    Atomics.wait(never, 0, 0, pause);
  }
}

/** The status of the probe, asked over a fresh socket; nothing when nobody listens yet. */
function knock(port: number, probe: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => {
      socket.write(`GET ${probe} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    socket.once('data', (chunk) => {
      resolve(Number(/^HTTP\/1.1 (\d+)/.exec(chunk.toString('latin1'))?.[1]));
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
  });
}

export interface Answered {
  status: number;
  body: string;
  /** Milliseconds from the request to the end of its answer. */
  took: number;
}

export interface Call {
  url: string;
  options?: SecureOptions;
  body?: string;
}

export function call({ url, options = {}, body = '' }: Call): Promise<Answered> {
  const send = url.startsWith('https:') ? secureRequest : request;
  const headers = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const method = body === '' ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = send(url, { method, ...options, headers: { ...headers, ...options.headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const took = performance.now() - began;
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString().trim(), took });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Calls at a steady rate, whether or not the earlier ones are answered. */
export async function steadily(perSecond: number, seconds: number, make: () => Promise<Answered>): Promise<Answered[]> {
  const began = performance.now();
  const calls: Promise<Answered>[] = [];
  for (let count = 0; count < perSecond * seconds; count++) {
    await sleep(Math.max(0, began + (count * 1000) / perSecond - performance.now()));
    calls.push(make());
  }
  return Promise.all(calls);
}

export async function oneAfterAnother(times: number, make: () => Promise<Answered>): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let count = 0; count < times; count++) answers.push(await make());
  return answers;
}

/** Throws unless all have this status: what was measured would not be what the table says. */
export function expect(status: number, answers: readonly Answered[]): void {
  const other = answers.find((answered) => answered.status !== status);
  if (other) throw new Error(`expected ${status}, was answered ${other.status}: ${other.body}`);
}
