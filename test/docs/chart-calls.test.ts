// What the pod of `helm test` runs, against the real function on the embedded API.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

describe('What helm test runs', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let verifier: Verifier;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  });
  after(async () => {
    await verifier?.stop();
    await kubernetes?.stop();
  });

  const calls = async (url: string): Promise<string> => {
    const env = { ...process.env, VERIFIER: url, NAMESPACES: '["default","shop"]' };
    const child = spawn(process.execPath, [join(root, 'knative/chart/files/calls.mjs')], { env });
    const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return `${said}exit status ${status}`;
  };

  it('passes where the verifier answers, and may look for Canaries in each namespace', async () => {
    const lines = (await calls(verifier.url)).split('\n');
    assert.equal(lines[0], `ok ${verifier.url}/health/readiness: 200 e2e-verifier is up`);
    assert.match(lines[1] ?? '', /^ok in namespace default: 403 CanaryMismatch: /);
    assert.match(lines[2] ?? '', /^ok in namespace shop: 403 CanaryMismatch: /);
    assert.equal(lines[3], 'exit status 0');
  });

  it('fails at once where a right is missing in one of them, and says which', async () => {
    const bind = kubernetes.misbehave(
      { verb: 'get', resource: 'canaries', namespace: 'shop' },
      { kind: 'status', code: 403 },
    );
    try {
      const said = await calls(verifier.url);
      assert.match(said, /\nnot ok in namespace shop: 403 Forbidden: the verifier lacks the rule .*canaries/);
      assert.match(said, /\nok in namespace default: [\s\S]*exit status 1$/);
    } finally {
      bind();
    }
  });

  it('waits until a pod is there', async () => {
    let asked = 0;
    const gateway = createServer(async ({ method, url }, response) => {
      asked++;
      if (asked === 1) response.writeHead(404).end();
      else if (asked === 2) response.destroy();
      else if (method === 'GET') response.end(await (await fetch(verifier.url + url)).text());
      else response.writeHead(403).end('CanaryMismatch: not a call of this Canary');
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    try {
      assert.match(await calls(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`), /exit status 0$/);
      assert.equal(asked, 5);
    } finally {
      gateway.close();
      gateway.closeAllConnections();
    }
  });
});
