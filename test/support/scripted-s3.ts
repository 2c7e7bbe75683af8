/**
 * A store that knows so much of the S3 protocol as an upload needs, and shows everybody what it keeps, as the site in front of
 * a bucket does. The bucket's name says what it does: `reports` keeps, `refuses` refuses, `hangs` never answers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What it expects of who uploads. */
export const accessKey = 'uploader';

export interface Asked {
  method: string;
  path: string;
  type: string;
  status: number;
}

interface Kept {
  type: string;
  content: string | Buffer;
}

const signature =
  /^AWS4-HMAC-SHA256 Credential=uploader\/\d{8}\/[\w-]+\/s3\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}$/;

/** `GET /` is what was asked of it so far, reads left out. */
export function scriptedS3(): Server {
  const kept = new Map<string, Kept>();
  const asked: Asked[] = [];

  const show = (path: string, response: ServerResponse): void => {
    const list: Kept = { type: 'application/json', content: JSON.stringify(asked) };
    const found = path === '/' ? list : kept.get(path);
    answer(response, found ? 200 : 404, found ?? { type: 'text/plain', content: 'there is no such object' });
  };

  const take = async (request: IncomingMessage, path: string): Promise<number> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { authorization = '', 'x-amz-date': date = '', 'content-type': type = '' } = request.headers;
    if (!signature.test(authorization) || !/^\d{8}T\d{6}Z$/.test(String(date))) return 403;
    if (path.startsWith('/refuses/')) return 403;
    if (request.method !== 'PUT' || !/^\/reports\/.+/.test(path)) return 405;
    kept.set(path, { type, content: Buffer.concat(parts) });
    return 200;
  };

  return createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    if (method === 'GET' && headers.authorization === undefined) return show(path, response);
    const isLeft = path.startsWith('/hangs/');
    const status = isLeft ? 0 : await take(request, path);
    asked.push({ method, path, type: headers['content-type'] ?? '', status });
    if (isLeft) return;
    const code = status === 403 ? 'AccessDenied' : 'MethodNotAllowed';
    const content = status === 200 ? '' : `<Error><Code>${code}</Code></Error>`;
    answer(response, status, { type: 'application/xml', content });
  });
}

function answer(response: ServerResponse, status: number, { type, content }: Kept): void {
  response.writeHead(status, { 'Content-Type': type }).end(content);
}
