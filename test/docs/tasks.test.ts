/**
 * What the scripts of examples/tasks make of the commands and servers that the load tester's tasks are for. The summaries in
 * test/fixtures/tasks are those of hey and ghz.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readTestResult, summarize } from '../../function/verdict/test-result.ts';
import { at, isKustomization, parse, read, root, yamlFiles } from '../support/documents.ts';

interface Said {
  status: number | null;
  output: string;
  /** `total failed`, and what the verdict would say of the failures; empty where nothing is handed over. */
  result: string;
}

const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
const secret = join(folder, 'secret');
after(() => rmSync(folder, { recursive: true }));

const tasks = join(root, 'examples/tasks');
const summaryOf = (name: string) => `cat ${join(root, 'test/fixtures/tasks', `${name}.txt`)}`;

function run(command: string[], metadata: Record<string, string>): Promise<Said> {
  const log = join(folder, 'termination-log');
  rmSync(log, { force: true });
  const variables = Object.entries(metadata).map(([key, value]) => [`CANARY_METADATA_${key.toUpperCase()}`, value]);
  const env = {
    PATH: process.env['PATH'],
    TERMINATION_LOG: log,
    PASSWORD_FILE: secret,
    ...Object.fromEntries(variables),
  };
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: tasks, env, timeout: 15_000, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  return new Promise((resolve) =>
    child.on('close', (status) =>
      resolve({ status, output, result: existsSync(log) ? told(readFileSync(log, 'utf8')) : '' }),
    ),
  );
}

function told(message: string): string {
  const read = readTestResult(message);
  if (read.kind !== 'result') return read.kind;
  const { counts, failures } = read.result;
  if (counts.total === 0) return `not tried: ${failures.map(({ name }) => name).join()}`;
  return counts.failed === 0 ? `passed ${counts.total}` : summarize(read.result);
}

describe('examples/tasks', () => {
  const files = yamlFiles('examples/tasks').filter((file) => !isKustomization(file));
  const [kustomization] = parse(read('examples/tasks/kustomization.yaml'));

  it('is applied whole by its kustomization', () => {
    assert.deepEqual(
      [...(at(kustomization, 'resources') as string[])].sort(),
      files.map((file) => basename(file)).sort(),
    );
    for (const name of at(kustomization, 'configMapGenerator', 0, 'files') as string[])
      assert.ok(existsSync(join(tasks, name)), name);
  });

  it('is in the table of its README', () => {
    for (const file of files) assert.ok(read('examples/tasks/README.md').includes(`(${basename(file)})`), file);
  });
});

