/**
 * The verifier of `install.yaml`, a Deployment without Knative, in a namespace of its own with Pod Security `restricted`:
 * rollouts by Flagger with each outcome, and what its sink is told of them; beside them its own pods going and coming under
 * load.
 */
import assert from 'node:assert/strict';
import { inNamespace, installFiles, type Manifest, textOf } from '../../knative/build/install-files.ts';
import { at, read, resources } from '../support/documents.ts';
import { rollOut, until as untilAnswer } from '../support/environment.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { evict } from './evict.ts';
import { goInside } from './inside.ts';
import { installFile, untilRolledOut } from './install-file.ts';
import { apply, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { assertNotified, type Hosts, startHosts, wireSink } from './notifications.ts';
import { longestTest, patience } from './patience.ts';
import { eventsOf, type Moment, roll, story, untilInitialized, type World } from './rollout.ts';
import { editSpec, recordsOf } from './rollout-moves.ts';
import { meant, prepareLoad } from './under-load.ts';
import { unlessBroken } from './unless-broken.ts';
import { applyExample, integration, openTo } from './wirings.ts';

const ROLLS = 10;

async function begin(world: World, home: string): Promise<void> {
  await applyExample(world.kubernetes, world.namespace, integration, home);
  await wireSink(world, integration, home);
  await untilInitialized(world, integration);
}

async function usersGet(world: World, phase: string, moments: Moment[]): Promise<{ told: string; changes: Moment[] }> {
  const told = await story(world, integration, moments);
  assert.equal(moments.at(-1)?.phase, phase, told);
  return { told, changes: moments.filter(({ users }) => users !== moments[0]?.users) };
}

async function assertToldOnCanary(world: World, ...words: RegExp[]): Promise<void> {
  // Flagger's come later than the phase that it tells of.
  await until(
    'the Canary is told',
    async () => {
      const events = await eventsOf(world, integration);
      const left = words.filter((word) => !events.some((event) => word.test(event)));
      return left.map((word) => `${word} in:\n${events.join('\n')}`);
    },
    patience.ms,
  );
}

async function untilClosed(world: World): Promise<void> {
  const open = async () => (await recordsOf(world, integration)).filter(({ closedAt }) => closedAt === undefined);
  await until(
    'post-rollout has closed the record',
    async () => (await open()).map(({ job }) => String(job)),
    patience.ms,
  );
}

async function rollsAndIsDrained(world: World, home: string): Promise<void> {
  await world.kubernetes.apply(openTo(world.namespace, home));
  // Flagger's way: https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
  const load = await prepareLoad(world, `http://e2e-verifier.${home}`, 'new');
  const answers = await load.during(async () => {
    for (let turn = 0; turn < ROLLS; turn++) {
      await kubectl(['rollout', 'restart', 'deployment/e2e-verifier', '-n', home]);
      await untilRolledOut(home);
    }
    await drain(world, home);
  });
  assert.deepEqual(Object.keys(answers).sort(), meant, JSON.stringify(answers));
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: home, name: 'e2e-verifier' };
  const { metadata } = (await world.kubernetes.get(deployment)) ?? {};
  assert.equal(Number(metadata?.annotations?.['deployment.kubernetes.io/revision']), ROLLS + 1);
}

/** Both pods are evicted, and not both at once. */
async function drain({ kubernetes }: World, namespace: string): Promise<void> {
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'app=e2e-verifier');
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const [one = '', other = '', ...more] = staying.map(({ metadata }) => String(metadata.name));
  assert.deepEqual(more, []);
  await evict({ namespace, pod: one });
  await assert.rejects(evict({ namespace, pod: other }), /would violate the pod's disruption budget/);
  await untilRolledOut(namespace);
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: 'e2e-verifier' };
  const isUsedUp = async () => (at(await kubernetes.get(budget), 'status', 'disruptionsAllowed') === 1 ? [] : ['it']);
  await until('the budget allows the next', isUsedUp, patience.ms);
  await evict({ namespace, pod: other });
  await untilRolledOut(namespace);
}

