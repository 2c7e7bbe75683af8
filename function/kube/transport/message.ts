/**
 * What HTTP/1.1 and HTTP/2 have in common: bodies are text, and read as a whole.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type RequestContext, ResponseContext } from '@kubernetes/client-node';

export function bodyOf(request: RequestContext): string {
  const body = request.getBody();
  return typeof body === 'string' ? body : '';
}

export function answer(status: number | undefined, received: IncomingHttpHeaders, bytes: Buffer): ResponseContext {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) headers[name] = String(value);
  return new ResponseContext(status ?? 0, headers, {
    text: async () => bytes.toString(),
    binary: async () => bytes,
    stream: () => null,
  });
}
