/**
 * A TLS connection that asks for HTTP/2, and how long it is used.
 */
import http2 from 'node:http2';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { until } from './waiting.ts';

// Of a server that has not said yet, as Go's clients have it: https://pkg.go.dev/golang.org/x/net/http2#Transport
const firstStreams = 100;

export type SecuredOptions = RequestOptions & { secureContext: tls.SecureContext };

export interface Connection {
  secureContext: tls.SecureContext;
  /** Whether it takes more requests. */
  isOpen(): boolean;
  /** How many requests the server takes at once. */
  streams(): number;
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
  /** Each with how much had been received when it began; the oldest first. */
  const inFlight = new Set<{ received: number }>();
  let isClosed = false;
  let silentAt: number | undefined;
  // The process waits for a connection only while a request does.
  const release = () => (isClosed ? socket.destroy() : socket.unref());
  const close = () => {
    isClosed = true;
    if (inFlight.size === 0) release();
  };
  return {
    secureContext: options.secureContext,
    isOpen: () =>
      !isClosed && socket.bytesRead !== silentAt && !socket.destroyed && !session?.closed && !session?.destroyed,
    streams: () => session?.remoteSettings.maxConcurrentStreams ?? firstStreams,
    close,
    async run(signal, request) {
      const own = { received: socket.bytesRead };
      // No bytes for anybody since its request began: assume the peer is dead, and have the next request make another
      // connection. Those in flight may still get their answers here: this process may just have been too busy to read.
      // https://github.com/kubernetes/client-go/issues/374
      const onAbort = () => {
        const [oldest = own] = inFlight;
        if (oldest.received === socket.bytesRead) silentAt = socket.bytesRead;
      };
      signal.addEventListener('abort', onAbort);
      if (inFlight.add(own).size === 1) socket.ref();
      try {
        const ready = session ?? (await until(connected, signal));
        return ready && (await request(ready));
      } finally {
        signal.removeEventListener('abort', onAbort);
        inFlight.delete(own);
        if (inFlight.size === 0) release();
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
