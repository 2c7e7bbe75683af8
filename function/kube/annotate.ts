/**
 * Annotations that a person writes at the command line. Apart from `write.ts`, because no webhook call needs it.
 */
import { type annotation, manager } from '../api/labels.ts';
import { HookError } from '../errors.ts';
import { readOne } from './read.ts';
import type { Resource } from './request.ts';
import { type Ask, messageOf } from './response.ts';

export interface Annotated {
  metadata: { name: string; namespace: string; uid: string };
}

/** Of this very object, and of no other that has its name by now; null takes one away. Resolves when the API server has them. */
export type Annotate = (
  resource: Resource,
  object: Annotated,
  annotations: Partial<Record<(typeof annotation)[keyof typeof annotation], string | null>>,
) => Promise<void>;

// Flux's kustomize-controller takes away what a manager has written whose name begins with kubectl: docs/fleet.md.
// https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
export const writtenByHand = { fieldManager: manager };

export function annotator(ask: Ask): Annotate {
  return async (resource, { metadata }, annotations) => {
    const { name, namespace, uid } = metadata;
    const wanted = { resource, namespace, name };
    const response = await ask({
      verb: 'patch',
      ...wanted,
      query: writtenByHand,
      body: { metadata: { uid, annotations } },
    });
    if (response.code === 409) throw new HookError('AlreadyExists', `${name} was deleted and created again meanwhile`);
    if (response.code >= 300 && response.code !== 404) throw new HookError('Invalid', messageOf(response));
    if (readOne(response, wanted).value === undefined) throw new HookError('NotFound', `${name} is gone`);
  };
}
