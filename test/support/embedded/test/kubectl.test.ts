/**
 * The embedded API under the client people use.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';

const run = promisify(execFile);
const installed = spawnSync('kubectl', ['version', '--client']).status === 0;

describe('kubectl against the embedded API', function () {
  this.timeout(10_000);
  let kubernetes: EmbeddedKubernetes;
  before(async function () {
    if (!installed) return this.skip();
    kubernetes = await startEmbeddedKubernetes();
  });
  after(() => kubernetes?.stop());
  const kubectl = async (...args: string[]) => {
    const { stdout } = await run('kubectl', ['--kubeconfig', kubernetes.kubeconfig, ...args]);
    return stdout;
  };
  const apply = async (manifest: object, ...args: string[]) => {
    const child = run('kubectl', ['--kubeconfig', kubernetes.kubeconfig, 'apply', ...args, '-f', '-']);
    child.child.stdin?.end(JSON.stringify(manifest));
    return (await child).stdout;
  };
  const script = 'echo no answer from the canary; exit 1';
  const container = {
    name: 'test',
    image: 'busybox:1',
    command: ['sh', '-c', script],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'check' },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
  };
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo' },
    spec: { analysis: { threshold: 1 } },
  };

  it('applies, and applies again', async () => {
    assert.equal(await apply(job), 'job.batch/check created\n');
    assert.equal(await apply(canary), 'canary.flagger.app/podinfo created\n');
    assert.equal(await apply(canary, '--validate=false'), 'canary.flagger.app/podinfo unchanged\n');
    const changed = { ...canary, spec: { analysis: { threshold: 2 } } };
    assert.equal(await apply(changed), 'canary.flagger.app/podinfo configured\n');
    assert.equal(await kubectl('get', 'canary', 'podinfo', '-o', 'jsonpath={.spec.analysis.threshold}'), '2');
  });

  it('refuses unknown fields on apply', async () => {
    const typo = { ...job, metadata: { name: 'typo' }, spec: { ...job.spec, backofLimit: 1 } };
    await assert.rejects(apply(typo), /strict decoding error: unknown field "spec.backofLimit"/);
  });

  it('waits, describes and prints logs', async () => {
    assert.match(await kubectl('wait', '--for=condition=Failed', 'job/check', '--timeout=5s'), /condition met/);
    const described = await kubectl('describe', 'job', 'check');
    assert.match(described, /Pods Statuses: +0 Active \(0 Ready\) \/ 0 Succeeded \/ 1 Failed/);
    assert.match(
      described,
      /Warning +BackoffLimitExceeded +\w+ +job-controller +Job has reached the specified backoff limit/,
    );
    assert.equal(await kubectl('logs', 'job/check'), 'no answer from the canary\n');
  });

  it('gets the kinds of a rollout as tables', async () => {
    const listed = await kubectl('get', 'e2e,jobs,events,canaries,pods', '-A');
    assert.match(listed, /job\.batch\/check +Failed +0\/1/);
    assert.match(listed, /Warning +BackoffLimitExceeded +job\/check +Job has reached the specified backoff limit/);
    assert.match(listed, /canary\.flagger\.app\/podinfo/);
    assert.match(listed, /pod\/check-\w{5} +0\/1 +Error +0/);
  });

  it('explains the fields of an E2ESpec', async () => {
    const explained = await kubectl('explain', 'e2especs.spec.onInconclusive');
    assert.match(explained, /^GROUP: +remarkable\.com\nKIND: +E2ESpec\nVERSION: +v1\n\nFIELD: onInconclusive <string>/);
    assert.match(explained, /ENUM:\n +Rollback\n +Hold\n/);
    const fields = await kubectl('explain', 'e2e', '--recursive');
    assert.match(fields, /^ {2}apiVersion\t<string>$/m);
    assert.match(fields, /^ {4}activeDeadlineSeconds\t<integer>$/m);
  });

  it('annotates and deletes', async () => {
    await kubectl('annotate', 'canary', 'podinfo', 'remarkable.com/requestedAt=now');
    await kubectl('annotate', 'job', 'check', 'a=b');
    assert.match(await kubectl('delete', 'job/check', '--dry-run=server'), /deleted.*\(server dry run\)/);
    assert.equal(await kubectl('get', 'job', 'check', '-o', 'jsonpath={.metadata.annotations.a}'), 'b');
    // kubectl 1.34 says from which namespace as well.
    assert.match(
      await kubectl('delete', 'job/check', 'canary/podinfo', '--cascade=foreground'),
      /^job\.batch "check" deleted.*\ncanary\.flagger\.app "podinfo" deleted.*\n$/,
    );
    assert.equal(await kubectl('get', 'jobs,pods'), '');
  });
});
