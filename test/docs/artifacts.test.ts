// examples/artifacts: its times fit into one another, and its client is the one that the suite on a cluster tries.
import assert from 'node:assert/strict';
import { podDeadline } from '../../function/api/deadline.ts';
import { type Spec, withDefaults } from '../../function/api/e2espec.ts';
import { clientImage } from '../support/artifacts.ts';
import { at, read, resources } from '../support/documents.ts';

const file = 'examples/artifacts/e2espec.yaml';
const spec = resources(read(file))[0]?.['spec'] as Spec;
const page = read('examples/artifacts/README.md').replaceAll(/\s+/g, ' ');
const grace = spec.podTemplate?.spec?.terminationGracePeriodSeconds ?? 0;

describe('examples/artifacts', () => {
  it('uploads with the version of its client that is tried on a cluster', () => {
    const [, version] = /rclone\/rclone v(\S+)/.exec(read('test/cluster/components/rclone/go.mod')) ?? [];
    assert.equal(clientImage(), `rclone/rclone:${version}`);
  });

  it('says how much of its deadline the test has, and has it end by itself before', () => {
    const seconds = podDeadline(withDefaults(spec));
    assert.ok(page.includes(`with \`activeDeadlineSeconds: ${spec.activeDeadlineSeconds}\` its pod has ${seconds} s`));
    assert.ok(read(file).includes(`${(spec.activeDeadlineSeconds ?? 0) - seconds} s before activeDeadlineSeconds`));
    const [, milliseconds] = /^--global-timeout=(\d+)$/.exec(spec.command?.at(-1) ?? '') ?? [];
    assert.ok(Number(milliseconds) / 1000 < seconds);
  });

  it('bounds the upload below the grace', () => {
    const script = String(at(spec, 'podTemplate', 'spec', 'initContainers', 0, 'args', 0));
    const [, seconds] = /timeout (\d+) rclone/.exec(script) ?? [];
    assert.ok(Number(seconds) < grace);
    assert.ok(page.includes(`${grace} s here, of which the upload takes ${seconds} at the most`));
  });
});
