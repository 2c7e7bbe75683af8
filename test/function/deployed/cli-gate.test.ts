/**
 * `gate`, as somebody runs it who may open the gates of one namespace.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlayedCanary, playCanary } from '../../support/canary.ts';
import { root } from '../../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { type Person, personIn } from '../../support/person.ts';
import { emptyFolder, type Folder } from './deployed.ts';

const url = (path: string) => `http://e2e-verifier.default${path}`;
const webhooks = [
  { name: 'start', type: 'confirm-rollout', url: url('/gate/check') },
  { name: 'promote', type: 'confirm-promotion', url: url('/gate/check'), metadata: { gate: 'promote' } },
  { name: 'back', type: 'rollback', url: url('/rollback/check') },
];

describe('k8s-e2e-verifier gate', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: Folder;
  let namespace: string;
  let canary: PlayedCanary;
  let alice: Person;
  let bob: Person;

  before(async () => {
    folder = await emptyFolder();
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    namespace = await kubernetes.namespace();
    alice = await personIn({ kubernetes, namespace }, 'alice', ['get', 'patch']);
    bob = await personIn({ kubernetes, namespace }, 'bob', ['get']);
  });
  beforeEach(async () => {
    await kubernetes.delete({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' });
    canary = await playCanary(kubernetes, { namespace, webhooks });
    await canary.begin('one');
  });
  after(async () => {
    await kubernetes.stop();
    await folder.remove();
  });

  /** Whose context is in that namespace. */
  async function gate(args: string[], { token }: Person = alice) {
    const kubeconfig = join(folder.path, 'kubeconfig');
    const context = { cluster: 'test', user: 'person', namespace };
    const config = {
      clusters: [{ name: 'test', cluster: { server: kubernetes.url } }],
      users: [{ name: 'person', user: { token } }],
      contexts: [{ name: 'test', context }],
      'current-context': 'test',
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, KUBECONFIG: kubeconfig };
    return new Promise<{ status: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, ['dist/cli.cjs', 'gate', ...args], { cwd: root, env }, (error, out, err) => {
        resolve({ status: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  const annotations = async () => (await kubernetes.get(canary.key))?.metadata.annotations ?? {};
  const rollout = async () => {
    const status = Object((await kubernetes.get(canary.key))?.['status']);
    return String(status.conditions[0].lastTransitionTime);
  };

  it('opens one for the rollout that is going on, says by whom and why, and closes it', async () => {
    const opened = await gate(['open', 'podinfo', '--gate', 'promote', '--reason', 'INC-42']);
    const of = `the gate promote of Canary podinfo in namespace ${namespace} is`;
    assert.deepEqual(opened, { status: 0, out: `${of} open for this rollout, by ${alice.user}\n`, err: '' });
    const words = `once@${await rollout()} by ${alice.user}: INC-42`;
    assert.deepEqual(await annotations(), { 'remarkable.com/gate.promote': words });
    const closed = await gate(['close', 'podinfo', '--gate', 'promote']);
    assert.deepEqual(closed, { status: 0, out: `${of} closed, by ${alice.user}\n`, err: '' });
    assert.deepEqual(await annotations(), {});
  });

  it('lists them, and who asks', async () => {
    await gate(['open', 'podinfo', '--for-good', '--reason', 'no gate in staging']);
    const { status, out } = await gate(['list', 'podinfo'], bob);
    assert.equal(status, 0);
    assert.deepEqual(out.trimEnd().split('\n'), [
      `Canary podinfo in namespace ${namespace} is Progressing`,
      `gate: open (open by ${alice.user}: no gate in staging), asked by start`,
      'gate promote: closed (nobody has opened it), asked by promote',
      'rollback: closed (nobody has opened it), asked by back',
    ]);
  });

  it('rolls back', async () => {
    const { status, out } = await gate(['open', 'podinfo', '--rollback', '--reason', 'wrong tax']);
    assert.deepEqual([status, out.startsWith('the rollback of Canary podinfo ')], [0, true]);
    assert.deepEqual(Object.keys(await annotations()), ['remarkable.com/rollback']);
  });

  it('ends with 2 when no rollout is going on, and changes nothing', async () => {
    await canary.end('Succeeded');
    const { status, out, err } = await gate(['open', 'podinfo', '--reason', 'x']);
    assert.deepEqual([status, out], [2, '']);
    assert.match(err, /^the Canary is Succeeded: no rollout is going on/);
    assert.deepEqual(await annotations(), {});
  });

  it('ends with 2 for who may not, and says which rule is missing', async () => {
    const { status, err } = await gate(['open', 'podinfo', '--reason', 'x'], bob);
    assert.equal(status, 2);
    assert.match(
      err,
      /^you may not patch canaries\. It takes the rule .*resources: \["canaries"\], verbs: \["patch"\]/,
    );
    assert.deepEqual(await annotations(), {});
  });

  it('names the nearest Canary to who may list them', async () => {
    const carol = await personIn({ kubernetes, namespace }, 'carol', ['get', 'list']);
    for (const [person, says] of [
      [carol, /^there is no Canary podinof in namespace \S+\. Did you mean podinfo\?\n$/],
      [bob, /^there is no Canary podinof in namespace \S+\n$/],
    ] as const) {
      const { status, err } = await gate(['list', 'podinof'], person);
      assert.equal(status, 2);
      assert.match(err, says);
    }
  });

  it('says which gates have names, where none is without', async () => {
    const only = webhooks.filter(({ name }) => name === 'promote');
    await kubernetes.patch(canary.key, { spec: { analysis: { webhooks: only } } });
    for (const args of [
      ['close', 'podinfo'],
      ['open', 'podinfo', '--reason', 'x'],
    ]) {
      const { status, err } = await gate(args);
      assert.equal(status, 2);
      assert.match(err, /asks a gate without a name: they ask gate promote\. Say --gate promote\n$/);
    }
  });

  it('says that it has no name, where somebody gives it one', async () => {
    const only = webhooks.filter(({ name }) => name !== 'promote');
    await kubernetes.patch(canary.key, { spec: { analysis: { webhooks: only } } });
    const { status, err } = await gate(['open', 'podinfo', '--gate', 'gate', '--reason', 'x']);
    assert.deepEqual([status, /\. It has no name: leave out --gate\n$/.test(err)], [2, true], err);
  });

  const wrong: { args: string[]; status: number; says: RegExp }[] = [
    {
      args: ['open', 'podinfo', '--gate', 'promot', '--reason', 'x'],
      status: 2,
      says: /^no webhook of Canary podinfo asks the gate promot: they ask gate, gate promote, rollback/,
    },
    {
      args: ['open', 'podinfo', '--gate', 'promot', '--reason', 'x'],
      status: 2,
      says: /: they ask gate, gate promote, rollback\. Say --gate promote\n$/,
    },
    { args: ['list', 'nobody'], status: 2, says: /^there is no Canary nobody in namespace test-/ },
    { args: ['open', 'podinfo'], status: 64, says: /--reason/ },
    { args: ['open', 'podinfo', '--reason', 'x', '--gate', 'a b'], status: 64, says: /cannot be the name of a gate/ },
    { args: ['open', 'Podinfo', '--reason', 'x'], status: 64, says: /"Podinfo" cannot be the name of a Canary/ },
    { args: ['open', '--reason', 'x'], status: 64, says: /NAME/ },
    { args: ['opne', 'podinfo'], status: 64, says: /opne/ },
  ];
  for (const { args, status, says } of wrong) {
    it(`${args.join(' ')} ends with ${status}, and says why`, async () => {
      const answered = await gate(args);
      assert.equal(answered.status, status, answered.err);
      assert.match(answered.err, says);
      assert.deepEqual(await annotations(), {});
    });
  }
});
