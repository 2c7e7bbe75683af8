/**
 * WATCH: the changes of one list, one JSON line each, until the client or the server ends it.
 */
import type { ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import type { Clock } from './clock.ts';
import type { CustomKind } from './crd.ts';
import type { Change, Store, StoredObject } from './store.ts';
import { tableOf } from './table.ts';

export function streamChanges(
  response: ServerResponse,
  call: Call,
  store: Store,
  clock: Clock,
  custom: CustomKind | undefined,
  selected: (object: StoredObject) => boolean,
): void {
  const table = /as=Table/.test(call.accept);
  const send = (type: string, object: StoredObject) => {
    const shown = table
      ? tableOf(call.resource, custom, [object], clock.now(), call.query.get('includeObject') ?? 'Metadata')
      : object;
    response.write(`${JSON.stringify({ type, object: shown })}\n`);
  };
  const follow = ({ type, resource, object }: Change) => {
    if (resource !== call.resource || (call.namespace && object.metadata.namespace !== call.namespace)) return;
    if (selected(object)) send(type, object);
  };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const since = call.query.get('resourceVersion') ?? '';
  if (since === '' || since === '0') {
    for (const object of store.list(call.resource, call.namespace).filter(selected)) send('ADDED', object);
  } else {
    for (const change of store.changesSince(Number(since))) follow(change);
  }
  const unsubscribe = store.subscribe(follow);
  const seconds = Number(call.query.get('timeoutSeconds') ?? 0);
  const cancel = seconds > 0 ? clock.after(seconds, () => response.end()) : () => {};
  response.on('close', () => {
    unsubscribe();
    cancel();
  });
}
