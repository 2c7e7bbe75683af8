// The runner of spec files: what ends `node --test` with 0 and is no pass, what fails and is named, and what it hands over.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTestResult } from '../../function/verdict/test-result.ts';
import { root } from '../support/documents.ts';
import { until } from '../support/until.ts';

const runner = join(root, 'examples/specs/runtime/specs.mjs');

interface Ended {
  status: number | string | null;
  output: string;
  /** total, passed, failed, skipped */
  counts: unknown[];
  failures: string[];
  result: string;
}

type Row = [what: string, folder: string, status: number | string, counts: number[], failures: string[]];

const early = 'ran no test to the end: it has none, or ends too early, as by process.exit()';

const rows: Row[] = [
  ['a file *.spec.js, of a folder', 'passes', 0, [1, 1, 0, 0], []],
  [
    'tests that fail, are skipped or to be done',
    'some-fail',
    1,
    [5, 2, 1, 2],
    ['checkout › rejects an expired card: Expected values to be strictly equal: 3 !== 4'],
  ],
  ['JavaScript and TypeScript, helpers and sub-folders', 'side-by-side', 0, [3, 3, 0, 0], []],
  ['no file', 'no-file', 1, [0, 0, 0, 0], []],
  ['a file without a test, beside one that has one', 'no-test', 1, [2, 1, 1, 0], [`a.spec.js: ${early}`]],
  ['a suite without a test', 'empty-suite', 1, [1, 0, 1, 0], ['a.spec.js: has no test']],
  ['process.exit(0)', 'exit-0', 1, [1, 0, 1, 0], [`a.spec.js: ${early}`]],
  ['process.exit(0) when others have passed', 'exit-0-late', 1, [2, 1, 1, 0], [`a.spec.js: ${early}`]],
  ['a syntax error', 'syntax-error', 1, [1, 0, 1, 0], ['a.spec.js: SyntaxError: Unexpected end of input']],
  [
    'a missing package',
    'missing-package',
    1,
    [1, 0, 1, 0],
    ["a.spec.js: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad'"],
  ],
  ['an error while it is loaded', 'throws-on-load', 1, [1, 0, 1, 0], ['a.spec.js: TypeError: no address']],
  [
    'what is more than types',
    'enum',
    1,
    [1, 0, 1, 0],
    ['a.spec.ts: SyntaxError [ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]: TypeScript enum is not supported'],
  ],
  ['JSX', 'jsx', 1, [0, 0, 0, 0], []],
  ['a test that hangs, and the next', 'hangs', 1, [2, 1, 1, 0], ['hangs: test timed out after 500ms']],
  ['a loop without an end', 'spins', 1, [1, 0, 1, 0], ['a.spec.js: said nothing for 5500 ms']],
  ['a server that stays open', 'open-server', 0, [1, 1, 0, 0], []],
  [
    'a hook that throws',
    'hook-throws',
    1,
    [2, 0, 2, 0],
    ['checkout › takes a card: test did not finish before its parent', 'checkout: no database'],
  ],
  [
    'an error after its test',
    'late-error',
    1,
    [3, 2, 1, 0],
    ['a.spec.js: Error: Test "does not wait" at a.spec.js:3:1 generated asynchronous activity after the test ended.'],
  ],
  ['tests that are all skipped', 'all-skipped', 1, [1, 0, 0, 1], []],
  ['a file that kills itself', 'kills-itself', 1, [1, 0, 1, 0], ['a.spec.js: was killed by SIGKILL']],
  ['a file that kills the runner', 'kills-the-runner', 'SIGKILL', [0, 0, 0, 0], []],
  ['a file that dies within a suite', 'dies-in-a-suite', 1, [2, 1, 1, 0], ['a.spec.mjs: was killed by SIGKILL']],
  ['tests behind a top-level await', 'late-tests', 1, [2, 1, 1, 0], ['comes behind a top-level await: it ran']],
  [
    'a failure beside a test that cannot be judged',
    'inconclusive-and-failed',
    1,
    [1, 0, 1, 0],
    ['fails: 4, and not 3'],
  ],
  ['an exit code', 'exit-code', 1, [2, 1, 1, 0], ['a.spec.js: ended with exit code 3']],
];

