/**
 * The log of a pod's container as its kubelet hands it over. Apart from `read.ts`, because the verifier has no right to it,
 * and needs none: what a test said last stands in its pod's status.
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#read-log-pod-v1-core
 */
import { HookError } from '../errors.ts';
import { messageFor, ruleFor } from './request.ts';
import { isObject, unavailable } from './response.ts';
import type { Stream, Streamed } from './transport/streaming.ts';

export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  /** Until the container has ended. */
  follow?: boolean;
  /** Each line begins with its time: RFC 3339 in UTC with nine digits, and a space. */
  timestamps?: boolean;
  /** RFC 3339: later lines, and those of the same second. */
  since?: string;
  /** The last lines alone. */
  tailLines?: number;
  /** Of the container that was there before the last restart. */
  previous?: boolean;
}

export type PodLog =
  | { kind: 'log'; parts: AsyncIterable<Buffer> }
  /** The container has not begun: in the API server's words. */
  | { kind: 'notYet'; message: string }
  /** The pod is not there any more. */
  | { kind: 'gone' };

export type ReadLog = (request: LogRequest, signal: AbortSignal) => Promise<PodLog>;

const pods = { group: '', version: 'v1', plural: 'pods' } as const;

/** Throws Forbidden with the rule that is missing, and ServiceUnavailable for what may heal. */
export function podLogs(stream: Stream): ReadLog {
  return async (wanted, signal) => {
    const { namespace, pod } = wanted;
    const query = queryOf(wanted);
    const request = { verb: 'get', resource: pods, subresource: 'log', namespace, name: pod, query } as const;
    const answer = await stream(messageFor(request).path, signal).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : error;
      throw signal.aborted ? error : unavailable(`the API server cannot be reached (${String(code)})`);
    });
    if (answer.status === 200) return { kind: 'log', parts: answer.body };
    const message = await refusalOf(answer);
    if (answer.status === 404) return { kind: 'gone' };
    if (answer.status === 400) return { kind: 'notYet', message };
    if (answer.status !== 403) throw unavailable(`the log cannot be read: ${message}`);
    const rule = ruleFor(request);
    throw new HookError(
      'Forbidden',
      `you may not read logs: ${message}. It takes the rule {${rule}} in namespace ${namespace}`,
    );
  };
}

function queryOf({ container, follow, timestamps, since, tailLines, previous }: LogRequest): Record<string, string> {
  return {
    container,
    ...(follow && { follow: 'true' }),
    ...(timestamps && { timestamps: 'true' }),
    ...(since !== undefined && { sinceTime: since }),
    ...(tailLines !== undefined && { tailLines: String(tailLines) }),
    ...(previous && { previous: 'true' }),
  };
}

const longestRefusal = 16_384;

async function refusalOf({ status, body }: Streamed): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > longestRefusal) break;
  }
  const text = Buffer.concat(parts).toString();
  const said = messageIn(text);
  return said === '' ? `the API server answered ${status}` : said;
}

function messageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) && typeof body['message'] === 'string' ? body['message'] : '';
  } catch {
    return '';
  }
}
