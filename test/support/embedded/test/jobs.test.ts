/**
 * Jobs from create to terminal condition, on the embedded controller and node.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { conditions, field, job, jobsIn, shell, terminated, until } from './harness.ts';

describe('a Job on the embedded Kubernetes', function () {
  this.timeout(10_000);
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let jobs: ReturnType<typeof jobsIn>;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ speed: 5 });
    namespace = await kubernetes.namespace();
    jobs = jobsIn(kubernetes, namespace);
  });
  after(() => kubernetes.stop());
  const create = (name: string, container: object, spec = {}, pod = {}) =>
    kubernetes.apply(job(namespace, name, container, spec, pod));
  const reasonOf = async (name: string) => {
    const failed = await jobs.finished(name);
    return (field(failed, 'status', 'conditions') as { type: string; reason: string; message: string }[]).map(
      ({ type, reason, message }) => `${type} ${reason} ${message}`,
    );
  };

  it('that exits 0 meets its success criteria and completes', async () => {
    await create('passes', shell('exit 0'));
    const done = await jobs.finished('passes');
    assert.deepEqual(conditions(done), ['SuccessCriteriaMet', 'Complete']);
    assert.equal(field(done, 'status', 'succeeded'), 1);
    assert.ok(field(done, 'status', 'completionTime'));
    const pod = await jobs.pod('passes');
    assert.equal(field(pod, 'status', 'phase'), 'Succeeded');
    assert.deepEqual(
      await jobs.events(done?.metadata.uid),
      ['Normal Completed Job completed', `Normal SuccessfulCreate Created pod: ${pod.metadata.name}`].sort(),
    );
  });

  it('that exits 3 fails with the end of its output as the termination message', async () => {
    await create('fails', shell('echo one; echo two >&2; exit 3'));
    const limit = 'BackoffLimitExceeded Job has reached the specified backoff limit';
    assert.deepEqual(await reasonOf('fails'), [`FailureTarget ${limit}`, `Failed ${limit}`]);
    const pod = await jobs.pod('fails');
    assert.equal(field(terminated(pod), 'exitCode'), 3);
    assert.equal(field(terminated(pod), 'reason'), 'Error');
    assert.equal(field(terminated(pod), 'message'), 'one\ntwo\n');
    assert.equal(field(await jobs.get('fails'), 'status', 'completionTime'), undefined);
  });

  it('prefers the termination message file, cut at 4096 bytes, to the output', async () => {
    const script = 'echo output; head -c 5000 /dev/zero | tr "\\0" x > /dev/termination-log; exit 1';
    await create('file', shell(script));
    await jobs.finished('file');
    assert.equal(field(terminated(await jobs.pod('file')), 'message'), 'x'.repeat(4096));
  });

  it('keeps 80 lines and 2048 bytes of output as the message', async () => {
    await create('lines', shell('for i in $(seq 1 200); do echo $i; done; exit 1'));
    await create('bytes', shell('head -c 3000 /dev/zero | tr "\\0" y; exit 1'));
    await Promise.all([jobs.finished('lines'), jobs.finished('bytes')]);
    const lines = Array.from({ length: 80 }, (_, index) => `${index + 121}\n`).join('');
    assert.equal(field(terminated(await jobs.pod('lines')), 'message'), lines);
    assert.equal(field(terminated(await jobs.pod('bytes')), 'message'), 'y'.repeat(2048));
  });

  // "$$" is the kubelet's escape for "$": the shell sees $$
  it('that dies of a signal has exit code 128 and the signal', async () => {
    await create('signal', shell('kill -9 $$$$'));
    await jobs.finished('signal');
    assert.equal(field(terminated(await jobs.pod('signal')), 'exitCode'), 137);
  });

  it('that takes more memory than its limit is OOMKilled', async () => {
    const hungry = ['node', '-e', 'const all=[]; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 10)'];
    await create('hungry', { command: hungry, resources: { limits: { memory: '200Mi' } } });
    await jobs.finished('hungry');
    const end = terminated(await jobs.pod('hungry'));
    assert.deepEqual([field(end, 'exitCode'), field(end, 'reason')], [137, 'OOMKilled']);
  });

  it('whose command does not exist never starts: StartError, 128, the epoch', async () => {
    await create('nope', { command: ['nope'] });
    await jobs.finished('nope');
    const end = terminated(await jobs.pod('nope'));
    assert.equal(field(end, 'reason'), 'StartError');
    assert.equal(field(end, 'exitCode'), 128);
    assert.equal(field(end, 'startedAt'), '1970-01-01T00:00:00Z');
    assert.match(String(field(end, 'message')), /exec: "nope": executable file not found in \$PATH/);
  });

  it('tries again after 10 s within its backoffLimit', async () => {
    await create('again', shell('exit 1'), { backoffLimit: 1 });
    await until('the first failure', async () => field(await jobs.get('again'), 'status', 'failed') === 1);
    assert.deepEqual(conditions(await jobs.get('again')), []);
    assert.equal((await jobs.pods('again')).length, 1);
    const done = await jobs.finished('again');
    assert.equal(field(done, 'status', 'failed'), 2);
    const [first = 0, second = 0] = (await jobs.pods('again'))
      .map((pod) => Date.parse(pod.metadata.creationTimestamp ?? ''))
      .sort((a, b) => a - b);
    assert.ok(second - first >= 9000, `second pod ${second - first} ms after the first`);
  });

  it('past its deadline loses its pod: FailureTarget while the container ends, then Failed', async () => {
    const stubborn = shell('trap "sleep 1; exit 0" TERM; sleep 300 & wait');
    await create('late', stubborn, { activeDeadlineSeconds: 2 }, { terminationGracePeriodSeconds: 30 });
    const interim = await until('FailureTarget', async () => {
      const found = await jobs.get('late');
      return conditions(found).includes('FailureTarget') && found;
    });
    assert.deepEqual(conditions(interim), ['FailureTarget']);
    assert.equal(terminated(await jobs.pod('late')), undefined);
    const late = 'DeadlineExceeded Job was active longer than specified deadline';
    assert.deepEqual(await reasonOf('late'), [`FailureTarget ${late}`, `Failed ${late}`]);
    await until('the pod to go', async () => (await jobs.pods('late')).length === 0);
  });

  it("whose pod passes the pod's own deadline keeps it, with its last words", async () => {
    const script = 'echo last words; sleep 300';
    await create('overdue', shell(script), {}, { activeDeadlineSeconds: 2, terminationGracePeriodSeconds: 1 });
    await jobs.finished('overdue');
    const pod = await jobs.pod('overdue');
    assert.equal(field(pod, 'status', 'reason'), 'DeadlineExceeded');
    assert.equal(field(pod, 'status', 'message'), 'Pod was active on the node longer than the specified deadline');
    assert.equal(field(terminated(pod), 'exitCode'), 137);
    assert.equal(field(terminated(pod), 'message'), 'last words\n');
    assert.ok(field(terminated(pod), 'startedAt'));
  });

  it("whose image never came by the pod's deadline has a container that never started", async () => {
    const image = { image: 'registry.invalid/test:1', command: ['true'] };
    await create('pulling', image, {}, { activeDeadlineSeconds: 3 });
    await jobs.finished('pulling');
    const end = terminated(await jobs.pod('pulling'));
    assert.deepEqual(
      [field(end, 'exitCode'), field(end, 'reason'), field(end, 'startedAt')],
      [137, 'ContainerStatusUnknown', null],
    );
  });

  it('with TTL goes, with its pods', async () => {
    await create('short', shell('exit 0'), { ttlSecondsAfterFinished: 2 });
    await jobs.finished('short');
    await until('the Job to go', async () => (await jobs.get('short')) === undefined);
    await until('its pods to go', async () => (await jobs.pods('short')).length === 0);
  });

  it('while suspended has no pods and says so', async () => {
    await create('paused', shell('exit 0'), { suspend: true });
    const paused = await until('Suspended', async () => {
      const found = await jobs.get('paused');
      return conditions(found).includes('Suspended') && found;
    });
    assert.equal(field(paused, 'status', 'startTime'), undefined);
    assert.equal((await jobs.pods('paused')).length, 0);
    assert.deepEqual(await jobs.events(paused.metadata.uid), ['Normal Suspended Job suspended']);
    await kubernetes.patch(
      { apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'paused' },
      { spec: { suspend: false } },
    );
    assert.ok(conditions(await jobs.finished('paused')).includes('Complete'));
  });

  it('whose podFailurePolicy ignores a disruption runs its pod again', async () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    await create('drained', shell('sleep 300'), { podFailurePolicy: { rules } }, { terminationGracePeriodSeconds: 1 });
    const first = await until('a running pod', async () => {
      const pod = await jobs.pod('drained');
      return field(pod, 'status', 'phase') === 'Running' && pod;
    });
    const key = { apiVersion: 'v1', kind: 'Pod', namespace, name: first.metadata.name ?? '' };
    const before = field(first, 'status', 'conditions') as object[];
    const disruption = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
    await kubernetes.patch(key, { status: { conditions: [...before, disruption] } }, 'status');
    await kubernetes.delete(key);
    await until('another pod', async () => {
      const pods = await jobs.pods('drained');
      return pods.some((pod) => pod.metadata.uid !== first.metadata.uid);
    });
    assert.equal(field(await jobs.get('drained'), 'status', 'failed'), undefined);
    assert.deepEqual(conditions(await jobs.get('drained')), []);
  });

  it('whose podFailurePolicy fails it on an exit code says which', async () => {
    const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }];
    await create('policy', shell('exit 42'), { backoffLimit: 3, podFailurePolicy: { rules } });
    const pod = await jobs.pod('policy');
    const [target] = await reasonOf('policy');
    const name = `${namespace}/${pod.metadata.name}`;
    const message = `Container test for pod ${name} failed with exit code 42 matching FailJob rule at index 0`;
    assert.equal(target, `FailureTarget PodFailurePolicy ${message}`);
  });
});
