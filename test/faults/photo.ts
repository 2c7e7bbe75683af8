/**
 * A namespace as it stands at one moment, and as many copies of it as are needed: with uids of their own, and as old as it was.
 */
import type { EmbeddedKubernetes } from '../support/embedded/index.ts';
import { type Resource, resources } from '../support/embedded/resources.ts';
import { type Hands, handsOn, newNamespace } from '../support/hands.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';

export interface Photo {
  /** In the order in which they can be made. */
  objects: { resource: Resource; uid: string; text: string }[];
  namespace: string;
  takenAt: number;
}

// Owners before what they own.
const kinds = [
  resources.canaries,
  resources.e2eSpecs,
  resources.deployments,
  resources.services,
  resources.knativeServices,
  resources.revisions,
  resources.endpointSlices,
  resources.jobs,
  resources.pods,
  resources.events,
  resources.roles,
  resources.roleBindings,
];

export function photograph(kubernetes: EmbeddedKubernetes, namespace: string): Photo {
  const hands = handsOn(kubernetes, namespace);
  const objects = kinds.flatMap((resource) =>
    hands.list(resource).map((object) => ({
      resource,
      uid: object.metadata.uid ?? '',
      text: JSON.stringify(withoutGenerated(object)),
    })),
  );
  return { objects, namespace, takenAt: kubernetes.now().getTime() };
}

export function copyOf(photo: Photo, kubernetes: EmbeddedKubernetes, name: string): Hands {
  const hands = newNamespace(kubernetes, name);
  const age = Math.floor((kubernetes.now().getTime() - photo.takenAt) / 1000);
  const renames = new Map([[photo.namespace, name]]);
  const read = (text: string): KubernetesObject => {
    const renamed = [...renames].reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
    return JSON.parse(renamed.replace(times, (time) => shifted(time, age)));
  };
  for (const { resource, uid, text } of photo.objects) {
    const { status: _status, ...object } = read(text);
    const { deletionTimestamp: _deletion, ...metadata } = object.metadata;
    renames.set(uid, hands.create(resource, { ...object, metadata }).metadata.uid ?? '');
  }
  // Afterwards, because a status may name the uid of anything.
  for (const { resource, text } of photo.objects) {
    const { status, metadata } = read(text);
    const objectName = metadata.name ?? '';
    if (status !== undefined && resource.statusSubresource) hands.patch(resource, objectName, { status }, 'status');
    if (metadata.deletionTimestamp !== undefined) hands.remove(resource, objectName);
  }
  return hands;
}

const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

function shifted(time: string, seconds: number): string {
  return `${new Date(Date.parse(time) + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

const generatedLabels = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

/** Without what the API server adds, and refuses to be given. */
function withoutGenerated(object: KubernetesObject): KubernetesObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _time,
    ...metadata
  } = object.metadata;
  if (object.kind !== 'Job' && !('backoffLimit' in Object(object['spec']))) return { ...object, metadata };
  const { selector: _selector, ...spec } = Object(object['spec']);
  const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => !generatedLabels.includes(key));
  return { ...object, metadata: { ...metadata, labels: Object.fromEntries(labels) }, spec };
}
