/**
 * The first gate of README.md, as a new user takes its commands, with the real Flagger; and what the README shows of the
 * revision that is refused.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { at, read, root } from '../support/documents.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { shape } from './console-blocks.ts';
import { kubectlProgram } from './kubectl.ts';
import { patience } from './patience.ts';
import { canaryOf, type World } from './rollout.ts';
import { recordsOf, wiringOf } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';
import { openTo } from './wirings.ts';

const page = read('README.md');
const [, section = ''] = page.split(/<!-- \/?first-gate -->/);
const [, commands = ''] = /```bash\n([\s\S]*?)```/.exec(section) ?? [];
const [, refused = ''] = /<!-- shown: refused -->\s+```console\n([\s\S]*?)```/.exec(page) ?? [];

const wiring = wiringOf('blue/green');

/** A terminal whose kubectl is in the namespace of the test, and knows `kubectl e2e`. */
async function terminal({ namespace }: World, folder: string): Promise<(script: string) => Promise<string>> {
  const config = join(folder, 'config');
  copyFileSync(externalKubeconfig ?? kubeconfig, config);
  symlinkSync(join(root, 'dist/cli.cjs'), join(folder, 'kubectl-e2e'));
  const PATH = [folder, dirname(await kubectlProgram()), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH, KUBECONFIG: config };
  const sh = (script: string) => run('sh', ['-ec', script], { cwd: root, env });
  await sh(`kubectl config set-context --current --namespace=${namespace}`);
  return sh;
}

// Where a line is wrapped depends on how long the namespace's name is.
const words = (text: string): string => shape(text.split('\n').join(' '));

async function firstGate(world: World): Promise<void> {
  const { kubernetes, namespace } = world;
  await kubernetes.apply(openTo(namespace, 'default'));
  const folder = mkdtempSync(join(tmpdir(), 'first-gate-'));
  try {
    const sh = await terminal(world, folder);
    assert.match(await sh(commands), /^ {2}a rollout would go on$/m);
    const notFailed = async () => {
      const phase = String(at(await canaryOf(world, wiring), 'status', 'phase'));
      return phase === 'Failed' ? [] : [phase];
    };
    await until('Flagger has rolled it back', notFailed, patience.ms);
    const told = (await recordsOf(world, wiring)).map(({ verdict, mode }) => [verdict, mode]);
    assert.deepEqual(told, [
      ['Failed', undefined],
      ['Passed', 'Observe'],
    ]);
    for (const part of refused.split(/^\$ /m).slice(1)) {
      const [command = '', ...lines] = part.split('\n');
      const said = (await sh(command)).replaceAll(namespace, 'default');
      assert.equal(words(said), words(lines.join('\n')), command);
    }
    const users = `kubectl run ask --rm -i --quiet --restart=Never --image=busybox:1.36 -- wget -q -O - http://blue-green:8080`;
    assert.match(await sh(users), /^version 2$/m);
    const removed = await sh('kubectl delete -f examples/canary-blue-green.yaml');
    assert.match(removed, /^canary\.flagger\.app "blue-green" deleted/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

rollouts('The first gate of README.md:', [
  { title: 'its four commands observe a good revision, and refuse a bad one as it shows', run: firstGate },
]);
