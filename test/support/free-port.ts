/** For a program that takes the number of a port and cannot choose one itself. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free on the loopback address a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
