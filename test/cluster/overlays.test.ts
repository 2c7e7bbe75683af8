/**
 * Every choice of namespaces in `knative/`, applied as it stands: where the verifier works, and what it says elsewhere.
 */
import assert from 'node:assert/strict';
import { lasting, rollOut } from '../support/environment.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { importFunction } from './deploy.ts';
import { goInside, type Inside } from './inside.ts';
import { imageChange, untilReady, withKustomization } from './installation.ts';
import { apply, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { parse } from './manifests.ts';
import { longestTest } from './patience.ts';
import { checkout, externalKubeconfig } from './settings.ts';
import { unlessBroken } from './unless-broken.ts';

interface Choice {
  folder: string;
  /** As the webhooks of the Canaries say it. */
  url: string;
  serves: string[];
  refuses: string[];
}

/** `staging` and `shop` are named in the overlays, `elsewhere` is not. */
const choices: Choice[] = [
  {
    folder: 'knative',
    url: 'http://e2e-verifier.default',
    serves: ['default'],
    refuses: ['staging', 'shop', 'elsewhere'],
  },
  {
    folder: 'knative/overlays/namespaces',
    url: 'http://e2e-verifier.default',
    serves: ['staging', 'shop'],
    refuses: ['default', 'elsewhere'],
  },
  {
    folder: 'knative/overlays/single-namespace',
    url: 'http://e2e-verifier.shop',
    serves: ['shop'],
    refuses: ['default', 'staging'],
  },
  {
    folder: 'knative/overlays/cluster-wide',
    url: 'http://e2e-verifier.default',
    serves: ['default', 'staging', 'shop', 'elsewhere'],
    refuses: [],
  },
];
const namespaces = ['staging', 'shop', 'elsewhere'];

const name = 'overlays';
const event = { eventMessage: 'Test', eventType: 'Normal', timestamp: '1640000000000' };

/** kubectl apply takes nothing away: whoever changes from one choice to another does this as well. */
async function unbind(folder: string): Promise<void> {
  const objects = parse(await kubectl(['kustomize', folder], { cwd: checkout }));
  for (const { kind, metadata } of objects.filter((each) => each.kind.endsWith('Binding'))) {
    const where = metadata.namespace === undefined ? [] : ['-n', metadata.namespace];
    await kubectl(['delete', kind, String(metadata.name), ...where]);
  }
}

describe('kubectl apply -k', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let inside: Inside;
  let imageBefore: Record<string, unknown>;

  before(async function () {
    // It takes namespaces by their names, and puts an image onto the node.
    if (externalKubeconfig !== undefined) this.skip();
    kubernetes = await connect();
    imageBefore = await imageChange();
    inside = await goInside(await kubernetes.namespace());
    await importFunction('dev.local/e2e-verifier:0.2.0');
    await apply(namespaces.map((each) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: each } })));
  });
  after(async () => {
    if (kubernetes === undefined) return;
    await withKustomization('knative', imageBefore, (folder) => kubectl(['apply', '-k', folder]));
    await untilReady('default');
    for (const each of namespaces)
      await kubernetes.delete({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: each });
    await kubernetes.stop();
  });

  for (const { folder, url, serves, refuses } of choices) {
    const limits = refuses.length > 0 ? `, and not ${refuses.join(', ')}` : '';
    it(`${folder} serves ${serves.join(', ')} under ${url}${limits}`, async () => {
      await kubectl(['apply', '-k', folder], { cwd: checkout });
      try {
        await unlessBroken(untilReady(new URL(url).host.split('.')[1] ?? ''));
        for (const namespace of serves) await assertServed(url, namespace);
        for (const namespace of refuses) await assertRefused(url, namespace);
      } finally {
        for (const namespace of serves) await clear(namespace);
        await unbind(folder);
      }
    });
  }

  async function assertServed(url: string, namespace: string): Promise<void> {
    const canary = await rollOut({ kubernetes, namespace }, lasting, { name });
    const { status, text } = await inside.post(`${url}/webhook`, canary.payload(event));
    assert.match(`${status} ${text}`, /^202 Started: Job e2e-overlays-\w+: the Job was created$/, namespace);
  }

  async function assertRefused(url: string, namespace: string): Promise<void> {
    const payload = { name, namespace, phase: 'Progressing', checksum: 'test123', metadata: event };
    const { status, text } = await inside.post(`${url}/webhook`, payload);
    const rule = '{apiGroups: ["flagger.app"], resources: ["canaries"], verbs: ["get"]}';
    assert.ok(text.startsWith(`Forbidden: the verifier lacks the rule ${rule}: `), text);
    assert.ok(text.includes(`in namespace ${namespace}`), text);
    assert.equal(status, 403);
    // Flagger would wait for ever there, and show nothing.
    const preflight = await inside.post(`${url}/confirm-rollout`, payload);
    assert.match(`${preflight.status} ${preflight.text}`, /^200 NotTried: .* the verifier lacks the rule /);
  }

  /** The Job goes with its Canary. */
  async function clear(namespace: string): Promise<void> {
    await kubernetes.delete({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name });
    await kubernetes.delete({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name });
    await kubernetes.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: `app-${name}` });
  }
});
