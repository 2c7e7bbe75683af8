/**
 * What documents show of `lint` is what it prints.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { read, resources, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';

const documents = ['README.md', 'docs/command-line.md'];
const block = /(```console\n\$ kubectl e2e (lint .*)\n)([\s\S]*?)```/g;

/** What is in the cluster of the documents, in namespace shop. */
const applied = ['examples/canary-blue-green.yaml', 'examples/canary-webhook-alone-does-not-gate.yaml'];
const other = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'search', namespace: 'shop' },
  spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'search' } },
};

describe('lint in the documents', () => {
  let kubernetes: EmbeddedKubernetes;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const objects = applied.flatMap((file) => resources(read(file)));
    for (const { metadata, ...object } of objects.filter(({ kind }) => kind === 'Canary' || kind === 'E2ESpec')) {
      await kubernetes.apply({ ...object, metadata: { ...metadata, namespace: 'shop' } });
    }
    await kubernetes.apply(other);
  });
  after(() => kubernetes.stop());

  async function printed(command: string): Promise<string> {
    const args = ['dist/cli.cjs', ...command.split(' ')];
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubernetes.kubeconfig, GITHUB_WORKSPACE: root };
    const run = promisify(execFile)(process.execPath, args, { cwd: root, env });
    const { stdout, stderr } = await run.catch((error: { code: number; stdout: string; stderr: string }) => {
      assert.equal(error.code, 1, error.stderr);
      return error;
    });
    assert.equal(stderr, '');
    return stdout;
  }

  it('is shown', () => {
    const commands = documents.flatMap((file) => [...read(file).matchAll(block)].map(([, , command]) => command));
    assert.ok(commands.length >= 3, commands.join('\n'));
  });

  it('has arguments that it takes', () => {
    const written = documents.flatMap((file) => [
      ...read(file).matchAll(/(?:k8s-e2e-verifier|kubectl e2e) (lint [^`#\n]+)/g),
    ]);
    assert.ok(written.length >= 7);
    for (const [, command = ''] of written) {
      const args = ['dist/cli.cjs', ...command.trim().split(/\s+/)];
      const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: '/nowhere' };
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', input: '' });
      assert.notEqual(status, 64, `${command}: ${stderr}`);
    }
  });

  for (const file of documents) {
    for (const [, head, command = '', shown] of read(file).matchAll(block)) {
      it(`prints what ${file} shows of ${command}`, async () => {
        const output = await printed(command);
        // For whoever has changed what lint says: DOCUMENTS=write puts it there.
        if (process.env['DOCUMENTS'] === 'write') {
          writeFileSync(
            `${root}/${file}`,
            read(file).replace(`${head}${shown}\`\`\``, () => `${head}${output}\`\`\``),
          );
        } else assert.equal(shown, output);
      });
    }
  }
});
