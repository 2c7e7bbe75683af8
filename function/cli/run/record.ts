/**
 * `run --record`: has the verifier run the test, and waits for the verdict. What is asked again is the same run, by its id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../../api/verdict.ts';
import type { Show } from '../follow/show.ts';
import { messageOf } from '../problem.ts';
import { type Again, longestAbsence, waitsFor } from './waits.ts';

export interface RunRequest {
  namespace: string;
  name: string;
  id: string;
  url?: string;
}

export type Recorded =
  | { kind: 'verdict'; verdict: Verdict; job: string | undefined }
  | { kind: 'noVerdict'; message: string }
  /** `hasBegun`: whether the verifier has said that the test runs. */
  | { kind: 'interrupted'; hasBegun: boolean };

/** `token`: read anew for each call, as it is rotated. */
export interface Verifier {
  url: URL;
  /** Whether somebody has named it: a guess may be the wrong one. */
  isNamed: boolean;
  token(): Promise<string>;
}

// Milliseconds, of one call: it is held for some seconds.
const longestCall = 60_000;
// Seconds.
const retryAfter = { least: 1, most: 60, otherwise: 10 };
const inCluster = /\.svc(\.cluster\.local)?$/;
const whereItIs = 'Say where the verifier is: --record=URL, or $E2E_VERIFIER_URL';

export async function record(
  request: RunRequest,
  verifier: Verifier,
  show: Show,
  signal: AbortSignal,
): Promise<Recorded> {
  let awaySince: number | undefined;
  const waits = waitsFor(request, show);
  while (!signal.aborted) {
    const answer = await ask(request, verifier, signal);
    if (answer.kind === 'interrupted') break;
    if (answer.kind !== 'again') return answer;
    awaySince = answer.isAway ? (awaySince ?? Date.now()) : undefined;
    if (awaySince !== undefined && Date.now() - awaySince > longestAbsence)
      return { kind: 'noVerdict', message: answer.message };
    const seconds = await waits.tell(answer);
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
  return { kind: 'interrupted', hasBegun: waits.hasBegun() };
}

type Answer = Exclude<Recorded, { kind: 'interrupted' }> | { kind: 'interrupted' } | Again;

async function ask(request: RunRequest, { url, isNamed, token }: Verifier, signal: AbortSignal): Promise<Answer> {
  const away = (message: string): Answer => ({
    kind: 'again',
    message,
    seconds: retryAfter.otherwise / 2,
    isAway: true,
  });
  const bearer = await token();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(request),
      // Nowhere else goes a token.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestCall)]),
    });
    return answerOf(url, response.status, secondsOf(response.headers.get('retry-after')), await beginningOf(response));
  } catch (error) {
    if (signal.aborted) return { kind: 'interrupted' };
    const cause = causeOf(error);
    const message = `the verifier cannot be reached at ${url.origin} (${cause})`;
    // Not EAI_AGAIN, which passes.
    if (cause === 'ENOTFOUND')
      return { kind: 'noVerdict', message: `${message}. ${whyUnknown(url, isNamed)}. ${whereItIs}` };
    return away(isNamed ? message : `${message}. ${whereItIs}`);
  }
}

function whyUnknown({ hostname }: URL, isNamed: boolean): string {
  if (!isNamed) {
    return 'That address works only inside a cluster, and only if the verifier has its usual name and namespace';
  }
  return inCluster.test(hostname)
    ? 'That name works only inside a cluster that has this Service'
    : 'There is no host of that name';
}

function answerOf(url: URL, status: number, seconds: number, text: string): Answer {
  const body = parse(text);
  const { reason, message } = body ?? {};
  // Of a gateway in front of the verifier, they say nothing of the run.
  if (status === 502 || status === 503 || status === 504) {
    const words =
      typeof reason === 'string' ? `${reason}: ${message}` : `a gateway answers ${status}: ${text.slice(0, 200)}`;
    return { kind: 'again', message: words, seconds, isAway: true };
  }
  const strange = `${url.href} answers ${status}, but not as the verifier does: ${text.slice(0, 200)}. Say where it is: --record=URL`;
  if (body === undefined || typeof reason !== 'string' || typeof message !== 'string')
    return { kind: 'noVerdict', message: strange };
  const { verdict: kind, job } = body;
  if (!isKind(kind))
    return { kind: 'noVerdict', message: `the verifier refuses it (${status}): ${reason}: ${message}` };
  const made = typeof job === 'string' ? { job } : {};
  if (kind === 'running') return { kind: 'again', message: `${reason}: ${message}`, seconds, isAway: false, ...made };
  // A pass is believed only where it is answered as one.
  if (kind === 'passed' && status !== 200) return { kind: 'noVerdict', message: strange };
  return {
    kind: 'verdict',
    verdict: { kind, reason, message, ...traces(body) },
    job: typeof job === 'string' ? job : undefined,
  };
}

function traces({ links, logUrl }: Record<string, unknown>): Pick<Verdict, 'links' | 'logUrl'> {
  const found = Array.isArray(links)
    ? links.filter((each) => typeof each?.name === 'string' && typeof each.url === 'string')
    : [];
  return { ...(found.length > 0 && { links: found }), ...(typeof logUrl === 'string' && { logUrl }) };
}

const kinds: readonly unknown[] = ['passed', 'failed', 'inconclusive', 'running'] satisfies Verdict['kind'][];

function isKind(value: unknown): value is Verdict['kind'] {
  return kinds.includes(value);
}

function secondsOf(header: string | null): number {
  const seconds = /^\d+$/.test(header ?? '') ? Number(header) : retryAfter.otherwise;
  return Math.min(retryAfter.most, Math.max(retryAfter.least, seconds));
}

// Bytes: an answer of the verifier is one line.
const longestAnswer = 64 * 1024;

async function beginningOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.length;
    if (size > longestAnswer) break;
  }
  return Buffer.concat(parts).toString();
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

/** fetch says why only in what caused its error. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : messageOf(cause);
}
