/**
 * Reads request bodies before Functions Framework does: it accepts 1 GiB of anything, and answers
 * malformed JSON with a page of HTML before the function is asked.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

export type Body = { kind: 'text'; text: string } | { kind: 'tooLarge' };

export const largestBody = 64 * 1024;

const bodies = new WeakMap<IncomingMessage, Body>();

export function bodyOf(request: IncomingMessage): Body {
  return bodies.get(request) ?? { kind: 'text', text: '' };
}

/** Reads each body before the server's own listeners see the request. */
export function interceptBodies(server: Server): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    readBody(request).then(
      (body) => {
        bodies.set(request, body);
        // Without these Express' parsers believe that there is no body, and leave the stream alone.
        delete request.headers['content-length'];
        delete request.headers['transfer-encoding'];
        request.url = safeUrl(request.url ?? '/');
        if (body.kind === 'tooLarge') response.setHeader('Connection', 'close');
        for (const listener of listeners) listener.call(server, request, response);
      },
      // The caller went away in the middle of its request: nobody is left to answer.
      () => response.destroy(),
    );
  });
}

function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers['content-length'] ?? 0);
  if (size > largestBody) return discard(request);
  size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBody) return chunks.push(chunk);
      request.removeAllListeners('data');
      return resolve(discard(request));
    });
    request.on('end', () => resolve({ kind: 'text', text: Buffer.concat(chunks).toString() }));
    request.on('error', reject);
    request.on('close', () => reject(new Error('closed')));
  });
}

const longestDiscard = 1000;

// Read without keeping it: a caller that is still sending would see a broken connection instead of the answer.
async function discard(request: IncomingMessage): Promise<Body> {
  const timer = new AbortController();
  const ended = new Promise((resolve) => request.once('end', resolve).once('close', resolve));
  request.resume();
  await Promise.race([ended, setTimeout(longestDiscard, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  return { kind: 'tooLarge' };
}

// Express answers a path that it cannot decode with a page of HTML.
function safeUrl(url: string): string {
  try {
    decodeURIComponent(url);
    return url;
  } catch {
    return url.replaceAll('%', '%25');
  }
}
