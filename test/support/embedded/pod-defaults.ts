/**
 * What the API server fills in for a pod (pkg/apis/core/v1/defaults.go).
 */
import { type JsonObject, objectOf, objectsOf } from './json.ts';
import { canonicalQuantity } from './quantity.ts';

/** Of a pod itself, not of a template: what is limited is requested too (SetDefaults_Pod). */
export function defaultPod(spec: JsonObject): JsonObject {
  const withRequests = (container: JsonObject): JsonObject => {
    const { limits, requests, ...others } = objectOf(container['resources']);
    if (!limits) return container;
    return { ...container, resources: { ...others, limits, requests: { ...objectOf(limits), ...objectOf(requests) } } };
  };
  const { initContainers, containers, ...rest } = defaultPodSpec(spec);
  return {
    ...rest,
    ...(initContainers ? { initContainers: objectsOf(initContainers).map(withRequests) } : {}),
    containers: objectsOf(containers).map(withRequests),
  };
}

export function defaultPodSpec(spec: JsonObject): JsonObject {
  const serviceAccountName = spec['serviceAccountName'] ?? spec['serviceAccount'];
  return {
    ...spec,
    ...(spec['initContainers'] ? { initContainers: objectsOf(spec['initContainers']).map(defaultContainer) } : {}),
    containers: objectsOf(spec['containers']).map(defaultContainer),
    ...(spec['volumes'] ? { volumes: objectsOf(spec['volumes']).map(defaultVolume) } : {}),
    // the deprecated twin is always stored too
    ...(serviceAccountName ? { serviceAccountName, serviceAccount: serviceAccountName } : {}),
    restartPolicy: spec['restartPolicy'] ?? 'Always',
    terminationGracePeriodSeconds: spec['terminationGracePeriodSeconds'] ?? 30,
    dnsPolicy: spec['dnsPolicy'] ?? 'ClusterFirst',
    securityContext: spec['securityContext'] ?? {},
    schedulerName: spec['schedulerName'] ?? 'default-scheduler',
  };
}

function defaultContainer(container: JsonObject): JsonObject {
  return {
    ...container,
    ...(container['ports']
      ? { ports: objectsOf(container['ports']).map((port) => ({ protocol: 'TCP', ...port })) }
      : {}),
    ...(container['env'] ? { env: objectsOf(container['env']).map(defaultEnvironmentVariable) } : {}),
    resources: defaultResources(objectOf(container['resources'])),
    terminationMessagePath: container['terminationMessagePath'] ?? '/dev/termination-log',
    terminationMessagePolicy: container['terminationMessagePolicy'] ?? 'File',
    imagePullPolicy: container['imagePullPolicy'] ?? defaultPullPolicy(String(container['image'] ?? '')),
  };
}

function defaultPullPolicy(image: string): string {
  const [, tag, digest] = /(?::([^:@/]+))?(@.+)?$/.exec(image) ?? [];
  return digest === undefined && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent';
}

function defaultEnvironmentVariable(variable: JsonObject): JsonObject {
  const valueFrom = objectOf(variable['valueFrom']);
  if (valueFrom['fieldRef']) {
    return {
      ...variable,
      valueFrom: { ...valueFrom, fieldRef: { apiVersion: 'v1', ...objectOf(valueFrom['fieldRef']) } },
    };
  }
  // an empty value is Go's zero value: it is not stored
  const { value, ...rest } = variable;
  return value === '' ? rest : variable;
}

function defaultResources(resources: JsonObject): JsonObject {
  const { limits, requests } = resources;
  return {
    ...resources,
    ...(limits ? { limits: canonicalQuantities(objectOf(limits)) } : {}),
    ...(requests ? { requests: canonicalQuantities(objectOf(requests)) } : {}),
  };
}

function canonicalQuantities(quantities: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, canonicalQuantity(String(quantity))]),
  );
}

function defaultVolume(volume: JsonObject): JsonObject {
  const withMode = (source: string) =>
    volume[source] ? { [source]: { defaultMode: 420, ...objectOf(volume[source]) } } : {};
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  return {
    ...volume,
    ...(sources.length === 0 ? { emptyDir: {} } : {}),
    ...withMode('secret'),
    ...withMode('configMap'),
    ...withMode('projected'),
    ...withMode('downwardAPI'),
  };
}
