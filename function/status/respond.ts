/**
 * What the page answers: which path is what, and the headers that keep a browser from doing anything else with it.
 */
import { isObjectName } from '../api/names.ts';
import { HookError } from '../errors.ts';
import type { Request, Response } from '../http/server.ts';
import { oneLine } from '../text.ts';
import { detailPage } from './detail-page.ts';
import { failurePage } from './failure-page.ts';
import { listPage } from './list-page.ts';
import type { Look } from './look.ts';
import { refreshScript } from './refresh.ts';
import { filterOf, inNamespace } from './snapshot.ts';
import { favicon, stylesheet } from './stylesheet.ts';

const html = 'text/html; charset=utf-8';
const json = 'application/json; charset=utf-8';

/** Nothing but what stands in this folder is loaded, run, sent or framed. */
const secure = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const files: Record<string, { type: string; body: string }> = {
  '/style.css': { type: 'text/css; charset=utf-8', body: stylesheet },
  '/refresh.js': { type: 'text/javascript; charset=utf-8', body: refreshScript },
  '/favicon.svg': { type: 'image/svg+xml', body: favicon },
};

const health = ['/healthz', '/health/liveness', '/health/readiness'];

type Asked = Pick<Request, 'method' | 'path' | 'query'>;

/** The same for requests that are answered alike. */
export function keyOf({ method, path, query }: Asked): string {
  return JSON.stringify([method, path, filterOf(query)]);
}

export async function respond({ method, path, query }: Asked, look: Look): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') {
    return {
      ...text(405, 'MethodNotAllowed: this page is read-only'),
      headers: { ...text(405, '').headers, Allow: 'GET, HEAD' },
    };
  }
  if (health.includes(path)) return text(200, 'e2e-status is up');
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (file !== undefined) return answer(200, file.type, file.body, 'public, max-age=300');
  const isJson = path === '/api/status' || path.startsWith('/api/status/');
  try {
    return await (isJson ? respondJson(path, query, look) : respondHtml(path, query, look));
  } catch (error) {
    const { status, message } = failureOf(error);
    return isJson
      ? answer(status, json, JSON.stringify({ error: message }))
      : answer(status, html, await failurePage(status, message, homeOf(path)));
  }
}

async function respondJson(path: string, query: string, look: Look): Promise<Response> {
  const place = placeOf(path.slice('/api/status'.length));
  if (place === 'all') {
    const filter = filterOf(query);
    const { rows, ...overview } = await look.all();
    const asked = inNamespace(rows, filter.namespace).filter(
      ({ state }) => filter.state === '' || state === filter.state,
    );
    return answer(200, json, JSON.stringify({ ...overview, rows: asked }));
  }
  const { detail, snapshot } = await look.one(place.namespace, place.name);
  return answer(200, json, JSON.stringify({ ...snapshot, ...detail }));
}

async function respondHtml(path: string, query: string, look: Look): Promise<Response> {
  const place = placeOf(path);
  if (place === 'all') return answer(200, html, await listPage(await look.all(), filterOf(query)));
  const { detail, snapshot } = await look.one(place.namespace, place.name);
  return answer(200, html, await detailPage(detail, snapshot));
}

/** `/{namespace}/{name}`, or nothing more than a slash. */
function placeOf(path: string): 'all' | { namespace: string; name: string } {
  if (path === '' || path === '/') return 'all';
  const [, namespace = '', name = '', ...more] = path.split('/');
  const isPlace = more.length === 0 && isObjectName(namespace) && isObjectName(name);
  if (!isPlace) throw new HookError('NotFound', 'there is no such page; the addresses are / and /{namespace}/{name}');
  return { namespace, name };
}

/** From a page to the first one, so that all of it may stand behind a path of a gateway's. */
function homeOf(path: string): string {
  return '../'.repeat(path.split('/').length - 2) || './';
}

function failureOf(error: unknown): { status: number; message: string } {
  if (!(error instanceof HookError)) throw error;
  const message = oneLine(error.message);
  if (error.kind === 'NotFound') return { status: 404, message };
  return { status: error.kind === 'Forbidden' ? 403 : 503, message };
}

function text(status: number, body: string): Response {
  return answer(status, 'text/plain; charset=utf-8', body);
}

/** What tests say is nobody else's, and a moment later no longer true: nothing on the way keeps it. */
export function answer(status: number, type: string, body: string, cache = 'no-store'): Response {
  return { status, headers: { ...secure, 'Content-Type': type, 'Cache-Control': cache }, body };
}
