/**
 * All requests of the process as streams of one connection: one TLS handshake, however many are sent at once.
 */
import http2 from 'node:http2';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import type { RequestContext, ResponseContext } from '@kubernetes/client-node';
import { answer, bodyOf } from './message.ts';

export type SecuredOptions = RequestOptions & { secureContext: tls.SecureContext };

type Send = (request: RequestContext, url: URL, options: SecuredOptions) => Promise<ResponseContext | undefined>;

/** Sends, or resolves to nothing when the server wants HTTP/1.1, and then for good. */
export function http2Transport(): Send {
  let isSpoken = true;
  let line: Line | undefined;
  return async (request, url, options) => {
    if (!isSpoken) return undefined;
    // Another context: an authority or a client certificate has changed, which the connection does not know.
    if (line?.secureContext !== options.secureContext) line?.socket.destroy();
    if (!line?.isOpen()) line = open(url, options);
    const { connected, heldBy } = line;
    const session = await heldBy(request, connected);
    isSpoken &&= session !== undefined;
    return session && heldBy(request, exchange(session, request, url, options));
  };
}

interface Line {
  secureContext: tls.SecureContext;
  socket: tls.TLSSocket;
  connected: Promise<http2.ClientHttp2Session | undefined>;
  isOpen(): boolean;
  heldBy<T>(request: RequestContext, work: Promise<T>): Promise<T>;
}

function open(url: URL, { secureContext, rejectUnauthorized, servername }: SecuredOptions): Line {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = tls.connect({
    host,
    port: Number(url.port || 443),
    servername: servername ?? (isIP(host) ? '' : host),
    ALPNProtocols: ['h2', 'http/1.1'],
    secureContext,
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  });
  // Loads the module while the server works on the handshake.
  const { connect } = http2;
  let session: http2.ClientHttp2Session | undefined;
  const connected = new Promise<typeof session>((resolve, reject) => {
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') {
        session = connect(url, { createConnection: () => socket, settings: { enablePush: false } });
        // Its streams tell.
        session.on('error', () => undefined);
      } else socket.destroy();
      resolve(session);
    });
  });
  const isOpen = () => !socket.destroyed && !session?.closed && !session?.destroyed;
  return { secureContext, socket, connected, isOpen, heldBy: holder(socket) };
}

/** The process waits for a connection only while a request does, and so does a request for a connection that is dead. */
function holder(socket: tls.TLSSocket): Line['heldBy'] {
  let requests = 0;
  return async (request, work) => {
    const received = socket.bytesRead;
    const signal = request.getSignal();
    // The other end of a connection may be gone without a word: https://github.com/kubernetes/client-go/issues/374
    const isSilent = () => !socket.alpnProtocol || socket.bytesRead === received;
    // Where this process was too busy to read, there is something to read now.
    const giveUp = () => setImmediate(() => isSilent() && socket.destroy(signal?.reason));
    signal?.addEventListener('abort', giveUp);
    if (requests++ === 0) socket.ref();
    try {
      return await work;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      if (--requests === 0) socket.unref();
    }
  };
}

function exchange(
  session: http2.ClientHttp2Session,
  request: RequestContext,
  url: URL,
  { headers, auth }: RequestOptions,
): Promise<ResponseContext> {
  const body = bodyOf(request);
  const signal = request.getSignal();
  return new Promise((resolve, reject) => {
    const stream = session.request(
      {
        ...request.getHeaders(),
        ...headers,
        ...(auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
        ':method': request.getHttpMethod(),
        ':path': url.pathname + url.search,
      },
      { endStream: body === '', ...(signal && { signal }) },
    );
    let head: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
    const chunks: Buffer[] = [];
    stream.once('response', (received) => {
      head = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', reject);
    // Not at the end, which comes as well when the connection is lost in the middle of a body.
    stream.once('close', () => {
      const { ':status': status, ...rest } = head;
      if (stream.rstCode === 0 && status) resolve(answer(status, rest, Buffer.concat(chunks)));
      else reject(new Error('the answer was cut off'));
    });
    if (body !== '') stream.end(body);
  });
}
