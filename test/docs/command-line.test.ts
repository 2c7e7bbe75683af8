/**
 * What docs/command-line.md shows of the commands is what they print, of a cluster like the one that it speaks of.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunRecord } from '../../function/api/e2espec.ts';
import { annotation } from '../../function/api/labels.ts';
import { withAdvice } from '../../function/api/reasons.ts';
import { checksumOf } from '../../function/flagger/checksum.ts';
import { read, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';

const file = 'docs/command-line.md';
const block = /(```console\n\$ (kubectl e2e (?!lint )[^\n]+)\n)([\s\S]*?)```/g;

const [minute, hour, day] = [60, 3600, 86_400] as const;

/** A few seconds more, so that it is of the same age for a while. */
function ago(seconds: number): string {
  return `${new Date(Date.now() - seconds * 1000 - 5000).toISOString().slice(0, 19)}Z`;
}

interface Shown {
  phase: string;
  /** What the newest run has come to, and when. */
  runs: { verdict: RunRecord['verdict']; reason?: string; message: string; seconds: number; revision?: string }[];
}

const revision = '8d7f5c9b6';
const rollout = ago(20 * minute);

const shop: Record<string, Shown> = {
  cart: { phase: 'Succeeded', runs: [{ verdict: 'Passed', message: 'the test passed in 31 s', seconds: 3 * hour }] },
  checkout: {
    phase: 'Progressing',
    runs: [
      {
        verdict: 'Running',
        reason: 'ErrImagePull',
        message: withAdvice('ErrImagePull', 'failed to pull and unpack image "shop/checkout-e2e:2": not found'),
        seconds: 12 * minute,
      },
      { verdict: 'Passed', message: 'the test passed in 42 s', seconds: 2 * day, revision: '6c9f8d7b5' },
      { verdict: 'Failed', reason: 'Error', message: 'exit code 1', seconds: 3 * day, revision: '5b8e7c6a4' },
    ],
  },
  search: {
    phase: 'Failed',
    runs: [{ verdict: 'Failed', reason: 'Error', message: 'expected 402, got 500', seconds: 26 * minute }],
  },
};

function canary(name: string) {
  const hook = (each: string, path: string) => ({ name: each, type: path, url: `http://e2e-verifier.default/${path}` });
  const webhooks = [{ ...hook('e2e', 'pre-rollout'), retries: 218 }, hook('e2e-failed', 'rollback')];
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: 'shop' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      analysis: { interval: '30s', threshold: 3, webhooks },
    },
  };
}

function runsOf(name: string, canaryUID: string, { runs }: Shown): RunRecord[] {
  return runs.map(({ verdict, reason, message, seconds, revision: of = revision }) => {
    const checksum = checksumOf({ lastAppliedSpec: of, trackedConfigs: {} });
    const times = { startedAt: ago(seconds), ...(verdict !== 'Running' && { finishedAt: ago(seconds) }) };
    const job = `e2e-${name}-${checksum}`;
    const run = { canary: name, canaryUID, checksum, rollout: of === revision ? rollout : ago(4 * day), hook: '' };
    return { ...run, verdict, ...(reason !== undefined && { reason }), message, job, jobUID: job, ...times };
  });
}

describe('The commands in docs/command-line.md', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let folder: string;

  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    folder = mkdtempSync(join(tmpdir(), 'kubectl-e2e-'));
    symlinkSync(join(root, 'dist/cli.cjs'), join(folder, 'kubectl-e2e'));
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    for (const [name, shown] of Object.entries(shop)) await setUp(name, shown);
    await spec('nightly', {});
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await kubernetes.stop();
  });

  async function spec(name: string, status: object): Promise<void> {
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec' };
    await kubernetes.apply({ ...key, metadata: { name, namespace: 'shop' }, spec: { image: 'shop/e2e:2' } });
    await kubernetes.patch({ ...key, name, namespace: 'shop' }, { status }, 'status');
  }

  async function setUp(name: string, shown: Shown): Promise<void> {
    const { metadata, apiVersion, kind } = await kubernetes.apply(canary(name));
    const conditions = [{ type: 'Promoted', status: 'Unknown', reason: '', message: '', lastTransitionTime: rollout }];
    const common = { canaryWeight: 0, failedChecks: 0, iterations: 0, lastTransitionTime: rollout, trackedConfigs: {} };
    const withUpdate = conditions.map((each) => ({ ...each, lastUpdateTime: rollout }));
    const status = { ...common, phase: shown.phase, lastAppliedSpec: revision, conditions: withUpdate };
    await kubernetes.patch({ apiVersion, kind, name, namespace: 'shop' }, { status }, 'status');
    const runs = runsOf(name, metadata.uid ?? '', shown);
    const latest = runs.slice(0, 1).map(({ canaryUID = '', verdict, reason, message, checksum, startedAt = '' }) => ({
      canary: name,
      canaryUID,
      hook: 'e2e',
      verdict,
      reason: reason ?? verdict,
      message,
      checksum,
      trigger: 'rollout',
      time: startedAt,
    }));
    await spec(name, { runs, latest });
  }

  /** As a shell takes it apart. */
  function wordsOf(command: string): string[] {
    return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  }

  async function printed(command: string): Promise<string> {
    const [, , ...args] = wordsOf(command);
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubernetes.kubeconfig };
    const program = [join(folder, 'kubectl-e2e'), ...args];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, program, { cwd: root, env });
    assert.equal(stderr, '');
    return stdout;
  }

  const blocks = [...read(file).matchAll(block)];

  it('are shown', () => {
    assert.ok(blocks.length >= 5);
  });

  for (const [, head = '', command = '', shown = ''] of blocks) {
    it(`print what is shown of ${command}`, async () => {
      const output = await printed(command);
      // For whoever has changed what they say: DOCUMENTS=write puts it there.
      if (process.env['DOCUMENTS'] === 'write') {
        writeFileSync(
          `${root}/${file}`,
          read(file).replace(`${head}${shown}\`\`\``, () => `${head}${output}\`\`\``),
        );
      } else assert.equal(shown, output);
    });
  }

  it('have written the annotations that it speaks of', async () => {
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: 'shop', name: 'checkout' };
    const { annotations = {} } = (await kubernetes.get(key))?.metadata ?? {};
    assert.deepEqual(Object.keys(annotations).sort(), [annotation.requestedAt, annotation.skip].sort());
    assert.equal(annotations[annotation.skip], `checkout/${revision}: the payment provider is down, see INC-42`);
  });
});
