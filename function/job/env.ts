/**
 * The environment variables by which the test knows the rollout.
 */
import type { V1EnvVar } from '@kubernetes/client-node';
import type { Trigger } from '../api/e2espec.ts';
import { metadataVariable, type Payload, userMetadata } from '../flagger/payload.ts';

/** The seven variables of the contract, who asked for the run, CANARY_URL where there is an address, and the hook's own metadata. */
export function rolloutVariables(payload: Payload, url: string | undefined, trigger: Trigger): V1EnvVar[] {
  const { metadata } = payload;
  const values: Record<string, string | undefined> = {
    CANARY_NAME: payload.name,
    CANARY_NAMESPACE: payload.namespace,
    CANARY_PHASE: payload.phase,
    CANARY_CHECKSUM: payload.checksum,
    EVENT_MESSAGE: metadata['eventMessage'] ?? '',
    EVENT_TYPE: metadata['eventType'] ?? '',
    EVENT_TIMESTAMP: metadata['timestamp'] ?? '',
    E2E_TRIGGER: trigger,
    CANARY_URL: url,
  };
  for (const [key, value] of Object.entries(userMetadata(metadata))) values[metadataVariable(key)] = value;
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: literal(value) }],
  );
}

// Kubernetes replaces $(NAME) in values; what was written in a Canary is to arrive as it was.
// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
function literal(value: string): string {
  return value.replaceAll('$', '$$$$');
}

/** The one variable of the rollout that an E2ESpec may set itself: only its author knows of a gateway or of TLS before the canary. */
const overridable = 'CANARY_URL';

/**
 * The rollout's variables first, so that the E2ESpec's may refer to them as `$(CANARY_URL)`,
 * and alone under their names: what the test believes about the rollout must be true.
 */
export function environment(rollout: V1EnvVar[], user: V1EnvVar[]): V1EnvVar[] {
  const isOverruled = user.some(({ name }) => name === overridable);
  const own = rollout.filter(({ name }) => !(isOverruled && name === overridable));
  const taken = new Set(own.map(({ name }) => name));
  return [...own, ...user.filter(({ name }) => !taken.has(name))];
}
