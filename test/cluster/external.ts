/**
 * A cluster that is there already (E2E_KUBECONFIG): it is looked at, never changed.
 */
import type { KubernetesObject } from '../support/kubernetes.ts';
import { get, kubectl } from './kubectl.ts';

const needed: [what: string, kind: string, name: RegExp][] = [
  ['Flagger (CRD canaries.flagger.app)', 'crd', /^canaries\.flagger\.app$/],
  ['Flagger (its deployment)', 'deployments', /flagger(?!-loadtester|-prometheus)/],
  ['Knative Serving (CRD services.serving.knative.dev)', 'crd', /^services\.serving\.knative\.dev$/],
  ['Knative Serving (deployment controller in knative-serving)', 'deployments', /^knative-serving\/controller$/],
  ['Gateway API (CRD httproutes.gateway.networking.k8s.io)', 'crd', /^httproutes\.gateway\.networking\.k8s\.io$/],
];

/** One sentence for each thing the cluster lacks. */
export async function missingInExternalCluster(): Promise<string[]> {
  try {
    await kubectl(['version', '--request-timeout=5s']);
  } catch (error) {
    return [`an API server that answers: ${error instanceof Error ? error.message : String(error)}`];
  }
  const found = new Map<string, string[]>();
  for (const kind of new Set(needed.map(([, each]) => each))) {
    const { items } = await get<KubernetesObject & { items: KubernetesObject[] }>([kind, '-A']);
    const names = items.map(({ metadata: { namespace, name } }) => (namespace ? `${namespace}/${name}` : `${name}`));
    found.set(kind, names);
  }
  return needed.filter(([, kind, name]) => !found.get(kind)?.some((each) => name.test(each))).map(([what]) => what);
}
