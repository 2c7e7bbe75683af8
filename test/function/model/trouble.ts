/**
 * What becomes of the requests of a call that meets trouble.
 */
import type { Message, Received } from '../../../function/kube/transport/message.ts';
import { failure } from '../../support/embedded/status.ts';
import type { Trouble } from './commands.ts';

export type Sender = (message: Message) => Promise<Received>;

const never = new Promise<never>(() => undefined);

/** `end`: the process has ended in the middle of the call. */
export function withTrouble(trouble: Trouble, send: (message: Message) => Received, end: () => void): Sender {
  switch (trouble.kind) {
    case 'none':
      return async (message) => send(message);
    case 'crash':
      return crashing(trouble, send, end);
    case 'fault':
      return failing(trouble, send);
  }
}

function crashing(
  { write, isWritten }: Extract<Trouble, { kind: 'crash' }>,
  send: (message: Message) => Received,
  end: () => void,
): Sender {
  let writes = 0;
  return async (message) => {
    const isWrite = message.method !== 'GET';
    if (writes > write) return never;
    if (!isWrite || writes++ < write) return send(message);
    if (isWritten) send(message);
    end();
    return never;
  };
}

function failing(
  { request, code, isDone }: Extract<Trouble, { kind: 'fault' }>,
  send: (message: Message) => Received,
): Sender {
  let requests = 0;
  let spoilt: string | undefined;
  return async (message) => {
    const kind = `${message.method} ${message.path.split('/namespaces/')[1]?.split('/')[1]}`;
    if (requests++ === request) spoilt = kind;
    if (spoilt !== kind) return send(message);
    if (isDone) send(message);
    return { status: code, headers: {}, body: JSON.stringify(failure(code, 'of the test')) };
  };
}
