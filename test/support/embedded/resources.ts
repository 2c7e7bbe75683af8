/**
 * The kinds this API serves: their names in URLs and at kubectl, and what the API server does with them.
 */
export interface Resource {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  shortNames?: string[];
  categories?: string[];
  namespaced: boolean;
  /** Writes through the main URL leave the status alone, writes through /status change only the status. */
  statusSubresource: boolean;
  /** metadata.generation counts changes of the specification. */
  generation: boolean;
  /** The model in @kubernetes/client-node whose fields a built-in kind has; custom kinds have none. */
  model?: string;
}

type Traits = Partial<Resource> & Pick<Resource, 'plural' | 'kind'>;

function resource(group: string, version: string, traits: Traits): Resource {
  return {
    group,
    version,
    singular: traits.kind.toLowerCase(),
    namespaced: true,
    statusSubresource: false,
    generation: false,
    ...traits,
  };
}

const spec = { statusSubresource: true, generation: true };

export const resources = {
  namespaces: resource('', 'v1', {
    plural: 'namespaces',
    kind: 'Namespace',
    shortNames: ['ns'],
    namespaced: false,
    statusSubresource: true,
    model: 'V1Namespace',
  }),
  pods: resource('', 'v1', {
    plural: 'pods',
    kind: 'Pod',
    shortNames: ['po'],
    categories: ['all'],
    model: 'V1Pod',
    ...spec,
  }),
  events: resource('', 'v1', { plural: 'events', kind: 'Event', shortNames: ['ev'], model: 'CoreV1Event' }),
  // None but those that a test makes, and no pod minds them.
  nodes: resource('', 'v1', {
    plural: 'nodes',
    kind: 'Node',
    shortNames: ['no'],
    namespaced: false,
    statusSubresource: true,
    model: 'V1Node',
  }),
  secrets: resource('', 'v1', { plural: 'secrets', kind: 'Secret', model: 'V1Secret' }),
  configMaps: resource('', 'v1', { plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'], model: 'V1ConfigMap' }),
  serviceAccounts: resource('', 'v1', {
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    model: 'V1ServiceAccount',
  }),
  services: resource('', 'v1', {
    plural: 'services',
    kind: 'Service',
    shortNames: ['svc'],
    categories: ['all'],
    statusSubresource: true,
    model: 'V1Service',
  }),
  resourceQuotas: resource('', 'v1', {
    plural: 'resourcequotas',
    kind: 'ResourceQuota',
    shortNames: ['quota'],
    statusSubresource: true,
    model: 'V1ResourceQuota',
  }),
  deployments: resource('apps', 'v1', {
    plural: 'deployments',
    kind: 'Deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    model: 'V1Deployment',
    ...spec,
  }),
  daemonSets: resource('apps', 'v1', {
    plural: 'daemonsets',
    kind: 'DaemonSet',
    shortNames: ['ds'],
    categories: ['all'],
    model: 'V1DaemonSet',
    ...spec,
  }),
  // Nobody makes its Jobs here.
  cronJobs: resource('batch', 'v1', {
    plural: 'cronjobs',
    kind: 'CronJob',
    shortNames: ['cj'],
    categories: ['all'],
    model: 'V1CronJob',
    ...spec,
  }),
  jobs: resource('batch', 'v1', { plural: 'jobs', kind: 'Job', categories: ['all'], model: 'V1Job', ...spec }),
  endpointSlices: resource('discovery.k8s.io', 'v1', {
    plural: 'endpointslices',
    kind: 'EndpointSlice',
    generation: true,
    model: 'V1EndpointSlice',
  }),
  canaries: resource('flagger.app', 'v1beta1', {
    plural: 'canaries',
    kind: 'Canary',
    shortNames: ['cd'],
    categories: ['all'],
    ...spec,
  }),
  e2eSpecs: resource('remarkable.com', 'v1', {
    plural: 'e2especs',
    kind: 'E2ESpec',
    shortNames: ['e2e'],
    categories: ['all'],
    ...spec,
  }),
  // What requests with a token go by: `accounts.ts`.
  roles: resource('rbac.authorization.k8s.io', 'v1', { plural: 'roles', kind: 'Role', model: 'V1Role' }),
  roleBindings: resource('rbac.authorization.k8s.io', 'v1', {
    plural: 'rolebindings',
    kind: 'RoleBinding',
    model: 'V1RoleBinding',
  }),
  clusterRoles: resource('rbac.authorization.k8s.io', 'v1', {
    plural: 'clusterroles',
    kind: 'ClusterRole',
    namespaced: false,
    model: 'V1ClusterRole',
  }),
  clusterRoleBindings: resource('rbac.authorization.k8s.io', 'v1', {
    plural: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    namespaced: false,
    model: 'V1ClusterRoleBinding',
  }),
  selfSubjectAccessReviews: resource('authorization.k8s.io', 'v1', {
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
  }),
  selfSubjectReviews: resource('authentication.k8s.io', 'v1', {
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    namespaced: false,
  }),
  alertProviders: resource('flagger.app', 'v1beta1', {
    plural: 'alertproviders',
    kind: 'AlertProvider',
    categories: ['all'],
    ...spec,
  }),
  podDisruptionBudgets: resource('policy', 'v1', {
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    shortNames: ['pdb'],
    model: 'V1PodDisruptionBudget',
    ...spec,
  }),
  // Nobody enforces them here.
  networkPolicies: resource('networking.k8s.io', 'v1', {
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    shortNames: ['netpol'],
    model: 'V1NetworkPolicy',
  }),
  httpRoutes: resource('gateway.networking.k8s.io', 'v1', {
    plural: 'httproutes',
    kind: 'HTTPRoute',
    categories: ['gateway-api'],
    ...spec,
  }),
  knativeServices: resource('serving.knative.dev', 'v1', {
    plural: 'services',
    kind: 'Service',
    shortNames: ['kservice', 'ksvc'],
    categories: ['all', 'knative', 'serving'],
    ...spec,
  }),
  revisions: resource('serving.knative.dev', 'v1', {
    plural: 'revisions',
    kind: 'Revision',
    shortNames: ['rev'],
    categories: ['all', 'knative', 'serving'],
    ...spec,
  }),
} satisfies Record<string, Resource>;

export const allResources: readonly Resource[] = Object.values(resources);

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

export function resourceAt(group: string, version: string, plural: string): Resource | undefined {
  return allResources.find((one) => one.group === group && one.version === version && one.plural === plural);
}

export function resourceOf(apiVersion: string, kind: string): Resource | undefined {
  return allResources.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
}
