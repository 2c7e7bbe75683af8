/**
 * examples/specs as somebody uses it who has never seen it: copied, seen to pass and to fail on the terminal, applied, and then
 * Flagger goes by the same files.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/documents.ts';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { eventsOf, story, type World } from './rollout.ts';
import { begin, setVersion, untilPhase, wiringOf } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';

const wiring = wiringOf('blue/green');
const { name } = wiring;
const line = 'assert.match(body, /\\S/);';

interface Ended {
  status: number;
  out: string;
}

function commandLine(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'dist/cli.cjs'), ...args], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
  });
}

/** With one line of the specs changed. */
async function withCopy<T>(changed: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'my-specs-'));
  try {
    cpSync(join(root, 'examples/specs'), folder, { recursive: true });
    const file = join(folder, 'specs/http.spec.ts');
    const text = readFileSync(file, 'utf8');
    assert.ok(text.includes(line));
    writeFileSync(file, text.replace(line, changed));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function tested({ kubernetes, namespace }: World, folder: string): Promise<Ended> {
  await kubectl(['apply', '-n', namespace, '-f', join(folder, 'rbac.yaml')]);
  const where = ['-n', namespace, '--kubeconfig', kubernetes.kubeconfig];
  const ended = await commandLine(
    'test',
    join(folder, 'specs'),
    '--canary',
    name,
    '--service-account',
    'e2e-specs',
    ...where,
  );
  const left = async () => {
    const all = await kubectl(['-n', namespace, 'get', 'job,pod,cm', '-o', 'name']);
    return all.split('\n').filter((each) => each.includes('-cli-'));
  };
  await until('nothing is left', left, patience.ms);
  return ended;
}

/** In place of the wiring's own E2ESpec. */
async function gated({ namespace }: World, folder: string): Promise<void> {
  const { status, out } = await commandLine(
    'render',
    join(folder, 'specs'),
    '--name',
    name,
    '--service-account',
    'e2e-specs',
  );
  assert.equal(status, 0, out);
  await kubectl(['-n', namespace, 'delete', 'e2e', name]);
  await kubectl(['-n', namespace, 'apply', '--server-side', '-f', '-'], { input: out });
}

const cases: Case<World>[] = [
  {
    title: 'A line that fails is seen on the terminal, and Flagger holds the next revision by it',
    run: (world) =>
      withCopy('assert.match(body, /^version x/);', async (folder) => {
        await begin(world, wiring);
        const { status, out } = await tested(world, folder);
        assert.equal(status, 1, out);
        assert.match(out, /^ \| ✖ The new revision › says something$/m);
        assert.match(out, /^ \| ✔ The pods of blue-green › log no panic \(\d+ ms\)$/m);
        assert.match(out, /^failed {2}[\s\S]*1 of 6 failed/m);
        const users = await wiring.users(world.kubernetes, world.namespace);
        await gated(world, folder);
        await setVersion(world, wiring, '2');
        assert.equal(
          await untilPhase(world, wiring, ['Succeeded', 'Failed']),
          'Failed',
          await story(world, wiring, []),
        );
        assert.equal(await wiring.users(world.kubernetes, world.namespace), users);
        const events = await eventsOf(world, wiring);
        assert.ok(
          events.some((event) => /1 of 6 failed.*The new revision › says something/.test(event)),
          events.join('\n'),
        );
      }),
  },
  {
    title: 'Specs that pass on the terminal let the next revision through',
    run: (world) =>
      withCopy('assert.match(body, /^version \\d/);', async (folder) => {
        await begin(world, wiring);
        const { status, out } = await tested(world, folder);
        assert.equal(status, 0, out);
        assert.match(out, /^passed {2}\S+: Passed: 6 of 6 tests passed/m);
        await gated(world, folder);
        await setVersion(world, wiring, '2');
        assert.equal(
          await untilPhase(world, wiring, ['Succeeded', 'Failed']),
          'Succeeded',
          await story(world, wiring, []),
        );
      }),
  },
];

rollouts('examples/specs', cases);
