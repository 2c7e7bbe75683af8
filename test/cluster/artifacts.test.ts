/**
 * examples/artifacts with the client that it names, on a real kubelet: what a native sidecar may do to a verdict.
 */
import { cases, casesOfKubelet, clientImage, type Store, type World } from '../support/artifacts.ts';
import { read } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';
import { build } from './build.ts';
import { components } from './components.ts';
import { busybox } from './downloads.ts';
import { importImage, rcloneImage } from './images.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patiently } from './patience.ts';
import { externalKubeconfig } from './settings.ts';
import { readState } from './state.ts';
import { unlessBroken } from './unless-broken.ts';

const name = 's3';
const port = 9000;

/** Goes with its namespace. */
async function startStore(kubernetes: Kubernetes): Promise<Store> {
  const namespace = await kubernetes.namespace();
  const program = `${read('test/support/scripted-s3.ts')}\nscriptedS3().listen(${port});`;
  const labels = { app: name };
  const container = {
    name,
    image: 'node:24',
    command: ['node', '--no-warnings', '--input-type=module-typescript', '--eval', program],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
  await kubernetes.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  });
  await kubernetes.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: labels, ports: [{ port }] },
  });
  await kubectl(['wait', `pod/${name}`, '-n', namespace, '--for=condition=Ready', patiently]);
  const proxy = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
  return {
    address: `http://${name}.${namespace}:${port}`,
    open: (path) => kubectl(['get', '--raw', `${proxy}${path}`]),
  };
}

/** A cluster of another making pulls it. */
async function bringClient(): Promise<void> {
  const first = readState()?.first;
  if (externalKubeconfig !== undefined || first === undefined) return;
  await importImage(first, rcloneImage(clientImage(), await build(components.rclone), await busybox()));
}

describe('examples/artifacts:', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let verifier: Verifier;
  let store: Promise<Store>;
  before(async () => {
    kubernetes = await connect();
    verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    store = bringClient().then(() => startStore(kubernetes));
    await store;
  });
  after(async () => {
    await verifier?.stop();
    await kubernetes?.stop();
  });
  const enter = async () => ({
    kubernetes,
    verifier,
    namespace: await kubernetes.namespace(),
    store: await store,
  });
  const guarded = [...cases, ...casesOfKubelet].map(({ title, run }) => ({
    title,
    run: (world: World) => unlessBroken(run(world)),
  }));
  sideBySide(guarded.length, enter, guarded);
});
