/**
 * `run --sync`: a folder of this machine in the container of a test, once and on each save.
 */
import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { until } from '../../support/until.ts';
import { leftIn, runCommandLine, startCommandLine } from './command-line.ts';
import { emptyFolder, type Folder } from './deployed.ts';

describe('k8s-e2e-verifier run --sync', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: Folder;
  let namespace: string;

  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
  });
  beforeEach(async () => {
    folder = await emptyFolder();
    namespace = await kubernetes.namespace();
    await apply('sh /app/check.sh && ls /app/lib');
  });
  afterEach(() => folder.remove());
  after(() => kubernetes?.stop());

  async function apply(script: string): Promise<void> {
    const spec = { image: 'dev.local/busybox', command: ['sh', '-c', script] };
    await kubernetes.apply({
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { name: 'podinfo', namespace },
      spec,
    });
  }

  async function write(files: Record<string, string>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder.path, path);
      await mkdir(dirname(file), { recursive: true });
      // As editors do.
      await writeFile(`${file}~`, content);
      await rename(`${file}~`, file);
    }
  }

  const command = (...args: string[]) => ({
    args: [
      'run',
      'podinfo',
      '--sync',
      `${folder.path}:/app`,
      ...args,
      '-n',
      namespace,
      '--kubeconfig',
      kubernetes.kubeconfig,
    ],
  });

  const left = () => leftIn(kubernetes, namespace);
  const nothingIsLeft = () => until('nothing is left', left, 10_000);

  it('lays the folder over that of the container, without what .gitignore names', async () => {
    await write({
      'check.sh': 'echo from here',
      'lib/a.txt': 'a',
      'lib/secret.txt': 'x',
      'lib/node_modules/b/index.js': 'b',
      '.env': 'x',
      '.gitignore': 'secret.txt\n',
    });
    await mkdir(join(folder.path, '.git'));
    const { status, out, err } = await runCommandLine(command());
    assert.deepEqual([status, err], [0, '']);
    assert.deepEqual(out.match(/^ \| .*$/gm), [' | from here', ' | a.txt']);
    await nothingIsLeft();
  });

  it('runs again on each save, also while it runs, and leaves nothing behind', async () => {
    await write({ 'check.sh': 'echo one', 'lib/a.txt': 'a' });
    const running = startCommandLine(command('--watch'));
    await running.writes(/^ \| one$[\s\S]*^passed .*[\s\S]*^Save a file/m);
    await write({ 'check.sh': 'echo two; sleep 20' });
    await running.writes(/^changed: .*check\.sh[\s\S]*^ \| two$/m);
    await write({ 'check.sh': 'echo three; exit 1' });
    await running.writes(/^ \| three$[\s\S]*^failed .*/m);
    await until('one run is left at the most', async () => ((await left()).length > 3 ? await left() : []), 5000);
    running.child.kill('SIGINT');
    const { status, out } = await running.ended;
    assert.equal(status, 130);
    // Nobody is at a keyboard.
    assert.match(out, /^Save a file to run it again; Ctrl-C: quit$/m);
    await nothingIsLeft();
  });

  it('is refused for more than a ConfigMap holds, with the largest named, before anything is made', async () => {
    await write({ 'check.sh': 'exit 0', 'data.bin': 'x'.repeat(1024 * 1024) });
    const { status, err } = await runCommandLine(command());
    assert.equal(status, 2);
    assert.match(
      err,
      /have 1048582 bytes, and a ConfigMap holds 1048576\. The largest: data\.bin \(1048576\), check\.sh \(6\)/,
    );
    assert.deepEqual(await left(), []);
  });

  it('leaves no Job where the ConfigMap cannot be made, and names the rule that is missing', async () => {
    await write({ 'check.sh': 'exit 0', 'lib/a.txt': 'a' });
    const heal = kubernetes.misbehave({ verb: 'create', resource: 'configmaps' }, { kind: 'status', code: 403 });
    const { status, err } = await runCommandLine(command());
    heal();
    assert.equal(status, 2);
    assert.match(err, /It takes the rule \{apiGroups: \[""\], resources: \["configmaps"\], verbs: \["create"\]\}/);
    await nothingIsLeft();
  });

  it('leaves nothing behind for long when its command line is killed', async () => {
    await write({ 'check.sh': 'sleep 1', 'lib/a.txt': 'a' });
    const running = startCommandLine(command());
    await running.writes(/started/);
    running.child.kill('SIGKILL');
    await running.ended;
    const isOver = async () =>
      (await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace })).some((pod) =>
        JSON.stringify(pod['status']).includes('Succeeded'),
      )
        ? []
        : ['its end'];
    await until('it has ended', isOver, 10_000);
    await kubernetes.advance(301);
    await nothingIsLeft();
  });

  const misuse: [what: string, args: string[], status: number, says: RegExp][] = [
    ['a folder that is not there', ['--sync', '/nowhere:/app'], 2, /there is no folder \/nowhere/],
    ['a path that is none', ['--sync', 'tests:app'], 64, /It takes DIR:PATH/],
    ['a path that leads out', ['--sync', 'tests:/app/../..'], 64, /It takes DIR:PATH/],
    ['the root of the container', ['--sync', 'tests:/'], 64, /It takes DIR:PATH/],
    ['a watch over nothing', ['--watch'], 64, /--watch runs again on a save: say of which folder/],
    ['a watch with an end', ['--sync', '.:/app', '--watch', '-o', 'json'], 64, /--watch has no end/],
  ];
  for (const [what, args, status, says] of misuse) {
    it(`is refused for ${what}`, async () => {
      const ran = await runCommandLine({ args: ['run', 'podinfo', ...args, '--kubeconfig', kubernetes.kubeconfig] });
      assert.equal(ran.status, status);
      assert.match(ran.err, says);
    });
  }

  it('is refused for a folder of which all is left out', async () => {
    await write({ '.env': 'x' });
    const { status, err } = await runCommandLine(command());
    assert.equal(status, 2);
    assert.match(err, /there is no file in \S+, except for what is left out/);
  });
});
