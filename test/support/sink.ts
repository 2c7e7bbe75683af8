/**
 * A sink that does as it is told: it takes CloudEvents, refuses them, hangs, or leads elsewhere.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedEvent {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  data: Record<string, unknown>;
  [attribute: string]: unknown;
}

export interface ReceivedRequest {
  method: string | undefined;
  headers: IncomingMessage['headers'];
  event: ReceivedEvent;
  /** What it was answered; nothing where it was not. */
  status: number | undefined;
}

/** A status, or the milliseconds after which it answers 202. */
export type Behaviour = number | 'hang' | 'reset' | { redirectTo: string } | { after: number };

export interface ScriptedSink {
  url: string;
  requests: ReceivedRequest[];
  /** The CloudEvents that it has taken, of one namespace where it is named. */
  taken(namespace?: string): ReceivedEvent[];
  /** How it answers from now on; `once`: the next ones, one each. */
  behave(always: Behaviour, once?: Behaviour[]): void;
  stop(): Promise<void>;
}

/** `status`: none where it does not answer, 0 where it hangs up. `after`: milliseconds. */
function answerOf(behaviour: Behaviour): { status: number | undefined; after: number; location?: string } {
  if (behaviour === 'hang') return { status: undefined, after: 0 };
  if (behaviour === 'reset') return { status: 0, after: 0 };
  if (typeof behaviour === 'number') return { status: behaviour, after: 0 };
  return 'after' in behaviour
    ? { status: 202, after: behaviour.after }
    : { status: 307, after: 0, location: behaviour.redirectTo };
}

export async function startSink(): Promise<ScriptedSink> {
  let always: Behaviour = 202;
  let next: Behaviour[] = [];
  const requests: ReceivedRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const received: ReceivedRequest = { method, headers, event: JSON.parse(await text(request)), status: undefined };
    requests.push(received);
    const { status, after, location } = answerOf(next.shift() ?? always);
    await sleep(after);
    if (status === undefined) return;
    if (status === 0) return void request.socket.destroy();
    received.status = status;
    response.writeHead(status, location === undefined ? {} : { Location: location });
    response.end('noted');
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/events`,
    requests,
    taken: (namespace) =>
      requests.flatMap(({ status, event }) =>
        status === 202 && (namespace ?? event.data['namespace']) === event.data['namespace'] ? event : [],
      ),
    behave(to, once = []) {
      always = to;
      next = [...once];
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
