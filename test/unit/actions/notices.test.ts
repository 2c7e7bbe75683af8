import assert from 'node:assert/strict';
import { type EventSpec, eventName, recordEvent } from '../../../function/actions/events.ts';
import { eventNotice, hookNotice, recordNotices } from '../../../function/actions/notices.ts';
import { notifiedVerdicts, type RunRecord, type Spec } from '../../../function/api/e2espec.ts';
import { ago, now, recordOf, run, specOf } from '../run-fixture.ts';

const finishedAt = ago(5);
const source = '/apis/flagger.app/v1beta1/namespaces/test/canaries/podinfo';

function noticesOf(more: Partial<RunRecord>, spec: Partial<Spec> = {}) {
  const record = recordOf({ finishedAt, message: 'm', ...more });
  const { verdict } = record;
  const mark = notifiedVerdicts.find((each) => each === verdict);
  return recordNotices({ ...record, ...(mark && { notificationPending: mark }) }, specOf(spec));
}

describe('A record', () => {
  const rows: { what: string; record: Partial<RunRecord>; spec?: Partial<Spec>; types: string[] }[] = [
    { what: 'of a run that goes on', record: { verdict: 'Running' }, types: [] },
    { what: 'of a pass', record: { verdict: 'Passed' }, types: ['passed'] },
    { what: 'of a failure', record: { verdict: 'Failed' }, types: ['failed'] },
    {
      what: 'of a failure with Hold',
      record: { verdict: 'Failed' },
      spec: { onInconclusive: 'Hold' },
      types: ['failed'],
    },
    { what: 'of a skip', record: { verdict: 'Skipped' }, types: ['skipped'] },
    { what: 'of an unverified promotion', record: { verdict: 'PromotedUnverified' }, types: ['unverified'] },
    { what: 'of what was stopped', record: { verdict: 'Cancelled' }, types: [] },
    { what: 'of what was superseded', record: { verdict: 'Superseded' }, types: [] },
    {
      what: 'of a test that could not run',
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull' },
      types: ['inconclusive'],
    },
    {
      what: 'of one with Hold',
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull' },
      spec: { onInconclusive: 'Hold' },
      types: ['inconclusive', 'waiting'],
    },
    {
      what: 'of a lost result, which never rolls back by itself',
      record: { verdict: 'Inconclusive', reason: 'ResultLost' },
      types: ['inconclusive', 'waiting'],
    },
    {
      what: 'of one with Hold that only observes',
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull', mode: 'Observe' },
      spec: { onInconclusive: 'Hold' },
      types: ['inconclusive'],
    },
    {
      what: 'of one with Hold whose rollout is over',
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull', closedAt: ago(1) },
      spec: { onInconclusive: 'Hold' },
      types: ['inconclusive'],
    },
  ];
  for (const { what, record, spec, types } of rows) {
    it(`${what} makes ${types.join(' and ') || 'no notice'}`, () => {
      assert.deepEqual(
        noticesOf(record, spec).map(({ type }) => type),
        types.map((type) => `com.remarkable.e2e.${type}`),
      );
    });
  }

  it('makes all that is known of it', () => {
    const counts = { total: 3, failed: 1 };
    const record = recordOf({
      verdict: 'Failed',
      reason: 'TestsFailed',
      message: 'm',
      counts,
      startedAt: ago(9),
      finishedAt,
    });
    const [notice] = recordNotices({ ...record, notificationPending: 'Failed' }, specOf());
    const { job = '' } = record;
    assert.deepEqual(notice, {
      id: eventName(recordEvent(record), run.canaryUid),
      type: 'com.remarkable.e2e.failed',
      source,
      subject: job,
      time: finishedAt,
      data: {
        ...{ namespace: 'test', canary: 'podinfo', e2eSpec: 'podinfo', checksum: run.checksum, verdict: 'Failed' },
        ...{ reason: 'TestsFailed', message: 'm', counts, job, attempt: 1, rollout: run.rollout },
        ...{ startedAt: ago(9), finishedAt },
      },
    });
  });

  it('makes more where it says more', () => {
    const links = [{ name: 'trace', url: 'https://trace.example.com/1' }];
    const logUrl = `https://logs.example.com/?pod=${'p'.repeat(1500)}`;
    const more = { mode: 'Observe', durationSeconds: 4, links, logUrl } as const;
    const { message: _, ...data } = noticesOf({ verdict: 'Failed', ...more })[0]?.data ?? assert.fail();
    assert.deepEqual({ ...data, ...more }, data);
  });

  it('names the page of its test, where there is one', () => {
    const record = recordOf({ verdict: 'Failed', finishedAt, notificationPending: 'Failed' });
    const [notice] = recordNotices(record, specOf(), 'https://status.example.com');
    assert.equal(notice?.data.statusUrl, 'https://status.example.com/test/podinfo');
  });

  it('without a Job is about its E2ESpec', () => {
    const { job: _, ...record } = recordOf({ verdict: 'Skipped', finishedAt, notificationPending: 'Skipped' });
    assert.equal(recordNotices(record, specOf())[0]?.subject, 'podinfo');
  });

  it('that no rollout asked for is the E2ESpec’s, and waits for nobody', () => {
    const requested = { trigger: 'request', id: 'nightly-1', canary: '-', canaryUID: '-' } as const;
    const record = { ...requested, verdict: 'Inconclusive', reason: 'ResultLost' } as const;
    const [notice, ...others] = noticesOf(record, { onInconclusive: 'Hold' });
    assert.deepEqual(others, []);
    assert.equal(notice?.source, '/apis/remarkable.com/v1/namespaces/test/e2especs/podinfo');
    assert.deepEqual([notice?.data.trigger, notice?.data.runId, notice?.data.canary], ['request', 'nightly-1', '-']);
    const onSpec = eventName(recordEvent(recordOf({ ...record, finishedAt, message: 'm' })), specOf().metadata.uid);
    assert.equal(notice?.id, onSpec);
  });

  it('makes two notices of different ids', () => {
    const [first, second] = noticesOf({ verdict: 'Inconclusive', reason: 'ResultLost' });
    assert.deepEqual([second?.id, second?.data], [`${first?.id}.waiting`, first?.data]);
  });

  it('makes one line of its words, without secrets', () => {
    const [notice] = noticesOf({ verdict: 'Failed', message: 'a\nb password=hunter2' });
    assert.equal(notice?.data.message, 'a | b password=[redacted]');
  });
});

