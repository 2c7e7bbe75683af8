/**
 * Brings a notice to the sink as a CloudEvent, in structured JSON. It is a bundle of its own (knative/build/bundle.ts), loaded
 * with the first notice: a verifier without a sink never reads it.
 */
import querystring from 'node:querystring';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudEvent, HTTP } from 'cloudevents';
import type { Sink } from '../config.ts';
import type { Notice } from './notice.ts';

export type Delivery =
  | { kind: 'taken' }
  /** The sink says no, and would say it again. */
  | { kind: 'refused'; why: string }
  /** It may take it later. */
  | { kind: 'missed'; why: string };

type Try = Delivery & { retryAfterSeconds?: number };

// Milliseconds.
const longestTry = 5000;
const firstPause = 1000;
const longestPause = 10_000;

const mostTries = 4;

/** Tries four times at most, in at most 50 seconds. */
export async function deliver(notice: Notice, sink: Sink): Promise<Delivery> {
  const message = HTTP.structured(new CloudEvent({ ...sink.extensions, ...attributesOf(notice) }));
  const headers = { ...(message.headers as Record<string, string>), ...authorizationOf(sink.url) };
  const request = { method: 'POST', headers, body: String(message.body), redirect: 'manual' } as const;
  for (let tries = 1; ; tries++) {
    const { retryAfterSeconds, ...delivery } = await attempt(withoutUser(sink.url), request);
    if (delivery.kind !== 'missed' || tries === mostTries) return delivery;
    await sleep(pauseBefore(tries, retryAfterSeconds));
  }
}

function attributesOf(notice: Notice) {
  return { ...notice, datacontenttype: 'application/json' };
}

/** Milliseconds. */
export function pauseBefore(tries: number, retryAfterSeconds = 0): number {
  return Math.min(longestPause, Math.max(retryAfterSeconds * 1000, firstPause * 2 ** (tries - 1)));
}

async function attempt(url: string, request: RequestInit): Promise<Try> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(longestTry) });
    // Whatever it says, and however long that is.
    await response.body?.cancel();
    return outcomeOf(response.status, response.headers.get('retry-after'));
  } catch (error) {
    return { kind: 'missed', why: whyUnreachable(error) };
  }
}

/** By the status of its answer. `retryAfter`: seconds; a date is not understood. */
export function outcomeOf(status: number, retryAfter: string | null): Try {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status >= 300 && status < 400) {
    return { kind: 'refused', why: `it answered ${status}, and redirects are not followed: name its final address` };
  }
  const why = `it answered ${status}`;
  if (status < 500 && status !== 408 && status !== 429) return { kind: 'refused', why };
  const seconds = Number(retryAfter);
  return { kind: 'missed', why, ...(seconds > 0 && { retryAfterSeconds: seconds }) };
}

/** Without its address, which may hold a password. */
export function whyUnreachable(error: unknown): string {
  const { name, cause } = error instanceof Error ? error : { name: '', cause: undefined };
  if (name === 'TimeoutError') return `it did not answer within ${longestTry / 1000} s`;
  const { code, message } = Object(cause);
  // https://fetch.spec.whatwg.org/#port-blocking
  if (message === 'bad port') return 'its port is one of those that no HTTP client may call: give it another';
  return typeof code === 'string' ? `it cannot be reached (${code})` : 'it cannot be reached';
}

// fetch takes no URL with a user in it.
export function withoutUser(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  return address.href;
}

export function authorizationOf(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  // Not decodeURIComponent, which throws at a single %.
  const user = `${querystring.unescape(username)}:${querystring.unescape(password)}`;
  return { Authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}
