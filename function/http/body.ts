/**
 * Reads request bodies before Functions Framework does: it accepts 1 GiB of anything, and answers
 * malformed JSON with a page of HTML before the function is asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Call, Calls, Refusal } from './calls.ts';

export type Body = { kind: 'text'; text: string } | { kind: 'tooLarge' };

/** `gone`: the caller left in the middle of its request, and nobody is there to be answered. */
export type Intake = Body | { kind: 'refused'; why: Refusal } | { kind: 'gone' };

export const largestBody = 64 * 1024;

// A thousand pieces of one byte take a thousand times as long as one of a thousand bytes.
const mostPieces = 256;

/** Takes a call, reads its body and waits for its turn, or says why not. */
export async function receive(request: IncomingMessage, response: ServerResponse, calls: Calls): Promise<Intake> {
  const { intake, call } = await readBody(request, response, calls);
  if (intake.kind === 'gone') return intake;
  if (intake.kind === 'text') return call === undefined || (await call.turn()) ? intake : refused('busy');
  await discard(request);
  return intake;
}

function refused(why: Refusal): Intake {
  return { kind: 'refused', why };
}

function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  calls: Calls,
): Promise<{ intake: Intake; call: Call | undefined }> {
  return new Promise((resolve) => {
    const settle = (intake: Intake) => {
      request.removeAllListeners('data');
      resolve({ intake, call });
    };
    const call = calls.begin(response, (why) => settle(refused(why)));
    if (call === undefined) return settle(refused(calls.refusal()));
    if (Number(request.headers['content-length'] ?? 0) > largestBody) return settle({ kind: 'tooLarge' });
    const body = buffer();
    let pieces = 0;
    request.on('data', (chunk: Buffer) => {
      if (++pieces > mostPieces) request.destroy();
      else if (body.size() + chunk.length > largestBody) settle({ kind: 'tooLarge' });
      else if (!call.keep(chunk.length)) settle(refused('busy'));
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
async function discard(request: IncomingMessage): Promise<void> {
  const timer = new AbortController();
  const ended = new Promise((resolve) => request.once('end', resolve).once('close', resolve));
  request.resume();
  await Promise.race([ended, setTimeout(longestDiscard, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
