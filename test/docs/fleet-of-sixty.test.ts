// examples/fleet/ as sixty services would use it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resources } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { addService, writeFleet } from '../support/fleet.ts';
import { lintRendered, name, ofKind, renderedText, skipWithoutKubectl, webhooksOf } from './fleet.ts';

describe('examples/fleet with sixty services in twelve namespaces', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: string;

  before(async function () {
    skipWithoutKubectl(this);
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
  });
  after(() => kubernetes?.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lineCount = (text: string) => text.split('\n').filter(Boolean).length;

  it('wires all of them the same, and lint finds nothing', async () => {
    const namespaces = writeFleet(folder, { namespaces: 12, services: 5 });
    const text = renderedText(folder);
    const fleet = resources(text);
    assert.equal(ofKind(fleet, 'Canary').length, 60);
    assert.equal(ofKind(fleet, 'E2ESpec').length, 60);
    assert.deepEqual(
      ofKind(fleet, 'RoleBinding')
        .map(({ metadata }) => metadata.namespace)
        .sort(),
      [...namespaces].sort(),
    );
    const wirings = new Set(ofKind(fleet, 'Canary').map((canary) => JSON.stringify(webhooksOf(canary))));
    assert.equal(wirings.size, 1);
    for (const object of fleet) assert.ok((await kubernetes.apply(object)).metadata.uid, name(object));

    const { status, stdout, stderr } = lintRendered(text);
    assert.equal(stderr, '');
    assert.match(stdout, /^60 Canaries: 60 ok$/m);
    assert.equal(stdout.split('\n').filter((line) => line.startsWith('ok: ')).length, 60);
    assert.equal(status, 0);
  });

  it('takes twelve lines for one more, besides the Canary that it has anyway', () => {
    const [namespace = ''] = writeFleet(folder, { namespaces: 12, services: 5 });
    const list = () => readFileSync(join(folder, namespace, 'kustomization.yaml'), 'utf8');
    const before = lineCount(list());
    addService(folder, namespace, 'sixty-one');
    const own = ['kustomization.yaml', 'e2espec.yaml'].map((file) =>
      lineCount(readFileSync(join(folder, namespace, 'sixty-one', file), 'utf8')),
    );
    assert.deepEqual([...own, lineCount(list()) - before], [7, 4, 1]);

    const { status, stdout } = lintRendered(renderedText(folder));
    assert.match(stdout, /^ok: team-1\/sixty-one waits for its test at pre-rollout, and rolls back at once/m);
    assert.match(stdout, /^61 Canaries: 61 ok$/m);
    assert.equal(status, 0);
  });
});
