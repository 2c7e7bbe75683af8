/**
 * `npm run test:monitoring`: knative/monitoring/ on the real cluster, from a test that fails to the alert in Alertmanager's API,
 * with a verifier at no pods and with none at all. On demand: it builds kube-state-metrics, and takes minutes.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayedCanary } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import { applySpec, image, rollOut, until, untilDecided } from '../support/environment.ts';
import type { Kubernetes, ObjectKey } from '../support/kubernetes.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';
import { moduleFolder } from './build.ts';
import { install, withKustomization } from './installation.ts';
import { applyFiles, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { SCRAPE_SECONDS } from './monitoring-commands.ts';
import { rolloutsOfFlagger } from './monitoring-rollouts.ts';
import { type Alert, type Stack, startStack } from './monitoring-stack.ts';

const result = (failed: number) => `{"total":42,"passed":${42 - failed},"failed":${failed}}`;
const testWith = (failed: number) => ({
  image,
  command: ['sh', '-c', `echo '${result(failed)}' > /dev/termination-log; exit ${failed > 0 ? 1 : 0}`],
});
const atOnce = {
  'autoscaling.knative.dev/window': '6s',
  'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
};

const operator = 'github.com/prometheus-operator/prometheus-operator';

const isOne = (alerts: Alert[]) => alerts.length === 1;

describe('knative/monitoring', function () {
  this.timeout(300_000);
  let kubernetes: Kubernetes;
  let namespace: string;
  /** Of Flagger's rollouts. */
  let home: string;
  let stack: Stack;
  /** Beside the tests. */
  let verifier: Verifier;
  let isGone = false;
  let canary: PlayedCanary;

  before(async function () {
    // The first time it builds kube-state-metrics.
    this.timeout(20 * 60_000);
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    home = await kubernetes.namespace();
    await overlay('apply');
    stack = await startStack(namespace);
    verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  });
  after(async () => {
    await stack?.stop();
    if (!isGone) await verifier?.stop();
    if (namespace) await overlay('delete', '--wait=false');
    await kubernetes?.stop();
  });

  /** The account of kube-state-metrics is that of the overlay. Its pods, for which there is no image here, are left out. */
  async function overlay(verb: string, ...options: string[]): Promise<void> {
    const use = (folder: string) => kubectl([verb, ...options, '-k', folder]);
    const replicas = ['e2e-kube-state-metrics', 'e2e-prometheus', 'e2e-alertmanager'].map((name) => ({
      name,
      count: 0,
    }));
    await withKustomization('knative/monitoring/prometheus', { namespace, replicas }, use);
  }

  const place = () => ({ kubernetes, namespace });
  const own = (series: string) => stack.values(`${series}{namespace="${namespace}"}`);
  const spec = (): ObjectKey => ({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' });

  const verdict = async () => (await untilDecided({ ...place(), verifier }, canary.payload())).status;

  async function deployment() {
    const ofVerifier = 'serving.knative.dev/service=e2e-verifier';
    const [found] = await kubernetes.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }, ofVerifier);
    assert.ok(found);
    return found;
  }
  const replicas = async () => Number(at(await deployment(), 'status', 'replicas') ?? 0);

  it('tells of 3 failing assertions of 42 within two scrapes, in a series and in an alert', async () => {
    canary = await rollOut(place(), testWith(3));
    assert.equal(await verdict(), 412);
    const since = Date.now();
    const [alert] = await until(() => stack.alerts('E2ETestFailed', namespace), isOne);
    const seconds = (Date.now() - since) / 1000;
    console.log(`      the alert is there ${seconds.toFixed(1)} s after the verdict`);
    assert.ok(seconds < 2 * SCRAPE_SECONDS + 2, `${seconds} s`);
    const of = { namespace, spec: 'podinfo', canary: 'podinfo' };
    assert.deepEqual(alert?.labels, { alertname: 'E2ETestFailed', ...of, hook: 'e2e', severity: 'warning' });
    assert.match(alert?.annotations['description'] ?? '', /^3 of its assertions fail\. /);
    const series = await stack.query(`assertions_failed{namespace="${namespace}"}`);
    assert.deepEqual(series, [{ labels: { __name__: 'assertions_failed', ...of }, value: 3 }]);
    assert.deepEqual(await own('e2e_assertions'), [42]);
  });

  it('has them still when the Job is deleted and a verifier of Knative has no pod, and no scrape starts one', async () => {
    await kubectl(['delete', 'jobs', '--all', '-n', namespace]);
    await install(namespace, { annotations: atOnce });
    // The first calls of a new revision are Knative's own.
    await until(replicas, (count) => count === 0);
    const before = await deployment();
    await sleep(5 * SCRAPE_SECONDS * 1000);
    const window = `${4 * SCRAPE_SECONDS}s`;
    const [counted = 0] = await stack.values(`count_over_time(assertions_failed{namespace="${namespace}"}[${window}])`);
    assert.ok(counted >= 3, `${counted} evaluations`);
    assert.deepEqual(await own('assertions_failed'), [3]);
    assert.ok(isOne(await stack.alerts('E2ETestFailed', namespace)));
    assert.equal(await replicas(), 0);
    // Whoever starts a pod changes the number of replicas in its spec.
    assert.equal((await deployment()).metadata.generation, before.metadata.generation);
  });

  it('has 0, and no alert, when the test is mended', async () => {
    await applySpec(place(), testWith(0));
    await canary.end('Failed');
    await canary.begin('two');
    assert.equal(await verdict(), 200);
    const since = Date.now();
    await until(
      () => stack.alerts('E2ETestFailed', namespace),
      (alerts) => alerts.length === 0,
    );
    console.log(`      the alert is gone ${((Date.now() - since) / 1000).toFixed(1)} s after the verdict`);
    assert.deepEqual(await own('assertions_failed'), [0]);
  });

  it('tells that a test is stale when the verifier is deleted, with the severity of its label', async () => {
    await verifier.stop();
    isGone = true;
    await kubectl(['delete', 'ksvc', 'e2e-verifier', '-n', namespace, '--ignore-not-found']);
    await kubernetes.patch(spec(), {
      metadata: { labels: { 'remarkable.com/alert-severity': 'page' } },
      spec: { staleAfterSeconds: 60 },
    });
    const [alert] = await until(() => stack.alerts('E2ETestStale', namespace), isOne);
    assert.deepEqual(alert?.labels, { alertname: 'E2ETestStale', namespace, spec: 'podinfo', severity: 'page' });
  });

  it('brings alerts and a dashboard that the API server takes with the definitions of the Prometheus operator', async () => {
    const file = 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml';
    const definition = join(await moduleFolder('prometheus-operator', operator), file);
    const isThere =
      (await kubectl(['get', 'crd', 'prometheusrules.monitoring.coreos.com', '--ignore-not-found'])) !== '';
    if (!isThere) {
      await applyFiles([definition]);
      await kubectl(['wait', '--for=condition=Established', '-f', definition, '--timeout=60s']);
    }
    try {
      const apply = (folder: string) => kubectl(['apply', '--validate=strict', '-k', folder]);
      const applied = await withKustomization('knative/monitoring', { namespace }, apply);
      assert.match(applied, /prometheusrule\S* created/);
      assert.match(applied, /configmap\/e2e-verifier-dashboard created/);
    } finally {
      if (!isThere) await kubectl(['delete', '-f', definition]);
    }
  });

  rolloutsOfFlagger(() => ({ kubernetes, namespace: home, stack }));
});
