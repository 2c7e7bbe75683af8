/**
 * docs/write-a-test.md: the commands of its pipelines are run as they stand there, with the rights that it names; and what
 * docs/command-line.md shows of `run` is what that prints.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectsOf, read, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';

/** The block between two marks. */
function block(file: string, mark: string): string {
  const text = read(file).split(`<!-- ${mark} -->`)[1]?.split(`<!-- /${mark} -->`)[0] ?? '';
  return /```\w+\n([\s\S]*?)```/.exec(text)?.[1] ?? assert.fail(`${file} has no ${mark}`);
}

interface Ran {
  status: number;
  out: string;
  err: string;
}

describe('A pipeline as in docs/write-a-test.md', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: string;
  let verifier: Server;
  const asked: Record<string, unknown>[] = [];

  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    const kubectl = join(folder, 'kubectl');
    const command = `[ "$1" = e2e ] && shift && exec "${process.execPath}" "${join(root, 'dist/cli.cjs')}" "$@"`;
    writeFileSync(kubectl, `#!/bin/sh\n${command}\n`);
    chmodSync(kubectl, 0o755);
    for (const name of ['preview-42', 'shop']) {
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    verifier = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      asked.push(JSON.parse(Buffer.concat(parts).toString()));
      response.end(JSON.stringify({ verdict: 'passed', reason: 'Passed', message: 'the test passed in 3 s' }));
    }).listen(0, '127.0.0.1');
    await once(verifier, 'listening');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    verifier.closeAllConnections();
    verifier.close();
    await kubernetes.stop();
  });

  function shell(script: string, env: Record<string, string> = {}): Promise<Ran> {
    const all = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, KUBECONFIG: kubernetes.kubeconfig, ...env };
    return new Promise((resolve) => {
      execFile('sh', ['-c', script], { cwd: folder, env: all }, (error, out, err) => {
        resolve({ status: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  function spec(script: string, image = 'dev.local/e2e') {
    return { image, command: ['sh', '-c', script] };
  }

  const xml = () => readFileSync(join(folder, 'e2e.xml'), 'utf8');

  async function runIn(script: string): Promise<Ran> {
    const metadata = { name: 'my-app' };
    writeFileSync(
      join(folder, 'e2espec.yaml'),
      JSON.stringify({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata, spec: spec(script) }),
    );
    return shell(block('docs/write-a-test.md', 'preview'));
  }

  it('goes on when the test of the change passes against the preview, and has JUnit XML', async () => {
    const before = kubernetes.requests.length;
    const { status, out, err } = await runIn('echo "$CANARY_URL $E2E_TRIGGER"');
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, /^ \| http:\/\/my-app\.preview-42:9898 cli$/m);
    assert.match(xml(), /<testsuite name="preview-42\/my-app" tests="1" failures="0"/);
    const role = objectsOf('docs/write-a-test.md').find(({ metadata }) => metadata.name === 'e2e-run');
    const rules = role?.['rules'] as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`)),
      ),
    );
    const needed = kubernetes.requests.slice(before).map(({ verb, resource, subresource, group }) => {
      return `${verb} ${[resource, subresource].filter(Boolean).join('/')} ${group}`;
    });
    // Where there is no Canary, nobody need read one.
    const missing = new Set(needed.filter((each) => !granted.includes(each)));
    assert.deepEqual([...missing], ['get canaries flagger.app']);
  });

  it('stops when it fails', async () => {
    const { status } = await runIn('exit 1');
    assert.equal(status, 1);
    assert.match(xml(), /failures="1"/);
  });

  it('has the verifier run it on record', async () => {
    const { port } = verifier.address() as AddressInfo;
    const config = JSON.parse(readFileSync(kubernetes.kubeconfig, 'utf8'));
    config.users[0].user = { token: 'a.b.c' };
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
    const env = { BUILD: '1742', E2E_VERIFIER_URL: `http://127.0.0.1:${port}`, KUBECONFIG: join(folder, 'kubeconfig') };
    const { status, err } = await shell(block('docs/write-a-test.md', 'record'), env);
    assert.deepEqual([status, err], [0, '']);
    assert.deepEqual(asked, [{ namespace: 'shop', name: 'my-app', id: 'build-1742' }]);
    assert.match(xml(), /<testsuite name="shop\/my-app"/);
  });

  it('prints what docs/command-line.md shows', async () => {
    const script = 'echo "GET / 200"; echo "POST /login 500"; sleep 1; exit 1';
    await kubernetes.apply({
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { name: 'podinfo', namespace: 'shop' },
      spec: spec(script),
    });
    await kubernetes.apply({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo', namespace: 'shop' },
      spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, service: { port: 9898 } },
    });
    const [command = '', ...shown] = block('docs/command-line.md', 'run').trimEnd().split('\n');
    const { out } = await shell(command.replace(/^\$ /, ''));
    assert.deepEqual(out.trimEnd().split('\n').map(sameEachTime), shown.map(sameEachTime));
  });
});

/** Without times, and the names of what is made. */
function sameEachTime(line: string): string {
  return line
    .replace(/^ +\d+\.\d s/, 'TIME')
    .replace(/cli-[0-9a-f]{8}(-[a-z0-9]{5})?/, 'NAME')
    .replace(/node \S+/, 'node NODE')
    .replace(/image .*/, 'image IMAGE')
    .replace(/in \d s:/, 'in SECONDS:');
}
