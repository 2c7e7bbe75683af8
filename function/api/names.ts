/**
 * Names of objects, checked before they become a part of a path.
 */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const longestName = 253;
const longestLabel = 63;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function isObjectName(name: string): boolean {
  return name.length <= longestName && name.split('.').every((each) => label.test(each));
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function isNamespaceName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= longestLabel && label.test(name);
}
