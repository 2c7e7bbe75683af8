/**
 * A TLS connection that asks for HTTP/2, and how long it is used.
 */
import http2 from 'node:http2';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';

export type SecuredOptions = RequestOptions & { secureContext: tls.SecureContext };

export interface Connection {
  secureContext: tls.SecureContext;
  /** Whether it takes more requests. */
  isOpen(): boolean;
  /** Ends when the requests in flight have their answers. */
  close(): void;
  /** Resolves to nothing when the server wants HTTP/1.1. */
  run<T>(signal: AbortSignal, request: (session: http2.ClientHttp2Session) => Promise<T>): Promise<T | undefined>;
}

export function openConnection(url: URL, options: SecuredOptions): Connection {
  const socket = openSocket(url, options);
  // Loads the module while the server works on the handshake.
  const { connect } = http2;
  let session: http2.ClientHttp2Session | undefined;
  const connected = new Promise<typeof session>((resolve, reject) => {
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') {
        session = connect(url, { createConnection: () => socket, settings: { enablePush: false } });
        // Its streams report it.
        session.on('error', () => undefined);
      } else socket.destroy();
      resolve(session);
    });
  });
  let inFlight = 0;
  let isClosed = false;
  // The process waits for a connection only while a request does.
  const release = () => (isClosed ? socket.destroy() : socket.unref());
  const close = () => {
    isClosed = true;
    if (inFlight === 0) release();
  };
  return {
    secureContext: options.secureContext,
    isOpen: () => !isClosed && !socket.destroyed && !session?.closed && !session?.destroyed,
    close,
    async run(signal, request) {
      const received = socket.bytesRead;
      // No bytes since this request began: assume the peer is dead and stop using the connection.
      // https://github.com/kubernetes/client-go/issues/374
      const onAbort = () => {
        if (session === undefined) socket.destroy(signal.reason);
        // The other requests may still get their answers: this process may just have been too busy to read.
        else if (socket.bytesRead === received) close();
      };
      signal.addEventListener('abort', onAbort);
      if (inFlight++ === 0) socket.ref();
      try {
        const ready = await connected;
        return ready && (await request(ready));
      } finally {
        signal.removeEventListener('abort', onAbort);
        if (--inFlight === 0) release();
      }
    },
  };
}

function openSocket(url: URL, { secureContext, rejectUnauthorized, servername }: SecuredOptions): tls.TLSSocket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = tls.connect({
    host,
    port: Number(url.port || 443),
    servername: servername ?? (isIP(host) ? '' : host),
    ALPNProtocols: ['h2', 'http/1.1'],
    secureContext,
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  });
  // As an agent does, so that nothing on the way forgets a connection that rests.
  return socket.setKeepAlive(true, 1000);
}
