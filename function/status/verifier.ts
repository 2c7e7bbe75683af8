/**
 * Whether the verifier answers, without waking it and without a right: Knative's own parts answer a probe with this header for
 * a Service, the activator where there may be no pod, and nothing is started for it.
 * https://github.com/knative/networking/blob/main/pkg/http/header/header.go
 */
import { oneLine } from '../text.ts';

export interface Standing {
  kind: 'up' | 'asleep' | 'down' | 'unasked';
  word: string;
  /** One sentence. */
  message: string;
}

/** What came of asking. */
export type Told = { status: number; body: string } | { error: string };

export const probe = { path: '/healthz', headers: { 'K-Network-Probe': 'activator', 'User-Agent': 'e2e-status' } };

const unasked: Standing = {
  kind: 'unasked',
  word: 'not asked',
  message: 'VERIFIER_URL is empty, so nobody has asked whether the verifier answers',
};

// Milliseconds: people wait for the page.
const patience = 1000;

export async function askVerifier(url: string): Promise<Standing> {
  return url === '' ? unasked : standingOf(await ask(url));
}

async function ask(url: string): Promise<Told> {
  try {
    const response = await fetch(new URL(probe.path, url), {
      headers: probe.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    });
    return { status: response.status, body: (await response.text()).slice(0, 1000) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return `no answer within ${patience} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

export function standingOf(told: Told): Standing {
  if ('error' in told) return down(told.error);
  const { status, body } = told;
  // The activator's word for itself: it is in the way of calls, and starts a pod for the next one where there is none.
  if (status === 200 && body.trim() === 'activator') {
    return {
      kind: 'asleep',
      word: 'idle, wakes when called',
      message: 'Knative answers for it, and starts it with the next call where it sleeps',
    };
  }
  // queue-proxy's, which is beside a running pod and expects another word.
  const isOfPod = status === 400 && body.includes('probe header');
  return isOfPod || status === 200
    ? { kind: 'up', word: 'answers', message: 'it answered just now' }
    : down(`${status} ${oneLine(body, 120)}`.trim());
}

function down(why: string): Standing {
  return { kind: 'down', word: 'does not answer', message: `it does not answer: ${oneLine(why, 200)}` };
}
