/**
 * `run`, a test by the hand of whoever has a kubeconfig: what it shows, how it ends, and that nothing is left of it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { until } from '../../support/until.ts';
import { leftIn, type Ran, type Running, runCommandLine, startCommandLine } from './command-line.ts';
import { emptyFolder, type Folder } from './deployed.ts';

/** Resident, in kB; 0 when it has ended. */
function memoryOf(pid = 0): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const say = (script: string) => ({ image: 'dev.local/busybox', command: ['sh', '-c', script] });

describe('k8s-e2e-verifier run', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: Folder;
  let namespace: string;
  const faults: (() => void)[] = [];

  before(async () => {
    folder = await emptyFolder();
    kubernetes = await startEmbeddedKubernetes();
  });
  beforeEach(async () => {
    namespace = await kubernetes.namespace();
  });
  afterEach(() => {
    for (const heal of faults.splice(0)) heal();
  });
  after(async () => {
    await kubernetes?.stop();
    await folder?.remove();
  });

  const misbehave = (...fault: Parameters<EmbeddedKubernetes['misbehave']>) =>
    faults.push(kubernetes.misbehave(...fault));

  function e2eSpec(spec: object, name = 'podinfo') {
    return { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata: { name, namespace }, spec };
  }
  const apply = (spec: object, name?: string) => kubernetes.apply(e2eSpec(spec, name));
  const command = (args: string[], input = '') => ({
    args: ['run', ...args, '-n', namespace, '--kubeconfig', kubernetes.kubeconfig],
    input,
  });
  const run = (args: string[], input?: string): Promise<Ran> => runCommandLine(command(args, input));
  const start = (...args: string[]): Running => startCommandLine(command(args));

  const left = () => leftIn(kubernetes, namespace);
  const nothingIsLeft = () => until('nothing is left', left, 10_000);

  it('shows how far the test has come, its log and its verdict, and leaves nothing behind', async () => {
    const env = [{ name: 'CANARY_URL', value: 'http://podinfo' }];
    await apply({ ...say('echo one; echo "failed  shop/podinfo: Error"; sleep 0.5; echo "  two"'), env });
    const { status, out, err } = await run(['podinfo']);
    assert.deepEqual([status, err], [0, '']);
    const lines = out.trimEnd().split('\n');
    const times = lines.slice(0, 4).map((line) => line.replace(/^ +\d+\.\d s /, 'TIME '));
    assert.match(times[0] ?? '', /^TIME {2}created {4}Job e2e-podinfo-cli-[0-9a-f]{8} in namespace /);
    assert.match(times[1] ?? '', /^TIME {2}scheduled {2}pod e2e-podinfo-cli-\S+ on node embedded-node$/);
    assert.match(times[2] ?? '', /^TIME {2}pulled {5}image dev\.local\/busybox/);
    assert.match(times[3] ?? '', /^TIME {2}started {4}the test runs$/);
    assert.deepEqual(lines.slice(4, 7), [' | one', ' | failed  shop/podinfo: Error', ' |   two']);
    assert.match(lines[7] ?? '', new RegExp(`^passed {2}${namespace}/podinfo: Passed: the test passed in \\d s$`));
    assert.deepEqual(lines.slice(8), ['  a rollout would go on', '  not on record: no gate and no page knows of it']);
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
    assert.deepEqual((await kubernetes.get(key))?.['status'] ?? {}, {});
    await nothingIsLeft();
  });

  it('shows the log while the test goes on', async () => {
    await apply(say('echo early; sleep 20'));
    const running = start('podinfo');
    await running.writes(/^ \| early$/m);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).status, 130);
  });

  it('exits 1 when the test has failed, in the words of the gate', async () => {
    await apply(say('echo expected 402, got 200; exit 3'));
    const { status, out } = await run(['podinfo']);
    assert.equal(status, 1);
    assert.match(
      out,
      /^failed {2}\S+\/podinfo: Error: the test ended with exit code 3 in \d s: expected 402, got 200$/m,
    );
    assert.match(out, /^ {2}a rollout would be stopped at this gate, and rolled back$/m);
    await nothingIsLeft();
  });

  it('exits 2 when the test could not run', async () => {
    await apply({ image: 'dev.local/busybox', command: ['/nowhere/test'] });
    const { status, out } = await run(['podinfo']);
    assert.equal(status, 2);
    assert.match(out, /^inconclusive {2}\S+\/podinfo: StartError: /m);
    await nothingIsLeft();
  });

  it('prints the last block alone as JSON', async () => {
    const result = { total: 2, passed: 1, failed: 1, failures: [{ name: 'login', message: 'no <form>' }] };
    await apply(say(`echo noise; echo '${JSON.stringify(result)}' > /dev/termination-log; exit 1`));
    const { status, out } = await run(['podinfo', '-o', 'json']);
    assert.equal(status, 1);
    const { name, verdict, reason, counts, onRecord } = JSON.parse(out);
    assert.deepEqual([name, verdict, reason, onRecord], ['podinfo', 'failed', 'Error', false]);
    assert.deepEqual(counts, { total: 2, passed: 1, failed: 1 });
  });

  it('writes JUnit XML', async () => {
    const result = { total: 2, passed: 1, failed: 1, failures: [{ name: 'login', message: 'no <form>' }] };
    await apply(say(`echo '${JSON.stringify(result)}' > /dev/termination-log; exit 1`));
    const file = join(folder.path, 'result.xml');
    assert.equal((await run(['podinfo', '--junit', file])).status, 1);
    const xml = await readFile(file, 'utf8');
    assert.match(xml, /<testsuite name="\S+\/podinfo" tests="1" failures="1" errors="0"/);
    assert.match(
      xml,
      /<testcase classname="\S+\/podinfo" name="login">\n +<failure type="Error" message="no &lt;form&gt;">/,
    );
    const unknown = join(folder.path, 'unknown.xml');
    assert.equal((await run(['unknown', '--junit', unknown])).status, 2);
    assert.match(await readFile(unknown, 'utf8'), /<error type="NoVerdict" message="there is no E2ESpec unknown/);
    const nowhere = await run(['podinfo', '--junit', join(folder.path, 'nowhere/result.xml')]);
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.err, /^error: the JUnit file \S+ cannot be written: ENOENT/);
    await nothingIsLeft();
  });

  describe('gives the test', () => {
    const prints = say('env | sort | grep -E "^(CANARY_|E2E_|OWN)"');
    const variables = ({ out }: Ran) =>
      Object.fromEntries([...out.matchAll(/^ \| (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

    it('what the gate gives it, and who asked', async () => {
      await apply(prints);
      const { CANARY_NAME, CANARY_NAMESPACE, E2E_TRIGGER, CANARY_URL } = variables(await run(['podinfo']));
      assert.deepEqual(
        [CANARY_NAME, CANARY_NAMESPACE, E2E_TRIGGER, CANARY_URL],
        ['podinfo', namespace, 'cli', undefined],
      );
    });

    it('no address where there is no Canary of that name, and says so once in one line', async () => {
      const input = JSON.stringify(e2eSpec(prints));
      const note = `no CANARY_URL, as there is no Canary podinfo in namespace ${namespace}: --url sets it\n`;
      const { out } = await run(['-f', '-'], input);
      assert.ok(out.startsWith(note), out);
      assert.equal(out.split('CANARY_URL').length, 2);
      const json = await run(['-f', '-', '-o', 'json'], input);
      assert.equal(JSON.parse(json.out).verdict, 'passed');
      const own = { ...e2eSpec(prints), spec: { ...prints, env: [{ name: 'CANARY_URL', value: 'http://own' }] } };
      for (const [args, text] of [
        [['--url', 'http://preview'], input],
        [[], JSON.stringify(own)],
      ] as const) {
        assert.doesNotMatch((await run(['-f', '-', ...args], text)).out, /no CANARY_URL/);
      }
    });

    it('the live address of the Canary of that name', async () => {
      await apply(prints);
      const spec = {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 9898 },
      };
      await kubernetes.apply({
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: 'podinfo', namespace },
        spec,
      });
      const live = await run(['podinfo']);
      assert.equal(variables(live)['CANARY_URL'], `http://podinfo.${namespace}:9898`);
      const given = await run(['podinfo', '--url', 'http://preview:80/$x']);
      assert.equal(variables(given)['CANARY_URL'], 'http://preview:80/$x');
    });

    it('notes once that --set sets a variable, where the name is that of a field of the E2ESpec', async () => {
      await apply(prints);
      const { out } = await run(['podinfo', '--set', 'image=busybox']);
      assert.match(out.replace(/\s+/g, ' '), /--set image=… sets a variable .* --image replaces the E2ESpec's image/);
    });

    it('what is set on the command line, as it was written', async () => {
      await apply({ ...prints, env: [{ name: 'OWN', value: 'spec' }] });
      const { OWN, OWN_2 } = variables(await run(['podinfo', '--set', 'OWN=a=b $(CANARY_NAME)', '--set', 'OWN_2=']));
      assert.deepEqual([OWN, OWN_2], ['a=b $(CANARY_NAME)', '']);
    });

    it('the image of the command line, and the E2ESpec of a file', async () => {
      const file = JSON.stringify(e2eSpec(prints, 'new'));
      const { status, out } = await run(['-f', '-', '--image', 'dev.local/other'], file);
      assert.equal(status, 0);
      assert.match(out, /pulled +image dev\.local\/other/);
      assert.match(out, /^passed {2}\S+\/new: /m);
      await nothingIsLeft();
    });
  });

  it('runs the same test for two people at once', async () => {
    await apply(say('sleep 1'));
    const both = await Promise.all([run(['podinfo']), run(['podinfo'])]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [0, 0],
    );
    await nothingIsLeft();
  });

  it('makes a Job that no gate takes for its own, owned by the E2ESpec and gone soon after its command line was killed', async () => {
    const { metadata } = await apply(say('sleep 2'));
    const running = start('podinfo');
    await running.writes(/started/);
    running.child.kill('SIGKILL');
    await running.ended;
    const [job] = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    assert.equal(job?.metadata.labels?.['remarkable.com/managed-by'], undefined);
    assert.equal(job?.metadata.labels?.['app.kubernetes.io/managed-by'], 'e2e-verifier-cli');
    assert.deepEqual(
      job?.metadata.ownerReferences?.map(({ uid }) => uid),
      [metadata.uid],
    );
    await until(
      'it has ended',
      async () =>
        (await left()).length > 0 &&
        (await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace })).some((each) =>
          JSON.stringify(each['status']).includes('Complete'),
        )
          ? []
          : ['the Job'],
      10_000,
    );
    await kubernetes.advance(301);
    await nothingIsLeft();
  });

  describe('leaves nothing behind after Ctrl-C', () => {
    const stages: { when: string; spec: object; writes: RegExp }[] = [
      { when: 'when the Job was created', spec: say('sleep 30'), writes: /created/ },
      { when: 'while its image is pulled', spec: { image: 'registry.invalid/e2e' }, writes: /waiting +\w+Pull/ },
      { when: 'while it runs and says nothing', spec: say('sleep 30'), writes: /started/ },
      { when: 'while it talks', spec: say('while true; do echo on; sleep 0.01; done'), writes: /^ \| on$/m },
    ];
    for (const { when, spec, writes } of stages) {
      it(when, async () => {
        await apply(spec);
        const running = start('podinfo');
        await running.writes(writes);
        running.child.kill('SIGINT');
        const { status, err } = await running.ended;
        assert.equal(status, 130);
        assert.match(err, /^interrupted; Job e2e-podinfo-cli-\w+ is deleted\n$/);
        await nothingIsLeft();
      });
    }

    it('before anything is there, and while the Job is being created', async () => {
      await apply(say('sleep 30'));
      for (const slow of [
        { verb: 'get', resource: 'e2especs' },
        { verb: 'create', resource: 'jobs' },
      ]) {
        misbehave({ ...slow, times: 1 }, { kind: 'delay', milliseconds: 4000 });
        const running = start('podinfo');
        setTimeout(() => running.child.kill('SIGINT'), 3000);
        assert.equal((await running.ended).status, 130);
        await nothingIsLeft();
      }
    });

    it('but JUnit XML that says so, for a pipeline that was cancelled', async () => {
      await apply(say('sleep 30'));
      const file = join(folder.path, 'cancelled.xml');
      const running = start('podinfo', '--junit', file);
      await running.writes(/started/);
      running.child.kill('SIGTERM');
      assert.equal((await running.ended).status, 130);
      assert.match(await readFile(file, 'utf8'), /<error type="NoVerdict" message="it was interrupted before there/);
      await nothingIsLeft();
    });

    it('and at once after the second', async () => {
      await apply(say('sleep 30'));
      const running = start('podinfo');
      await running.writes(/started/);
      misbehave({ verb: 'delete', resource: 'jobs' }, { kind: 'delay', milliseconds: 8000 });
      const begun = Date.now();
      running.child.kill('SIGINT');
      setTimeout(() => running.child.kill('SIGINT'), 300);
      assert.equal((await running.ended).status, 130);
      assert.ok(Date.now() - begun < 3000);
    });

    it('or says what is left, and how to take it away', async () => {
      await apply(say('sleep 30'));
      const running = start('podinfo');
      await running.writes(/started/);
      misbehave({ verb: 'delete', resource: 'jobs' }, { kind: 'status', code: 403 });
      running.child.kill('SIGTERM');
      const { status, err } = await running.ended;
      assert.equal(status, 130);
      assert.match(err, /^Job (e2e-podinfo-cli-\w+) is left in namespace .*kubectl delete job \1 -n /);
    });
  });

  describe('says what to do', () => {
    const rule = (group: string, resource: string, verb: string) =>
      `It takes the rule {apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]} in namespace `;
    type Case = {
      what: string;
      spec?: object;
      args?: string[];
      input?: string;
      arrange?(): unknown;
      status: number;
      says(): string;
    };
    const cases: Case[] = [
      {
        what: 'of an E2ESpec that is not there, and which are',
        args: ['podinfos'],
        status: 2,
        says: () =>
          `there is no E2ESpec podinfos in namespace ${namespace}. Did you mean podinfo? -f FILE runs one that is not applied`,
      },
      {
        what: 'of an E2ESpec that nothing there is like',
        args: ['search'],
        status: 2,
        says: () => `there is no E2ESpec search in namespace ${namespace}. There is podinfo. -f FILE runs one`,
      },
      {
        what: 'of a short name',
        arrange: () => apply(say('exit 0'), 'pass'),
        args: ['pas'],
        status: 2,
        says: () => `there is no E2ESpec pas in namespace ${namespace}. Did you mean pass?`,
      },
      {
        what: 'of a name that is none',
        args: ['Pod/info'],
        status: 64,
        says: () => '"Pod/info" cannot be the name of an E2ESpec',
      },
      {
        what: 'without a name',
        args: [],
        status: 64,
        says: () => 'say which test to run: the NAME of an E2ESpec, or -f FILE',
      },
      {
        what: 'of a variable that the verifier sets',
        args: ['podinfo', '--set', 'CANARY_PHASE=x'],
        status: 64,
        says: () => 'The verifier sets CANARY_PHASE itself',
      },
      {
        what: 'of an address that is set as a variable',
        args: ['podinfo', '--set', 'CANARY_URL=x'],
        status: 64,
        says: () => 'That is what --url sets',
      },
      {
        what: 'of a setting that is none',
        args: ['podinfo', '--set', 'x'],
        status: 64,
        says: () => 'It takes KEY=VALUE',
      },
      {
        what: 'of an address that is none',
        args: ['podinfo', '--url', 'podinfo'],
        status: 64,
        says: () => 'It must begin with http:// or https://',
      },
      {
        what: 'of a file that is not there',
        args: ['-f', '/nowhere.yaml'],
        status: 2,
        says: () => '/nowhere.yaml: there is no such file or folder',
      },
      {
        what: 'of a file without an E2ESpec',
        args: ['-f', '-'],
        input: 'kind: Canary',
        status: 2,
        says: () => '<stdin>',
      },
      {
        what: 'of an empty file',
        args: ['-f', '-'],
        status: 2,
        says: () => 'error: there is no E2ESpec in <stdin>\n',
      },
      {
        what: 'of a file whose E2ESpec has a name that is none',
        args: ['-f', '-'],
        input: 'apiVersion: remarkable.com/v1\nkind: E2ESpec\nmetadata: {name: Pod_Info}\nspec: {image: a}',
        status: 2,
        says: () => 'error: <stdin>: metadata.name "Pod_Info" is not a name. It takes lower case letters, digits,',
      },
      {
        what: 'of a file whose E2ESpec has no name',
        args: ['-f', '-'],
        input: 'apiVersion: remarkable.com/v1\nkind: E2ESpec\nmetadata: {}\nspec: {image: a}',
        status: 2,
        says: () => 'E2ESpec without a name: metadata.name must be a string',
      },
      {
        what: 'of a file whose E2ESpec would be refused',
        args: ['-f', '-'],
        input: JSON.stringify({
          apiVersion: 'remarkable.com/v1',
          kind: 'E2ESpec',
          metadata: { name: 'a' },
          spec: { image: 'a', backoffLimit: 'x' },
        }),
        status: 2,
        says: () => 'E2ESpec a: backoffLimit: "x" is refused by the definition',
      },
      {
        what: 'of a Job that the API server refuses',
        spec: { image: 'a', podTemplate: { spec: { dnsPolicy: 'Sometimes' } } },
        status: 2,
        says: () => 'dnsPolicy: Unsupported value: "Sometimes"',
      },
      {
        what: 'without the right to read the E2ESpec',
        arrange: () => misbehave({ resource: 'e2especs' }, { kind: 'status', code: 403 }),
        status: 2,
        says: () => rule('remarkable.com', 'e2especs', 'get'),
      },
      {
        what: 'without the right to create the Job',
        arrange: () => misbehave({ verb: 'create', resource: 'jobs' }, { kind: 'status', code: 403 }),
        status: 2,
        says: () => rule('batch', 'jobs', 'create'),
      },
      {
        what: 'without the right to look at it',
        arrange: () => misbehave({ verb: 'list', resource: 'pods' }, { kind: 'status', code: 403 }),
        status: 2,
        says: () => rule('', 'pods', 'list'),
      },
      {
        what: 'where the definition is not installed',
        arrange: () => misbehave({ resource: 'e2especs' }, { kind: 'status', code: 404 }),
        status: 2,
        says: () => 'there is no E2ESpec podinfo',
      },
    ];
    for (const { what, spec = say('exit 0'), args = ['podinfo'], input, arrange, status, says } of cases) {
      it(what, async () => {
        await apply(spec);
        arrange?.();
        const ran = await run(args, input);
        assert.equal(ran.status, status, ran.out + ran.err);
        assert.ok(ran.err.includes(says()), ran.err);
        await nothingIsLeft();
      });
    }

    it('of a namespace that is not there', async () => {
      const args = ['run', 'podinfo', '-n', 'nosuch', '--kubeconfig', kubernetes.kubeconfig];
      const { status, err } = await runCommandLine({ args });
      assert.deepEqual([status, err], [2, 'error: there is no namespace nosuch. -n NAMESPACE names another one\n']);
    });

    it('without the right to read its log, and judges it all the same', async () => {
      await apply(say('echo unseen'));
      misbehave({ resource: 'pods', subresource: 'log' }, { kind: 'status', code: 403 });
      const { status, out } = await run(['podinfo']);
      assert.equal(status, 0);
      assert.ok(out.replace(/\n/g, ' ').includes(rule('', 'pods/log', 'get')), out);
      assert.doesNotMatch(out, /unseen/);
    });

    it('without the right to read Canaries, and asks for the address', async () => {
      await apply(say('exit 0'));
      misbehave({ resource: 'canaries' }, { kind: 'status', code: 403 });
      const { status, out } = await run(['podinfo']);
      assert.equal(status, 0);
      assert.match(out.replace(/\n/g, ' '), /^no CANARY_URL, as the Canary cannot be looked up: .* or say --url /);
    });

    it('without the right to read Events, of which none is needed', async () => {
      await apply(say('exit 0'));
      misbehave({ resource: 'events' }, { kind: 'status', code: 403 });
      assert.equal((await run(['podinfo'])).status, 0);
    });

    it('where the API server is away, before and while the test runs', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const args = ['run', 'podinfo', '--kubeconfig', await kubeconfigFor(`http://127.0.0.1:${port}`)];
      const { status, err } = await runCommandLine({ args });
      assert.deepEqual(
        [status, err],
        [2, `error: http://127.0.0.1:${port} (context away): the API server cannot be reached (ECONNREFUSED)\n`],
      );

      await apply(say('sleep 6; echo late'));
      const running = start('podinfo');
      await running.writes(/started/);
      misbehave({ verb: 'get', resource: 'jobs', times: 4 }, { kind: 'status', code: 503 });
      const ran = await running.ended;
      assert.equal(ran.status, 0);
      assert.match(ran.out.replace(/\n +/g, ' '), /waiting +the API server answers 503.*; it is asked again/);
      assert.match(ran.out, /going on +the API server answers again/);
      assert.match(ran.out, /^ \| late$/m);
    });

    it('where there is no kubeconfig', async () => {
      const { status, err } = await runCommandLine({ args: ['run', 'podinfo'] });
      assert.equal(status, 2);
      assert.match(err, /^error: there is no kubeconfig: .* Name it: --kubeconfig FILE\n$/);
    });

    it('when somebody deletes the Job', async () => {
      await apply(say('sleep 30'));
      const running = start('podinfo');
      await running.writes(/started/);
      const [job] = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
      await kubernetes.delete({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: job?.metadata.name ?? '' });
      const { status, err } = await running.ended;
      assert.equal(status, 2);
      assert.match(err, /Job e2e-podinfo-cli-\w+ was deleted by somebody before its test had ended\. Run it again\n$/);
      await nothingIsLeft();
    });
  });

  it('says for how long it waits, each cause once, and which option names the image', async () => {
    await apply(say('exit 0'));
    const running = start('podinfo', '--image', 'registry.invalid/e2e');
    await running.writes(/waiting/);
    await kubernetes.advance(61);
    const { status, out } = await running.ended;
    assert.equal(status, 2);
    const lines = out.replace(/\n +(?=\S)/g, ' ').split('\n');
    assert.match(lines.filter((line) => line.includes('waiting')).join('\n'), /; it is given up after 60 s of this$/);
    assert.equal(lines.filter((line) => line.includes('waiting')).length, 1, out);
    assert.match(out, /^inconclusive .*Pull/m);
    assert.match(out, /--image/);
    assert.doesNotMatch(out, /spec\.image\b/);
    await nothingIsLeft();
  });

  it('says for how long it waits for what its deadline alone ends', async () => {
    await apply({ ...say('exit 0'), serviceAccountName: 'nobody', activeDeadlineSeconds: 90 });
    const running = start('podinfo');
    await running.writes(/waiting[\s\S]*in 1m\d+s/);
    running.child.kill('SIGINT');
    const { out } = await running.ended;
    assert.match(out.replace(/\s+/g, ' '), /waiting FailedCreate: .*; it is given up at the Job's deadline, in 1m\d+s/);
  });

  it('says at the deadline what it has waited for until then', async () => {
    await apply({ ...say('exit 0'), secrets: [{ name: 'nope', mountPath: '/s' }], activeDeadlineSeconds: 40 });
    const running = start('podinfo');
    await running.writes(/waiting +FailedMount/);
    await kubernetes.advance(41);
    const { status, out } = await running.ended;
    assert.equal(status, 2);
    assert.match(out.replace(/\s+/g, ' '), /inconclusive \S+ FailedMount: .*secret "nope" not found/);
  });

  it('takes one Job for one try whose answer was lost', async () => {
    await apply(say('exit 0'));
    misbehave({ verb: 'create', resource: 'jobs', times: 1 }, { kind: 'afterwards', code: 503 });
    const before = kubernetes.requests.length;
    assert.equal((await run(['podinfo'])).status, 0);
    const created = kubernetes.requests
      .slice(before)
      .filter(({ verb, resource }) => verb === 'create' && resource === 'pods');
    assert.deepEqual(created.length, 0);
    await nothingIsLeft();
  });

  describe('shows a log', () => {
    it('of 100 MB in little memory and with its end', async () => {
      await apply(say('yes "$(head -c 999 /dev/zero | tr "\\0" x)" | head -c 100000000; echo; echo the end'));
      const running = start('podinfo');
      let most = 0;
      const timer = setInterval(() => {
        most = Math.max(most, memoryOf(running.child.pid));
      }, 50);
      const { status, out } = await running.ended;
      clearInterval(timer);
      assert.equal(status, 0);
      assert.ok(out.length < 5 * 1024 * 1024, `${out.length}`);
      assert.match(
        out,
        /^ \| \.\.\. more than is shown here\. What the node keeps of it: kubectl logs job\/\S+ -n \S+$/m,
      );
      assert.match(out, /^ \| \.\.\. \d+ lines are left out here$/m);
      assert.match(out, /^ \| the end$/m);
      assert.ok(most > 0 && most < 220_000, `${most} kB`);
    });

    it('of colours, half characters and control characters as plain text', async () => {
      await apply(say('printf "\\033[31mred\\033[0m \\303\\nh\\303\\251\\0x\\n\\033]0;title\\007end"'));
      const { out } = await run(['podinfo']);
      assert.match(out, /^ \| red \ufffd\n \| hé x\n \| end$/m);
    });

    it('of a pod that was deleted, as far as it was read', async () => {
      await apply(say('echo mine; sleep 30'));
      const running = start('podinfo');
      await running.writes(/^ \| mine$/m);
      const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace });
      await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod?.metadata.name ?? '' });
      const { out, status } = await running.ended;
      assert.equal(status, 2);
      assert.match(out, /^inconclusive {2}\S+: ResultLost: pod \S+ was deleted/m);
      await nothingIsLeft();
    });
  });

  async function kubeconfigFor(server: string): Promise<string> {
    const path = join(folder.path, 'away');
    const context = { cluster: 'away', user: 'anna' };
    await writeFile(
      path,
      JSON.stringify({
        clusters: [{ name: 'away', cluster: { server } }],
        users: [{ name: 'anna', user: {} }],
        contexts: [{ name: 'away', context }],
        'current-context': 'away',
      }),
    );
    return path;
  }
});
