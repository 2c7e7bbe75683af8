/**
 * The verifier goes to zero pods while rollouts wait for it: twenty real Canaries whose calls come at the same time, and
 * further apart than it stays. Knative's activator holds the calls that find no pod.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { gatewayCalls } from './gateway-calls.ts';
import { install } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
import { jobsOf } from './rollout.ts';
import { checkout } from './settings.ts';
import { unlessBroken } from './unless-broken.ts';

const CANARIES = 20;
/** Between two calls of a rollout: more than the 6 s of the shortest window and the 2 s of grace. */
const INTERVAL = 15;
/** As far apart as twenty rollouts get on a busy machine (an interval), the seconds that a call is held, and that window. */
const RETRY_AFTER = 40;
/** Two waits and a bit. */
const TEST_SECONDS = 90;

const ofVerifier = 'serving.knative.dev/service=e2e-verifier';
const names = Array.from({ length: CANARIES }, (_, index) => `shop-${String(index + 1).padStart(2, '0')}`);

/** `examples/canary-blue-green.yaml`, each with its own name and a test that outlasts two waits. */
function manifests(url: string): string {
  const text = readFileSync(join(checkout, 'examples/canary-blue-green.yaml'), 'utf8')
    .replaceAll('http://e2e-verifier.default', url)
    .replace('interval: 10s', `interval: ${INTERVAL}s`)
    .replace('iterations: 2', 'iterations: 1')
    .replace('for try in', `sleep ${TEST_SECONDS}\n      for try in`);
  return names.map((name) => text.replaceAll('blue-green', name)).join('\n---\n');
}

describe('The verifier at zero pods', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
  });
  after(() => kubernetes?.stop());

  const canaries = () => kubernetes.list({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace });
  const phases = async () => (await canaries()).map((canary) => String(at(canary, 'status', 'phase')));

  async function untilAll(wanted: string[], seconds: number, look: () => Promise<unknown>): Promise<void> {
    const limit = Date.now() + seconds * 1000;
    for (;;) {
      const now = await phases();
      await look();
      if (now.length === CANARIES && now.every((phase) => wanted.includes(phase))) return;
      assert.ok(Date.now() < limit, `not all ${wanted} after ${seconds} s: ${now}`);
      await sleep(500);
    }
  }

  /** Pods that are not told to end, of all revisions. */
  async function replicas(): Promise<number> {
    const own = await kubernetes.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }, ofVerifier);
    return own.reduce((sum, deployment) => sum + Number(at(deployment, 'status', 'replicas') ?? 0), 0);
  }

  async function podsOfVerifier(): Promise<string[]> {
    const own = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, ofVerifier);
    return own.map(({ metadata }) => metadata.name ?? '');
  }

  it(`is woken again and again by ${CANARIES} rollouts at once, loses no call and starts no test twice`, async () => {
    const annotations = {
      'autoscaling.knative.dev/window': '6s',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
    };
    const url = await install(namespace, { annotations, env: { RETRY_AFTER_SECONDS: String(RETRY_AFTER) } });
    const begin = new Date();
    await kubectl(['apply', '-n', namespace, '-f', '-'], { input: manifests(url) });
    await unlessBroken(untilAll(['Initialized'], patience.seconds, async () => undefined));
    await kubectl(['-n', namespace, 'set', 'env', 'deployment', ...names, 'VERSION=2']);

    const seen: number[] = [];
    const pods = new Set<string>();
    const look = async () => {
      for (const name of await podsOfVerifier()) pods.add(name);
      if ((await jobsOf({ kubernetes, namespace })).some(isRunning)) seen.push(await replicas());
    };
    await unlessBroken(untilAll(['Succeeded', 'Failed'], patience.seconds, look));

    for (const canary of await canaries()) {
      const { phase, failedChecks } = canary['status'] as Record<string, unknown>;
      assert.deepEqual({ phase, failedChecks }, { phase: 'Succeeded', failedChecks: 0 }, canary.metadata.name);
    }
    assert.ok(seen.includes(0), `no pods while tests run: ${seen}`);
    assert.ok(pods.size >= 3, `woken at least twice: ${[...pods]}`);

    const calls = await gatewayCalls(`e2e-verifier.${namespace}`, begin);
    const told = JSON.stringify(Object.fromEntries(calls));
    const meant = [
      'POST /confirm-rollout 200 -',
      'POST /pre-rollout 200 -',
      'POST /pre-rollout 429 -',
      'POST /rollback 403 -',
    ];
    assert.deepEqual([...calls.keys()].sort(), meant, told);
    assert.equal(calls.get('POST /pre-rollout 200 -'), CANARIES, told);

    const jobs = await jobsOf({ kubernetes, namespace });
    const tested = jobs.map(({ metadata }) => metadata.ownerReferences?.[0]?.name);
    assert.deepEqual(tested.sort(), names, 'one Job for each Canary');
    const specs = await kubernetes.list({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace });
    for (const spec of specs) {
      const runs = at(spec, 'status', 'runs');
      const verdicts = (Array.isArray(runs) ? runs : []).map((run) => at(run, 'verdict'));
      assert.deepEqual(verdicts, ['Passed'], spec.metadata.name);
    }
  });
});

function isRunning(job: KubernetesObject): boolean {
  return at(job, 'status', 'active') === 1;
}