describe('examples/tasks/task.sh', () => {
  const task = (kind: string, cmd?: string) => run(['sh', 'task.sh', kind], cmd === undefined ? {} : { cmd });

  const loads: Record<string, string> = {
    'hey-good': 'passed 40',
    'hey-bad': '40 of 40 failed: 503: 40 responses',
    'hey-mixed': '10 of 40 failed: 500: 10 responses',
    'hey-refused': '4 of 4 failed: 4 x Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    'ghz-good': 'passed 20',
    'ghz-bad': '20 of 20 failed: 20 x rpc error: code = NotFound desc = unknown service',
    'ghz-refused':
      '20 of 20 failed: 20 x rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused"',
  };
  for (const [name, result] of Object.entries(loads)) {
    it(`counts the requests of a load: ${name}`, async () => {
      const said = await task('load', summaryOf(name));
      assert.deepEqual([said.status, said.result], [0, result]);
      assert.match(said.output, /Status code distribution/);
    });
  }

  it('makes no pass of a load that has asked nothing', async () => {
    const { status, result } = await task('load', 'echo nothing');
    assert.deepEqual([status, result], [0, 'not tried: ']);
  });

  const commands: { kind: string; cmd: string; status: number; output: RegExp; result?: string }[] = [
    { kind: 'sh', cmd: 'echo hello; exit 0', status: 0, output: /^hello\n$/ },
    { kind: 'bash', cmd: '[[ abc == a* ]] && echo "it is"', status: 0, output: /^it is\n$/ },
    { kind: 'bash', cmd: 'echo expected 42 >&2; exit 3', status: 3, output: /^expected 42\n$/ },
    { kind: 'load', cmd: 'echo call required; exit 1', status: 1, output: /^call required\n$/ },
    {
      kind: 'sh',
      cmd: 'no-such-program --now',
      status: 0,
      output: /not found/,
      result: 'not tried: this image cannot run it: no-such-program --now',
    },
    {
      kind: 'sh',
      cmd: '',
      status: 0,
      output: /metadata\.cmd/,
      result: 'not tried: the webhook has no command: write it as metadata.cmd',
    },
    {
      kind: 'perl',
      cmd: 'x',
      status: 0,
      output: /perl/,
      result: 'not tried: there is no task perl: sh, bash, helm, kubectl or load',
    },
  ];
  for (const { kind, cmd, status, output, result = '' } of commands) {
    it(`runs ${cmd === '' ? 'nothing' : cmd} by ${kind}`, async () => {
      const said = await task(kind, cmd);
      assert.deepEqual([said.status, said.result], [status, result]);
      assert.match(said.output, output);
    });
  }

  it('keeps the quotes of what comes after kubectl', async () => {
    const kubectl = join(folder, 'kubectl');
    writeFileSync(kubectl, '#!/bin/sh\nfor each; do echo "<$each>"; done\n', { mode: 0o755 });
    const cmd = `run test --overrides='{ "spec": {} }'`;
    const said = await run(['env', `PATH=${folder}:${process.env['PATH']}`, 'sh', 'task.sh', 'kubectl'], { cmd });
    assert.deepEqual([said.status, said.output], [0, '<run>\n<test>\n<--overrides={ "spec": {} }>\n']);
  });
});

interface Asked {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  body: string;
}

