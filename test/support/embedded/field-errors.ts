/**
 * Validation findings in the API server's words (apimachinery/pkg/util/validation/field/errors.go).
 */
import type { Resource } from './resources.ts';
import { refuse } from './status.ts';

export interface FieldError {
  field: string;
  reason: string;
  message: string;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** Without a value the text names none (Go's OmitValueType). */
export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  message: value === undefined ? `Invalid value: ${detail}` : `Invalid value: ${show(value)}: ${detail}`,
});

export const required = (field: string, detail = ''): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});

export const duplicate = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${show(value)}`,
});

export const notFound = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${show(value)}`,
});

export const forbidden = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
});

export const notSupported = (field: string, value: unknown, supported: string[]): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${show(value)}: supported values: ${[...supported].sort().map(show).join(', ')}`,
});

export const tooLong = (field: string, bytes: number): FieldError => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${bytes} bytes`,
});

/** 422 with every finding, as apimachinery/pkg/api/errors NewInvalid words it. */
export function refuseInvalid(resource: Resource, name: string, errors: FieldError[]): never {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  return refuse(422, `${kind} "${name}" is invalid: ${all}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.kind,
    causes: errors.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}
