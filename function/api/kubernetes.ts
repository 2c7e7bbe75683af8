/**
 * Kubernetes' objects as they come over the wire, unparsed: times are RFC 3339 strings.
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

/** A Deployment, DaemonSet, core Service or Knative Service, as far as it is read. */
export interface Target {
  metadata?: { name?: string; generation?: number };
  spec?: {
    /** Of a Deployment. */
    replicas?: number;
    template?: { spec?: { nodeSelector?: Record<string, string>; containers?: { ports?: ContainerPort[] }[] } };
    /** A Deployment's has matchLabels, a core Service's are the labels themselves. */
    selector?: { matchLabels?: Record<string, string> } | Record<string, string>;
    /** Of a core Service. */
    type?: string;
    clusterIP?: string;
    ports?: ServicePort[];
  };
  status?: {
    observedGeneration?: number;
    /** Of a Deployment. */
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    /** Of a DaemonSet. */
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    /** Of a Knative Service. */
    latestCreatedRevisionName?: string;
    /** Its own, within the cluster. */
    address?: { url?: string };
  };
}

export interface ServicePort {
  port?: number;
  /** Of the pods: a number, or the name of a container's port. */
  targetPort?: unknown;
  protocol?: string;
  appProtocol?: string;
}

interface ContainerPort {
  name?: string;
  containerPort?: number;
}

/** A Knative revision. */
export interface Revision {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

export interface EndpointSlice {
  endpoints?: { conditions?: { ready?: boolean } }[];
}

export interface TargetResource {
  group: string;
  version: string;
  plural: string;
  name: string;
}
