/**
 * Knative Serving with Kourier, from the manifests of their modules; settings that make tests fast.
 */
import { join } from 'node:path';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { moduleFolder } from './build.ts';
import { localImage } from './images.ts';
import { isDeployment, load, withData, withoutScaling } from './manifests.ts';

export interface AddOn {
  /** Files of CRDs, applied first and as they are: what follows is of these kinds. */
  definitions: string[];
  objects: KubernetesObject[];
}

async function configuration(): Promise<{ core: string; networking: string; caching: string; kourier: string }> {
  const folder = async (component: string, module: string) => join(await moduleFolder(component, module), 'config');
  return {
    core: join(await folder('knative-serving', 'knative.dev/serving'), 'core'),
    networking: await folder('knative-serving', 'knative.dev/networking'),
    caching: await folder('knative-serving', 'knative.dev/caching'),
    kourier: await folder('net-kourier', 'knative.dev/net-kourier'),
  };
}

/** Scale-to-zero in seconds; images are in containerd already, so no tag can be resolved to a digest. */
function configure(objects: KubernetesObject[]): void {
  withData(objects, 'config-autoscaler', {
    'stable-window': '6s',
    'panic-window-percentage': '50.0',
    'scale-to-zero-grace-period': '2s',
  });
  withData(objects, 'config-deployment', {
    // There is no registry to ask: index.docker.io is where names without a host are.
    'registries-skipping-tag-resolving': 'kind.local,ko.local,dev.local,index.docker.io',
    // As little as all else here: suites run side by side on a node of two processors.
    'queue-sidecar-cpu-request': '5m',
  });
  withData(objects, 'config-network', {
    'ingress-class': 'kourier.ingress.networking.knative.dev',
    // Else the activator may take a slow start for a mesh, and hold calls until a pod of before is gone:
    // https://github.com/knative/serving/pull/15479
    'mesh-compatibility-mode': 'disabled',
  });
}

function withOwnEnvoy(objects: KubernetesObject[]): KubernetesObject[] {
  for (const gateway of objects.filter(isDeployment)) {
    for (const container of gateway.spec.template.spec.containers) {
      if (container.image.includes('envoyproxy/envoy')) container.image = localImage('envoy');
    }
  }
  return objects;
}

export async function knative(): Promise<AddOn> {
  const { core, networking, caching, kourier } = await configuration();
  const networkKinds = ['certificate', 'domain-claim', 'ingress', 'serverlessservice'];
  const definitions = [
    join(core, '300-resources'),
    join(caching, 'image.yaml'),
    ...networkKinds.map((kind) => join(networking, `${kind}.yaml`)),
  ];
  const names = ['100-namespace.yaml', '200-serviceaccount.yaml', '200-roles', 'configmaps'];
  const settings = [
    ...names.flatMap((name) => load(join(core, name))),
    ...load(join(networking, 'config-network.yaml')),
  ];
  configure(settings);
  const rest = ['300-knativecertificate.yaml', '999-cache.yaml', 'webhooks', 'deployments'];
  const serving = rest.flatMap((name) => load(join(core, name)));
  return { definitions, objects: withoutScaling([...settings, ...serving, ...withOwnEnvoy(load(kourier))]) };
}