const asTestRunner = `
const { readFileSync } = require('node:fs');
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, CANARY_NAMESPACE: namespace } = process.env;
const token = readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
const ask = (what) =>
  fetch('https://' + host + ':' + port + '/api/v1/namespaces/' + namespace + '/' + what, {
    headers: { Authorization: 'Bearer ' + token },
  }).then(({ status }) => status);
Promise.all(['pods', 'secrets'].map(ask)).then(([pods, secrets]) => {
  console.log('pods: ' + pods + ', Secrets: ' + secrets);
  process.exitCode = pods === 200 && secrets === 403 ? 0 : 1;
});`;

async function testsWithRights(world: World, home: string): Promise<void> {
  const { kubernetes, namespace } = world;
  const example = resources(read('examples/deployment.yaml')) as Manifest[];
  const account = example.filter(({ metadata }) => metadata.name === 'e2e-test-runner');
  await apply([openTo(namespace, home), ...account.map((object) => inNamespace(namespace, object))]);
  const ca = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
  const spec = {
    image: 'node:24',
    command: ['node', '-e', asTestRunner],
    serviceAccountName: 'e2e-test-runner',
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: ca }],
  };
  const canary = await rollOut({ kubernetes, namespace }, spec);
  const inside = await goInside(namespace);
  const { status, text } = await untilAnswer(
    () => inside.post(`http://e2e-verifier.${home}/pre-rollout`, canary.payload()),
    (answer) => answer.status !== 429,
  );
  assert.match(`${status} ${text}`, /^200 Passed: /);
}

/** One makes room for the other by the commands of docs/install.md. */
async function changesPlaces(world: World): Promise<void> {
  const { namespace } = world;
  const documented = read('docs/install.md');
  const makeRoom = async (command: string) => {
    assert.ok(documented.includes(`\`kubectl ${command}\``), command);
    await kubectl([...command.split(' '), '-n', namespace]);
  };
  await installFile('install-knative.yaml', namespace);
  const inside = await goInside(namespace);
  const isUp = async () =>
    untilAnswer(
      () => inside.ask(`http://e2e-verifier.${namespace}/healthz`),
      ({ text }) => text === 'e2e-verifier is up',
      30,
    );
  await isUp();
  await makeRoom('delete ksvc e2e-verifier --cascade=foreground');
  await installFile('install.yaml', namespace);
  await isUp();
  await makeRoom('delete deployment,service,pdb e2e-verifier');
  await installFile('install-knative.yaml', namespace);
  await isUp();
}

