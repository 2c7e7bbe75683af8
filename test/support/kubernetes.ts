/**
 * "A Kubernetes": what the behaviour suite needs of a cluster, whichever it is.
 * The embedded API (`embedded/`) and a real cluster (`../cluster/`) both are one; no suite knows which it talks to.
 */

/** Any Kubernetes object as the API server sends it: plain JSON, times as RFC 3339 strings. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name?: string;
    generateName?: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: {
      apiVersion: string;
      kind: string;
      name: string;
      uid: string;
      controller?: boolean;
      blockOwnerDeletion?: boolean;
    }[];
    finalizers?: string[];
  };
  [field: string]: unknown;
}

/** Which object: `{apiVersion: 'batch/v1', kind: 'Job', namespace, name}`. */
export interface ObjectKey {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

export interface Kubernetes {
  readonly flavour: 'embedded' | 'real';
  /** Path of a kubeconfig that reaches it with every right. */
  readonly kubeconfig: string;
  /** Creates an empty namespace with a name of its own, for one test; resolves to the name once its default ServiceAccount exists. */
  namespace(): Promise<string>;
  /** Creates the object, or patches it (merge patch) where it exists. A `status` in it is written through the status subresource. */
  apply(object: KubernetesObject): Promise<KubernetesObject>;
  get(key: ObjectKey): Promise<KubernetesObject | undefined>;
  list(
    kind: { apiVersion: string; kind: string; namespace: string },
    labelSelector?: string,
  ): Promise<KubernetesObject[]>;
  /** Merge patch of the object, or of its status. Rejects with the API server's Status message. */
  patch(key: ObjectKey, patch: Record<string, unknown>, subresource?: 'status'): Promise<KubernetesObject>;
  /** Deletes with the given propagationPolicy (Background when not given); an object that is not there is done. */
  delete(key: ObjectKey, propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'): Promise<void>;
  /** A token of a service account, which lasts an hour; made for the API server itself, or for somebody else. */
  token(key: Pick<ObjectKey, 'namespace' | 'name'>, audience?: string): Promise<string>;
  /** Ends what it started. */
  stop(): Promise<void>;
}
