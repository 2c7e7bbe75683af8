/**
 * What the API server refuses in a pod's specification (pkg/apis/core/validation), for the parts a test's pod uses.
 */
import { containerErrors } from './container-validation.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-errors.ts';
import { type JsonObject, objectOf, objectsOf } from './json.ts';
import { dnsLabelErrors, subdomainErrors } from './names.ts';

export function podSpecErrors(spec: JsonObject, path: string): FieldError[] {
  const volumes = objectsOf(spec['volumes']);
  const containers = objectsOf(spec['containers']);
  const initContainers = objectsOf(spec['initContainers']);
  const volumeNames = volumes.map((volume) => String(volume['name'] ?? ''));
  const serviceAccount = String(spec['serviceAccountName'] ?? '');
  return [
    ...volumes.flatMap((volume, index) => volumeErrors(volume, `${path}.volumes[${index}]`, volumeNames, index)),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containers.flatMap((one, index) => [
      ...containerErrors(one, `${path}.containers[${index}]`, volumeNames),
      ...restartPolicyErrors(one, `${path}.containers[${index}]`),
    ]),
    ...initContainers.flatMap((one, index) => containerErrors(one, `${path}.initContainers[${index}]`, volumeNames)),
    ...nameErrors(containers, `${path}.containers`, []),
    ...nameErrors(initContainers, `${path}.initContainers`, containers),
    ...notOneOf(spec['restartPolicy'], `${path}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...notOneOf(spec['dnsPolicy'], `${path}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...(serviceAccount === '' ? [] : subdomainErrors(`${path}.serviceAccountName`, serviceAccount)),
    ...deadlineErrors(spec['activeDeadlineSeconds'], `${path}.activeDeadlineSeconds`),
    ...graceErrors(spec['terminationGracePeriodSeconds'], `${path}.terminationGracePeriodSeconds`),
    ...objectsOf(spec['tolerations']).flatMap((one, index) => tolerationErrors(one, `${path}.tolerations[${index}]`)),
  ];
}

function nameErrors(containers: JsonObject[], path: string, others: JsonObject[]): FieldError[] {
  const taken = new Set(others.map((one) => one['name']));
  return containers.flatMap((container, index) => {
    const name = container['name'];
    if (typeof name !== 'string' || name === '') return [];
    if (taken.has(name)) return [duplicate(`${path}[${index}].name`, name)];
    taken.add(name);
    return [];
  });
}

function restartPolicyErrors(container: JsonObject, path: string): FieldError[] {
  if (container['restartPolicy'] === undefined) return [];
  return [forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers')];
}

export function notOneOf(value: unknown, path: string, supported: string[]): FieldError[] {
  return value === undefined || supported.includes(String(value)) ? [] : [notSupported(path, value, supported)];
}

function deadlineErrors(value: unknown, path: string): FieldError[] {
  if (typeof value !== 'number' || (value >= 1 && value <= 2_147_483_647)) return [];
  return [invalid(path, value, 'must be between 1 and 2147483647, inclusive')];
}

function graceErrors(value: unknown, path: string): FieldError[] {
  return typeof value === 'number' && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

function tolerationErrors(toleration: JsonObject, path: string): FieldError[] {
  const operator = toleration['operator'] ?? 'Equal';
  const errors = notOneOf(operator, `${path}.operator`, ['Equal', 'Exists']);
  if (!toleration['key'] && operator !== 'Exists') {
    errors.push(
      invalid(
        `${path}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  }
  return [
    ...errors,
    ...notOneOf(toleration['effect'] || undefined, `${path}.effect`, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  ];
}

function volumeErrors(volume: JsonObject, path: string, names: string[], index: number): FieldError[] {
  const name = names[index] ?? '';
  const errors = name === '' ? [required(`${path}.name`)] : dnsLabelErrors(`${path}.name`, name);
  if (name !== '' && names.indexOf(name) < index) errors.push(duplicate(`${path}.name`, name));
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length > 1) {
    errors.push(forbidden(`${path}.${sources[1]}`, 'may not specify more than 1 volume type'));
  }
  if (volume['secret'] && !objectOf(volume['secret'])['secretName']) errors.push(required(`${path}.secret.secretName`));
  if (volume['configMap'] && !objectOf(volume['configMap'])['name']) errors.push(required(`${path}.configMap.name`));
  return errors;
}
