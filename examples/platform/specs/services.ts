// The Service that suites make, and its endpoints.
import { api, find, type Look, list, until, type Wait } from './api.ts';
import { port } from './deployments.ts';
import { metadataOf } from './made.ts';
import { settings } from './settings.ts';
import { timed } from './statsd.ts';

export interface Service {
  metadata: { name: string };
  spec: { clusterIP: string };
}

interface EndpointSlice {
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean } }[];
}

export function createService(suite: string): Promise<Service> {
  const spec = { selector: { app: 'hello-minikube' }, ports: [{ port: 80, targetPort: port }] };
  const body = { metadata: metadataOf(settings.service, suite), spec };
  return timed('service', 'create', () => api('create', 'services', { body }));
}

/** One of this name that is there is taken as it stands, and stays. */
export async function haveService(suite: string): Promise<Service> {
  return (await find<Service>('services', settings.service)) ?? (await createService(suite));
}

/** Whether its endpoints are counted yet, and the addresses of those that are ready. */
async function endpointsOf(service: string): Promise<{ areKnown: boolean; addresses: string[] }> {
  const slices = await list<EndpointSlice>('endpointslices', `kubernetes.io/service-name=${service}`);
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  // Outside of a cluster there may be nobody who counts them.
  const areKnown = slices.length > 0 || settings.apiUrl !== undefined;
  return { areKnown, addresses: [...new Set(ready.flatMap((each) => each.addresses))] };
}

export function untilEndpoints({ metadata: { name } }: Service, wanted: number): Promise<string[]> {
  const what = `service ${name} has ${wanted} endpoints`;
  const wait: Wait =
    wanted === 0
      ? { resource: 'service', area: 'k8s', error: 'incorrect_endpoint_count', what }
      : { resource: 'service', area: 'timeout', error: 'waiting_on_endpoints', what };
  return until(wait, async (): Promise<Look<string[]>> => {
    const { areKnown, addresses } = await endpointsOf(name);
    if (areKnown && addresses.length === wanted) return { found: addresses };
    return { instead: areKnown ? `it has ${addresses.length}: ${addresses.join(', ')}` : 'it has no EndpointSlice' };
  });
}
