/**
 * docs/by-hand.md, as a reader follows it: its Canary is applied, and each of its lines does what it says.
 */
import assert from 'node:assert/strict';
import { exec, execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Canary } from '../../function/api/canary.ts';
import type { E2ESpec } from '../../function/api/e2espec.ts';
import { annotation } from '../../function/api/labels.ts';
import { gateState, manualGate } from '../../function/flagger/manual-gate.ts';
import { lint } from '../../function/lint/lint.ts';
import { ignoredByHand } from '../../function/run/ignored.ts';
import { playFlagger } from '../support/canary.ts';
import { idleDeployment } from '../support/deployment.ts';
import { at, read, resources } from '../support/documents.ts';
import { assertAnswer, failing, jobsIn, rollOut, untilDecided } from '../support/environment.ts';
import { personIn } from '../support/person.ts';
import { embeddedStage } from '../support/stage.ts';

const page = read('docs/by-hand.md');
const objects = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => resources(text));
const canary = objects.find(({ kind }) => kind === 'Canary');
const binding = objects.find(({ kind }) => kind === 'RoleBinding');
assert.ok(canary && binding);
const namespace = 'default';
const key = { apiVersion: canary.apiVersion, kind: 'Canary', namespace, name: 'my-app' };

describe('docs/by-hand.md', () => {
  const stage = embeddedStage();

  it('has a Canary of which lint finds nothing', () => {
    assert.deepEqual(lint(canary as unknown as Canary, { specOf: () => undefined, retryAfterSeconds: 10 }), []);
  });

  it('has curl lines that open and close its gates', async function () {
    if (spawnSync('curl', ['--version']).status !== 0) this.skip();
    const { kubernetes, verifier } = stage;
    await kubernetes.apply({ ...canary, metadata: { ...canary.metadata, namespace } });
    await kubernetes.apply(idleDeployment({ ...key, apiVersion: 'apps/v1', kind: 'Deployment' }));
    const flagger = await playFlagger(kubernetes, key, async () => undefined);
    await flagger.setPhase('WaitingPromotion');
    const { token } = await personIn({ kubernetes, namespace }, 'my-name', ['get', 'patch']);
    const lines = [...page.matchAll(/^curl .*$/gm)].map(([line]) =>
      line.replace('$(kubectl create token my-name)', token).replace('http://e2e-verifier.default', verifier.url),
    );
    assert.equal(lines.length, 3);
    const seen = [];
    for (const line of lines) {
      assert.equal((await promisify(exec)(`${line} -sS -w '%{http_code}'`)).stdout, '202', line);
      seen.push((await kubernetes.get(key))?.metadata.annotations ?? {});
    }
    assert.deepEqual(
      seen.map((each) => Object.keys(each)),
      [['remarkable.com/gate'], [], ['remarkable.com/rollback']],
    );
    assertAnswer(await verifier.post('/rollback/check', flagger.payload()), 200, 'Approved');
    assertAnswer(await verifier.post('/gate/check', flagger.payload({ gate: 'promote' })), 403, /^Forbidden: /);
  });

  it('has annotations that are open, closed and open for one rollout, as it says', () => {
    const [, value = ''] = /^kubectl annotate .* remarkable\.com\/gate\.promote=(\S+)$/m.exec(page) ?? [];
    const rows = [...page.matchAll(/^\| (`.+`|anything else.*) \| (open|closed)/gm)];
    assert.equal(rows.length, 3);
    const lastTransitionTime = '2026-11-26T10:43:36Z';
    const status = { phase: 'Waiting', conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime }] };
    const stateOf = (said: string) => {
      const metadata = { name: 'my-app', namespace, uid: 'u', annotations: { 'remarkable.com/gate': said } };
      return gateState(manualGate('gate'), { ...(canary as unknown as Canary), metadata, status } as Canary).kind;
    };
    assert.equal(stateOf(value), 'open');
    for (const [, values = '', state] of rows) {
      const said = [...values.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
      for (const each of said.length > 0 ? said : ['yes']) assert.equal(stateOf(each), state, each);
    }
  });

  it('says which value a skip takes in the words of an answer to one that does nothing', () => {
    const spec: E2ESpec = {
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: {
        name: 'my-app',
        namespace,
        uid: 's',
        resourceVersion: '1',
        generation: 1,
        annotations: { [annotation.skip]: 'yes' },
      },
      spec: { image: 'busybox' },
    };
    const key = { namespace, canary: 'my-app', checksum: 'c', e2eSpec: 'my-app', metadataHash: '', jobName: 'j' };
    const run = { ...key, canaryUid: 'u', rollout: 'r', revision: '6d5b8cdb5f' };
    const [told = ''] = ignoredByHand(spec, run, undefined);
    const words = page.replaceAll(/\s+/g, ' ');
    for (const each of [
      'CANARY/REVISION: reason',
      "is the Canary's status.lastAppliedSpec; the checksum",
      'works too',
    ]) {
      assert.ok(told.includes(each), told);
      assert.ok(words.includes(each), each);
    }
    assert.match(told, /kubectl e2e skip my-app/);
    assert.match(page, /`kubectl e2e skip my-app --reason/);
  });

  it('binds the role that is installed', () => {
    const role = resources(read('knative/base/rbac.yaml')).find(
      ({ metadata }) => metadata.name === 'canary-gatekeeper',
    );
    assert.equal(at(binding, 'roleRef', 'name'), role?.metadata.name);
  });
});

describe('The annotations of docs/by-hand.md', () => {
  const stage = embeddedStage();
  before(function () {
    if (spawnSync('kubectl', ['version', '--client']).status === 0) return;
    console.log('      no kubectl on this machine: the lines that annotate are not run');
    this.skip();
  });

  /** Commands, for the E2ESpec and the Canary of the test. */
  async function run(commands: string, namespaced: string): Promise<void> {
    const here = commands.replaceAll('my-app', 'podinfo').replaceAll('kubectl ', `kubectl -n ${namespaced} `);
    const env = { ...process.env, KUBECONFIG: stage.kubernetes.kubeconfig };
    await promisify(execFile)('sh', ['-ec', here], { env });
  }

  /** The commands under a heading. */
  async function follow(heading: string, namespaced: string): Promise<void> {
    const [, section = ''] = page.split(`## ${heading}\n`);
    const [, commands = ''] = /```bash\n([\s\S]*?)```/.exec(section) ?? [];
    await run(commands, namespaced);
  }

  it('have the test run again, and let one revision through', async () => {
    const world = await stage.enter();
    const canary = await rollOut(world, failing);
    assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects');
    const [first] = await jobsIn(world);

    await follow('Run the test again', world.namespace);
    assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects');
    const [second] = await jobsIn(world);
    assert.notEqual(second?.metadata.uid, first?.metadata.uid);

    await follow('Let one revision through', world.namespace);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, /^Skipped: .*INC-42/);
    await canary.end('Succeeded');
    await canary.begin('two');
    assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects');
  });

  it('open a gate, and close it', async () => {
    const world = await stage.enter();
    const { key } = await rollOut(world, failing);
    const seen = [];
    for (const [command] of page.matchAll(/^kubectl annotate .* canary .*$/gm)) {
      await run(command, world.namespace);
      seen.push((await stage.kubernetes.get(key))?.metadata.annotations ?? {});
    }
    assert.deepEqual(seen, [{ 'remarkable.com/gate.promote': 'open' }, {}]);
  });
});
