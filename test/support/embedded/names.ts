/**
 * The rules for names, labels and annotations (apimachinery/pkg/util/validation).
 */
import { type FieldError, forbidden, invalid, required, tooLong } from './field-errors.ts';
import { type JsonObject, listOf, objectOf, objectsOf } from './json.ts';
import type { Resource } from './resources.ts';

const subdomainDetail =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelDetail =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValueDetail =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const qualifiedNameDetail =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const longer = (length: number) => `must be no more than ${length} characters`;

export function isSubdomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}

export function isLabel(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

export function subdomainErrors(field: string, name: string): FieldError[] {
  if (name.length > 253) return [invalid(field, name, longer(253))];
  return isSubdomain(name) ? [] : [invalid(field, name, subdomainDetail)];
}

export function dnsLabelErrors(field: string, name: string): FieldError[] {
  if (name.length > 63) return [invalid(field, name, longer(63))];
  return isLabel(name) ? [] : [invalid(field, name, labelDetail)];
}

export function labelErrors(field: string, labels: unknown): FieldError[] {
  return Object.entries(objectOf(labels)).flatMap(([key, value]) => [
    ...qualifiedNameErrors(field, key),
    ...labelValueErrors(field, String(value)),
  ]);
}

function labelValueErrors(field: string, value: string): FieldError[] {
  const errors = value.length > 63 ? [invalid(field, value, longer(63))] : [];
  if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value))
    errors.push(invalid(field, value, labelValueDetail));
  return errors;
}

function qualifiedNameErrors(field: string, key: string): FieldError[] {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  const errors: FieldError[] = [];
  if (rest.length > 0)
    return [invalid(field, key, `a qualified name ${qualifiedNameDetail.replace('name part ', '')}`)];
  if (prefix !== undefined && !isSubdomain(prefix)) errors.push(invalid(field, key, `prefix part ${subdomainDetail}`));
  if (name === '') errors.push(invalid(field, key, 'name part must be non-empty'));
  if (name.length > 63) errors.push(invalid(field, key, `name part ${longer(63)}`));
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) errors.push(invalid(field, key, qualifiedNameDetail));
  return errors;
}

const MAXIMUM_ANNOTATION_BYTES = 256 * 1024;

export function annotationErrors(field: string, annotations: unknown): FieldError[] {
  const entries = Object.entries(objectOf(annotations));
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  );
  return [
    ...entries.flatMap(([key]) => qualifiedNameErrors(field, key.toLowerCase())),
    ...(bytes > MAXIMUM_ANNOTATION_BYTES ? [tooLong(field, MAXIMUM_ANNOTATION_BYTES)] : []),
  ];
}

/** The kinds whose names are DNS labels; everything else takes a subdomain. */
const namedByLabel = ['Namespace', 'Service'];

export function metadataErrors(resource: Resource, metadata: JsonObject): FieldError[] {
  const name = String(metadata['name'] ?? '');
  const nameErrors = namedByLabel.includes(resource.kind) ? dnsLabelErrors : subdomainErrors;
  return [
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : nameErrors('metadata.name', name)),
    ...labelErrors('metadata.labels', metadata['labels']),
    ...annotationErrors('metadata.annotations', metadata['annotations']),
    ...ownerErrors(metadata['ownerReferences']),
    ...listOf(metadata['finalizers']).flatMap((one) => qualifiedNameErrors('metadata.finalizers', String(one))),
  ];
}

function ownerErrors(owners: unknown): FieldError[] {
  const field = 'metadata.ownerReferences';
  const list = objectsOf(owners);
  const missing = list.flatMap((owner) =>
    [
      ['apiVersion', 'version must not be empty'],
      ['kind', 'must not be empty'],
      ['name', 'must not be empty'],
      ['uid', 'must not be empty'],
    ].flatMap(([part = '', detail = '']) =>
      owner[part] ? [] : [invalid(`${field}.${part}`, owner[part] ?? '', detail)],
    ),
  );
  const controllers = list.filter((owner) => owner['controller'] === true);
  if (controllers.length < 2) return missing;
  const [first, second] = controllers.map((owner) => `${owner['kind']}/${owner['name']}`);
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
  return [...missing, invalid(field, list, detail)];
}

export function newFinalizerErrors(before: unknown, after: unknown): FieldError[] {
  const added = listOf(after).filter((one) => !listOf(before).includes(one));
  if (added.length === 0) return [];
  const shown = `[]string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
  return [
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`,
    ),
  ];
}
