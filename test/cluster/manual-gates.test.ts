/**
 * Gates that a person opens, in rollouts by the real Flagger: who opens them and how, what they outlive, and every type of
 * hook in one Canary. The verifier is the Deployment of `install.yaml`, two pods in a namespace of their own; and once more,
 * to be killed.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checksumOf } from '../../function/flagger/checksum.ts';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { personIn } from '../support/person.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { type Answer, goInside, type Inside } from './inside.ts';
import { installFile, untilRolledOut } from './install-file.ts';
import { apply, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
import { canaryOf, eventsOf, story, untilInitialized, type World } from './rollout.ts';
import { setVersion, untilPhase } from './rollout-moves.ts';
import { checkout, externalKubeconfig, kubeconfig } from './settings.ts';
import { unlessBroken } from './unless-broken.ts';
import { applyExample, changeRevision, everyHook, openTo, type Wiring } from './wirings.ts';

/** No pods at all, so that it is quick. */
const gated: Wiring = {
  file: '',
  name: 'gated',
  revision: (version) => [
    'patch',
    'service',
    'gated',
    '-p',
    JSON.stringify({ spec: { externalName: `v${version}.test` } }),
  ],
  users: async () => '',
};

function objects(home: string): KubernetesObject[] {
  const hook = (name: string, type: string, path: string, metadata?: Record<string, string>) => ({
    ...{ name, type, url: `http://e2e-verifier.${home}${path}`, timeout: '30s' },
    ...(metadata && { metadata }),
  });
  const webhooks = [
    hook('start', 'confirm-rollout', '/gate/check'),
    hook('promote', 'confirm-promotion', '/gate/check', { gate: 'promote' }),
    hook('back', 'rollback', '/rollback/check'),
  ];
  const metadata = { name: 'gated' };
  const ports = [{ name: 'http', port: 8080 }];
  const targetRef = { apiVersion: 'v1', kind: 'Service', name: 'gated' };
  const analysis = { interval: '10s', threshold: 3, iterations: 1, webhooks };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ExternalName', externalName: 'v1.test', ports } },
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata,
      spec: { provider: 'kubernetes', targetRef, service: { port: 8080 }, analysis },
    },
  ];
}

interface Home {
  home: string;
  /** A pod there. */
  inside: Inside;
}

interface Stage extends World, Home {
  /** Of which nobody else asks anything. */
  mortal: Home;
}

async function begin({ kubernetes, namespace, home }: Stage): Promise<void> {
  await kubernetes.apply(openTo(namespace, home));
  await apply(objects(home).map((each) => ({ ...each, metadata: { ...each.metadata, namespace } })));
  await untilInitialized({ kubernetes, namespace }, gated, 180);
}

const phases = (stage: Stage, ...names: string[]) => untilPhase(stage, gated, names, 150);

async function annotations(stage: Stage): Promise<Record<string, string>> {
  return (await canaryOf(stage, gated))?.metadata.annotations ?? {};
}

/** A person's call, as curl makes it. */
function order(
  { inside, home, namespace }: Stage,
  path: string,
  token: string,
  more: object = {},
  name = 'gated',
): Promise<Answer> {
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify({ name, namespace, ...more });
  return inside.ask(`http://e2e-verifier.${home}${path}`, { method: 'POST', headers, body });
}

/** What each pod of the verifier answers to Flagger's call, the same from all. */
async function answerOfEach(stage: Stage, metadata: Record<string, string> = {}): Promise<string> {
  const { kubernetes, namespace, home, inside } = stage;
  const status = Object((await canaryOf(stage, gated))?.['status']);
  const payload = { name: 'gated', namespace, phase: status.phase, checksum: checksumOf(status), metadata };
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace: home }, 'app=e2e-verifier');
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  assert.equal(alive.length, 2);
  const ips = alive.map((pod) => String(at(pod, 'status', 'podIP')));
  const answers = await Promise.all(ips.map((ip) => inside.post(`http://${ip}:8080/gate/check`, payload)));
  const [first = '', ...others] = new Set(answers.map(({ status, text }) => `${status} ${text}`));
  assert.deepEqual(others, [], 'the same from both');
  return first;
}

const promotedSince = async (stage: Stage) => {
  const conditions = at(await canaryOf(stage, gated), 'status', 'conditions');
  const promoted = (Array.isArray(conditions) ? conditions : []).find((each) => at(each, 'type') === 'Promoted');
  return String(at(promoted, 'lastTransitionTime'));
};

