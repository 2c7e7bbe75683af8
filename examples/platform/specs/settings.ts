// What settings.env says, with its defaults.

const env = (name: string, byDefault: string): string => process.env[name] || byDefault;

/** A number that is none would make checks that cannot fail. */
function numberOf(name: string, byDefault: string): number {
  const value = Number(env(name, byDefault));
  if (!(value > 0)) throw new Error(`${name} is ${process.env[name]}, and must be a number`);
  return value;
}

function labelsOf(name: string): Record<string, string> {
  const text = env(name, '{}');
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} is ${text}, and must be JSON, such as {"team": "platform"}`);
  }
}

const host = env('DOCKER_REGISTRY_HOST', '');
const imageOf = (name: string): string => (host === '' ? name : `${host.replace(/\/$/, '')}/${name}`);

export const settings = {
  namespace: env('TEST_NAMESPACE', 'kubee2etests'),
  deployment: env('TEST_DEPLOYMENT', 'kubee2etestapp'),
  service: env('TEST_SERVICE', 'kubee2etests'),
  labels: { app: 'hello-minikube', ...labelsOf('CUSTOM_TEST_DEPLOYMENT_LABELS') },
  image: imageOf(env('TEST_IMAGE', 'node:24')),
  otherImage: imageOf(env('TEST_UPDATE_IMAGE', 'node:24-slim')),
  replicas: numberOf('REPLICAS', '3'),
  /** How long a step waits for the cluster. */
  seconds: numberOf('TEST_TIMEOUT_SECONDS', '60'),
  dnsName: env('DNS_NAME', 'kubernetes.default.svc.cluster.local'),
  statsdHost: env('STATSD_HOST', 'e2etest-statsd'),
  statsdPort: numberOf('STATSD_PORT', '8125'),
  isVerbose: env('LOG_LEVEL', 'INFO').toUpperCase() === 'DEBUG',
  /** For a run outside of a cluster, as through `kubectl proxy`; pods and Services cannot be reached from there. */
  apiUrl: process.env['API_URL'],
};

/** Every call and every metric, with LOG_LEVEL=DEBUG. */
export function debug(line: string): void {
  if (settings.isVerbose) console.log(line);
}
