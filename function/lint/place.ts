/**
 * Where in the files a finding stands.
 */
import type { Canary } from '../api/canary.ts';
import type { Place } from './rules.ts';

export function inCanary({ metadata }: Canary, ...path: Place['path']): Place {
  return { kind: 'Canary', name: metadata.name, path };
}

/** `index`: of the webhook. */
export function inWebhook(canary: Canary, index: number, field: string, ...path: Place['path']): Place {
  return inCanary(canary, 'spec', 'analysis', 'webhooks', index, field, ...path);
}

export function inE2ESpec(name: string, ...path: Place['path']): Place {
  return { kind: 'E2ESpec', name, path };
}