/** The command line, with everybody's rights. */
async function gate({ namespace }: Stage, ...args: string[]): Promise<string> {
  const config = ['-n', namespace, '--kubeconfig', externalKubeconfig ?? kubeconfig];
  return run(process.execPath, [join(checkout, 'dist/cli.cjs'), 'gate', ...args, ...config]);
}

/** Its pods are killed, are none for a while, and come back. */
async function killAll({ home }: Stage): Promise<void> {
  const own = ['-l', 'app=e2e-verifier', '-n', home];
  await kubectl(['scale', 'deployment/e2e-verifier', '--replicas=0', '-n', home]);
  await kubectl(['delete', 'pods', '--grace-period=0', '--force', ...own]);
  await kubectl(['wait', '--for=delete', 'pods', '--timeout=120s', ...own]);
  await kubectl(['scale', 'deployment/e2e-verifier', '--replicas=2', '-n', home]);
  await untilRolledOut(home);
}

async function isRefusedToOthers(stage: Stage): Promise<void> {
  const { kubernetes, home } = stage;
  const bob = await personIn(stage, 'bob', ['get']);
  const carol = await personIn({ kubernetes, namespace: home }, 'carol', ['get', 'patch']);
  const before = await canaryOf(stage, gated);
  const refusals: [token: string, status: number, says: RegExp][] = [
    ['', 401, /^Unauthorized: .*kubectl annotate --field-manager=e2e-verifier/],
    ['a.b.c', 401, /^Unauthorized: /],
    [
      bob.token,
      403,
      new RegExp(`^Forbidden: canaries.flagger.app "gated" is forbidden: User "${bob.user}" cannot patch`),
    ],
    [
      carol.token,
      403,
      new RegExp(`^Forbidden: canaries.flagger.app "gated" is forbidden: User "${carol.user}" cannot`),
    ],
  ];
  for (const [token, status, says] of refusals) {
    const answer = await order(stage, '/gate/open', token);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, says);
  }
  const after = await canaryOf(stage, gated);
  assert.deepEqual(after?.metadata.annotations, before?.metadata.annotations);
}

const cases: Case<Stage>[] = [
  {
    title:
      'a rollout waits, goes on when alice opens its gates by curl and by kubectl, and is refused to everybody else',
    async run(stage) {
      await begin(stage);
      const alice = await personIn(stage, 'alice', ['get', 'patch']);
      await changeRevision(gated, stage.namespace, '2');
      await phases(stage, 'Waiting');
      await isRefusedToOthers(stage);
      assert.deepEqual(await order(stage, '/gate/open', alice.token, { once: true, reason: 'INC-42' }), {
        status: 202,
        text: '',
      });
      await phases(stage, 'WaitingPromotion');
      // The time by which the rollout is known stands still.
      const since = await promotedSince(stage);
      assert.equal((await annotations(stage))['remarkable.com/gate'], `once@${since} by ${alice.user}: INC-42`);
      assert.match(await answerOfEach(stage), /^200 Approved$/);
      const annotate = [
        'annotate',
        '--field-manager=e2e-verifier',
        'canary',
        'gated',
        'remarkable.com/gate.promote=open',
      ];
      await kubectl(['-n', stage.namespace, ...annotate]);
      await phases(stage, 'Promoting', 'Finalising', 'Succeeded');
      const told = (await eventsOf(stage, gated)).filter((event) => event.startsWith('GateOpened'));
      assert.deepEqual(told, [`GateOpened: ${alice.user} has opened the gate for this rollout: INC-42`]);
    },
  },
  {
    title: 'a gate outlives every pod of the verifier, and one that was opened once is closed in the next rollout',
    async run(world) {
      const stage = { ...world, ...world.mortal };
      await begin(stage);
      await changeRevision(gated, stage.namespace, '2');
      await phases(stage, 'Waiting');
      await gate(stage, 'open', 'gated', '--reason', 'INC-42');
      await killAll(stage);
      // Where it took long, Flagger has asked before: a call of the phase before is none of this Canary's any more.
      assert.match(await answerOfEach(stage), /^(200 Approved|403 CanaryMismatch: .*)$/);
      await phases(stage, 'WaitingPromotion');
      assert.match(
        await gate(stage, 'open', 'gated', '--gate', 'promote', '--reason', 'good'),
        / is open for this rollout/,
      );
      await phases(stage, 'Succeeded');
      await changeRevision(gated, stage.namespace, 'broken');
      await phases(stage, 'Waiting');
      assert.match(await answerOfEach(stage), /^403 Forbidden: the gate of Canary gated is closed: .*another rollout/);
      assert.match(await gate(stage, 'list', 'gated'), /is Waiting\ngate: closed .*\ngate promote: closed /);
    },
  },
  {
    title: 'a rollout is rolled back when somebody opens its rollback, and the next one is not',
    async run(stage) {
      await begin(stage);
      const alice = await personIn(stage, 'alice', ['get', 'patch']);
      await kubectl([
        '-n',
        stage.namespace,
        'annotate',
        '--field-manager=e2e-verifier',
        'canary',
        'gated',
        'remarkable.com/gate=open',
      ]);
      assert.equal((await order(stage, '/rollback/open', alice.token)).status, 409);
      await changeRevision(gated, stage.namespace, '2');
      await phases(stage, 'WaitingPromotion');
      assert.equal((await order(stage, '/rollback/open', alice.token, { reason: 'wrong tax' })).status, 202);
      await phases(stage, 'Failed');
      await changeRevision(gated, stage.namespace, 'broken');
      await phases(stage, 'WaitingPromotion');
    },
  },
  {
    title: 'every type of hook is asked in its phase, and a good revision is promoted once a person says so',
    async run(stage) {
      await beginEveryHook(stage);
      const alice = await personIn(stage, 'alice', ['get', 'patch']);
      await setVersion(stage, everyHook, '2');
      await untilPhase(stage, everyHook, ['WaitingPromotion'], 300);
      const opened = await order(stage, '/gate/open', alice.token, { gate: 'promote', once: true }, everyHook.name);
      assert.equal(opened.status, 202, opened.text);
      const end = await untilPhase(stage, everyHook, ['Succeeded', 'Failed'], 300);
      assert.equal(end, 'Succeeded', await story(stage, everyHook, []));
      await assertAsked(stage, [
        ...['/pre-rollout 200', '/rollout 200', '/gate/check 403', '/gate/check 200', '/rollback/check 403'],
        ...['/rollback 403', '/post-rollout 200', '/event 200'],
      ]);
    },
  },
  {
    title: 'every type of hook is asked in its phase, and a bad revision is rolled back before any traffic',
    async run(stage) {
      await beginEveryHook(stage);
      await setVersion(stage, everyHook, 'broken');
      const end = await untilPhase(stage, everyHook, ['Succeeded', 'Failed'], 300);
      assert.equal(end, 'Failed', await story(stage, everyHook, []));
      const asked = await assertAsked(stage, ['/pre-rollout 412', '/rollback 200', '/post-rollout 200', '/event 200']);
      assert.ok(!asked.some((each) => each.startsWith('/gate/check')), asked.join());
    },
  },
];

