/**
 * examples/tasks with the real Flagger and the tools that they are for: a revision that is good goes out, one that is bad does
 * not, and Flagger's own Event says why in the tool's words.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, parse, read, root } from '../support/documents.ts';
import type { Case } from '../support/side-by-side.ts';
import { build } from './build.ts';
import { components } from './components.ts';
import { busybox, testers } from './downloads.ts';
import { importImage, testersImage } from './images.ts';
import { kubectl } from './kubectl.ts';
import { eventsOf, story, type World } from './rollout.ts';
import { begin, editCanary, recordsOf, untilPhase, wiringOf } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { externalKubeconfig } from './settings.ts';
import { readState } from './state.ts';
import { helm, program } from './tools.ts';

const wiring = wiringOf('blue/green');
const image = String(at(parse(read('examples/tasks/e2espec-bash.yaml'))[0], 'spec', 'image'));

/** Set by `npm run test:tasks`: Helm's own too, for which CI has no time. */
const onDemand = process.env['E2E_TASKS'] === 'all';

let brought: Promise<void> | undefined;

/** A cluster of another making pulls it. */
async function bringTools(): Promise<void> {
  const first = readState()?.first;
  if (externalKubeconfig !== undefined || first === undefined) return;
  const from = {
    testers: await testers(),
    kubectl: join(await build(components.kubernetes), 'kubectl'),
    helm: onDemand ? await program('helm') : undefined,
    busybox: await busybox(),
  };
  await importImage(first, testersImage(image, from));
}

interface Task {
  title: string;
  e2eSpec: string;
  /** One for each pre-rollout hook; all of them pass where there is a page for the checkout. */
  cmds: string[];
  /** What Flagger says of a revision without it. */
  says: RegExp;
  prepare?: (world: World) => Promise<void>;
}

const bats = `@test "checkout is there" {
  wget -q -T 5 -O - "$CANARY_URL/checkout.html"
}
`;

const tasks: Task[] = [
  {
    title: 'bash',
    e2eSpec: 'task-bash',
    cmds: [
      '[[ -n $CANARY_URL ]]',
      'wget -q -T 5 -O - "$CANARY_URL/checkout.html" || { echo "checkout is closed"; exit 1; }',
    ],
    says: /checkout is closed/,
  },
  { title: 'bats', e2eSpec: 'task-bash', cmds: ['bats /tests/acceptance.bats'], says: /not ok 1 checkout is there/ },
  {
    title: 'hey',
    e2eSpec: 'task-load',
    cmds: ['hey -n 20 -c 2 $CANARY_URL/checkout.html'],
    says: /20 of 20 failed in \d+ s: 404: 20 responses/,
  },
  {
    title: 'kubectl',
    e2eSpec: 'task-kubectl',
    cmds: [`wait deployment/blue-green --for='jsonpath={.metadata.annotations.checkout}=open' --timeout=10s`],
    says: /timed out waiting for the condition/,
  },
];

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'templates/test.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-checkout
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  containers:
    - name: checkout
      image: busybox:1.36
      command: [wget, -q, -T, "5", -O, "-", "http://${wiring.name}-canary:8080/checkout.html"]
`,
};

async function release({ namespace }: World): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  try {
    mkdirSync(join(folder, 'templates'));
    for (const [name, content] of Object.entries(chart)) writeFileSync(join(folder, name), content);
    await helm(['install', 'shop', folder, '-n', namespace]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const withHelm: Task = {
  title: 'helm',
  e2eSpec: 'task-helm',
  cmds: ['test shop -n $CANARY_NAMESPACE --timeout 60s --logs'],
  says: /pod shop-checkout failed/,
  prepare: release,
};

async function wire(world: World, { e2eSpec, cmds }: Task): Promise<void> {
  const { namespace, kubernetes } = world;
  await kubectl(['apply', '--server-side', '-n', namespace, '-k', join(root, 'examples/tasks')]);
  const tests = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'acceptance-tests', namespace } };
  await kubernetes.apply({ ...tests, data: { 'acceptance.bats': bats } });
  const hooks = cmds.flatMap((cmd, index) =>
    ['pre-rollout', 'rollback'].map((type) => {
      const url = `http://e2e-verifier.default/${type}`;
      const metadata = { e2espec: e2eSpec, cmd };
      return { name: `${type}-${index}`, type, url, timeout: '30s', retries: 30, metadata };
    }),
  );
  await editCanary(world, wiring, [{ op: 'replace', path: '/spec/analysis/webhooks', value: hooks }]);
}

/** Another revision, with or without a page for the checkout. */
async function publish({ namespace }: World, hasCheckout: boolean): Promise<void> {
  const page = hasCheckout ? 'echo open > /www/checkout.html && ' : '';
  const script = `mkdir -p /www && ${page}echo version > /www/index.html && exec httpd -f -p 8080 -h /www`;
  const container = { name: 'web', args: [script] };
  const annotations = { checkout: hasCheckout ? 'open' : 'closed' };
  const patch = { metadata: { annotations }, spec: { template: { spec: { containers: [container] } } } };
  await kubectl(['-n', namespace, 'patch', 'deployment', wiring.name, '-p', JSON.stringify(patch)]);
}

const cases: Case<World>[] = [...tasks, ...(onDemand ? [withHelm] : [])].map((task) => ({
  title: `${task.title} lets a good revision out, and holds a bad one in its own words`,
  async run(world) {
    brought ??= bringTools();
    await brought;
    await begin(world, wiring);
    await task.prepare?.(world);
    await wire(world, task);
    await publish(world, true);
    assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded', await story(world, wiring, []));
    const runs = await recordsOf(world, { ...wiring, name: task.e2eSpec });
    assert.deepEqual(
      [runs.length, new Set(runs.map(({ jobUID }) => jobUID)).size],
      [task.cmds.length, task.cmds.length],
    );
    await publish(world, false);
    await untilPhase(world, wiring, ['Progressing']);
    assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Failed', await story(world, wiring, []));
    const told = (await eventsOf(world, wiring)).join('\n');
    assert.match(told, task.says);
  },
}));

rollouts('examples/tasks:', cases);
