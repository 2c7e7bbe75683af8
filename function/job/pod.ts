/**
 * The pod in which the test runs: the E2ESpec's podTemplate, under the E2ESpec's own fields,
 * under what the gate depends on.
 */
import type { V1Container, V1EnvVar, V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { graceOf, podDeadline } from '../api/deadline.ts';
import type { CompleteSpec, ConfigMapMount, Mount, Spec } from '../api/e2espec.ts';
import type { Wire } from '../api/kubernetes.ts';
import { testContainer } from '../api/labels.ts';

export function podSpec(spec: CompleteSpec, variables: V1EnvVar[]): Wire<V1PodSpec> {
  const given = spec.podTemplate?.spec ?? {};
  const serviceAccountName = spec.serviceAccountName ?? given.serviceAccountName;
  const mounts = [...volumes('secret', spec.secrets), ...volumes('configMap', spec.configMaps)];
  const containers = given.containers ?? [];
  return {
    ...given,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: graceOf(spec),
    activeDeadlineSeconds: podDeadline(spec),
    automountServiceAccountToken: given.automountServiceAccountToken ?? serviceAccountName !== undefined,
    ...optional('serviceAccountName', serviceAccountName),
    ...optional('imagePullSecrets', spec.imagePullSecrets ?? given.imagePullSecrets),
    ...optional('initContainers', given.initContainers?.map(withTail)),
    containers: [
      testContainerOf(
        spec,
        containers.find(({ name }) => name === testContainer),
        variables,
        mounts.map(({ mount }) => mount),
      ),
      ...containers.filter(({ name }) => name !== testContainer).map(withTail),
    ],
    ...optional('volumes', nonEmpty([...(given.volumes ?? []), ...mounts.map(({ volume }) => volume)])),
  };
}

function testContainerOf(
  spec: Spec,
  given: Wire<V1Container> | undefined,
  variables: V1EnvVar[],
  mounts: V1VolumeMount[],
): Wire<V1Container> {
  return {
    ...given,
    name: testContainer,
    image: spec.image,
    ...optional('imagePullPolicy', spec.imagePullPolicy ?? given?.imagePullPolicy),
    ...optional('command', spec.command ?? given?.command),
    ...optional('args', spec.args ?? given?.args),
    env: [...variables, ...(given?.env ?? []).filter(({ name }) => variables.every((each) => each.name !== name))],
    ...optional('envFrom', nonEmpty([...(given?.envFrom ?? []), ...(spec.envFrom ?? [])])),
    ...optional('resources', spec.resources ?? given?.resources),
    ...optional('volumeMounts', nonEmpty([...(given?.volumeMounts ?? []), ...mounts])),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

// The end of the log arrives with the pod's status, so no right to read logs is needed.
// https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
function withTail(container: Wire<V1Container>): Wire<V1Container> {
  return { terminationMessagePolicy: 'FallbackToLogsOnError', ...container };
}

function volumes(
  kind: 'secret' | 'configMap',
  mounts: (Mount | ConfigMapMount)[] = [],
): { volume: Wire<V1Volume>; mount: V1VolumeMount }[] {
  return mounts.map(({ name, mountPath, ...more }, index) => {
    const volume = `${kind.toLowerCase()}-${index}`;
    const source: Wire<V1Volume> =
      kind === 'secret'
        ? { name: volume, secret: { secretName: name } }
        : { name: volume, configMap: { name, ...more } };
    return { volume: source, mount: { name: volume, mountPath, readOnly: true } };
  });
}

function nonEmpty<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
