/**
 * examples/artifacts on the embedded API, with a stand-in for its client: `cluster/artifacts.test.ts` has the real one.
 */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cases, type Store } from '../support/artifacts.ts';
import { root } from '../support/documents.ts';
import { startEmbeddedKubernetes } from '../support/embedded/index.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { scriptedS3 } from '../support/scripted-s3.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

describe('examples/artifacts on the embedded API:', function () {
  this.timeout(60_000);
  const programs = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  const { PATH: path } = process.env;
  let kubernetes: Kubernetes;
  let verifier: Verifier;
  let server: Server;
  let store: Store;

  before(async () => {
    const client = join(root, 'test/support/stand-in-rclone.ts');
    writeFileSync(join(programs, 'rclone'), `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${client}" "$@"\n`);
    chmodSync(join(programs, 'rclone'), 0o755);
    process.env['PATH'] = [programs, path].join(delimiter);
    kubernetes = await startEmbeddedKubernetes();
    verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    server = scriptedS3().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    store = { address, open: async (at) => (await fetch(`${address}${at}`)).text() };
  });
  after(async () => {
    process.env['PATH'] = path;
    await verifier?.stop();
    await kubernetes?.stop();
    server?.closeAllConnections();
    server?.close();
    rmSync(programs, { recursive: true });
  });
  sideBySide(
    cases.length,
    async () => ({ kubernetes, verifier, namespace: await kubernetes.namespace(), store }),
    cases,
  );
});
