import assert from 'node:assert/strict';
import { createNotifier } from '../../../function/actions/notifier.ts';
import type { E2ESpec, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { HookError } from '../../../function/errors.ts';
import type { Kube } from '../../../function/kube/client.ts';
import type { Delivery } from '../../../function/sink/deliver.ts';
import type { Notice } from '../../../function/sink/notice.ts';
import { recordOf, specOf } from '../run-fixture.ts';

const sink = { variable: 'NOTIFY_URL', url: 'https://hook:hunter2@chat.example.com', extensions: {} } as const;
const finishedAt = new Date().toISOString();
const passed = recordOf({ verdict: 'Passed', message: 'm', finishedAt });
const pending: RunRecord = { ...passed, notificationPending: 'Passed' };

/** An API server with one E2ESpec, and a sink that answers so. */
function stage(deliver: (notice: Notice) => Promise<Delivery> | Delivery, more: Partial<Kube> = {}) {
  const done: string[] = [];
  const warnings: unknown[] = [];
  let stored = specOf({}, []);
  const kube: Partial<Kube> = {
    async getE2ESpec() {
      return { value: stored, now: new Date() };
    },
    async patchStatus({ metadata: { resourceVersion } }: E2ESpec, status: Status) {
      if (resourceVersion !== stored.metadata.resourceVersion) return 'conflict';
      done.push(`patch ${status.runs?.map(({ notificationPending }) => notificationPending ?? '-').join()}`);
      const metadata = { ...stored.metadata, resourceVersion: `${resourceVersion}1` };
      stored = { ...stored, metadata, status };
      return 'patched';
    },
    ...more,
  };
  const notifier = createNotifier({
    sink,
    connect: () => kube as Kube,
    log: { info: () => undefined, warn: (...line) => void warnings.push(line), error: () => undefined },
    async deliver(notice) {
      done.push(`deliver ${notice.type.split('.').pop()}`);
      return deliver(notice);
    },
  });
  return { done, warnings, notifier, kube: notifier.watched(kube as Kube), store: (spec: E2ESpec) => (stored = spec) };
}

const taken = (): Delivery => ({ kind: 'taken' });
const missed = (): Delivery => ({ kind: 'missed', why: 'it answered 503' });

describe('The notifier', () => {
  it('marks the record with the verdict, delivers, and takes the mark away, in this order', async () => {
    const { done, kube, notifier } = stage(taken);
    await kube.patchStatus(specOf({}, [recordOf()]), { runs: [passed] });
    await notifier.idle();
    assert.deepEqual(done, ['patch Passed', 'deliver passed', 'patch -']);
  });

  it('is behind the call: nothing is delivered before it goes on', async () => {
    const { done, kube, notifier } = stage(taken);
    await kube.patchStatus(specOf(), { runs: [passed] });
    await Promise.resolve();
    assert.deepEqual(done, ['patch Passed']);
    await notifier.idle();
  });

  it('delivers nothing of a status that somebody else has overtaken', async () => {
    const { done, kube, notifier } = stage(taken, { patchStatus: async () => 'conflict' });
    assert.equal(await kube.patchStatus(specOf(), { runs: [passed] }), 'conflict');
    await notifier.idle();
    assert.deepEqual(done, []);
  });

  it('delivers what another process has left behind, once', async () => {
    const { done, kube, notifier, store } = stage(taken);
    store(specOf({}, [pending]));
    await Promise.all([kube.getE2ESpec('test', 'podinfo'), kube.getE2ESpec('test', 'podinfo')]);
    await notifier.idle();
    await kube.getE2ESpec('test', 'podinfo');
    await notifier.idle();
    assert.deepEqual(done, ['deliver passed', 'patch -']);
  });

  it('leaves the mark where the sink does not take it, says so once, and does not try at every poll', async () => {
    const { done, warnings, kube, notifier, store } = stage(missed);
    store(specOf({}, [pending]));
    for (let polls = 0; polls < 3; polls++) {
      await kube.getE2ESpec('test', 'podinfo');
      await notifier.idle();
    }
    assert.deepEqual(done, ['deliver passed']);
    assert.equal(warnings.length, 1);
    assert.match(JSON.stringify(warnings), /the sink of NOTIFY_URL has not taken a CloudEvent: it answered 503/);
    assert.doesNotMatch(JSON.stringify(warnings), /hunter2|chat\.example\.com/);
  });

  it('delivers nothing again where only the mark could not be taken away', async () => {
    let isRefused = true;
    const { done, warnings, kube, notifier, store } = stage(taken, {
      async patchStatus() {
        if (isRefused) throw new HookError('ServiceUnavailable', 'the API server is away');
        done.push('patch');
        return 'patched';
      },
    });
    store(specOf({}, [pending]));
    await kube.getE2ESpec('test', 'podinfo');
    await notifier.idle();
    isRefused = false;
    await kube.getE2ESpec('test', 'podinfo');
    await notifier.idle();
    assert.deepEqual(done, ['deliver passed', 'patch']);
    assert.match(JSON.stringify(warnings), /the API server is away/);
  });

  it('takes the mark from no E2ESpec that has the name by now', async () => {
    const { done, kube, notifier, store } = stage(() => {
      const other = specOf({}, [pending]);
      store({ ...other, metadata: { ...other.metadata, uid: 's2' } });
      return { kind: 'taken' };
    });
    await kube.patchStatus(specOf(), { runs: [passed] });
    await notifier.idle();
    assert.deepEqual(done, ['patch Passed', 'deliver passed']);
  });

  it('says what it could not do, whatever was thrown', async () => {
    const { warnings, kube, notifier } = stage(() => Promise.reject(new Error('no such module')));
    await kube.patchStatus(specOf(), { runs: [passed] });
    await notifier.idle();
    assert.match(JSON.stringify(warnings), /a CloudEvent was not sent: .*no such module/);
  });

  it('has no more than 50 records on their way at once; the others wait for the next call', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { done, kube, notifier } = stage(async () => {
      await released;
      return { kind: 'taken' };
    });
    const runs = Array.from({ length: 60 }, (_, index) => recordOf({ ...passed, hook: `hook-${index}` }));
    await kube.patchStatus(specOf(), { runs });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const deliveries = () => done.filter((each) => each.startsWith('deliver')).length;
    assert.equal(deliveries(), 50);
    release();
    await notifier.idle();
    assert.equal(done.filter((each) => each.startsWith('patch')).length, 2);
    await kube.getE2ESpec('test', 'podinfo');
    await notifier.idle();
    assert.equal(deliveries(), 60);
  });

  const noticeOf = (id: string): Notice => ({
    ...{ id, type: 'com.remarkable.e2e.event', source: '/a', subject: 'podinfo', time: finishedAt },
    data: { namespace: 'test', canary: 'podinfo', checksum: 'c', message: 'm' },
  });

  it('sends what is on no record once, and not where its check throws', async () => {
    const { done, warnings, notifier } = stage(taken);
    const refuse = async () => {
      throw new HookError('CanaryMismatch', 'not a call of that Canary', { detail: 'no event webhook' });
    };
    notifier.send(noticeOf('a'), refuse);
    notifier.send(noticeOf('b'), async () => undefined);
    notifier.send(noticeOf('b'));
    await notifier.idle();
    notifier.send(noticeOf('b'));
    await notifier.idle();
    assert.deepEqual(done, ['deliver event']);
    assert.match(JSON.stringify(warnings), /a CloudEvent was not sent: not a call of that Canary.*no event webhook/);
  });

  it('has no more than 20 of these on their way, and says which were left out', async () => {
    const { done, warnings, notifier } = stage(taken);
    for (let calls = 0; calls < 25; calls++) notifier.send(noticeOf(String(calls)));
    await notifier.idle();
    assert.deepEqual([done.length, warnings.length], [20, 5]);
    assert.match(JSON.stringify(warnings[0]), /20 others are on their way/);
  });
});