describe('The call of an event hook', () => {
  const metadata = {
    eventMessage: 'Halt\nthe rollout',
    eventType: 'Warning',
    timestamp: '1795773600000',
    cluster: 'eu-1',
  };
  const payload = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b', metadata };

  it('makes one notice of what Flagger says', () => {
    const { id, ...notice } = hookNotice(payload, now);
    assert.match(id, /^podinfo-event\.[\da-f]{16}$/);
    assert.deepEqual(notice, {
      type: 'com.remarkable.e2e.event',
      source,
      subject: 'podinfo',
      time: '2026-11-27T10:00:00.000Z',
      data: {
        ...{ namespace: 'test', canary: 'podinfo', checksum: '85d557f47b', phase: 'Progressing' },
        ...{ eventType: 'Warning', message: 'Halt | the rollout' },
      },
    });
  });

  it('is the same notice when it is made again, whatever the order of its metadata', () => {
    const turned = Object.fromEntries(Object.entries(metadata).reverse());
    const again = hookNotice({ ...payload, metadata: turned }, new Date(0));
    assert.equal(again.id, hookNotice(payload, now).id);
  });

  for (const [field, other] of Object.entries({
    phase: { phase: 'Promoting' },
    message: { metadata: { ...metadata, eventMessage: 'b' } },
    time: { metadata: { ...metadata, timestamp: '1795773600001' } },
    canary: { name: 'backend' },
  })) {
    it(`is another one with another ${field}`, () => {
      assert.notEqual(hookNotice({ ...payload, ...other }, now).id, hookNotice(payload, now).id);
    });
  }

  for (const timestamp of ['', 'now', '-1', '9'.repeat(30)]) {
    it(`has the present time where Flagger's is "${timestamp}"`, () => {
      assert.equal(hookNotice({ ...payload, metadata: { ...metadata, timestamp } }, now).time, now.toISOString());
    });
  }
});

describe('An Event that is on no record', () => {
  it('gives its name to the notice', () => {
    const event: EventSpec = {
      ...{ about: 'e2e', once: ['a'], type: 'Warning', reason: 'E2ETestInconclusive', message: 'm' },
    };
    const data = { namespace: 'test', canary: 'podinfo', checksum: 'c', message: 'a\nb' };
    const type = 'com.remarkable.e2e.waiting';
    assert.deepEqual(eventNotice({ type, event, uid: 'c1', subject: 'j', now, data }), {
      ...{ id: eventName(event, 'c1'), type, source, subject: 'j', time: now.toISOString() },
      data: { ...data, message: 'a | b' },
    });
  });
});
