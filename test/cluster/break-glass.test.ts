/**
 * The verifier is gone and a hotfix must go out: what docs/troubleshooting.md says that Flagger does with each wiring, whether
 * skipAnalysis helps, and its commands that take the hooks out and put them back, as a shell runs them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, read } from '../support/documents.ts';
import { A_WHILE, objectsOf, Rollout, type Wiring, wirings } from './abandoned-canaries.ts';
import { run } from './command.ts';
import { kubectlProgram } from './kubectl.ts';
import type { World } from './rollout.ts';
import { rollouts } from './rollouts.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

const page = read('docs/troubleshooting.md');

const skips: Record<Wiring['skip'], RegExp> = {
  isNotHeard: /^does not help/,
  promotes: /^promotes at the next interval/,
  promotesNext: /set before the (next )?revision comes, it promotes/,
};

function rowOf({ row }: Wiring): string[] {
  const [, table = ''] = page.split(/<!-- break-glass: wirings -->|<!-- \/break-glass -->/);
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const [, ...cells] = rows.find(([, first = '']) => row.test(first)) ?? assert.fail(`no row ${row}`);
  return cells;
}

function script(mark: string): string {
  const [, text = ''] = page.split(`<!-- break-glass: ${mark} -->`);
  return /```bash\n([\s\S]*?)```/.exec(text)?.[1] ?? assert.fail(`no commands ${mark}`);
}

/** Commands of the page, for this Canary. */
async function shell({ world, name }: Rollout, mark: string, cwd: string): Promise<void> {
  const text = script(mark).replaceAll('blue-green', name).replaceAll('-n shop', `-n ${world.namespace}`);
  const PATH = [dirname(await kubectlProgram()), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH, KUBECONFIG: externalKubeconfig ?? kubeconfig };
  await run('sh', ['-ec', text], { cwd, env });
}

async function begun(world: World, wiring: Wiring, name: string): Promise<Rollout> {
  for (const object of objectsOf(wiring, name, world.namespace)) await world.kubernetes.apply(object);
  const rollout = new Rollout(world, name);
  await rollout.stand(wiring);
  return rollout;
}

async function hooksOut(world: World, wiring: Wiring): Promise<void> {
  const rollout = await begun(world, wiring, `${wiring.name}-out`);
  const analysis = at(await rollout.canary(), 'spec', 'analysis');
  const folder = mkdtempSync(join(tmpdir(), 'break-glass-'));
  try {
    await shell(rollout, 'out', folder);
    if (wiring.phase === 'Failed') await rollout.revise('3');
    await rollout.untilPhase('Succeeded');
    await shell(rollout, 'back', folder);
    assert.deepEqual(at(await rollout.canary(), 'spec', 'analysis'), analysis);
    await sleep(A_WHILE);
    assert.equal(await rollout.phase(), 'Succeeded', 'no rollout begins');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function skipAnalysisBefore(world: World, wiring: Wiring): Promise<void> {
  const { kubernetes, namespace } = world;
  const rollout = new Rollout(world, `${wiring.name}-before`);
  for (const object of objectsOf(wiring, rollout.name, namespace)) await kubernetes.apply(object);
  await rollout.untilPhase('Initialized');
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: rollout.name };
  await kubernetes.patch(key, { spec: { skipAnalysis: true } });
  await rollout.revise('2');
  await rollout.untilPhase('Succeeded');
}

async function skipAnalysis(world: World, wiring: Wiring): Promise<void> {
  const rollout = await begun(world, wiring, `${wiring.name}-skip`);
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: world.namespace, name: rollout.name };
  await world.kubernetes.patch(key, { spec: { skipAnalysis: true } });
  if (wiring.skip === 'promotesNext') await rollout.revise('3');
  if (wiring.skip !== 'isNotHeard') return rollout.untilPhase('Succeeded');
  await sleep(A_WHILE);
  assert.equal(await rollout.phase(), wiring.phase);
}

describe('The table of docs/troubleshooting.md on a verifier that is gone', () => {
  it('says of each wiring without confirm-rollout whether skipAnalysis helps before the revision comes', () => {
    const told = wirings.filter(({ hooks }) => hooks.some(({ type }) => /^(pre-)?rollout$/.test(type)));
    for (const wiring of told.filter(({ name }) => name !== 'whole'))
      assert.match(rowOf(wiring)[2] ?? '', skips.promotesNext);
  });

  for (const wiring of wirings)
    it(`says of ${wiring.hooks.map(({ type }) => type).join(' and ')} what is tried here`, () => {
      const [, what = '', skip = ''] = rowOf(wiring);
      assert.match(what, new RegExp(`^${wiring.phase}\\b`));
      assert.match(skip, skips[wiring.skip]);
    });
});

rollouts(
  'The verifier is gone and a hotfix must go out:',
  wirings.flatMap((wiring) => {
    const hooks = wiring.hooks.map(({ type, path = type }) => `${type} → /${path}`).join(', ');
    const before = {
      title: `${hooks}: skipAnalysis before the revision comes promotes it`,
      run: (world: World) => skipAnalysisBefore(world, wiring),
    };
    return [
      ...(wiring.name === 'pre' ? [before] : []),
      {
        title: `${hooks}: the hooks are taken out, it goes out, and they are put back`,
        run: (world) => hooksOut(world, wiring),
      },
      { title: `${hooks}: skipAnalysis does what the page says`, run: (world) => skipAnalysis(world, wiring) },
    ];
  }),
);
