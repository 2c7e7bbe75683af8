/**
 * What Flux leaves of what a person has written by hand, when it reconciles the objects that it keeps: its own library applies
 * them, as kustomize-controller does.
 */
import assert from 'node:assert/strict';
import { at } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { reconcile } from './flux.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';

const inGit = (namespace: string, image: string) => `
apiVersion: remarkable.com/v1
kind: E2ESpec
metadata:
  name: my-app
  namespace: ${namespace}
  annotations:
    team: shop
spec:
  image: ${image}
`;

describe('Flux', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    await reconcile(inGit(namespace, 'busybox:1.36'));
  });
  after(() => kubernetes?.stop());

  const annotate = (name: string, ...options: string[]) =>
    kubectl(['-n', namespace, 'annotate', ...options, 'e2e', 'my-app', `remarkable.com/${name}`, '--overwrite']);
  const spec = () => kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'my-app' });
  const annotations = async () => at(await spec(), 'metadata', 'annotations');

  it('keeps an annotation that was written with the field manager e2e-verifier', async () => {
    await annotate('requestedAt=now', '--field-manager=e2e-verifier');
    await reconcile(inGit(namespace, 'busybox:1.36'));
    await reconcile(inGit(namespace, 'alpine:latest'));
    assert.deepEqual(await annotations(), { team: 'shop', 'remarkable.com/requestedAt': 'now' });
    assert.equal(at(await spec(), 'spec', 'image'), 'alpine:latest');
  });

  it('removes one that kubectl annotate has written under its own name', async () => {
    await annotate('skip=my-app/abc: the shop is closed');
    assert.equal(at(await annotations(), 'remarkable.com/skip'), 'my-app/abc: the shop is closed');
    await reconcile(inGit(namespace, 'alpine:latest'));
    assert.equal(at(await annotations(), 'remarkable.com/skip'), undefined);
  });

  it('leaves the status to the verifier', async () => {
    const status = { lastRun: { verdict: 'Passed', canary: 'my-app', checksum: '85d557f47b' } };
    await kubectl([
      '-n',
      namespace,
      'patch',
      'e2e',
      'my-app',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status }),
    ]);
    await reconcile(inGit(namespace, 'busybox:1.36'));
    assert.deepEqual(at(await spec(), 'status', 'lastRun'), status.lastRun);
  });
});
