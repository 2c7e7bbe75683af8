/**
 * client-node's models as they come over the wire, unparsed: times are RFC 3339 strings.
 */
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';

export type Wire<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

/** A time as the API server writes it. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

export type Job = Wire<V1Job>;
export type Pod = Wire<V1Pod>;
export type Event = Wire<CoreV1Event>;
