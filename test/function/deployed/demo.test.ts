/**
 * `npm run demo -- --keep`, once: what it says, its picture, and what kubectl and the command line find there.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { part, width } from '../../../examples/demo/pictured.ts';
import { read, root } from '../../support/documents.ts';

const run = promisify(execFile);
const installed = spawnSync('kubectl', ['version', '--client']).status === 0;

describe('npm run demo -- --keep', function () {
  this.timeout(60_000);
  let demo: ChildProcess;
  let output = '';
  let kubeconfig: string;

  before(async () => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
    const env = { ...rest, COLUMNS: `${width}` };
    demo = spawn(process.execPath, ['examples/demo/demo.ts', '--keep'], { cwd: root, env });
    demo.stderr?.pipe(process.stderr);
    for await (const chunk of demo.stdout ?? []) {
      output += chunk;
      if (output.includes('kubectl explain')) break;
    }
    kubeconfig = /KUBECONFIG=(\S+)/.exec(output)?.[1] ?? assert.fail(output);
  });
  after(async () => {
    if (demo.exitCode !== null) return;
    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    await ended;
  });

  const printed = () => output.split('\n');
  const kubectl = async (...args: string[]) => (await run('kubectl', ['--kubeconfig', kubeconfig, ...args])).stdout;
  const e2e = async (...args: string[]) =>
    (await run(process.execPath, [join(root, 'dist/cli.cjs'), ...args, '--kubeconfig', kubeconfig])).stdout;

  it('promotes the revision whose test passes, and keeps the two others from the users', () => {
    const rows = printed().slice(printed().findIndex((line) => line.startsWith('REVISION')) + 1);
    assert.deepEqual(
      rows.slice(0, 3).map((row) => row.split(/ {3,}/)),
      [
        ['1', 'passes', '200', '403', 'Passed', 'promotes'],
        ['2', 'fails', '412', '200', 'Failed', 'rolls back'],
        ['3', 'cannot run', '424', '200', 'Inconclusive', 'rolls back'],
      ],
    );
  });

  it('prints each long text once, no line wider than the terminal, and no colours into a pipe', () => {
    const texts = output.match(/the test ended with exit code 1|no such\s+host/g);
    assert.deepEqual(texts?.length, 2);
    const wide = printed().filter((line) => line.length > width && !line.includes('KUBECONFIG='));
    assert.deepEqual(wide, []);
    assert.ok(!output.includes(String.fromCharCode(0x1b)));
  });

  it('is what its picture shows, but for the seconds that things took and how often it asked meanwhile', () => {
    const shown = [...read('docs/images/demo.svg').matchAll(/<text [^>]*>([^<]*)</g)].map(([, text = '']) => text);
    const until = printed().findIndex((line) => line.startsWith('Left running'));
    assert.equal(withoutTimes(shown), withoutTimes(part(printed().slice(0, until))));
  });

  describe('asked by kubectl', () => {
    before(function () {
      if (!installed) this.skip();
    });

    it('tells when each Event was, on both sides of the wire', async () => {
      for (const text of [
        await kubectl('get', 'events', '-n', 'demo'),
        await kubectl('describe', 'canary', '-n', 'demo'),
      ]) {
        assert.match(text, /E2ETestFailed/);
        assert.doesNotMatch(text, /<invalid>|<unknown>/);
      }
    });

    it('warns of nothing in its own wiring', async () => {
      const events = await kubectl('get', 'events', '-n', 'demo', '-o', 'jsonpath={.items[*].reason}');
      assert.match(events, /E2ETestStarted/);
      assert.doesNotMatch(events, /DoesNotGate/);
    });

    it('explains the fields of an E2ESpec', async () => {
      assert.match(await kubectl('explain', 'e2especs.spec'), /^ {2}activeDeadlineSeconds\t<integer>$/m);
    });
  });

  it('is found well wired by lint, and tells what users are on by why', async () => {
    assert.match(await e2e('lint', '-n', 'demo'), /^ok: demo\/podinfo waits for its test at pre-rollout/);
    assert.match(
      await e2e('why', 'podinfo', '-n', 'demo'),
      /history +Inconclusive [1-9]\w+, Failed [1-9]\w+, Passed [1-9]\w+$/m,
    );
  });
});

function withoutTimes(lines: readonly string[]): string {
  const words = lines.join(' ').split(/\s+/).filter(Boolean).join(' ');
  const poll =
    /(?:POST \/pre-rollout 429 not yet: ask again in N s Running: [^;]*; N s since its Job began, N s left until its deadline )+/g;
  return words.replace(/\b\d+ s\b/g, 'N s').replace(poll, '(asked meanwhile) ');
}
