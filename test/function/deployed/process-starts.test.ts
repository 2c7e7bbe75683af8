/**
 * The deployed process: how it begins, and what it says when it cannot.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { run } from './deployed.ts';
import { deployedProcesses, endOf, terminate } from './process.ts';

describe('The deployed process', function () {
  this.timeout(30_000);
  const { folder, bundle, kubernetes, started, cleanUp } = deployedProcesses();

  it('says in one JSON line that it listens', async () => {
    const deployed = await started();
    assert.equal(deployed.lines.length, 1);
    const { level, message } = JSON.parse(deployed.lines[0] ?? '');
    assert.deepEqual([level, message], ['info', 'listening']);
    assert.equal(await terminate(deployed), 0);
  });

  const starts: { what: string; env(): Promise<Record<string, string>>; says: RegExp }[] = [
    { what: 'without a cluster', env: async () => ({}), says: /KUBERNETES_SERVICE_HOST is not set/ },
    {
      what: 'with a port that is none',
      env: async () => ({ USE_IN_CLUSTER: 'false', PORT: 'http' }),
      says: /PORT is "http"/,
    },
    {
      what: 'with a kubeconfig that is not there',
      env: async () => ({ USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: join(folder(), 'nowhere') }),
      says: /nowhere/,
    },
    {
      what: 'with a kubeconfig that is none',
      async env() {
        const path = join(folder(), 'broken');
        await writeFile(path, '{"apiVersion": "v1", "kind": "Config", "clusters": [');
        return { USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: path };
      },
      says: /broken|kubeconfig|YAML|flow/i,
    },
    {
      what: 'with a kubeconfig that names no cluster',
      async env() {
        const path = join(folder(), 'empty');
        await writeFile(path, '{"apiVersion": "v1", "kind": "Config"}');
        return { USE_IN_CLUSTER: 'false', PORT: '0', KUBECONFIG: path };
      },
      says: /names no cluster/,
    },
    {
      what: 'on a port that is taken',
      async env() {
        const other = createServer();
        other.listen(0);
        cleanUp(() => other.close());
        await once(other, 'listening');
        const { port } = other.address() as AddressInfo;
        return { USE_IN_CLUSTER: 'false', PORT: String(port), KUBECONFIG: kubernetes().kubeconfig };
      },
      says: /EADDRINUSE|in use/,
    },
  ];
  for (const { what, env, says } of starts) {
    it(`does not start ${what}, and says so in one JSON line`, async () => {
      const deployed = run(bundle(), await env());
      cleanUp(() => deployed.child.kill('SIGKILL'));
      const code = await endOf(deployed);
      const { lines } = deployed;
      assert.equal(code, 1, lines.join('\n'));
      assert.equal(lines.length, 1, lines.join('\n'));
      const { level, message } = JSON.parse(lines[0] ?? '');
      assert.equal(level, 'error');
      assert.match(message, says);
    });
  }
});
