/**
 * The words of a refused right, as RBAC gives them; to the verifier's service account where it is not said whom.
 */
import type { Call } from './call.ts';
import { groupResource } from './status.ts';

const verifier = 'system:serviceaccount:default:e2e-verifier';

/** The verb of RBAC. */
export function rightTo({ verb, collection }: Call): string {
  return verb === 'delete' && collection ? 'deletecollection' : verb;
}

export function apiGroupWords(call: Call, user = verifier): string {
  const { resource, subresource, namespace, name } = call;
  const full = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const object = name === undefined ? '' : ` "${name}"`;
  return `${groupResource(resource)}${object} is forbidden: User "${user}" cannot ${rightTo(call)} resource "${full}" in API group "${resource.group}" ${scope}`;
}
