/**
 * The proxies that a kubeconfig can name, for one target each: what they were asked for, and nothing about the content.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface StartedProxy {
  port: number;
  /** Host and port of each connection. */
  asked: string[];
  stop(): Promise<void>;
}

/** A proxy for HTTP, by CONNECT. */
export async function startHttpProxy(): Promise<StartedProxy> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '' }, client: Socket) => {
    asked.push(url);
    join(client, Number(url.split(':')[1]), 'HTTP/1.1 200 Connection established\r\n\r\n');
  });
  return listening(server, asked);
}

/** A proxy by SOCKS 5, without authentication (RFC 1928). */
export async function startSocksProxy(): Promise<StartedProxy> {
  const asked: string[] = [];
  const server = createServer(async (client) => {
    await once(client, 'data');
    client.write(Buffer.from([5, 0]));
    const [request]: Buffer[] = await once(client, 'data');
    if (request === undefined) return;
    const port = request.readUInt16BE(request.length - 2);
    const address = request.at(3) === 1 ? request.subarray(4, 8).join('.') : request.subarray(5, -2).toString();
    asked.push(`${address}:${port}`);
    join(client, port, Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
  });
  return listening(server, asked);
}

// The target is on this machine, whatever its name.
function join(client: Socket, port: number, welcome: string | Buffer): void {
  const target = connect(port, '127.0.0.1', () => {
    client.write(welcome);
    client.pipe(target).pipe(client);
  });
  for (const socket of [client, target]) socket.on('error', () => socket.destroy());
}

async function listening(server: Server, asked: string[]): Promise<StartedProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
