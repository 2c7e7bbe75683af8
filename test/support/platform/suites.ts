/**
 * examples/platform as the tests see it, on the embedded Kubernetes and on a real one.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Resource, root } from '../documents.ts';

export const folder = join(root, 'examples/platform');

const create = { service: "Create a service if it's not there", deployment: "create a deployment if it's not there" };
const update = [
  'update deployment to a different image',
  'Check old pods are deleted',
  'validate that all pods update to new image',
];

/** What each checks, in the words of the project that thought of them, kube-e2etestapp. */
export const steps = {
  namespace: [
    'create a namespace (name set by environment variable, or defaulted to kubee2etests)',
    'check namespace exists',
    'check namespace is empty',
    'Delete the namespace',
    'check namespace is deleted',
  ],
  deployment: [
    'create deployment (some simple http container), N (default: 3) instances, DC anti affinity enabled',
    'check pods have been scheduled',
    'check pods have been started',
    'check each pod is on a different node',
    "check each pod's node is in a different data centre",
    'delete deployment',
  ],
  'deployment-update': ["Create a deployment if it's not there", ...update],
  'deployment-scale': [
    "Create a deployment if it's not there",
    'scale deployment to 0',
    'check pods are marked for deletion',
    'check pods are deleted',
  ],
  service: [
    'create service in namespace',
    'check service exists and has 0 endpoints',
    'delete service',
    'check service is deleted',
  ],
  'deployment-service': [
    create.service,
    create.deployment,
    'check service has N endpoints following deployment creation',
  ],
  'deployment-scale-service': [
    create.service,
    create.deployment,
    'scale the deployment',
    'check service has 0 endpoints following deployment scaling',
  ],
  http: [
    create.service,
    create.deployment,
    'make http request to each pod individually',
    'check each pod log output non empty',
    'check pod log output includes http request to service/pod',
    'make http request to service',
    'check http request to each pod gets expected response',
    'check http request to service gets expected response',
    'make http request to service address N*2 times, get expected responses',
  ],
  'http-update': [
    create.service,
    create.deployment,
    ...update,
    'make http request to each pod individually after update, get expected response',
    'make http request to service address N*2 times after update, get expected responses',
  ],
  dns: ['Attempt to resolve name'],
} as const satisfies Record<string, readonly string[]>;

export type SuiteName = keyof typeof steps;
export const suiteNames = Object.keys(steps) as SuiteName[];
export const namespaceOf = (suite: SuiteName): string => `e2e-${suite}`;

/** What `kubectl apply -k` applies. */
export function kustomized(): Resource[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Resource);
}