/** Answers one after the other, the last for good; a number is an error. */
async function scripted(answers: (object | number)[]): Promise<{ url: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { method, url: path, headers } = request;
    asked.push({ method, path, authorization: headers.authorization, body });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? 500;
    response.writeHead(typeof answer === 'number' ? answer : 200).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe('examples/tasks/concord.mjs', () => {
  const begun = { instanceId: 'a1', ok: true };
  const processOf = (status: string) => ({ instanceId: 'a1', status });
  const metadata = {
    org: 'o',
    project: 'p',
    repo: 'r',
    entrypoint: 'e2e',
    endpoint: 'https://canary/',
    pollInterval: '0.05',
    pollTimeout: '1',
    apiKeyPath: secret,
    extra: 'x',
  };
  const rows: { when: string; answers: (object | number)[]; result: RegExp }[] = [
    { when: 'it has finished', answers: [begun, processOf('RUNNING'), processOf('FINISHED')], result: /^passed 1$/ },
    { when: 'it has failed', answers: [begun, processOf('FAILED')], result: /^1 of 1 failed: .* \(a1: FAILED\)$/ },
    {
      when: 'its time is over',
      answers: [begun, processOf('TIMED_OUT')],
      result: /^1 of 1 failed: .* \(a1: TIMED_OUT\)$/,
    },
    {
      when: 'somebody stopped it',
      answers: [begun, processOf('CANCELLED')],
      result: /^not tried: process a1 was stopped: CANCELLED$/,
    },
    {
      when: 'it does not end',
      answers: [begun, processOf('RUNNING')],
      result: /^1 of 1 failed: .* \(a1: no end within 1 s\)$/,
    },
    { when: 'one answer does not come', answers: [begun, 502, processOf('FINISHED')], result: /^passed 1$/ },
    { when: 'the server is broken', answers: [500], result: /^not tried: .* answered 500/ },
  ];
  for (const { when, answers, result } of rows) {
    it(`hands over what it is when ${when}`, async () => {
      writeFileSync(secret, 'the key\n');
      const { url, asked, server } = await scripted(answers);
      const said = await run(['node', 'concord.mjs'], { ...metadata, server: url });
      server.close();
      assert.match(said.result, result, said.output);
      assert.equal(said.status, 0);
      const [start] = asked;
      assert.deepEqual([start?.method, start?.path, start?.authorization], ['POST', '/api/v1/process', 'the key']);
      for (const [field, value] of Object.entries({
        org: 'o',
        entryPoint: 'e2e',
        'arguments.endpoint': 'https://canary/',
        'arguments.extra': 'x',
      }))
        assert.ok(start?.body.includes(`name="${field}"\r\n\r\n${value}\r\n`), start?.body);
      assert.ok(!said.output.includes('the key'));
    });
  }

  it('says what the metadata lacks', async () => {
    const { server: _, ...rest } = { server: '', ...metadata };
    assert.equal((await run(['node', 'concord.mjs'], rest)).result, "not tried: the webhook's metadata lacks server");
  });

  it('stops a process that it waits for no longer', async () => {
    writeFileSync(secret, 'the key');
    const { url, asked, server } = await scripted([begun, processOf('RUNNING')]);
    await run(['node', 'concord.mjs'], { ...metadata, pollTimeout: '0.2', server: url });
    server.close();
    assert.equal(asked.at(-1)?.method, 'DELETE');
  });
});

describe('examples/tasks/ngrinder.mjs', () => {
  const begun = { id: 7 };
  const is = (status_id: string) => ({ status: [{ status_id }] });
  const metadata = { clone: '100', username: 'admin', passwd: 'YWRtaW4=', pollInterval: '50ms' };
  const rows: { when: string; answers: (object | number)[]; result: RegExp }[] = [
    { when: 'it has finished', answers: [begun, is('TESTING'), is('FINISHED')], result: /^passed 1$/ },
    {
      when: 'it has failed',
      answers: [begun, is('STOP_BY_ERROR')],
      result: /^1 of 1 failed: .* \(7: STOP_BY_ERROR\)$/,
    },
    {
      when: 'somebody stopped it',
      answers: [begun, is('CANCELED')],
      result: /^not tried: test 7 was stopped: CANCELED$/,
    },
    { when: 'nobody knows', answers: [begun, is('UNKNOWN')], result: /^not tried: test 7 was stopped: UNKNOWN$/ },
    { when: 'one answer does not come', answers: [begun, 502, is('FINISHED')], result: /^passed 1$/ },
    { when: 'answers come no longer', answers: [begun, 502], result: /^not tried: .* answered 502/ },
  ];
  for (const { when, answers, result } of rows) {
    it(`hands over what it is when ${when}`, async () => {
      rmSync(secret, { force: true });
      const { url, asked, server } = await scripted(answers);
      const said = await run(['node', 'ngrinder.mjs'], { ...metadata, server: url });
      server.close();
      assert.match(said.result, result, said.output);
      const [start] = asked;
      const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
      assert.deepEqual(
        [start?.method, start?.path, start?.authorization],
        ['POST', '/perftest/api/100/clone_and_start', authorization],
      );
    });
  }

  it('takes the password from the Secret where there is one', async () => {
    writeFileSync(secret, 'better\n');
    const { url, asked, server } = await scripted([begun, is('FINISHED')]);
    await run(['node', 'ngrinder.mjs'], { ...metadata, server: url });
    server.close();
    assert.equal(asked[0]?.authorization, `Basic ${Buffer.from('admin:better').toString('base64')}`);
  });

  it('says what is no interval', async () => {
    const { result } = await run(['node', 'ngrinder.mjs'], {
      ...metadata,
      server: 'http://127.0.0.1:1',
      pollInterval: 'soon',
    });
    assert.equal(result, 'not tried: pollInterval soon: write it as 5s');
  });
});
