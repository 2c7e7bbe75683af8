/**
 * The verifier is taken away: what becomes of rollouts that still ask it, what stays, and what goes with what; and what a
 * definition with more fields does to what is recorded. What docs/troubleshooting.md and docs/install.md say of it.
 */
import assert from 'node:assert/strict';
import { defaultWebhooks } from '../support/canary.ts';
import { type Properties, withMore } from '../support/definitions.ts';
import { at, parse, read } from '../support/documents.ts';
import { passing, rollOut } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from '../support/kubernetes.ts';
import { isTrue } from '../support/scenario.ts';
import { until } from '../support/until.ts';
import { missing, type Shown, shown } from './console-blocks.ts';
import { goInside } from './inside.ts';
import { imageChange, install, withKustomization } from './installation.ts';
import { get, kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { jobsOf, type World } from './rollout.ts';
import { rollouts } from './rollouts.ts';

interface Caller {
  name: string;
  hook: { type: string; retries?: number };
  skipAnalysis?: boolean;
  /** The phase in which its rollout stays, or ends. */
  phase: string;
}

const callers: Caller[] = [
  { name: 'waits', hook: { type: 'confirm-rollout' }, phase: 'Waiting' },
  { name: 'fails', hook: { type: 'pre-rollout', retries: 1 }, phase: 'Failed' },
  { name: 'holds', hook: { type: 'confirm-promotion' }, phase: 'WaitingPromotion' },
  { name: 'warns', hook: { type: 'post-rollout' }, skipAnalysis: true, phase: 'Succeeded' },
];

function deploymentOf({ name }: Caller, namespace: string): KubernetesObject {
  const container = {
    name: 'web',
    image: 'busybox:1.36',
    command: ['sleep', '3600'],
    ports: [{ containerPort: 8080 }],
  };
  const template = {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: { selector: { matchLabels: { app: name } }, template },
  };
}

function canaryOf({ name, hook, skipAnalysis = false }: Caller, namespace: string): KubernetesObject {
  const url = `http://e2e-verifier.${namespace}/${hook.type}`;
  const webhooks = [{ name: 'e2e', url, timeout: '30s', ...hook }];
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name },
    spec: {
      provider: 'kubernetes',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 8080 },
      skipAnalysis,
      analysis: { interval: '10s', threshold: 1, iterations: 1, webhooks },
    },
  };
}

async function untilPhases(world: World, phase: (caller: Caller) => string): Promise<void> {
  const missed = async (caller: Caller): Promise<string[]> => {
    const { name } = caller;
    const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: world.namespace, name };
    const is = String(at(await world.kubernetes.get(key), 'status', 'phase'));
    return is === phase(caller) ? [] : [`${name} is ${is}, not ${phase(caller)}`];
  };
  const missedByAny = async () => (await Promise.all(callers.map(missed))).flat();
  await until('each Canary is in its phase', missedByAny, patience.ms);
}

/** A block of docs/troubleshooting.md with one command. */
function block(name: string): Shown {
  const [one] = shown(name);
  assert.ok(one);
  return one;
}

/** What a command of the document says, in the namespace of the test. */
async function say({ command: [, ...args] }: Shown, namespace: string): Promise<string> {
  const here = args.map((arg) => (arg === 'default' ? namespace : arg));
  return (await kubectl(here)).replaceAll(namespace, 'default');
}

async function withoutVerifier(world: World): Promise<void> {
  const { kubernetes, namespace } = world;
  for (const caller of callers) {
    await kubernetes.apply(deploymentOf(caller, namespace));
    await kubernetes.apply(canaryOf(caller, namespace));
  }
  await untilPhases(world, () => 'Initialized');
  await kubectl(['-n', namespace, 'set', 'env', 'deployment', ...callers.map(({ name }) => name), 'VERSION=2']);
  await untilPhases(world, ({ phase }) => phase);

  const gone = block('gone');
  const told = await say(gone, namespace);
  const untold = gone.lines.filter((line) => missing([line], told).length > 0);
  assert.deepEqual(untold, [], told);
  const hooks = await say(block('hooks'), namespace);
  for (const { name, hook } of callers)
    assert.match(hooks, new RegExp(`^${name} +http://e2e-verifier.default/${hook.type}$`, 'm'));

  const patch = JSON.stringify([{ op: 'remove', path: '/spec/analysis/webhooks' }]);
  await kubectl(['-n', namespace, 'patch', 'canary', 'waits', '--type=json', '-p', patch]);
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'waits' };
  const waits = async () => (at(await kubernetes.get(key), 'status', 'phase') === 'Waiting' ? ['it waits'] : []);
  await until('it goes on', waits, patience.ms);
}

async function removal(world: World): Promise<void> {
  const { kubernetes, namespace } = world;
  const [url, inside] = await Promise.all([install(namespace), goInside(namespace)]);
  const webhooks = defaultWebhooks.map((hook) => ({ ...hook, url: url + new URL(hook.url).pathname }));
  const canary = await rollOut(world, passing, { webhooks });
  const notPassed = async () => {
    const { status, text } = await inside.post(`${url}/pre-rollout`, canary.payload());
    return status === 200 ? [] : [text];
  };
  await until('the test has passed', notPassed, patience.ms);

  const change = { namespace, ...(await imageChange()) };
  await withKustomization('knative/overlays/single-namespace', change, (folder) => kubectl(['delete', '-k', folder]));

  const left = await kubectl(['get', 'ksvc,serviceaccounts,roles,rolebindings', '-n', namespace, '-o', 'name']);
  assert.doesNotMatch(left, /e2e-verifier/);
  const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' });
  assert.deepEqual([at(spec, 'status', 'lastRun', 'verdict'), spec?.metadata.finalizers], ['Passed', undefined]);
  const [job, ...others] = await jobsOf(world);
  assert.deepEqual([job?.metadata.ownerReferences?.[0]?.kind, others], ['Canary', []]);

  await kubernetes.delete(canary.key);
  const jobs = async () => (await jobsOf(world)).map(({ metadata }) => String(metadata.name));
  await until('its Job is gone', jobs, patience.ms);
}

