/**
 * What the API server refuses in one container (pkg/apis/core/validation ValidateContainers).
 */
import { duplicate, type FieldError, invalid, notFound, notSupported, required } from './field-errors.ts';
import { type JsonObject, objectOf, objectsOf } from './json.ts';
import { dnsLabelErrors, subdomainErrors } from './names.ts';
import { quantityFormatDetail, quantityOf } from './quantity.ts';

export function containerErrors(container: JsonObject, path: string, volumes: string[]): FieldError[] {
  const { name, image } = container;
  return [
    ...(name ? dnsLabelErrors(`${path}.name`, String(name)) : [required(`${path}.name`)]),
    ...imageErrors(image, `${path}.image`),
    ...oneOf(container['imagePullPolicy'], `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...oneOf(container['terminationMessagePolicy'], `${path}.terminationMessagePolicy`, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...objectsOf(container['env']).flatMap((one, index) => environmentErrors(one, `${path}.env[${index}]`)),
    ...objectsOf(container['envFrom']).flatMap((one, index) => sourceErrors(one, `${path}.envFrom[${index}]`)),
    ...mountErrors(objectsOf(container['volumeMounts']), `${path}.volumeMounts`, volumes),
    ...resourceErrors(objectOf(container['resources']), `${path}.resources`),
    ...portErrors(objectsOf(container['ports']), `${path}.ports`),
  ];
}

function oneOf(value: unknown, path: string, supported: string[]): FieldError[] {
  return supported.includes(String(value)) ? [] : [notSupported(path, value, supported)];
}

function imageErrors(image: unknown, path: string): FieldError[] {
  if (typeof image !== 'string' || image === '') return [required(path)];
  return image.trim() === image ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
}

const fieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

function environmentErrors(variable: JsonObject, path: string): FieldError[] {
  const name = String(variable['name'] ?? '');
  const errors = name === '' ? [required(`${path}.name`)] : [];
  // since 1.34 any printable ASCII but "=" is a name (RelaxedEnvironmentVariableValidation)
  if (name !== '' && !/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) {
    const detail = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    errors.push(invalid(`${path}.name`, name, detail));
  }
  if (variable['valueFrom'] === undefined) return errors;
  return [
    ...errors,
    ...valueFromErrors(objectOf(variable['valueFrom']), Boolean(variable['value']), `${path}.valueFrom`),
  ];
}

function valueFromErrors(valueFrom: JsonObject, hasValue: boolean, path: string): FieldError[] {
  const sources = Object.keys(valueFrom);
  const keyErrors = ['secretKeyRef', 'configMapKeyRef']
    .filter((source) => valueFrom[source])
    .flatMap((source) =>
      ['name', 'key'].flatMap((part) =>
        objectOf(valueFrom[source])[part] ? [] : [required(`${path}.${source}.${part}`)],
      ),
    );
  const fieldRef = valueFrom['fieldRef'] ? fieldRefErrors(objectOf(valueFrom['fieldRef']), `${path}.fieldRef`) : [];
  return [...sourceCountErrors(sources.length, hasValue, path), ...keyErrors, ...fieldRef];
}

function sourceCountErrors(count: number, hasValue: boolean, path: string): FieldError[] {
  if (count === 0) {
    return [
      invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'),
    ];
  }
  if (hasValue) return [invalid(path, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [invalid(path, '', 'may not have more than one field specified at a time')] : [];
}

function fieldRefErrors(reference: JsonObject, path: string): FieldError[] {
  const fieldPath = String(reference['fieldPath'] ?? '');
  if (fieldPath === '') return [required(`${path}.fieldPath`)];
  if (/^metadata\.(labels|annotations)\['.+'\]$/.test(fieldPath) || fieldPaths.includes(fieldPath)) return [];
  if (/^(metadata|spec|status)\.(name|namespace|uid|labels|annotations|nodeName)/.test(fieldPath)) {
    return [notSupported(`${path}.fieldPath`, fieldPath, fieldPaths)];
  }
  return [
    invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`),
  ];
}

function sourceErrors(source: JsonObject, path: string): FieldError[] {
  const { secretRef, configMapRef } = source;
  if (!secretRef && !configMapRef) return [invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')];
  if (secretRef && configMapRef) return [invalid(path, '', 'may not have more than one field specified at a time')];
  const [kind, reference] = secretRef ? ['secretRef', objectOf(secretRef)] : ['configMapRef', objectOf(configMapRef)];
  const name = String(objectOf(reference)['name'] ?? '');
  return name === '' ? [required(`${path}.${kind}.name`)] : subdomainErrors(`${path}.${kind}.name`, name);
}

function mountErrors(mounts: JsonObject[], path: string, volumes: string[]): FieldError[] {
  const paths = mounts.map((mount) => mount['mountPath']);
  return mounts.flatMap((mount, index) => {
    const { name, mountPath } = mount;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(`${path}[${index}].name`));
    if (!volumes.includes(String(name))) errors.push(notFound(`${path}[${index}].name`, name ?? ''));
    if (!mountPath) errors.push(required(`${path}[${index}].mountPath`));
    if (paths.indexOf(mountPath) < index)
      errors.push(invalid(`${path}[${index}].mountPath`, mountPath, 'must be unique'));
    return errors;
  });
}

function resourceErrors(resources: JsonObject, path: string): FieldError[] {
  const limits = objectOf(resources['limits']);
  return ['limits', 'requests'].flatMap((side) =>
    Object.entries(objectOf(resources[side])).flatMap(([name, quantity]) => {
      const amount = quantityOf(String(quantity)) ?? 0;
      const limit = limits[name] === undefined ? undefined : quantityOf(String(limits[name]));
      if (
        !name.includes('/') &&
        !['cpu', 'memory', 'ephemeral-storage'].includes(name) &&
        !name.startsWith('hugepages-')
      ) {
        return [
          invalid(`${path}.${side}[${name}]`, name, 'must be a standard resource type or fully qualified'),
          invalid(`${path}.${side}[${name}]`, name, 'must be a standard resource for containers'),
        ];
      }
      if (amount < 0) return [invalid(`${path}.${side}[${name}]`, quantity, 'must be greater than or equal to 0')];
      if (side === 'requests' && limit !== undefined && amount > limit) {
        return [
          invalid(`${path}.requests`, quantity, `must be less than or equal to ${name} limit of ${limits[name]}`),
        ];
      }
      return [];
    }),
  );
}

/** A malformed quantity is refused while decoding, before validation. */
export function malformedQuantity(container: JsonObject): string | undefined {
  const resources = objectOf(container['resources']);
  const all = [resources['limits'], resources['requests']].flatMap((side) => Object.values(objectOf(side)));
  return all.some((quantity) => quantityOf(String(quantity)) === undefined) ? quantityFormatDetail : undefined;
}

function portErrors(ports: JsonObject[], path: string): FieldError[] {
  const names = ports.map((port) => port['name']);
  return ports.flatMap((port, index) => {
    const { containerPort, name } = port;
    if (!containerPort) return [required(`${path}[${index}].containerPort`)];
    if (Number(containerPort) < 1 || Number(containerPort) > 65535) {
      return [invalid(`${path}[${index}].containerPort`, containerPort, 'must be between 1 and 65535, inclusive')];
    }
    return name && names.indexOf(name) < index ? [duplicate(`${path}[${index}].name`, name)] : [];
  });
}
