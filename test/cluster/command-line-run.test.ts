/**
 * `run` where the embedded API cannot show it: a real kubelet's logs and volumes, RBAC, an image that is nowhere, an eviction.
 * All at once, because most of it is waiting for pods.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { awaitedLater } from '../../function/errors.ts';
import { type Ran, type Running, startCommandLine } from '../function/deployed/command-line.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { evict } from './evict.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';

const say = (script: string) => ({ image: 'busybox:1.36', command: ['sh', '-c', script] });

const specs: Record<string, object> = {
  passes: say('mkdir -p /app/out; sh /app/check.sh; cat /app/lib/deep/a.txt; touch /app/out/x; ls /app'),
  fails: say('printf "\\033[31mred\\033[0m \\303\\n"; head -c 40000 /dev/zero | tr "\\0" x; echo; echo end; exit 3'),
  'is-nowhere': { image: 'nowhere.invalid/e2e:1' },
  'is-evicted': say('trap "exit 1" TERM; echo mine; sleep 12 & wait'),
  'is-seen-by-few': say('echo unseen'),
};

const lasts =
  "import { it } from 'node:test';\nit('lasts', async () => {\n  console.log('mine');\n  await new Promise((end) => setTimeout(end, 60_000));\n});\n";

describe('k8s-e2e-verifier run, on a real cluster', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;
  let folder: string;
  const running: Record<string, Running> = {};
  let evicted: Promise<void>;

  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    folder = await mkdtemp(join(tmpdir(), 'cli-run-'));
    await mkdir(join(folder, 'app/lib/deep'), { recursive: true });
    await writeFile(join(folder, 'app/check.sh'), 'echo from here');
    await writeFile(join(folder, 'app/lib/deep/a.txt'), 'deep\n');
    for (const [name, spec] of Object.entries(specs)) {
      await kubernetes.apply({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata: { name, namespace }, spec });
    }
    const few = await kubeconfigOfFew();
    const start = (name: string, ...more: string[]) => {
      const args = ['run', name, '-n', namespace, '--kubeconfig', kubernetes.kubeconfig, ...more];
      running[name] = startCommandLine({ args });
    };
    start('passes', '--sync', `${join(folder, 'app')}:/app`);
    start('fails');
    start('is-nowhere');
    start('is-evicted');
    start('is-seen-by-few', '--kubeconfig', few);
    await mkdir(join(folder, 'specs'));
    await writeFile(join(folder, 'specs/lasts.spec.ts'), lasts);
    const where = ['-n', namespace, '--kubeconfig', kubernetes.kubeconfig];
    running['folder'] = startCommandLine({ args: ['test', join(folder, 'specs'), ...where] });
    evicted = awaitedLater(evictWhileItRuns());
  });
  after(async () => {
    for (const { child } of Object.values(running)) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await kubernetes?.stop();
  });

  const of = (name: string): Running => running[name] ?? assert.fail(name);
  const ended = (name: string): Promise<Ran> => of(name).ended;
  const logOf = ({ out }: Ran) => out.match(/^ \|.*$/gm) ?? [];

  async function evictWhileItRuns(): Promise<void> {
    await of('is-evicted').writes(/^ \| mine$/m);
    const [pod] = await kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace },
      'remarkable.com/e2espec=is-evicted',
    );
    await evict({ namespace, pod: pod?.metadata.name ?? '' });
  }

  /** A kubeconfig of an account that may do all that it takes, but read logs. */
  async function kubeconfigOfFew(): Promise<string> {
    await kubectl(['create', 'serviceaccount', 'few', '-n', namespace]);
    const rights = {
      jobs: ['--verb=create,get,delete', '--resource=jobs.batch'],
      pods: ['--verb=list', '--resource=pods'],
      specs: ['--verb=get', '--resource=e2especs.remarkable.com'],
      canaries: ['--verb=get', '--resource=canaries.flagger.app'],
    };
    for (const [name, right] of Object.entries(rights)) {
      await kubectl(['create', 'role', name, '-n', namespace, ...right]);
      await kubectl([
        'create',
        'rolebinding',
        name,
        '-n',
        namespace,
        `--role=${name}`,
        `--serviceaccount=${namespace}:few`,
      ]);
    }
    const token = (await kubectl(['create', 'token', 'few', '-n', namespace, '--duration', '1h'])).trim();
    const config = load(await readFile(kubernetes.kubeconfig, 'utf8')) as { users: { user: object }[] };
    for (const each of config.users) each.user = { token };
    const path = join(folder, 'few');
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  it('shows the log of a test that passes, with a folder laid over one of its image', async () => {
    const ran = await ended('passes');
    assert.equal(ran.status, 0, ran.out + ran.err);
    assert.deepEqual(logOf(ran), [' | from here', ' | deep', ' | check.sh', ' | lib', ' | out']);
    assert.match(ran.out, /^passed {2}\S+\/passes: Passed: the test passed in \d+ s$/m);
  });

  it('shows colours, half characters and very long lines as plain text, and exits 1', async () => {
    const ran = await ended('fails');
    assert.equal(ran.status, 1, ran.out + ran.err);
    const [red, long = '', end] = logOf(ran);
    assert.deepEqual([red, end], [' | red \ufffd', ' | end']);
    assert.match(long, /^ \| x{4000,}\.\.\.$/);
    assert.match(ran.out, /^failed {2}\S+\/fails: Error: the test ended with exit code 3/m);
  });

  it('says why an image cannot be pulled and what to do, until somebody has enough', async () => {
    const { writes, child } = of('is-nowhere');
    await writes(/(ErrImagePull|ImagePullBackOff): [\s\S]*check[\s\S]*spec\.image/);
    child.kill('SIGINT');
    const { status } = await ended('is-nowhere');
    // A kubelet that is very busy tells it when its minute is over.
    assert.ok(status === 130 || status === 2, String(status));
  });

  it('follows the pod that takes the place of one that was evicted', async () => {
    await evicted;
    const ran = await ended('is-evicted');
    assert.equal(ran.status, 0, ran.out + ran.err);
    assert.deepEqual(logOf(ran), [' | mine', ' | mine'], ran.out);
    assert.match(ran.out, /waiting +(EvictionByEvictionAPI|Starting|Terminating): /);
  });

  it('names the rule for logs that is missing, and judges all the same', async () => {
    const ran = await ended('is-seen-by-few');
    assert.equal(ran.status, 0, ran.out + ran.err);
    const words = ran.out.replaceAll('\n', ' ');
    assert.ok(words.includes('{apiGroups: [""], resources: ["pods/log"], verbs: ["get"]}'), ran.out);
    assert.deepEqual(logOf(ran), []);
  });

  it('ends the test of a folder on Ctrl-C', async () => {
    const { writes, child } = of('folder');
    await writes(/^ \| .*mine$/m);
    child.kill('SIGINT');
    assert.equal((await ended('folder')).status, 130);
  });

  it('leaves nothing behind', async () => {
    const left = async () => {
      const kinds = ['batch/v1 Job', 'v1 Pod', 'v1 ConfigMap'].map((each) => each.split(' '));
      const lists = await Promise.all(
        kinds.map(([apiVersion = '', kind = '']) => kubernetes.list({ apiVersion, kind, namespace })),
      );
      const names = lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      return names.filter((name) => name !== 'ConfigMap kube-root-ca.crt' && !name.endsWith(' kube-root-ca.crt'));
    };
    await until('nothing is left', left, patience.ms);
  });
});
