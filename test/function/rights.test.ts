/**
 * The rights of the ClusterRole are those that the code uses, no more and no fewer.
 */
import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { targetResource } from '../../function/flagger/target.ts';
import type { Kube } from '../../function/kube/client.ts';
import { read } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { playedTarget, type TargetKind } from '../support/job-table/targets.ts';
import { connectWith } from '../support/verifier.ts';

const namespace = 'default';
const metadata = { name: 'podinfo', namespace, uid: 'u1' };
const spec = {
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  metadata: { ...metadata, resourceVersion: '1', generation: 1 },
  spec: { image: 'busybox' },
} as const;
const kinds: TargetKind[] = ['Deployment', 'DaemonSet', 'Service', 'Knative Service'];

/** Makes every request that the method can make; what is answered does not matter. Exhaustive by its type. */
const uses: Record<keyof Kube, (kube: Kube) => Promise<unknown>> = {
  getCanary: (kube) => kube.getCanary(namespace, 'podinfo'),
  getE2ESpec: (kube) => kube.getE2ESpec(namespace, 'podinfo'),
  getJob: (kube) => kube.getJob(namespace, 'podinfo'),
  getTarget: (kube) => Promise.allSettled(kinds.map((kind) => getTarget(kube, kind))),
  getRevision: (kube) => kube.getRevision(namespace, 'podinfo-00001'),
  listEndpointSlices: (kube) => kube.listEndpointSlices(namespace, 'podinfo'),
  listJobs: (kube) => kube.listJobs(namespace, 'a=b', (job) => job),
  listPods: (kube) => kube.listPods(namespace, 'u1'),
  listEvents: (kube) => kube.listEvents(namespace, { field: 'uid', value: 'u1' }),
  createJob: (kube) => kube.createJob({ metadata: { namespace } }),
  keepJob: (kube) => kube.keepJob({ metadata }, 300),
  annotateJob: (kube) => kube.annotateJob({ metadata }, {}),
  deleteJob: (kube) => kube.deleteJob({ metadata }),
  patchStatus: (kube) => kube.patchStatus(spec, {}),
  createEvent: (kube) => kube.createEvent({ metadata, involvedObject: {} }),
};

async function getTarget(kube: Kube, kind: TargetKind): Promise<unknown> {
  const { targetRef } = playedTarget(kind, namespace);
  const resource = targetResource({ metadata, spec: { targetRef } });
  assert.ok(resource, kind);
  return kube.getTarget(namespace, resource);
}

/** Granted without being used, each with its reason. */
const spare: Record<string, string> = {};

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** As `get batch/jobs`; the core group is empty. */
function grantedRights(): string[] {
  const documents = parseAllDocuments(read('knative/base/rbac.yaml')).map((document) => document.toJS());
  const role = documents.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'e2e-verifier');
  const rules: Rule[] = role.rules;
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    )
    .sort();
}

describe('The rights of the verifier', () => {
  let kubernetes: EmbeddedKubernetes;
  let used: string[];
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    const kube = connectWith(kubernetes.kubeconfig)({ endsAt: Date.now() + 5000 });
    for (const use of Object.values(uses)) await use(kube).catch(() => undefined);
    const rights = kubernetes.requests.map(({ verb, group, resource, subresource }) => {
      return `${verb} ${group}/${resource}${subresource ? `/${subresource}` : ''}`;
    });
    used = [...new Set(rights)].sort();
  });
  after(() => kubernetes.stop());

  it('are granted as far as the code uses them', () => {
    const granted = grantedRights();
    assert.ok(used.length >= Object.keys(uses).length, used.join('\n'));
    assert.deepEqual(
      used.filter((right) => !granted.includes(right)),
      [],
    );
  });

  it('are used as far as they are granted, but for the listed ones', () => {
    assert.deepEqual(
      grantedRights().filter((right) => !used.includes(right)),
      Object.keys(spare).sort(),
    );
  });

  it('name no wildcard, and no right to read Secrets or logs', () => {
    assert.deepEqual(
      grantedRights().filter((right) => /\*|secrets|log/.test(right)),
      [],
    );
  });
});