describe('The runner of spec files', function () {
  this.timeout(60_000);
  let home: string;
  let fixtures: string;
  /** Takes as long as its silence. */
  let spinning: Promise<Ended>;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'spec-runner-'));
    // Away from the package.json of this repository.
    fixtures = join(home, 'fixtures');
    cpSync(join(root, 'test/fixtures/specs'), fixtures, { recursive: true });
    mkdirSync(join(fixtures, 'side-by-side/node_modules/left'), { recursive: true });
    writeFileSync(join(fixtures, 'side-by-side/node_modules/left/x.spec.js'), "throw new Error('not ours');");
    spinning = run(join(fixtures, 'spins'));
  });
  after(() => rmSync(home, { recursive: true }));

  async function run(
    folder: string,
    env: Record<string, string> = {},
    { stop, only = [] }: { stop?: NodeJS.Signals; only?: string[] } = {},
  ): Promise<Ended> {
    const file = join(mkdtempSync(join(home, 'result-')), 'termination-log');
    const child = spawn(process.execPath, [runner, folder, ...only], {
      env: { PATH: process.env['PATH'], SPEC_TIMEOUT_MS: '500', TERMINATION_LOG: file, ...env },
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    const closed = new Promise<number | string | null>((resolve) =>
      child.on('exit', (status, signal) => resolve(status ?? signal)),
    );
    if (stop !== undefined) {
      await until('it begins', async () => (output.includes('it begins') ? [] : [output]), 10_000);
      await sleep(300);
      child.kill(stop);
    }
    const status = await closed;
    endGroup(child.pid ?? assert.fail());
    const result = readFileSync(file, 'utf8');
    const { total, passed, failed, skipped, failures } = JSON.parse(result) as Record<string, unknown>;
    const named = (failures as { name: string; message: string }[]).map(({ name, message }) => `${name}: ${message}`);
    return { status, output, counts: [total, passed, failed, skipped], failures: named, result };
  }

  /** What a runner leaves, which a container's end takes with it: a loop hears no signal but this one. */
  function endGroup(leader: number): void {
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      // It has left nothing.
    }
  }

  function assertEnded(ended: Ended, [, , status, counts, failures]: Row): void {
    assert.deepEqual([ended.status, ...ended.counts], [status, ...counts], ended.output);
    assert.deepEqual(
      ended.failures.map((each, index) => each.slice(0, failures[index]?.length)),
      failures,
    );
    // Of what it hands over, the verifier makes a pass of those alone that have ended with 0.
    const read = readTestResult(ended.result);
    assert.ok(read.kind === 'result');
    const { total, failed, skipped = 0 } = read.result.counts;
    assert.equal(failed === 0 && total - skipped > 0, status === 0);
  }

  for (const row of rows)
    it(`ends ${row[2] === 0 ? 'well' : 'badly'} with ${row[0]}`, async () => {
      assertEnded(row[1] === 'spins' ? await spinning : await run(join(fixtures, row[1])), row);
    });

  it('knows all of its fixtures', () => {
    const used = [...rows.map(([, folder]) => folder), 'many-fail', 'inconclusive'];
    assert.deepEqual(readdirSync(fixtures).sort(), used.sort());
  });

  /** As the kubelet mounts a ConfigMap: every file and folder is a link into a hidden folder. */
  function mount(folder: string): string {
    const to = mkdtempSync(join(home, 'mounted-'));
    const hidden = '..2026_11_26_10_49_09.298';
    cpSync(folder, join(to, hidden), { recursive: true });
    symlinkSync(hidden, join(to, '..data'));
    for (const name of readdirSync(join(to, hidden))) symlinkSync(join('..data', name), join(to, name));
    return to;
  }

  it('finds each file of a mounted ConfigMap once, in sub-folders too', async () => {
    const { status, counts, output } = await run(mount(join(fixtures, 'side-by-side')));
    assert.deepEqual([status, counts], [0, [3, 3, 0, 0]], output);
    assert.match(output, /^lib\/deep\.spec\.ts$/m);
  });

  it('names a file of a mounted ConfigMap as people know it', async () => {
    const { output } = await run(mount(join(fixtures, 'some-fail')));
    assert.match(output, /\/a\.spec\.mjs:6:/);
    assert.doesNotMatch(output, /\.\.2026/);
  });

  it('runs some files alone, and says in which something failed', async () => {
    const all = await run(join(fixtures, 'some-fail'));
    assert.equal(all.output.trim().split('\n').at(-1), 'failed in a.spec.mjs');
    const { status, counts, output } = await run(join(fixtures, 'some-fail'), {}, { only: ['b.spec.mjs'] });
    assert.deepEqual([status, counts], [0, [3, 1, 0, 2]]);
    assert.doesNotMatch(output, /failed in/);
    const missing = await run(join(fixtures, 'some-fail'), {}, { only: ['c.spec.mjs'] });
    assert.deepEqual([missing.status, missing.counts], [1, [0, 0, 0, 0]]);
  });

  it('finds packages of the image, beside the mounted folder', async () => {
    const to = mount(join(fixtures, 'missing-package'));
    mkdirSync(join(to, '../node_modules/left-pad'), { recursive: true });
    writeFileSync(join(to, '../node_modules/left-pad/index.js'), 'module.exports = () => {};');
    const { status, output } = await run(to);
    rmSync(join(to, '../node_modules'), { recursive: true });
    assert.equal(status, 0, output);
  });

  it('hands over no test but the words where nothing can be judged, so that it is no pass and no failure', async () => {
    const { status, counts, result, output } = await run(join(fixtures, 'inconclusive'));
    assert.deepEqual([status, counts], [0, [0, 0, 0, 0]], output);
    const read = readTestResult(result);
    assert.ok(read.kind === 'result');
    assert.deepEqual(read.result.failures, [{ name: 'there is no shop' }]);
    assert.match(output, /^\? asks a shop that is not there\n {4}inconclusive: there is no shop$/m);
    assert.match(output, /^- comes after \(skipped: there is no shop\)$/m);
  });

  it('ends badly where nothing can be judged and nobody reads the result', async () => {
    const child = spawn(process.execPath, [runner, join(fixtures, 'inconclusive')], { stdio: 'ignore', env: {} });
    assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 1);
  });

  it('hands over what fits, and counts all', async () => {
    const { counts, failures, result } = await run(join(fixtures, 'many-fail'));
    assert.deepEqual(counts, [100, 0, 100, 0]);
    assert.ok(Buffer.byteLength(result) <= 4000 && failures.length > 0);
  });

  const stopped = 'still ran when it was stopped by SIGTERM';
  for (const [folder, failure] of [
    ['hangs', `hangs: ${stopped}`],
    ['spins', `a.spec.js: ${stopped}`],
  ] as const)
    it(`says what ran when it is stopped: ${folder}`, async () => {
      const { status, failures } = await run(join(fixtures, folder), { SPEC_TIMEOUT_MS: '30000' }, { stop: 'SIGTERM' });
      assert.deepEqual([status, failures], [143, [failure]]);
    });

  it('says in a line what is wrong before any test', async () => {
    const loop = mkdtempSync(join(home, 'loop-'));
    symlinkSync('.', join(loop, 'again'));
    const dangling = mkdtempSync(join(home, 'dangling-'));
    symlinkSync('nowhere', join(dangling, 'a.spec.js'));
    const table: [folder: string, env: Record<string, string>, line: string][] = [
      [join(fixtures, 'no-file'), {}, `no spec file in ${join(fixtures, 'no-file')}: name one as no-file.spec.js`],
      [join(fixtures, 'jsx'), {}, 'a.spec.tsx: Node runs no JSX'],
      [join(fixtures, 'nowhere'), {}, 'ENOENT: no such file or directory'],
      [loop, {}, 'again is a link that leads back to a folder above it'],
      [dangling, {}, 'ENOENT: no such file or directory'],
      [join(fixtures, 'passes'), { SPEC_TIMEOUT_MS: '1m' }, 'SPEC_TIMEOUT_MS is 1m, and must be a number'],
    ];
    for (const [folder, env, line] of table) {
      const { status, counts, output } = await run(folder, env);
      assert.deepEqual([status, counts], [1, [0, 0, 0, 0]], basename(folder));
      assert.equal(output.slice(0, line.length), line);
      assert.equal(output.trim().split('\n').length, 1, output);
    }
  });
});
