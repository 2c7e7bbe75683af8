/**
 * The words of a refused right, as RBAC gives them to the verifier's service account.
 */
import type { Call } from './call.ts';
import { groupResource } from './status.ts';

const USER = 'system:serviceaccount:default:e2e-verifier';

export function apiGroupWords(call: Call): string {
  const { resource, verb, subresource, namespace, name } = call;
  const full = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const object = name === undefined ? '' : ` "${name}"`;
  return `${groupResource(resource)}${object} is forbidden: User "${USER}" cannot ${verb} resource "${full}" in API group "${resource.group}" ${scope}`;
}
