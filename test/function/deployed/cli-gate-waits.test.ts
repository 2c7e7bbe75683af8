/**
 * What the command line says of a rollout that waits for a person, until the command that it names has opened the gate.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultWebhooks, playCanary } from '../../support/canary.ts';
import { commandLine } from '../../support/command-line.ts';
import { passing, rollOut, untilDecided } from '../../support/environment.ts';
import { personIn } from '../../support/person.ts';
import { embeddedStage } from '../../support/stage.ts';
import { emptyFolder, type Folder } from './deployed.ts';

const host = 'http://e2e-verifier.default';
const start = { name: 'start', type: 'confirm-rollout', url: `${host}/gate/check` };
const promote = { ...start, name: 'looks', type: 'confirm-promotion', metadata: { gate: 'promote' } };

describe('k8s-e2e-verifier, of a rollout that waits for a person', function () {
  this.timeout(60_000);
  const stage = embeddedStage();
  let folder: Folder;
  before(async () => {
    folder = await emptyFolder();
  });
  after(() => folder.remove());

  const run = (...args: string[]) => commandLine([...args, '--kubeconfig', stage.kubernetes.kubeconfig]);

  async function dataOf(...args: string[]) {
    const { out, err } = await run(...args, '-o', 'json');
    assert.equal(err, '');
    return JSON.parse(out);
  }

  /** What is printed first under Next, as somebody runs it who may open gates there. */
  async function runFirst({ next }: { next: string[] }, namespace: string) {
    const [first = ''] = next;
    const { kubernetes } = stage;
    const { token } = await personIn({ kubernetes, namespace }, 'alice', ['get', 'patch']);
    const kubeconfig = join(folder.path, 'kubeconfig');
    const config = {
      clusters: [{ name: 'test', cluster: { server: kubernetes.url } }],
      users: [{ name: 'alice', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'alice' } }],
      'current-context': 'test',
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    const args = [...first.split(' '), '-n', namespace, '--kubeconfig', kubeconfig];
    const { status, err } = await commandLine(args);
    assert.deepEqual([status, err], [0, '']);
  }

  for (const { phase, gate, hook } of [
    { phase: 'Waiting', gate: 'gate', hook: 'start' },
    { phase: 'WaitingPromotion', gate: 'gate promote', hook: 'looks' },
  ]) {
    it(`names the gate and opens it, without a test, in ${phase}`, async () => {
      const { kubernetes, namespace } = await stage.enter();
      const canary = await playCanary(kubernetes, { namespace, webhooks: [start, promote] });
      await canary.begin('one');
      await canary.setPhase(phase);
      const says = await dataOf('why', 'podinfo', '-n', namespace);
      const [test] = says.tests;
      assert.deepEqual([test.answers, test.waitsFor], ['holds', 'person']);
      assert.equal(test.gates, `${gate}: closed (nobody has opened it), asked by ${hook}`);
      const { out } = await run('why', 'podinfo', '-n', namespace);
      assert.match(out, new RegExp(`\\n {2}gates +${gate}: closed .*\\n`));
      assert.match(out, /\nNext:\n {2}\S+ gate open podinfo .*--reason WHY -n /);
      assert.match((await run('list', '-n', namespace)).out, /^podinfo .* {3}holds {3,}person$/m);
      for (const asked of [['rerun'], ['skip', '--reason', 'x']]) {
        const { status, err } = await run(...asked, 'podinfo', '-n', namespace);
        assert.equal(status, 2);
        assert.match(err, /calls no gate of a test, .* gate open podinfo .*--reason WHY -n .* Nothing was written\n$/);
      }
      await runFirst(says, namespace);
      const [opened] = (await dataOf('list', '-n', namespace)).tests;
      assert.notEqual(opened.waitsFor, 'person');
    });
  }

  it('names the gate and opens it, where the test has passed', async () => {
    const world = await stage.enter();
    const { namespace } = world;
    const canary = await rollOut(world, passing, { webhooks: [...defaultWebhooks, promote] });
    await untilDecided(world, canary.payload());
    await canary.setPhase('WaitingPromotion');
    const says = await dataOf('why', 'podinfo', '-n', namespace);
    const [test] = says.tests;
    assert.deepEqual([test.verdict, test.answers, test.waitsFor], ['Passed', 'lets go', 'person']);
    assert.match(test.flagger, /\. Its test lets it go on; it waits for a person to open the gate promote$/);
    const { err } = await run('skip', 'podinfo', '--reason', 'x', '-n', namespace);
    assert.match(err, /already\. It waits for a person: .* gate open podinfo --gate promote --reason WHY -n /);
    await runFirst(says, namespace);
    const [opened] = (await dataOf('list', '-n', namespace)).tests;
    assert.deepEqual([opened.answers, opened.waitsFor], ['lets go', undefined]);
  });

  it('lints a Canary that calls none but gates of a person', async () => {
    const spec = { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks: [start, promote] } };
    const file = join(folder.path, 'canary.yaml');
    const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: 'podinfo' }, spec };
    await writeFile(file, JSON.stringify(canary));
    const { out } = await commandLine(['lint', file]);
    assert.equal(out, 'ok: podinfo calls no gate of a test; a person opens: gate, gate promote\n');
  });
});
