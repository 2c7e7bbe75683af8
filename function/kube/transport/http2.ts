/**
 * All requests of the process as streams of one connection: one TLS handshake, however many are sent at once.
 */
import type { ClientHttp2Session, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import { type Connection, openConnection, type SecuredOptions } from './connection.ts';
import { type Received, received, type Sending } from './message.ts';
import { queue } from './waiting.ts';

type Exchange = (sending: Sending, options: SecuredOptions) => Promise<Received | undefined>;

// Whatever the server allows: thousands at once fill the memory of the session, and its end is the end of them all.
const mostStreams = 250;

/** Sends, or resolves to nothing when the server wants HTTP/1.1, and then for good. */
export function http2Transport(): Exchange {
  let isSpoken = true;
  let connection: Connection | undefined;
  // At least one, which finds out when a server that allows none allows some again.
  const limit = queue(() => Math.max(1, Math.min(mostStreams, connection?.streams() ?? mostStreams)));
  const send: Exchange = async (sending, options) => {
    if (!isSpoken) return undefined;
    const { signal, url } = sending;
    signal.throwIfAborted();
    // An authority or a client certificate has changed, and they belong to the connection.
    if (connection?.secureContext !== options.secureContext || !connection.isOpen()) {
      connection?.close();
      connection = openConnection(url, options);
    }
    const answered = await connection.run(signal, (session) => exchange(session, sending, options));
    isSpoken &&= answered !== undefined;
    return answered;
  };
  return (sending, options) => limit(sending.signal, () => send(sending, options));
}

async function exchange(
  session: ClientHttp2Session,
  { message, signal, hold, url }: Sending,
  { headers, auth }: SecuredOptions,
): Promise<Received> {
  const { method, body } = message;
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
  const parts: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    stream.once('response', (received) => {
      head = received;
    });
    stream.on('data', (part: Buffer) => {
      try {
        hold(part);
        parts.push(part);
      } catch (error) {
        // An error, without which the server would go on sending.
        stream.destroy(error instanceof Error ? error : undefined);
      }
    });
    stream.once('error', reject);
    // Not at the end, which comes as well when the connection is lost in the middle of a body.
    stream.once('close', resolve);
    if (body !== '') stream.end(body);
  });
  return received(stream.rstCode === 0 ? head[':status'] : undefined, head, parts);
}
