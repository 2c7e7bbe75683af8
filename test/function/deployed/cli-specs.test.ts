/**
 * `test` and `render`, of a folder of spec files: what they show, how they end, what they leave, and what they say of bad input.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, read, resources, root } from '../../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { until } from '../../support/until.ts';
import { leftIn, type Ran, type Running, runCommandLine, startCommandLine } from './command-line.ts';

const passing = "const { it } = require('node:test');\nit('is there', () => console.log('it says so'));\n";
const failing = "const { it } = require('node:test');\nit('is there', () => { throw new Error('it is not'); });\n";
const hanging =
  "const { it } = require('node:test');\nit('waits', () => { console.log('it begins'); return new Promise((resolve) => setTimeout(resolve, 30_000)); });\n";

describe('A folder of specs, on the command line', function () {
  this.timeout(120_000);
  let kubernetes: EmbeddedKubernetes;
  let home: string;
  let namespace: string;
  const started: Running[] = [];

  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
  });
  beforeEach(async () => {
    namespace = await kubernetes.namespace();
    home = mkdtempSync(join(tmpdir(), 'cli-specs-'));
  });
  afterEach(async () => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
    rmSync(home, { recursive: true });
  });
  after(() => kubernetes?.stop());

  const write = (path: string, text: string): string => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
    return join(home, path);
  };
  const command = (...args: string[]) => ({
    args: ['test', home, ...args, '-n', namespace, '--kubeconfig', kubernetes.kubeconfig],
    // No folder of modules of this repository.
    env: {},
  });
  const test = (...args: string[]): Promise<Ran> => runCommandLine(command(...args));
  function watch(...args: string[]): Running {
    const running = startCommandLine({ ...command('--watch', ...args), hasOpenInput: true });
    started.push(running);
    return running;
  }
  const press = ({ child }: Running, key: string) => child.stdin?.write(key);

  const left = () => leftIn(kubernetes, namespace);
  const nothingIsLeft = () => until('nothing is left', left, 20_000);

  describe('test', () => {
    it('runs it in the cluster with its helpers and sub-folders, and leaves nothing behind', async () => {
      write('lib/text.ts', "export const text: string = 'from a helper';\n");
      write(
        'lib/deep.spec.ts',
        "import { it } from 'node:test';\nimport { text } from './text.ts';\nit(text, () => {});\n",
      );
      write('a.spec.js', passing);
      const { status, out, err } = await test();
      assert.deepEqual([status, err], [0, ''], out);
      assert.match(out, /^ \| 2 spec files in /m);
      assert.match(out, /^ \| it says so$/m);
      assert.match(out, /^ \| ✔ from a helper \(\d+ ms\)$/m);
      assert.match(out, /^passed {2}\S+: Passed: /m);
      assert.match(out, /^ {2}not on record: no gate and no page knows of it$/m);
      await nothingIsLeft();
    });

    it('exits 1 where one fails, and names it', async () => {
      write('a.spec.js', failing);
      const { status, out } = await test();
      assert.equal(status, 1);
      assert.match(out, /^ \| ✖ is there$/m);
      assert.match(out, /^failed {2}/m);
      await nothingIsLeft();
    });

    it('tells them the address and the Canary, and no Canary where there is none', async () => {
      write(
        'a.spec.js',
        "require('node:test').it('x', () => console.log(process.env.CANARY_URL, process.env.CANARY_NAME));",
      );
      const alone = await test('--url', 'http://shop.test');
      assert.match(alone.out, /^ \| http:\/\/shop\.test undefined$/m);
      await kubernetes.apply({
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: 'shop', namespace },
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
          service: { port: 8080 },
          analysis: {},
        },
      });
      const { out, err } = await test('--canary', 'shop');
      assert.match(out, new RegExp(`^ \\| http://shop\\.${namespace}:8080 shop$`, 'm'), out + err);
    });

    it('writes the last block alone as JSON', async () => {
      write('a.spec.js', passing);
      const { status, out } = await test('--output', 'json');
      assert.deepEqual([status, JSON.parse(out).verdict], [0, 'passed']);
    });

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      it(`leaves nothing behind after ${signal}`, async () => {
        write('a.spec.js', hanging);
        const running = startCommandLine(command());
        await running.writes(/^ \| it begins$/m);
        running.child.kill(signal);
        assert.equal((await running.ended).status, 130);
        await nothingIsLeft();
      });

    const stages: [when: string, pattern: RegExp, image: string][] = [
      ['before the image is there', /pulling|waiting/, 'registry.invalid/none:1'],
      ['as soon as the Job is there', /created/, 'node:24'],
      ['when it is scheduled', /scheduled/, 'node:24'],
    ];
    for (const [when, pattern, image] of stages)
      it(`leaves nothing behind after Ctrl-C ${when}`, async () => {
        write('a.spec.js', hanging);
        const running = startCommandLine(command('--image', image));
        await running.writes(pattern);
        running.child.kill('SIGINT');
        assert.equal((await running.ended).status, 130);
        await nothingIsLeft();
      });

    it('has all of it go by itself when the command line is killed', async () => {
      write('a.spec.js', hanging);
      const running = startCommandLine(command());
      await running.writes(/^ \| it begins$/m);
      running.child.kill('SIGKILL');
      await running.ended;
      const [job] = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
      const spec = job?.['spec'] as { ttlSecondsAfterFinished: number; activeDeadlineSeconds: number };
      assert.deepEqual([spec.ttlSecondsAfterFinished, spec.activeDeadlineSeconds], [60, 600]);
      const maps = await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
      const owned = maps.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt');
      assert.equal(owned.length, 2);
      for (const { metadata } of owned) {
        const owners = (metadata as { ownerReferences?: { uid: string }[] }).ownerReferences ?? [];
        assert.deepEqual(
          owners.map(({ uid }) => uid),
          [job?.metadata.uid],
        );
      }
    });
  });

  describe('test --watch', () => {
    const prompt = /^Save a file to run all of them again/m;
    /** What it has written since, at its next prompt. */
    async function atPrompt(running: Running, count: number): Promise<void> {
      await running.writes(new RegExp(`(?:${prompt.source}[\\s\\S]*){${count}}`, 'm'));
    }

    it('runs again on each save, and ends with what the last one said', async () => {
      write('a.spec.js', failing);
      const running = watch();
      await atPrompt(running, 1);
      write('a.spec.js', passing);
      await atPrompt(running, 2);
      press(running, 'q\n');
      const { status, out } = await running.ended;
      assert.equal(status, 0);
      assert.match(out, /^failed {2}[\s\S]*^changed: a\.spec\.js$[\s\S]*^passed {2}/m);
      await nothingIsLeft();
    });

    it('runs the files that failed alone at f, and all of them at Enter', async () => {
      write('a.spec.js', passing);
      write('lib/b.spec.js', failing);
      const running = watch();
      await atPrompt(running, 1);
      press(running, 'f\n');
      await atPrompt(running, 2);
      press(running, '\n');
      await atPrompt(running, 3);
      press(running, 'q\n');
      const { status, out } = await running.ended;
      assert.equal(status, 1);
      const [first = '', second = '', third = ''] = out.split(prompt);
      for (const all of [first, third]) assert.match(all, /a\.spec\.js[\s\S]*1 passed, 1 failed/);
      assert.match(second, /^ \| 0 passed, 1 failed[\s\S]*^ {2}of lib\/b\.spec\.js alone$/m);
      assert.doesNotMatch(second, /a\.spec\.js/);
    });

    it('ends a run that goes on when a file is saved', async () => {
      write('a.spec.js', hanging);
      const running = watch();
      await running.writes(/^ \| it begins$/m);
      write('a.spec.js', passing);
      await atPrompt(running, 1);
      press(running, 'f\n');
      await running.writes(/^nothing has failed$/m);
      running.child.kill('SIGINT');
      assert.equal((await running.ended).status, 130);
      await nothingIsLeft();
    });

    it('waits for the next save where the folder cannot be run for now', async () => {
      const file = write('a.spec.js', passing);
      const running = watch();
      await atPrompt(running, 1);
      rmSync(file);
      await running.writes(/^there is no spec file in /m);
      write('a.spec.js', passing);
      await atPrompt(running, 3);
      press(running, 'q\n');
      assert.equal((await running.ended).status, 0);
    });
  });

  it('takes each key by itself on a terminal, and Ctrl-C as one', async function () {
    if (spawnSync('script', ['--version']).status !== 0) this.skip();
    write('a.spec.js', passing);
    // https://man7.org/linux/man-pages/man1/script.1.html
    const args = [process.execPath, join(root, 'dist/cli.cjs'), ...command('--watch').args].join(' ');
    const terminal = spawn('script', ['-qfec', args, '/dev/null'], { env: { PATH: process.env['PATH'], HOME: home } });
    let out = '';
    terminal.stdout.on('data', (part) => {
      out += String(part);
    });
    const ended = once(terminal, 'close');
    const prompts = (count: number) =>
      until('prompts', async () => (out.split('Save a file to run').length > count ? [] : [out]), 30_000);
    await prompts(1);
    terminal.stdin.write('\r');
    await prompts(2);
    terminal.stdin.write('\u0003');
    const [status] = await ended;
    assert.equal(status, 130, out);
    await nothingIsLeft();
  });

  describe('with bad input', () => {
    const rows: [what: string, make: () => string[], status: number, says: RegExp][] = [
      [
        'a folder that is not there',
        () => ['test', join(home, 'nowhere')],
        2,
        /^error: there is no folder \S+nowhere\n$/,
      ],
      [
        'a folder without specs',
        () => ['test', home],
        2,
        /^error: there is no spec file in \S+\. Name one as login\.spec\.ts/,
      ],
      [
        'a file',
        () => ['test', write('a.spec.js', passing)],
        2,
        /^error: \S+ is not a folder: name the folder that it is in\n$/,
      ],
      [
        'a byte too many',
        () => ['test', join(write('a.spec.js', 'x'.repeat(1024 * 1024 + 1)), '..')],
        2,
        /^error: the files in \S+ have 1048577 bytes, and a ConfigMap holds 1048576\. The largest: a\.spec\.js \(1048577\)\./,
      ],
      [
        'a link that leads back',
        () => {
          symlinkSync('.', join(home, 'again'));
          return ['render', home, '--name', 'shop'];
        },
        2,
        /^error: \S+again is a link to a folder that it is in\. Remove it, or name it in \.gitignore\n$/,
      ],
      [
        'no kubeconfig',
        () => ['test', join(write('a.spec.js', passing), '..'), '--kubeconfig', join(home, 'none')],
        2,
        /^error: there is no kubeconfig at \S+none\n$/,
      ],
      [
        'a spec that is a pipe',
        () => {
          execFileSync('mkfifo', [join(home, 'a.spec.js')]);
          return ['test', home];
        },
        2,
        /^error: a\.spec\.js is not a file\n$/,
      ],
      ['no name', () => ['render', home], 64, /^required option '--name <name>' not specified\n/],
      ['a name that is none', () => ['render', home, '--name', 'My_App'], 64, /It takes lower case letters/],
      ['no folder', () => ['test'], 64, /^missing required argument 'DIR'\n/],
      [
        'JSON while it is watched',
        () => ['test', home, '--watch', '-o', 'json'],
        64,
        /^--watch never ends, so it prints no JSON: leave out --output json\n/,
      ],
      [
        'a Canary that is not there',
        () => [...command('--canary', 'nowhere').args.with(1, join(write('a.spec.js', passing), '..'))],
        2,
        /there is no Canary nowhere in namespace /,
      ],
    ];
    it('says in a sentence what to do: a Canary of nearly that name', async () => {
      const spec = { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }, service: { port: 80 } };
      const metadata = { name: 'shop', namespace };
      await kubernetes.apply({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata, spec });
      write('a.spec.js', passing);
      const { status, err } = await test('--canary', 'shpo');
      assert.equal(status, 2);
      assert.match(err, /^error: there is no Canary shpo in namespace \S+\. Did you mean shop\?\n$/);
    });
    for (const [what, make, status, says] of rows)
      it(`says in a sentence what to do: ${what}`, async () => {
        const ran = await runCommandLine({ args: make() });
        assert.equal(ran.status, status, ran.out + ran.err);
        assert.match(ran.err, says);
        assert.equal(ran.out, '');
        assert.deepEqual(await left(), []);
      });

    it('shows what is wrong with a spec that does not parse', async () => {
      write('a.spec.js', "const { it } = require('node:test');\nit('x', () => {");
      const { status, out } = await test();
      assert.equal(status, 1);
      assert.match(out, /^ \| ✖ a\.spec\.js\n \|\s+SyntaxError: Unexpected end of input$/m);
      await nothingIsLeft();
    });

    it('says which right is missing, and leaves nothing behind', async () => {
      write('a.spec.js', passing);
      for (const [plural, group] of [
        ['jobs', 'batch'],
        ['configmaps', ''],
      ] as const) {
        const heal = kubernetes.misbehave({ verb: 'create', resource: plural }, { kind: 'status', code: 403 });
        const ran = await test();
        heal();
        assert.equal(ran.status, 2, ran.out);
        const rule = `{apiGroups: ["${group}"], resources: ["${plural}"], verbs: ["create"]}`;
        assert.ok(ran.err.includes(`you may not create ${plural}`) && ran.err.includes(rule), ran.err);
        await nothingIsLeft();
      }
    });
  });

  it('says what would be missed in silence', async () => {
    write('package.json', JSON.stringify({ dependencies: { pg: '8.0.0' } }));
    write('.gitignore', 'b.spec.js\n');
    for (const name of ['a.spec.js', 'b.spec.js']) write(name, passing);
    const told = async (...more: string[]) => {
      const { status, err } = await runCommandLine({ args: ['render', home, '--name', 'shop', ...more] });
      assert.equal(status, 0);
      return err;
    };
    const ignored = 'b.spec.js is left out: .gitignore names it\n';
    const packages =
      'package.json names packages that node:24 does not have: --image IMAGE with them in /node_modules\n';
    assert.equal(await told(), ignored + packages);
    assert.equal(await told('--image', 'registry.example.com/packages:1'), ignored);
  });

  it('is without what git leaves out', async () => {
    execFileSync('git', ['init', '-q', home]);
    const ignoring = { '.gitignore': '*.log\n/big\nTRACE.txt\n', 'lib/.gitignore': '!keep.log\nsecret*\n' };
    const files = [
      'a.spec.js',
      'big/one.txt',
      'lib/big/two.txt',
      'lib/keep.log',
      'lib/secret.txt',
      'trace.log',
      'trace.txt',
    ];
    for (const [path, text] of Object.entries(ignoring)) write(path, text);
    for (const path of files) write(path, passing);
    const listed = execFileSync('git', ['ls-files', '--others', '--exclude-standard'], { cwd: home, encoding: 'utf8' });
    const expected = listed.split('\n').filter((path) => path !== '' && !path.endsWith('.gitignore'));
    const { out } = await runCommandLine({ args: ['render', home, '--name', 'shop'] });
    const specs = at(resources(out)[1], 'data') as Record<string, string>;
    assert.deepEqual(
      Object.keys(specs).map((key) => key.replaceAll('__', '/')),
      expected,
    );
  });

  it('is rendered as the command line prints it: the same bytes for the same files', async () => {
    cpSync(join(root, 'examples/specs/specs'), home, { recursive: true });
    const args = [
      'render',
      home,
      '--name',
      'my-app',
      '-n',
      'shop',
      '--service-account',
      'e2e-specs',
      '--image',
      'node:24.1',
    ];
    const [one, two] = await Promise.all([runCommandLine({ args }), runCommandLine({ args })]);
    assert.deepEqual([one.status, one.err, one.out], [0, '', two.out]);
    const [program, specs, e2eSpec] = resources(one.out);
    assert.equal(at(program, 'data', 'specs.mjs'), read('examples/specs/runtime/specs.mjs'));
    assert.deepEqual(Object.keys(specs?.['data'] as object), readdirSync(join(root, 'examples/specs/specs')));
    const { image, serviceAccountName } = (e2eSpec?.['spec'] ?? {}) as Record<string, unknown>;
    assert.deepEqual([image, serviceAccountName], ['node:24.1', 'e2e-specs']);
  });
});