const run = { canary: 'podinfo', checksum: '7d4bd6475f', rollout: '-', hook: '', verdict: 'Passed', message: 'passed' };
const lastRun = { verdict: 'Passed', reason: '', canary: 'podinfo', checksum: '7d4bd6475f', duration: '3s' };

/** A copy of the definition, with names of its own, so that nobody else's E2ESpecs are touched. */
class Copy {
  readonly key: ObjectKey;
  readonly crd: string;
  private readonly group: string;
  private readonly kubernetes: Kubernetes;

  constructor({ kubernetes, namespace }: World) {
    this.kubernetes = kubernetes;
    this.group = `${namespace}.example.com`;
    this.crd = `copies.${this.group}`;
    this.key = { apiVersion: `${this.group}/v1`, kind: 'Copy', namespace, name: 'podinfo' };
  }

  async apply(change: (status: Properties) => void = () => undefined): Promise<void> {
    const [original] = parse(read('crds/e2especs.yaml')) as KubernetesObject[];
    const { apiVersion, kind, spec } = original ?? assert.fail();
    const status = at(spec, 'versions', 0, 'schema', 'openAPIV3Schema', 'properties', 'status', 'properties');
    change(status as Properties);
    const names = { kind: 'Copy', listKind: 'CopyList', plural: 'copies', singular: 'copy' };
    const input = {
      apiVersion,
      kind,
      metadata: { name: this.crd },
      spec: { ...Object(spec), group: this.group, names },
    };
    await kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(input) });
    const established = async () => (isTrue(await get(['crd', this.crd]), 'Established') ? [] : [this.crd]);
    await until('it is established', established, patience.ms);
  }

  /** A test that has passed. */
  async createPassed(): Promise<void> {
    const { apiVersion, kind, namespace, name } = this.key;
    await this.kubernetes.apply({ apiVersion, kind, metadata: { namespace, name }, spec: passing });
    await this.patchStatus({ runs: [run], lastRun });
  }

  async patchStatus(status: object): Promise<void> {
    await this.kubernetes.patch(this.key, { status }, 'status');
  }

  async status(): Promise<unknown> {
    return (await this.kubernetes.get(this.key))?.['status'];
  }

  async remove(): Promise<void> {
    await kubectl(['delete', 'crd', this.crd, '--ignore-not-found']);
  }
}

const withCopy = (use: (copy: Copy, world: World) => Promise<void>) => async (world: World) => {
  const copy = new Copy(world);
  try {
    await copy.apply();
    await copy.createPassed();
    await use(copy, world);
  } finally {
    await copy.remove();
  }
};

async function moreFields(copy: Copy): Promise<void> {
  const before = await copy.status();
  await copy.apply(withMore);
  assert.deepEqual(await copy.status(), before);

  const trend = [{ canary: 'podinfo', hook: 'e2e', verdict: 'Passed' }];
  const newer = { ...run, logUrl: 'https://logs.example.com/1' };
  const pruned = async () => {
    await copy.patchStatus({ trend, runs: [newer], lastRun });
    return at(await copy.status(), 'trend') === undefined ? ['pruned'] : [];
  };
  await until('the API server knows the new fields', pruned, patience.ms);
  // As the verifier writes: a merge patch of these two, with the records of other runs as they were read.
  const own = { ...run, checksum: '5c95544979' };
  await copy.patchStatus({ runs: [own, newer], lastRun });
  assert.deepEqual(await copy.status(), { trend, runs: [own, newer], lastRun });
}

async function deletion(copy: Copy, { kubernetes }: World): Promise<void> {
  const kept = await kubectl(['get', copy.crd, '-A', '-o', 'yaml']);
  assert.match(kept, /verdict: Passed/);
  await copy.remove();
  await copy.apply();
  const served = async () => ((await kubernetes.get(copy.key)) === undefined ? [] : ['it is there']);
  await until('nothing is left', served, patience.ms);
  await kubectl(['apply', '-f', '-'], { input: kept });
  const back = await kubernetes.get(copy.key);
  // The definition gives it an empty one.
  assert.deepEqual([at(back, 'spec', 'image'), back?.['status']], [passing.image, {}]);
}

rollouts('The verifier is taken away:', [
  {
    title: 'a Canary with its hooks waits, fails or is promoted, as the hook is, says so, and goes on without them',
    run: withoutVerifier,
  },
  { title: 'kubectl delete -k leaves the test, its record and its Job, which goes with its Canary', run: removal },
  {
    title: 'a definition with more fields leaves the records, and a verifier without them leaves the fields',
    run: withCopy(moreFields),
  },
  {
    title: 'with the definition go all tests, and what was kept comes back without records',
    run: withCopy(deletion),
  },
]);
