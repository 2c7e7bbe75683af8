/**
 * `--set KEY=VALUE`: variables of the test.
 */
import type { V1EnvVar } from '@kubernetes/client-node';
import { InvalidArgumentError } from 'commander';
import type { Spec } from '../../api/e2espec.ts';

/** What the test knows the rollout by: what it believes of it must be true. */
export const ownVariables: readonly string[] = [
  'CANARY_NAME',
  'CANARY_NAMESPACE',
  'CANARY_PHASE',
  'CANARY_CHECKSUM',
  'EVENT_MESSAGE',
  'EVENT_TYPE',
  'EVENT_TIMESTAMP',
  'E2E_TRIGGER',
];
const ownPrefix = 'CANARY_METADATA_';

/** One more for those before, as commander wants it. */
export function readSetting(text: string, before: readonly V1EnvVar[] = []): V1EnvVar[] {
  const [, name, value = ''] = /^([-._a-zA-Z][-._a-zA-Z0-9]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError('It takes KEY=VALUE, and the key is the name of an environment variable.');
  }
  if (name === 'CANARY_URL') throw new InvalidArgumentError('That is what --url sets: --url http://...');
  if (ownVariables.includes(name) || name.startsWith(ownPrefix)) {
    throw new InvalidArgumentError(
      `The verifier sets ${name} itself: with another value, the test would test something else.`,
    );
  }
  return [...before.filter((each) => each.name !== name), { name, value: literal(value) }];
}

const fields: Record<keyof Spec, true> = {
  image: true,
  imagePullPolicy: true,
  command: true,
  args: true,
  env: true,
  envFrom: true,
  secrets: true,
  configMaps: true,
  imagePullSecrets: true,
  serviceAccountName: true,
  resources: true,
  backoffLimit: true,
  activeDeadlineSeconds: true,
  ttlSecondsAfterFinished: true,
  ttlSecondsAfterFailure: true,
  inconclusiveRetries: true,
  mode: true,
  onInconclusive: true,
  staleAfterSeconds: true,
  podTemplate: true,
  jobTemplate: true,
};

/** Of each variable that has the name of a field of the E2ESpec, that it is not one. */
export function fieldsMeant(variables: readonly V1EnvVar[]): string[] {
  return variables.flatMap(({ name }) => {
    if (!Object.hasOwn(fields, name)) return [];
    const sets = `--set ${name}=… sets a variable of the test that is named ${name}`;
    if (name === 'image') return [`${sets}; --image replaces the E2ESpec's image`];
    return [`${sets}, not the field of the E2ESpec; -f FILE runs another E2ESpec`];
  });
}

/** Kubernetes replaces $(NAME) in values; what was written in a shell is to arrive as it was. */
export function literal(value: string): string {
  return value.replaceAll('$', '$$$$');
}
