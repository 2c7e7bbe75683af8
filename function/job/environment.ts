/**
 * What the test is told of the rollout: its environment variables.
 */
import type { V1EnvVar } from '@kubernetes/client-node';
import { metadataVariable, ownMetadata, type Payload } from '../payload.ts';

/** The seven variables of the contract, CANARY_URL where there is an address, and the hook's own metadata. */
export function rolloutVariables(payload: Payload, url: string | undefined): V1EnvVar[] {
  const { metadata } = payload;
  const values: Record<string, string | undefined> = {
    CANARY_NAME: payload.name,
    CANARY_NAMESPACE: payload.namespace,
    CANARY_PHASE: payload.phase,
    CANARY_CHECKSUM: payload.checksum,
    EVENT_MESSAGE: metadata['eventMessage'] ?? '',
    EVENT_TYPE: metadata['eventType'] ?? '',
    EVENT_TIMESTAMP: metadata['timestamp'] ?? '',
    CANARY_URL: url,
  };
  for (const [key, value] of Object.entries(ownMetadata(metadata))) values[metadataVariable(key)] = value;
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/**
 * The rollout's variables first, so that the E2ESpec's may refer to them as `$(CANARY_URL)`,
 * and alone under their names: what the test believes about the rollout must be true.
 */
export function environment(rollout: V1EnvVar[], own: V1EnvVar[]): V1EnvVar[] {
  const taken = new Set(rollout.map(({ name }) => name));
  return [...rollout, ...own.filter(({ name }) => !taken.has(name))];
}
