/**
 * The page of a cluster with 1,000 E2ESpecs, each with its ten runs and its Canary: how long it takes, and in how much memory.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStatus } from '../../knative/build/bundle.ts';
import { type Limit, limited } from '../bench/limited.ts';
import { type Program, type Spawned, start } from '../bench/spawned.ts';
import { at, read, resources } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { create, objectsAt, passes, type World } from '../support/status/world.ts';

const many = 1000;
// Milliseconds.
const longest = 300;
const [service] = resources(read('knative/overlays/status/service.yaml'));
const container = at(service, 'spec', 'template', 'spec', 'containers', 0);
const megabytes = Number.parseInt(String(at(container, 'resources', 'limits', 'memory')), 10);
const args = at(container, 'args') as string[];

function crowd(now: Date): World {
  const { spec, canary } = objectsAt(now);
  const names = Array.from({ length: many }, (_, index) => `service-${index}`);
  return {
    namespaces: ['shop'],
    specs: names.map((name, index) =>
      spec('shop', name, {
        runs: [
          {
            verdict: index % 50 === 0 ? 'Failed' : 'Passed',
            ago: 5 + index,
            message: 'the test ended with exit code 1 in 10 s: checkout accepts an expired card',
          },
          ...passes(1500, 1440),
        ],
      }),
    ),
    canaries: names.map((name, index) => canary('shop', name, { phase: index % 50 === 0 ? 'Failed' : 'Succeeded' })),
  };
}

describe(`The page of ${many} E2ESpecs`, function () {
  this.timeout(300_000);
  let folder: string;
  let kubernetes: EmbeddedKubernetes;
  let limit: Limit | undefined;
  let page: Spawned;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'e2e-status-'));
    const { bundle } = await buildStatus(folder);
    kubernetes = await startEmbeddedKubernetes();
    await create(kubernetes, crowd(kubernetes.now()));
    const env = { KUBECONFIG: kubernetes.kubeconfig, USE_IN_CLUSTER: 'false' };
    const program: Program = {
      command: () => [process.execPath, ...args.slice(0, -1), bundle],
      env,
      probe: '/healthz',
    };
    limit = limited(program, megabytes);
    page = await start(limit?.program ?? program);
  });
  after(async () => {
    await page.end();
    limit?.lift();
    await kubernetes.stop();
    rmSync(folder, { recursive: true });
  });

  /** Of ten, when it is warm: what else the machine does is not the page's. */
  async function fastest(path: string): Promise<number> {
    const taken: number[] = [];
    for (let index = 0; index < 10; index++) {
      const began = performance.now();
      const response = await fetch(`${page.url}${path}`);
      assert.equal(response.status, 200);
      await response.text();
      taken.push(performance.now() - began);
    }
    return Math.min(...taken);
  }

  for (const path of ['/', '/api/status', '/shop/service-500']) {
    it(`takes no more than ${longest} ms at ${path}, with all that it reads`, async () => {
      const milliseconds = Math.round(await fastest(path));
      console.log(`      ${milliseconds} ms`);
      assert.ok(milliseconds <= longest, `${milliseconds} ms`);
    });
  }

  it(`fits into ${megabytes} MiB while fifty people open it at once`, async function () {
    if (limit === undefined) return this.skip();
    const opened = await Promise.all(Array.from({ length: 50 }, () => fetch(`${page.url}/`)));
    const statuses = await Promise.all(opened.map(async (response) => (await response.text()) && response.status));
    const served = statuses.filter((status) => status === 200).length;
    console.log(`      ${Math.round(limit.peak())} MiB, ${served} of 50 at once`);
    assert.ok(served > 0 && statuses.every((status) => status === 200 || status === 503), String(statuses));
    assert.equal((await fetch(`${page.url}/`)).status, 200);
  });
});