describe('The verifier without Knative', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let home: string;
  let hosts: Hosts;

  before(async () => {
    kubernetes = await connect();
    home = await kubernetes.namespace();
    await kubectl(['label', 'namespace', home, 'pod-security.kubernetes.io/enforce=restricted']);
    hosts = await unlessBroken(startHosts(kubernetes, home));
    await unlessBroken(installFile('install.yaml', home, hosts.url));
  });
  after(() => kubernetes?.stop());

  const cases: Case<World>[] = [
    {
      title: 'has Flagger promote what passes its test, after it, and closes the record',
      async run(world) {
        await begin(world, home);
        const moments = await roll(world, integration, '2');
        const { told, changes } = await usersGet(world, 'Succeeded', moments);
        assert.ok(changes.length > 0, told);
        for (const { test } of changes) assert.equal(test, 'passed', told);
        await assertToldOnCanary(world, /^E2ETestPassed: /);
        await untilClosed(world);
        await assertNotified(hosts, world, integration, {
          ...{ type: 'com.remarkable.e2e.passed', verdict: 'Passed', message: /the test passed/, state: 'success' },
        });
      },
    },
    {
      title: 'has Flagger roll back what fails its test, and say why',
      async run(world) {
        await begin(world, home);
        const moments = await roll(world, integration, 'broken');
        const { told, changes } = await usersGet(world, 'Failed', moments);
        assert.deepEqual(changes, [], told);
        const words = /expected a version number from http:\/\/my-app-canary\.\S+, got:/;
        await assertToldOnCanary(
          world,
          new RegExp(`^E2ETestFailed: .*${words.source}`),
          new RegExp(`^Synced: Halt my-app\\.\\S+ advancement pre-rollout check e2e failed Error: .*${words.source}`),
        );
        await untilClosed(world);
        await assertNotified(hosts, world, integration, {
          ...{ type: 'com.remarkable.e2e.failed', verdict: 'Failed', message: words, state: 'failure' },
        });
      },
    },
    {
      title: 'has Flagger roll back what could not be tested, as onInconclusive says by default, and say why',
      async run(world) {
        await begin(world, home);
        await editSpec(world, integration, { image: 'UPPERCASE:tag', inconclusiveRetries: 0 });
        const moments = await roll(world, integration, '2');
        const { told, changes } = await usersGet(world, 'Failed', moments);
        assert.deepEqual(changes, [], told);
        await assertToldOnCanary(
          world,
          /^E2ETestInconclusive: .*InvalidImageName/,
          /^Synced: Halt .* pre-rollout check e2e failed InvalidImageName: /,
        );
        await untilClosed(world);
        await assertNotified(hosts, world, integration, {
          ...{
            type: 'com.remarkable.e2e.inconclusive',
            verdict: 'Inconclusive',
            message: /UPPERCASE:tag/,
            state: 'error',
          },
        });
      },
    },
    {
      title: `loses no call while it is rolled ${ROLLS} times and its nodes are drained`,
      run: (world) => rollsAndIsDrained(world, home),
    },
    {
      title: 'runs a test as e2e-test-runner, which sees the pods of its namespace and no Secrets',
      run: (world) => testsWithRights(world, home),
    },
    { title: 'takes the place of a Knative Service, and gives it back', run: changesPlaces },
  ];
  const enter = async (): Promise<World> => ({ kubernetes, namespace: await unlessBroken(kubernetes.namespace()) });
  const guarded = cases.map(({ title, run }) => ({ title, run: (world: World) => unlessBroken(run(world)) }));
  sideBySide(cases.length, enter, guarded);
});

describe('The install files', function () {
  this.timeout(longestTest);

  it('are deleted by their label without the definition of E2ESpecs', async () => {
    const install = installFiles('registry.example.com/e2e-verifier:0.2.0').find(({ name }) => name === 'install.yaml');
    assert.ok(install);
    const ours = ['delete', '-f', '-', '-l', 'app.kubernetes.io/name=e2e-verifier', '--ignore-not-found'];
    const taken = await kubectl([...ours, '--dry-run=server', '-o', 'name'], { input: textOf(install) });
    assert.match(taken, /^serviceaccount\/e2e-verifier$/m);
    assert.doesNotMatch(taken, /^customresourcedefinition/m);
  });

  const files = installFiles('registry.example.com/e2e-verifier:0.2.0').map((file) => ({
    name: file.name,
    text: textOf(file),
    objects: file.objects.length,
  }));
  const deployment = 'examples/deployment.yaml';
  for (const { name, text, objects } of [
    ...files,
    { name: deployment, text: read(deployment), objects: resources(read(deployment)).length },
  ])
    it(`${name} is taken whole by the API server`, async () => {
      const dryRun = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
      const said = await withAccounts(text, () => kubectl([...dryRun, '-f', '-'], { input: text }));
      const taken = said.trim().split('\n');
      for (const line of taken) assert.match(line, /serverside-applied \(server dry run\)$/);
      assert.equal(taken.length, objects, said);
    });
});

/** Knative tries the pod of a Service that it is to take, and a dry run makes no account for it. */
async function withAccounts<T>(text: string, use: () => Promise<T>): Promise<T> {
  const accounts = resources(text).filter(({ kind }) => kind === 'ServiceAccount');
  const made: string[][] = [];
  for (const { metadata } of accounts) {
    const which = ['serviceaccount', metadata.name, '-n', metadata.namespace ?? 'default'];
    const isNew = await kubectl(['create', ...which]).then(
      () => true,
      () => false,
    );
    if (isNew) made.push(which);
  }
  try {
    return await use();
  } finally {
    for (const which of made) await kubectl(['delete', ...which]);
  }
}
