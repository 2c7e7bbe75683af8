/**
 * Reads request bodies before Functions Framework does: it accepts 1 GiB of anything, and answers
 * malformed JSON with a page of HTML before the function is asked.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export type Body = { kind: 'text'; text: string } | { kind: 'tooLarge' };

export const largestBody = 64 * 1024;

const bodies = new WeakMap<IncomingMessage, Body>();

export function bodyOf(request: IncomingMessage): Body {
  return bodies.get(request) ?? { kind: 'text', text: '' };
}

/** Puts itself before the server's own listeners. */
export function readBodiesFirst(server: Server): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    readBody(request).then(
      (body) => {
        bodies.set(request, body);
        // Without these Express' parsers believe that there is no body, and leave the stream alone.
        delete request.headers['content-length'];
        delete request.headers['transfer-encoding'];
        if (body.kind === 'tooLarge') response.setHeader('Connection', 'close');
        for (const listener of listeners) listener.call(server, request, response);
      },
      // The caller went away in the middle of its request: nobody is left to answer.
      () => response.destroy(),
    );
  });
}

async function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return tooLarge(request);
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBody) resolve(tooLarge(request));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve({ kind: 'text', text: Buffer.concat(chunks).toString() }));
    request.on('error', reject);
    request.on('close', () => reject(new Error('closed')));
  });
}

// Read on without keeping it: a caller that is still sending would see a reset connection instead of the answer.
function tooLarge(request: IncomingMessage): Body {
  request.removeAllListeners('data');
  request.resume();
  return { kind: 'tooLarge' };
}
