/**
 * `list`, `why`, `rerun` and `skip` of what the verifier has done in a cluster, as whoever has a kubeconfig runs them.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callerOf } from '../../support/caller.ts';
import { defaultWebhooks, type PlayedCanary, playCanary } from '../../support/canary.ts';
import { commandLine, type Ran } from '../../support/command-line.ts';
import { at, read } from '../../support/documents.ts';
import {
  applySpec,
  assertAnswer,
  failing,
  jobKey,
  lasting,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
} from '../../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../../support/stage.ts';
import { startCommandLine } from './command-line.ts';
import { emptyFolder, type Folder } from './deployed.ts';

const esc = String.fromCharCode(0x1b);
const override = String.fromCharCode(0x202e);

describe('k8s-e2e-verifier, of rollouts', function () {
  this.timeout(60_000);
  const stage = embeddedStage();
  const faults: (() => void)[] = [];
  afterEach(() => {
    for (const heal of faults.splice(0)) heal();
  });

  const run = (...args: string[]) => commandLine([...args, '--kubeconfig', stage.kubernetes.kubeconfig]);
  const misbehave = (...fault: Parameters<typeof stage.kubernetes.misbehave>) =>
    faults.push(stage.kubernetes.misbehave(...fault));

  /** Of a table: its cells, by the titles. */
  function rowsOf({ out }: Ran): Record<string, string>[] {
    const [head = '', ...lines] = out.trimEnd().split('\n');
    const titles = head.split(/ {3,}/);
    return lines.map((line) => Object.fromEntries(line.split(/ {3,}/).map((cell, index) => [titles[index], cell])));
  }

  async function decided(spec: Record<string, unknown>): Promise<{ world: EmbeddedWorld; canary: PlayedCanary }> {
    const world = await stage.enter();
    const canary = await rollOut(world, spec);
    await untilDecided(world, canary.payload());
    return { world, canary };
  }

  async function running(): Promise<{ world: EmbeddedWorld; canary: PlayedCanary }> {
    const world = await stage.enter();
    const canary = await rollOut(world, lasting);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    return { world, canary };
  }

  describe('list', () => {
    const outcomes: { spec: Record<string, unknown>; verdict: string; answers: string; waits: string }[] = [
      { spec: passing, verdict: 'Passed', answers: 'lets go', waits: '-' },
      { spec: failing, verdict: 'Failed', answers: 'rolls back', waits: 'Flagger' },
    ];
    for (const { spec, verdict, answers, waits } of outcomes) {
      it(`shows what a gate that has ${verdict.toLowerCase()} answers`, async () => {
        const { world } = await decided(spec);
        const [row, ...others] = rowsOf(await run('list', '-n', world.namespace));
        assert.deepEqual(others, []);
        assert.equal(row?.['CANARY'], 'podinfo');
        assert.equal(row?.['HOOK'], 'e2e');
        assert.equal(row?.['E2ESPEC'], 'podinfo');
        assert.equal(row?.['VERDICT'], verdict);
        assert.equal(row?.['ANSWERS'], answers);
        assert.equal(row?.['WAITS FOR'], waits);
      });
    }

    it('shows that a rollout waits for its test', async () => {
      const { world } = await running();
      const [row] = rowsOf(await run('list', '-n', world.namespace));
      assert.deepEqual([row?.['VERDICT'], row?.['ANSWERS'], row?.['WAITS FOR']], ['Running', 'holds', 'its test']);
    });

    const closing: [what: string, close: (world: EmbeddedWorld, canary: PlayedCanary) => Promise<unknown>][] = [
      ['/post-rollout', ({ verifier }, canary) => verifier.post('/post-rollout', canary.payload())],
      [
        'the next rollout',
        async ({ verifier }, canary) => {
          await canary.begin('two');
          await verifier.post('/pre-rollout', canary.payload());
        },
      ],
    ];
    for (const [what, close] of closing) {
      it(`does not show that a test runs whose rollout is over, until ${what} closes its record`, async () => {
        const { world, canary } = await running();
        await canary.end('Failed');
        const [row] = rowsOf(await run('list', '-n', world.namespace));
        assert.deepEqual(
          [row?.['VERDICT'], row?.['REASON'], row?.['ANSWERS'], row?.['WAITS FOR']],
          ['Stale', 'last: Running', '-', '-'],
        );
        const { out } = await run('list', '-n', world.namespace, '-o', 'json');
        const [{ verdict, stale, phase }] = JSON.parse(out).tests;
        assert.deepEqual([verdict, stale, phase], ['Running', true, 'Failed']);
        await close(world, canary);
        assert.equal((await recordsOf(world)).at(-1)?.['verdict'], 'Cancelled');
        assert.doesNotMatch((await run('list', '-n', world.namespace)).out, /Stale/);
      });
    }

    it('shows each gate, an E2ESpec that is missing, and one that nobody calls', async () => {
      const world = await stage.enter();
      const [gate, rollback] = defaultWebhooks;
      assert.ok(gate && rollback);
      const webhooks = [gate, { ...gate, name: 'load', metadata: { e2espec: 'load' } }, rollback];
      await rollOut(world, passing, { webhooks });
      await applySpec(world, passing, 'nightly');
      const rows = rowsOf(await run('list', '-n', world.namespace));
      assert.deepEqual(
        rows.map((row) => [row['CANARY'], row['HOOK'], row['E2ESPEC'], row['REASON'], row['WAITS FOR']]),
        [
          ['podinfo', 'load', 'load', 'SpecMissing', 'wiring'],
          ['podinfo', 'e2e', 'podinfo', '-', 'Flagger'],
          ['-', '-', 'nightly', '-', '-'],
        ],
      );
    });

    it('is what no command means, with three examples after it', async () => {
      const { world } = await decided(passing);
      const path = stage.kubernetes.kubeconfig;
      const { out } = await commandLine([], { KUBECONFIG: path });
      assert.match(out, /in namespace default\n\nk8s-e2e-verifier why NAME .*\n.* lint .*\n.* --help .*\n$/);
      const all = rowsOf(await run('list', '-A')).filter((row) => row['NAMESPACE'] === world.namespace);
      assert.equal(all.length, 1);
    });

    it('is data for a program', async () => {
      const { world } = await decided(failing);
      const { out } = await run('list', '-n', world.namespace, '-o', 'json');
      const { tests, others } = JSON.parse(out);
      assert.deepEqual(others, []);
      const [{ canary, hook, path, verdict, reason, answers, phase }] = tests;
      assert.deepEqual(
        [canary, hook, path, verdict, reason, answers, phase],
        ['podinfo', 'e2e', '/pre-rollout', 'Failed', 'Error', 'rolls back', 'Progressing'],
      );
    });

    it('is what options alone mean, without examples after it', async () => {
      const { world } = await decided(passing);
      for (const args of [['-n', world.namespace], ['-A'], ['-o', 'json', '-n', world.namespace]]) {
        const listed = async (...all: string[]) => JSON.stringify(await run(...all)).replace(/\b\d+s +/g, 'Ns ');
        assert.equal(await listed(...args), await listed('list', ...args), args.join(' '));
      }
      const wrong = await run('-n', world.namespace, 'why', 'podinfo');
      assert.deepEqual([wrong.status, wrong.out], [64, '']);
      assert.equal((await run('-A', '-n', 'shop')).status, 64);
    });

    it('has whole names where another program reads them, and is as wide as the terminal otherwise', async () => {
      const world = await stage.enter();
      const name = `checkout-${'of-the-shop-'.repeat(4)}eu`;
      const [gate] = defaultWebhooks;
      assert.ok(gate);
      await rollOut(world, passing, { name, webhooks: [{ ...gate, name: `end-to-end-${'test-'.repeat(9)}of-it` }] });
      const { out } = await run('list', '-n', world.namespace);
      assert.match(out, new RegExp(`^${name} {3}end-to-end-(test-){9}of-it {3}`, 'm'));
    });
  });

  it('says its version, and refuses an empty name', async () => {
    const { version } = JSON.parse(read('package.json'));
    assert.deepEqual(await commandLine(['--version']), { status: 0, out: `${version}\n`, err: '' });
    for (const args of [['why'], ['rerun'], ['skip', '--reason', 'x'], ['logs'], ['wire']]) {
      const [command = '', ...more] = args;
      const { status, err } = await commandLine([command, '', ...more]);
      assert.equal(status, 64);
      assert.match(err, /argument value '' is invalid.* It is empty/);
    }
  });

  it('explains each command in no more than 100 columns, with examples', async () => {
    for (const command of ['list', 'why', 'logs', 'rerun', 'skip', 'wire']) {
      const { status, out } = await commandLine([command, '--help']);
      assert.equal(status, 0);
      assert.match(out, new RegExp(`^Examples:\n  k8s-e2e-verifier ${command}`, 'm'));
      for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    }
  });

  describe('why', () => {
    it('says what a failed test said, what to do, what Flagger did, and what may be asked next', async () => {
      const { world, canary } = await decided(failing);
      const { status, out } = await run('why', 'podinfo', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out, /^ {2}verdict {5}Failed: Error, \d+s ago, took \d+s, checksum \w+$/m);
      assert.match(out, /checkout rejects an expired card/);
      assert.match(
        out,
        /^ {2}what to do {2}whoever wrote the test: read its last words; kubectl logs -n \S+\s+job\/e2e-podinfo-\w+\s+has the rest$/m,
      );
      assert.match(out, /Progressing: rolls out checksum \w+\. At its next call the gate does not pass/);
      assert.match(out, /^ {2}history {5}Failed \d+s$/m);
      for (const command of ['logs', 'rerun', 'skip'])
        assert.match(out, new RegExp(`^  k8s-e2e-verifier ${command} `, 'm'));
      await canary.end('Failed');
      const ended = await run('why', 'podinfo', '-n', world.namespace);
      assert.match(
        ended.out,
        /^ {2}Flagger {5}Failed: rolled back\. Users have the revision that was promoted before$/m,
      );
      assert.match(
        ended.out,
        /^ {2}k8s-e2e-verifier run podinfo -n [^#\n]*\n {4}tests what is live; a new rollout tests the failed revision again$/m,
      );
      assert.doesNotMatch(ended.out, /rerun|skip/);
    });

    it('says that a passed revision is promoted', async () => {
      const { world, canary } = await decided(passing);
      await canary.end('Succeeded');
      const { out } = await run('why', 'podinfo', '-n', world.namespace);
      assert.match(out, /^ {2}verdict {5}Passed, \d+s ago/m);
      assert.match(out, /^ {2}Flagger {5}Succeeded: checksum \w+ is promoted$/m);
    });

    it('says for whom a rollout waits', async () => {
      const { world } = await running();
      const { out } = await run('why', 'podinfo', '-n', world.namespace);
      assert.match(out, /At its next call the gate holds it; it\s+waits\s+for\s+its\s+test\s+to\s+end/);
      assert.match(out, /logs podinfo -f/);
      assert.doesNotMatch(out, /what to do/);
    });

    it('takes an E2ESpec that no Canary calls', async () => {
      const world = await stage.enter();
      await applySpec(world, passing, 'nightly');
      const { status, out } = await run('why', 'nightly', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out, /nightly: an E2ESpec that no Canary calls\n {2}verdict {5}has not run yet\n/);
    });

    it('keeps what a test prints from the terminal', async () => {
      const { world } = await decided(failing);
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      const [record] = await recordsOf(world);
      const hostile = `${esc}[2J${esc}]0;title${override}first\nsecond\u200b`;
      const links = [{ name: hostile, url: 'https://example.com/' }];
      await stage.kubernetes.patch(key, { status: { runs: [{ ...record, message: hostile, links }] } }, 'status');
      for (const output of ['text', 'json']) {
        const { status, out } = await run('why', 'podinfo', '-n', world.namespace, '-o', output);
        assert.equal(status, 0);
        assert.match(out, /first \| second/);
        assert.doesNotMatch(out, new RegExp(`[${esc}${override}\u200b]`));
      }
    });
  });

  describe('logs', () => {
    it('shows what a test has printed, each line behind a bar, and all else beside it', async () => {
      const { world } = await decided(failing);
      const { status, out, err } = await run('logs', 'podinfo', '-n', world.namespace);
      assert.deepEqual([status, out], [0, ' | checkout rejects an expired card\n']);
      assert.match(err, /^e2e-podinfo-\w+: Failed, \d+s ago\n$/);
    });

    it('shows a run by the ID by which it was asked for, and since when one runs', async () => {
      const { world } = await running();
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      const [record] = await recordsOf(world);
      await stage.kubernetes.patch(
        key,
        { status: { runs: [{ ...record, trigger: 'request', id: 'build-1' }] } },
        'status',
      );
      const found = await run('logs', 'podinfo', '--run', 'build-1', '-n', world.namespace);
      assert.match(found.err, /^e2e-podinfo-\w+: Running, for \d+s, on request \(id build-1\)\n/);
      const { err } = await run('logs', 'podinfo', '--run', 'build-2', '-n', world.namespace);
      assert.match(err, /no run build-2 of podinfo is on record\. There is build-1\n/);
    });

    it('-f goes on until the test has ended, and says how', async () => {
      const world = await stage.enter();
      const script = 'echo begins; sleep 3; echo FAILED; exit 3';
      const canary = await rollOut(world, { ...failing, command: ['sh', '-c', script] });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const { status, out, err } = await run('logs', 'podinfo', '-f', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out, /^ \| begins\n(.*\n)* \| FAILED\n/m);
      assert.match(err, /^Error: the test ended with exit code 3/m);
    });

    it('-f waits for the test of the revision that is rolled out, and without it says that this is the run before', async () => {
      const { world, canary } = await decided(failing);
      await applySpec(world, passing);
      await canary.restart('two');
      const before = await run('logs', 'podinfo', '-n', world.namespace);
      assert.equal(before.out, ' | checkout rejects an expired card\n');
      assert.match(
        before.err,
        /^e2e-podinfo-\w+: Failed, .*\nthe test of checksum \w+ has not begun: .*\. This is the run before it\n$/,
      );
      const args = ['logs', 'podinfo', '-f', '-n', world.namespace, '--kubeconfig', stage.kubernetes.kubeconfig];
      const following = startCommandLine({ args });
      await following.writes(/the test of checksum \w+ has not begun: Flagger's next call starts it, within/);
      await untilDecided(world, canary.payload());
      const { status, out, err } = await following.ended;
      assert.equal(status, 0, err);
      assert.match(out, /^ \| all is well\n/m);
      assert.doesNotMatch(out, /expired card/);
      const again = await run('logs', 'podinfo', '-f', '-n', world.namespace);
      assert.match(
        again.err,
        /^e2e-podinfo-\w+: Passed, .*\nnothing runs now: this is the last run\. Flagger looks for a new revision every 10s\n$/,
      );
    });

    it('shows a former run by the name of its Job, or by its checksum', async () => {
      const { world, canary } = await decided(failing);
      const former = await onlyJob(world);
      await applySpec(world, passing);
      await canary.restart('two');
      await untilDecided(world, canary.payload());
      assert.equal((await run('logs', 'podinfo', '-n', world.namespace)).out, ' | all is well\n');
      const { name = '' } = former.metadata;
      for (const id of [name, name.replace('e2e-podinfo-', '')]) {
        const { out, err } = await run('logs', 'podinfo', '--run', id, '-n', world.namespace);
        assert.equal(out, ' | checkout rejects an expired card\n', `${id}: ${err}`);
      }
      const unknown = await run('logs', 'podinfo', '--run', 'e2e-else', '-n', world.namespace);
      assert.equal(unknown.status, 2);
      assert.match(unknown.err, /no run e2e-else of podinfo is on record\. There are e2e-podinfo-/);
    });

    it('says since when it is gone, and where it is kept', async () => {
      const { world } = await decided(failing);
      const { metadata } = await onlyJob(world);
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      const [record] = await recordsOf(world);
      const logUrl = 'https://logs.example.com/podinfo';
      await stage.kubernetes.patch(key, { status: { runs: [{ ...record, logUrl }] } }, 'status');
      await stage.kubernetes.delete(jobKey(world, metadata.name));
      const { status, out, err } = await until(
        () => run('logs', 'podinfo', '-n', world.namespace),
        (ran) => ran.err.includes('it is gone'),
        20,
      );
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, /it is gone: somebody has deleted Job e2e-podinfo-\w+\s+or its pod/);
      assert.match(err, /checkout rejects an expired card/);
      assert.match(err, /^ {2}kept at {5}https:\/\/logs\.example\.com\/podinfo$/m);
    });

    it('says which right is missing', async () => {
      const { world } = await decided(failing);
      misbehave({ subresource: 'log' }, { kind: 'status', code: 403 });
      const { status, out, err } = await run('logs', 'podinfo', '-n', world.namespace);
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, /you may not read logs.* resources: \["pods\/log"\], verbs: \["get"\]/);
    });

    it('has nothing of a test that has not run', async () => {
      const world = await stage.enter();
      await applySpec(world, passing);
      const { status, err } = await run('logs', 'podinfo', '-n', world.namespace);
      assert.equal(status, 2);
      assert.match(err, /^error: no run of podinfo is on record: it has not run yet\n$/);
    });
  });

  it('a run on request is told beside what the gate says, and which came last is the same for why, logs and kubectl', async () => {
    const { world, canary } = await decided(failing);
    await canary.end('Failed');
    await applySpec(world, passing);
    const { decided: requested } = await callerOf(world);
    assertAnswer(await requested({ id: 'build-1' }), 200);
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
    const status = (await stage.kubernetes.get(key))?.['status'];
    assert.deepEqual([at(status, 'lastRun', 'verdict'), at(status, 'lastRun', 'trigger')], ['Passed', 'request']);

    const rows = rowsOf(await run('list', '-n', world.namespace));
    assert.deepEqual(
      rows.map((row) => [row['CANARY'], row['HOOK'], row['E2ESPEC'], row['VERDICT']]),
      [
        ['podinfo', 'e2e', 'podinfo', 'Failed'],
        ['-', '/run', 'podinfo', 'Passed'],
      ],
    );
    const { out } = await run('why', 'podinfo', '-n', world.namespace);
    const [first, second, next] = out.split('\n\n');
    assert.match(
      first ?? '',
      /^\S+podinfo: E2ESpec podinfo, run on request \(\/run\)\n {2}verdict {5}Passed, .*id build-1/,
    );
    assert.match(
      second ?? '',
      /^\S+podinfo: E2ESpec podinfo, requested by webhook e2e .*\n {2}verdict {5}Failed: Error/,
    );
    assert.match(next ?? '', /logs podinfo -n (.*\n)*.* logs podinfo --run e2e-podinfo-\w+ -n /);
    const log = await run('logs', 'podinfo', '-n', world.namespace);
    assert.deepEqual([log.status, log.out], [0, ' | all is well\n']);
    assert.match(log.err, /^e2e-podinfo-run-\w+: Passed, \d+s ago, on request \(id build-1\)\n$/);
  });

  describe('rerun', () => {
    it('has the test run again at the next call, and its verdict counts', async () => {
      const { world, canary } = await decided(passing);
      await applySpec(world, failing);
      const { status, out } = await run('rerun', 'podinfo', '-n', world.namespace);
      assert.equal(status, 0, out);
      assert.match(
        out,
        /^E2ESpec podinfo is run again for Canary podinfo \(webhook e2e\) at Flagger's next call: within/,
      );
      assert.match(out, /may\s+be\s+promoted\s+before\s+it\s+is\s+tested\s+again/);
      assert.doesNotMatch(out, /within\s+seconds/);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects an expired card');
      assert.deepEqual(
        (await recordsOf(world)).map(({ verdict }) => verdict),
        ['Failed', 'Superseded'],
      );
    });

    it('takes back a skip that no call has answered, and says so', async () => {
      const { world, canary } = await running();
      const skipped = await run('skip', 'podinfo', '--reason', 'again', '-n', world.namespace);
      assert.match(
        skipped.out,
        /Until\s+then\s+rerun\s+takes\s+it\s+back(.|\n)*^ {2}k8s-e2e-verifier rerun podinfo -n /m,
      );
      const told = await run('why', 'podinfo', '-n', world.namespace);
      assert.match(told.out, /by hand +a skip that the next call answers: again/);
      await applySpec(world, passing);
      const { status, out } = await run('rerun', 'podinfo', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out.replaceAll('\n', ' '), /The skip that no call had answered is taken back/);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'passed');
      assert.deepEqual(
        (await recordsOf(world)).map(({ verdict }) => verdict),
        ['Passed', 'Superseded'],
      );
    });

    it('leaves a skip of another Canary', async () => {
      const { world } = await running();
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      const skip = { 'remarkable.com/skip': 'cart/one: it is down' };
      await stage.kubernetes.patch(key, { metadata: { annotations: skip } });
      const { out } = await run('rerun', 'podinfo', '-n', world.namespace);
      assert.doesNotMatch(out, /taken\s+back/);
      const { annotations } = (await stage.kubernetes.get(key))?.metadata ?? {};
      assert.equal(annotations?.['remarkable.com/skip'], skip['remarkable.com/skip']);
    });

    it('writes the annotation, and nothing else', async () => {
      const { world } = await decided(passing);
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      const before = await stage.kubernetes.get(key);
      await run('rerun', 'podinfo', '-n', world.namespace);
      const after = await stage.kubernetes.get(key);
      assert.deepEqual(after?.['spec'], before?.['spec']);
      assert.match(after?.metadata.annotations?.['remarkable.com/requestedAt'] ?? '', /^\d{4}-\d\d-\d\dT.*Z$/);
    });

    it('says whose test is run again besides, where several rollouts wait for one E2ESpec', async () => {
      const world = await stage.enter();
      const [gate, rollback] = defaultWebhooks;
      assert.ok(gate && rollback);
      await applySpec(world, lasting, 'smoke');
      for (const name of ['cart', 'search']) {
        const webhooks = [{ ...gate, metadata: { e2espec: 'smoke' } }, rollback];
        const canary = await playCanary(stage.kubernetes, { namespace: world.namespace, name, webhooks });
        await canary.begin('one');
      }
      const { status, out } = await run('rerun', 'cart', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out, /^It is run again for these as well: search$/m);
      const both = await run('rerun', 'smoke', '-n', world.namespace);
      assert.match(both.out, /for Canary cart (.|\n)*for Canary search /);
      const skipped = await run('skip', 'smoke', '--reason', 'it is down', '-n', world.namespace);
      assert.deepEqual([skipped.status, skipped.out], [2, '']);
      assert.match(skipped.err, /several rollouts wait for E2ESpec smoke\. Name the Canary: cart or search/);
      assert.equal((await run('skip', 'search', '--reason', 'it is down', '-n', world.namespace)).status, 0);
    });

    it('is refused where no rollout is going on, and says what runs the test instead', async () => {
      const { world, canary } = await decided(passing);
      await canary.end('Succeeded');
      for (const args of [['rerun'], ['skip', '--reason', 'hotfix']]) {
        const [command = '', ...more] = args;
        const { status, out, err } = await run(command, 'podinfo', ...more, '-n', world.namespace);
        assert.deepEqual([status, out], [2, '']);
        assert.match(
          err,
          /^error: no rollout of podinfo is going on \(Succeeded\).* run podinfo tests what is live\. Nothing was written\n$/,
        );
      }
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      assert.equal((await stage.kubernetes.get(key))?.metadata.annotations, undefined);
    });
  });

  describe('skip', () => {
    it('lets this revision through, with its reason on record', async () => {
      const { world, canary } = await running();
      const { status, out } = await run(
        'skip',
        'podinfo',
        '--reason',
        'the payment provider is down',
        '-n',
        world.namespace,
      );
      assert.equal(status, 0);
      assert.match(out, /Written:\s+remarkable\.com\/skip:\s+podinfo\/one:\s+the\s+payment\s+provider\s+is\s+down/);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'skipped by hand: the payment provider is down');
      const again = await run('skip', 'podinfo', '--reason', 'once more', '-n', world.namespace);
      assert.deepEqual([again.status, again.out], [2, '']);
      assert.match(again.err, /has let this revision through already/);
    });

    it('is a new one when the revision comes back and is skipped in the same words', async () => {
      const { world, canary } = await running();
      const skip = () => run('skip', 'podinfo', '--reason', 'it is down', '-n', world.namespace);
      await skip();
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'it is down');
      await canary.end('Failed');
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assert.equal((await skip()).status, 0);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'skipped by hand: it is down (20');
    });

    it('leaves why with a rollout to watch, and none where it is over', async () => {
      const { world, canary } = await running();
      await run('skip', 'podinfo', '--reason', 'it is down', '-n', world.namespace);
      await untilDecided(world, canary.payload());
      const { kubeconfig } = stage.kubernetes;
      const next = `Next:\n  kubectl get canary podinfo -n ${world.namespace} --kubeconfig ${kubeconfig} -w\n`;
      const { out } = await run('why', 'podinfo', '-n', world.namespace);
      assert.ok(out.endsWith(`\n\n${next}`), out);
      const { next: commands } = JSON.parse((await run('why', 'podinfo', '-n', world.namespace, '-o', 'json')).out);
      assert.deepEqual(commands, []);
      await canary.end('Succeeded');
      assert.doesNotMatch((await run('why', 'podinfo', '-n', world.namespace)).out, /kubectl get canary/);
    });

    it('wants a reason', async () => {
      const none = await run('skip', 'podinfo');
      assert.equal(none.status, 64);
      assert.match(none.err, /--reason/);
      assert.equal((await run('skip', 'podinfo', '--reason', ' ')).status, 64);
    });
  });

  describe('says in one line what is wrong', () => {
    const commands: string[][] = [
      ['list'],
      ['why', 'podinfo'],
      ['rerun', 'podinfo'],
      ['skip', 'podinfo', '--reason', 'x'],
      ['wire', 'podinfo'],
      ['logs', 'podinfo'],
    ];
    const named = commands.slice(1);
    let world: EmbeddedWorld;
    let folder: Folder;
    let away: string;
    before(async () => {
      ({ world } = await running());
      folder = await emptyFolder();
      away = join(folder.path, 'kubeconfig');
      const cluster = { server: 'http://127.0.0.1:1' };
      const context = { cluster: 'away', user: 'anna' };
      const config = {
        clusters: [{ name: 'away', cluster }],
        users: [{ name: 'anna', user: {} }],
        contexts: [{ name: 'away', context }],
        'current-context': 'away',
      };
      await writeFile(away, JSON.stringify(config));
    });
    after(() => folder.remove());

    async function refused(args: string[], says: RegExp, env?: Record<string, string>): Promise<void> {
      const { status, out, err } = env === undefined ? await run(...args) : await commandLine(args, env);
      assert.deepEqual([status, out], [2, ''], err);
      assert.match(err, says);
      assert.equal(err.split('\n').length, 2, err);
    }

    for (const args of commands) {
      const command = args.join(' ');
      it(`${command}: no kubeconfig`, () => refused(args, /^error: there is no kubeconfig: /, {}));

      it(`${command}: no such namespace`, () => refused([...args, '-n', 'shoop'], /there is no namespace shoop/));

      it(`${command}: no right to read`, async () => {
        misbehave({ verb: 'list', resource: 'e2especs' }, { kind: 'status', code: 403 });
        const rule =
          /you may not list e2especs.* \{apiGroups: \["remarkable\.com"\], resources: \["e2especs"\], verbs: \["list"\]\}/;
        await refused([...args, '-n', world.namespace], rule);
      });

      it(`${command}: the verifier is not installed`, async () => {
        misbehave({ verb: 'list', resource: 'e2especs' }, { kind: 'status', code: 404 });
        await refused(
          [...args, '-n', world.namespace],
          /no e2especs\.remarkable\.com: .* kubectl apply --server-side -f crds\//,
        );
      });

      it(`${command}: the API server is away`, async () => {
        await refused([...args, '--kubeconfig', away], /the API server cannot be reached \(ECONNREFUSED\)/, {});
      });
    }

    for (const args of named) {
      const [command = '', , ...more] = args;
      it(`${command}: an unknown name, and the nearest that there is`, async () => {
        await refused(
          [command, 'podinfoo', ...more, '-n', world.namespace],
          / podinfoo in namespace \S+\. Did you mean podinfo\?/,
        );
        await refused([command, 'else', ...more, '-n', world.namespace], /There is podinfo\n/);
      });

      it(`${command}: Flagger is not installed`, async () => {
        misbehave({ verb: 'list', resource: 'canaries' }, { kind: 'status', code: 404 });
        const { err, out } = await run(...args, '-n', world.namespace);
        assert.match(
          `${out}${err}`,
          command === 'why' ? /an E2ESpec that no Canary calls/ : /not a Canary,|no Canary| \| |Running/,
        );
      });
    }

    it('list: Flagger is not installed', async () => {
      misbehave({ verb: 'list', resource: 'canaries' }, { kind: 'status', code: 404 });
      const { status, out } = await run('list', '-n', world.namespace);
      assert.equal(status, 0);
      assert.match(out, /^- +- +podinfo +Running.*\nFlagger is not installed there, so there are no Canaries\n$/m);
    });

    for (const args of [
      ['rerun', 'podinfo'],
      ['skip', 'podinfo', '--reason', 'x'],
    ]) {
      it(`${args[0]}: no right to write`, async () => {
        misbehave({ verb: 'patch', resource: 'e2especs' }, { kind: 'status', code: 403 });
        const rule =
          /you may not patch e2especs.* \{apiGroups: \["remarkable\.com"\], resources: \["e2especs"\], verbs: \["patch"\]\}/;
        await refused([...args, '-n', world.namespace], rule);
      });
    }

    it('a Canary that does not call the verifier', async () => {
      const other = await stage.enter();
      const webhooks = [{ name: 'load', type: 'rollout', url: 'http://loadtester.test/' }];
      await playCanary(stage.kubernetes, { namespace: other.namespace, name: 'cart', webhooks });
      await refused(
        ['why', 'cart', '-n', other.namespace],
        /Canary cart does not call the verifier\. wire cart prints/,
      );
      const { out } = await run('list', '-n', other.namespace);
      assert.match(out, /^1 Canary does not call the verifier: cart$/m);
    });
  });
});
