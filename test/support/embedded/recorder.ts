/**
 * Writes core/v1 Events as client-go's recorder does: the same words about the same object raise a count.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { at } from './json.ts';
import { resources } from './resources.ts';
import type { Store, StoredObject } from './store.ts';

export interface Recorder {
  event(
    about: StoredObject,
    source: Source,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    fieldPath?: string,
  ): void;
}

export type Source = 'job-controller' | 'default-scheduler' | 'kubelet' | 'ttl-after-finished-controller';

export const NODE = 'embedded-node';

export function createRecorder(store: Store, clock: Clock): Recorder {
  const known = new Map<string, string>();
  return {
    event(about, source, type, reason, message, fieldPath) {
      const namespace = about.metadata.namespace ?? 'default';
      if (store.get(resources.namespaces, undefined, namespace)?.metadata.deletionTimestamp !== undefined) return;
      const key = [about.metadata.uid, source, type, reason, message, fieldPath].join('\n');
      const earlier = store.get(resources.events, namespace, known.get(key) ?? '');
      if (earlier) {
        store.edit(resources.events, earlier, (draft) => {
          draft['count'] = Number(at(draft, 'count')) + 1;
          draft['lastTimestamp'] = clock.timestamp();
        });
        return;
      }
      const name = `${about.metadata.name}.${randomBytes(8).toString('hex')}`;
      known.set(key, name);
      store.add(resources.events, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace, uid: randomUUID(), resourceVersion: '', creationTimestamp: clock.timestamp() },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          namespace,
          name: about.metadata.name,
          uid: about.metadata.uid,
          resourceVersion: about.metadata.resourceVersion,
          ...(fieldPath === undefined ? {} : { fieldPath }),
        },
        type,
        reason,
        message,
        ...timesOf(source, clock),
      });
    },
  };
}

/** The scheduler writes events.k8s.io: seen through core/v1 those have an eventTime and no first and last timestamps. */
function timesOf(source: Source, clock: Clock): Record<string, unknown> {
  if (source === 'default-scheduler') {
    return {
      eventTime: clock.microTimestamp(),
      firstTimestamp: null,
      lastTimestamp: null,
      source: {},
      reportingComponent: source,
      reportingInstance: `${source}-${NODE}`,
      action: 'Binding',
    };
  }
  const host = source === 'kubelet' ? { host: NODE } : {};
  const now = clock.timestamp();
  return {
    eventTime: null,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    source: { component: source, ...host },
    reportingComponent: source,
    reportingInstance: source === 'kubelet' ? NODE : '',
  };
}
