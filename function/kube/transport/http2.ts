/**
 * All requests of the process as streams of one connection: one TLS handshake, however many are sent at once.
 */
import type { ClientHttp2Session, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import { type Connection, openConnection, type SecuredOptions } from './connection.ts';
import type { Received, Sending } from './message.ts';

type Exchange = (sending: Sending, options: SecuredOptions) => Promise<Received | undefined>;

// What Go's servers allow of a connection, https://pkg.go.dev/golang.org/x/net/http2#Server. Thousands at once fill the
// memory of the session, and its end is the end of them all.
const mostInFlight = 250;

/** Sends, or resolves to nothing when the server wants HTTP/1.1, and then for good. */
export function http2Transport(): Exchange {
  let isSpoken = true;
  let connection: Connection | undefined;
  const limit = queue(mostInFlight);
  const send: Exchange = async (sending, options) => {
    if (!isSpoken) return undefined;
    const { signal, url } = sending;
    signal.throwIfAborted();
    // An authority or a client certificate has changed, and they belong to the connection.
    if (connection?.secureContext !== options.secureContext) connection?.close();
    if (!connection?.isOpen()) connection = openConnection(url, options);
    const answered = await connection.run(signal, (session) => exchange(session, sending, options));
    isSpoken &&= answered !== undefined;
    return answered;
  };
  return (...sent) => limit(() => send(...sent));
}

/** Runs so many at once; the others wait their turn. */
function queue(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function exchange(
  session: ClientHttp2Session,
  { message, signal, url }: Sending,
  { headers, auth }: SecuredOptions,
): Promise<Received> {
  const { method, body } = message;
  return new Promise((resolve, reject) => {
    const stream = session.request(
      {
        ...message.headers,
        ...(auth && { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
        ...headers,
        ':method': method,
        ':path': url.pathname + url.search,
      },
      { endStream: body === '', signal },
    );
    let head: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    const chunks: Buffer[] = [];
    stream.once('response', (received) => {
      head = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', reject);
    // Not at the end, which comes as well when the connection is lost in the middle of a body.
    stream.once('close', () => {
      const { ':status': status } = head;
      if (stream.rstCode === 0 && status) resolve({ status, headers: head, body: Buffer.concat(chunks).toString() });
      else reject(new Error('the answer was cut off'));
    });
    if (body !== '') stream.end(body);
  });
}
