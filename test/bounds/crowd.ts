/**
 * Callers in numbers: all at once, or with bodies that do not end.
 */
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, call } from '../bench/requests.ts';

/** `apart`: milliseconds from one to the next. */
export function allAtOnce(url: string, bodies: readonly string[], apart = 0): Promise<Answered[]> {
  const options = { agent: new Agent({ keepAlive: false }) };
  const broken = (error: Error): Answered => ({ status: 0, body: error.message, took: Number.POSITIVE_INFINITY });
  const ask = async (body: string, index: number): Promise<Answered> => {
    if (apart > 0) await sleep(index * apart);
    return call({ url: `${url}/pre-rollout`, options, body }).catch(broken);
  };
  return Promise.all(bodies.map(ask));
}

/** Each sends its part over a connection of its own, and falls silent. */
export async function silent(port: number, count: number, part: string): Promise<{ hangUp(): void }> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.resume().write(part);
    sockets.push(socket);
    // The queue of those that are not accepted yet is not what is measured.
    if (index % 100 === 99) await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  }
  return {
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

export function headOf(length: number): string {
  const lines = ['POST /pre-rollout HTTP/1.1', 'Host: verifier', 'Content-Type: application/json'];
  return `${[...lines, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n`;
}
