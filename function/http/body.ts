/**
 * Reads request bodies before Functions Framework does: it accepts 1 GiB of anything, and answers
 * malformed JSON with a page of HTML before the function is asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Calls, Refusal } from './calls.ts';

export type Body = { kind: 'text'; text: string } | { kind: 'tooLarge' };

/** `gone`: the caller left in the middle of its request, and nobody is there to be answered. */
export type Intake = Body | { kind: 'refused'; why: Refusal } | { kind: 'gone' };

export const largestBody = 64 * 1024;

/** Takes a call and reads its body, or says why not. */
export function receive(request: IncomingMessage, response: ServerResponse, calls: Calls): Promise<Intake> {
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (intake: Intake) => {
      if (isSettled) return;
      isSettled = true;
      request.removeAllListeners('data');
      if (intake.kind === 'text') call?.received();
      resolve(intake.kind === 'text' || intake.kind === 'gone' ? intake : discard(request, intake));
    };
    const refuse = (why: Refusal) => settle({ kind: 'refused', why });
    const call = calls.begin(response, refuse);
    if (call === undefined) return refuse(calls.refusal());
    if (Number(request.headers['content-length'] ?? 0) > largestBody) return settle({ kind: 'tooLarge' });
    const body = buffer();
    request.on('data', (chunk: Buffer) => {
      if (body.size() + chunk.length > largestBody) settle({ kind: 'tooLarge' });
      else if (!call.keep(chunk.length)) refuse('busy');
      else body.add(chunk);
    });
    request.on('end', () => settle({ kind: 'text', text: body.text() }));
    request.on('error', () => settle({ kind: 'gone' }));
    request.on('close', () => settle({ kind: 'gone' }));
  });
}

/** Copies what it is given: a list of chunks of one byte each would take a hundred times their size. */
function buffer() {
  let bytes = Buffer.alloc(0);
  let size = 0;
  return {
    size: () => size,
    add(chunk: Buffer) {
      if (size + chunk.length > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, size + chunk.length));
        bytes.copy(larger, 0, 0, size);
        bytes = larger;
      }
      size += chunk.copy(bytes, size);
    },
    text: () => bytes.toString('utf8', 0, size),
  };
}

const longestDiscard = 1000;

// Read without keeping it: a caller that is still sending would see a broken connection instead of the answer.
async function discard(request: IncomingMessage, intake: Intake): Promise<Intake> {
  const timer = new AbortController();
  const ended = new Promise((resolve) => request.once('end', resolve).once('close', resolve));
  request.resume();
  await Promise.race([ended, setTimeout(longestDiscard, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  return intake;
}
