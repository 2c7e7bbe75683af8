/**
 * An API server behind TLS which knows no object, remembers who asked it how, and misbehaves when it is told to.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Server, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';

/** Paths in one folder: an authority, a server's certificate for api.test and 127.0.0.1, a client's for the name "verifier". */
export interface Certificates {
  authority: string;
  stranger: string;
  server: string;
  serverKey: string;
  client: string;
  clientKey: string;
}

export async function createCertificates(folder: string): Promise<Certificates> {
  const at = (name: string) => join(folder, name);
  await certificate(at('ca'), 'authority');
  await certificate(at('stranger'), 'stranger');
  await certificate(at('server'), 'api', at('ca'), 'subjectAltName=DNS:api.test,IP:127.0.0.1');
  await certificate(at('client'), 'verifier', at('ca'), 'extendedKeyUsage=clientAuth');
  return {
    authority: at('ca.crt'),
    stranger: at('stranger.crt'),
    server: at('server.crt'),
    serverKey: at('server.key'),
    client: at('client.crt'),
    clientKey: at('client.key'),
  };
}

async function certificate(path: string, name: string, authority?: string, extension?: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${path}.key`];
  const by = authority === undefined ? [] : ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`];
  const extra = extension === undefined ? [] : ['-addext', extension, '-addext', 'basicConstraints=critical,CA:FALSE'];
  const all = ['req', '-x509', '-days', '2', '-subj', `/CN=${name}`, '-out', `${path}.crt`, ...key, ...by, ...extra];
  await promisify(execFile)('openssl', all);
}

export interface Seen {
  authorization: string | undefined;
  impersonated: string | string[] | undefined;
  /** The common name of the client's certificate. */
  certificate: unknown;
  serverName: string | false | null;
}

export type Protocol = 'HTTP/1.1' | 'HTTP/2';

/** One request over HTTP/2, and the connection below it. */
export interface Stream {
  response: Http2ServerResponse;
  connection: TLSSocket;
}

export interface TlsApi {
  port: number;
  seen: Seen[];
  handshakes: number;
  /** The only Authorization that is accepted; all others get 401. */
  accepted: string | undefined;
  /** How the next request is answered in place of the true answer; only over HTTP/2. */
  misbehaviour: ((stream: Stream) => void) | undefined;
  /** The connections that are open. */
  connections: Set<TLSSocket>;
  /** As for one who has seen nothing yet. */
  forget(): void;
  stop(): Promise<void>;
}

/** With HTTP/2 it takes HTTP/1.1 as well, as the real one does. */
export async function startTlsApi(files: Certificates, protocol: Protocol): Promise<TlsApi> {
  const [key, cert, ca] = await Promise.all(
    [files.serverKey, files.server, files.authority].map((file) => readFile(file)),
  );
  const options = { key, cert, ca, requestCert: true, rejectUnauthorized: false };
  const settings = { maxConcurrentStreams: 10 };
  const server: Server =
    protocol === 'HTTP/2' ? createSecureServer({ ...options, settings, allowHTTP1: true }) : createServer(options);
  const api: TlsApi = {
    port: 0,
    seen: [],
    handshakes: 0,
    accepted: undefined,
    misbehaviour: undefined,
    connections: new Set(),
    forget() {
      api.seen = [];
      api.handshakes = 0;
      api.accepted = undefined;
      api.misbehaviour = undefined;
      for (const connection of api.connections) connection.destroy();
    },
    async stop() {
      server.close();
      api.forget();
      await once(server, 'close');
    },
  };
  server.on('secureConnection', (socket: TLSSocket) => {
    api.handshakes++;
    api.connections.add(socket);
    socket.once('close', () => api.connections.delete(socket));
  });
  server.on(
    'request',
    (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
      const { headers } = request;
      const socket = request instanceof Http2ServerRequest ? request.stream.session?.socket : request.socket;
      assertTls(socket);
      api.seen.push({
        authorization: headers.authorization,
        impersonated: headers['impersonate-user'],
        certificate: socket.getPeerCertificate().subject?.CN,
        serverName: socket.servername,
      });
      const { misbehaviour } = api;
      if (misbehaviour && response instanceof Http2ServerResponse) {
        api.misbehaviour = undefined;
        const connection = [...api.connections].find(({ remotePort }) => remotePort === socket.remotePort);
        assertTls(connection);
        misbehaviour({ response, connection });
        return;
      }
      const isKnown = [undefined, headers.authorization].includes(api.accepted);
      response.statusCode = isKnown ? 404 : 401;
      response.setHeader('Content-Type', 'application/json');
      const reason = isKnown ? 'NotFound' : 'Unauthorized';
      response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', reason, code: response.statusCode }));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  api.port = (server.address() as AddressInfo).port;
  return api;
}

function assertTls(socket: unknown): asserts socket is TLSSocket {
  if (!(socket instanceof TLSSocket)) throw new Error('no TLS');
}
