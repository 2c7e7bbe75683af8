/**
 * Label and field selectors as the API server reads them in a list's query.
 */
import { at } from './json.ts';
import type { Resource } from './resources.ts';
import { refuse } from './status.ts';
import type { StoredObject } from './store.ts';

type Matcher = (object: StoredObject) => boolean;

export function labelMatcher(selector: string): Matcher {
  const requirements = splitOutsideBrackets(selector).map(labelRequirement);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

function splitOutsideBrackets(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelRequirement(text: string): (labels: Record<string, string>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Record<string, string>) => values.includes(labels[key] ?? '') && key in labels;
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (equality) {
    const [, key = '', operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const existence = /^(!?)\s*([A-Za-z0-9][-A-Za-z0-9_./]*)$/.exec(text);
  if (existence) {
    const [, not, key = ''] = existence;
    return not ? (labels) => !(key in labels) : (labels) => key in labels;
  }
  return refuse(400, `unable to parse requirement: invalid label selector "${text}"`);
}

const fieldsOfEveryKind = ['metadata.name', 'metadata.namespace'];
const fieldsOfKind: Record<string, string[]> = {
  Event: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (field) => `involvedObject.${field}`,
    ),
    'reason',
    'type',
    'reportingComponent',
  ],
  Pod: ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  Namespace: ['status.phase'],
  Secret: ['type'],
};

export function fieldMatcher(selector: string, resource: Resource): Matcher {
  const known = [...fieldsOfEveryKind, ...(fieldsOfKind[resource.kind] ?? [])];
  const requirements = splitOutsideBrackets(selector).map((text): Matcher => {
    const [, field = '', operator, value = ''] = /^([^\s=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
    if (!known.includes(field)) return refuse(400, `field label not supported: ${field || text}`);
    const fieldValue = (object: StoredObject) => String(at(object, ...field.split('.')) ?? '');
    return operator === '!=' ? (object) => fieldValue(object) !== value : (object) => fieldValue(object) === value;
  });
  return (object) => requirements.every((holds) => holds(object));
}