async function beginEveryHook({ kubernetes, namespace, home }: Stage): Promise<void> {
  await applyExample(kubernetes, namespace, everyHook, home);
  await untilInitialized({ kubernetes, namespace }, everyHook, 180);
}

/** By the log of both pods; what is always open is asked without a word of whose call it is. */
async function assertAsked(stage: Stage, expected: string[]): Promise<string[]> {
  const { namespace, home } = stage;
  const asked = async (): Promise<string[]> => {
    const log = await kubectl(['logs', '-n', home, '-l', 'app=e2e-verifier', '--tail=-1']);
    const lines: Record<string, unknown>[] = log
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []));
    const own = lines.filter((line) => line['namespace'] === namespace || line['hook'] === '/gate/approve');
    return [...new Set(own.map(({ hook, status }) => `${hook} ${status}`))];
  };
  const all = ['/gate/approve 200', ...expected];
  await until('each hook was asked', async () => missing(all, await asked()), patience.ms);
  return asked();
}

function missing(expected: string[], found: string[]): string[] {
  return expected.filter((each) => !found.includes(each)).map((each) => `${each}, of ${found.join(', ')}`);
}

describe('Gates that a person opens, by Flagger', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let homes: [Home, Home];
  before(async () => {
    kubernetes = await connect();
    homes = await unlessBroken(Promise.all([settle(kubernetes), settle(kubernetes)]));
  });
  after(() => kubernetes?.stop());

  const enter = async (): Promise<Stage> => {
    const [home, mortal] = homes;
    return { kubernetes, namespace: await unlessBroken(kubernetes.namespace()), ...home, mortal };
  };
  const guarded = cases.map(({ title, run }) => ({ title, run: (stage: Stage) => unlessBroken(run(stage)) }));
  sideBySide(cases.length, enter, guarded);
});

async function settle(kubernetes: Kubernetes): Promise<Home> {
  const home = await kubernetes.namespace();
  const [inside] = await Promise.all([goInside(home), installFile('install.yaml', home)]);
  return { home, inside };
}
