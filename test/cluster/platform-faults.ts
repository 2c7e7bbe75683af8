/**
 * What is made to go wrong under each suite of examples/platform, on the cluster and not in the suite, and the step that is there
 * to notice.
 */
import type { SuiteName, steps } from '../support/platform/suites.ts';
import {
  byMaking,
  bySetting,
  deployment,
  heldNamespace,
  label,
  make,
  type Place,
  stranger,
  withoutRight,
} from './platform-injections.ts';

export interface Fault {
  suite: SuiteName;
  what: string;
  /** The one that fails. */
  step: (typeof steps)[SuiteName][number];
  /** What it is counted under, and what the cluster says. */
  says: RegExp;
  /** Before the run. Resolves to what ends it. */
  inject(place: Place): Promise<() => Promise<unknown>>;
}

const noImage = 'node:no-such-tag';
const wrongText = "s.end('not what was asked for')";
const unavailable = 's.statusCode = 503; s.end()';

export const faults: Fault[] = [
  {
    suite: 'namespace',
    what: 'a finalizer on what is in the namespace',
    step: 'check namespace is deleted',
    says: /k8s\.not_deleted: /,
    inject: heldNamespace,
  },
  {
    suite: 'deployment',
    what: 'an image that does not exist',
    step: 'check pods have been started',
    says: /timeout\.waiting_on_phase: .*no-such-tag/,
    inject: bySetting('TEST_IMAGE', noImage, 'node:24'),
  },
  {
    suite: 'deployment-update',
    what: 'a rollout to an image that does not exist',
    step: 'Check old pods are deleted',
    says: /k8s\.not_deleted: .*no-such-tag/,
    inject: bySetting('TEST_UPDATE_IMAGE', noImage, 'node:24-slim'),
  },
  {
    suite: 'deployment-scale',
    what: 'a finalizer on the pods',
    step: 'check pods are deleted',
    says: /k8s\.not_deleted: .*example\.com\/hold/,
    inject: byMaking(deployment("s.end('Hello World!')", ['example.com/hold'])),
  },
  {
    suite: 'service',
    what: 'a pod that the selector finds, and should not',
    step: 'check service exists and has 0 endpoints',
    says: /k8s\.incorrect_endpoint_count: /,
    inject: byMaking(stranger),
  },
  {
    suite: 'deployment-service',
    what: 'a Service with a wrong selector',
    step: 'check service has N endpoints following deployment creation',
    says: /timeout\.waiting_on_endpoints: .*it has 0/,
    inject: (place) =>
      make(place, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: place.copy.kubee2etests, labels: label },
        spec: { selector: { app: 'hello-minikub' }, ports: [{ port: 80, targetPort: 8080 }] },
      }),
  },
  {
    suite: 'deployment-scale-service',
    what: 'an endpoint that does not go with the deployment',
    step: 'check service has 0 endpoints following deployment scaling',
    says: /k8s\.incorrect_endpoint_count: .*it has 1/,
    inject: byMaking(stranger),
  },
  {
    suite: 'http',
    what: 'a server that answers another text',
    step: 'check http request to each pod gets expected response',
    says: /k8s\.wrong_response: .*not what was asked for/,
    inject: byMaking(deployment(wrongText)),
  },
  {
    suite: 'http',
    what: 'a server that answers 503',
    step: 'check http request to each pod gets expected response',
    says: /k8s\.wrong_response: .* 503 /,
    inject: byMaking(deployment(unavailable)),
  },
  {
    suite: 'http-update',
    what: 'a server that says the same in the new version',
    step: 'make http request to each pod individually after update, get expected response',
    says: /k8s\.wrong_response: .*Hello World!/,
    inject: byMaking(deployment("s.setHeader('connection', 'close'); s.end('Hello World!')")),
  },
  {
    suite: 'dns',
    what: 'a name that is not there',
    step: 'Attempt to resolve name',
    says: /k8s\.enotfound: no-such-name\.invalid/,
    inject: bySetting('DNS_NAME', 'no-such-name.invalid', 'kubernetes.default.svc.cluster.local'),
  },
  {
    suite: 'service',
    what: 'a right that is missing',
    step: 'create service in namespace',
    says: /api\.forbidden: create services: /,
    inject: withoutRight('services', 'create'),
  },
];
