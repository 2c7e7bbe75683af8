/**
 * What records tell, and under which names: told twice, by whichever call, it is one Event; said otherwise, it is another.
 */
import assert from 'node:assert/strict';
import { blockedEvent, eventsOn, recordEvent } from '../../../function/actions/events.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { ago, now, recordOf, specOf } from '../run-fixture.ts';

const told = (record: Partial<RunRecord>, at = now) => {
  const [event] = eventsOn(recordEvent(recordOf(record)), undefined, specOf(), at);
  return event ?? assert.fail('no Event');
};
const nameOf = (record: Partial<RunRecord>, at?: Date) => told(record, at).metadata.name;

describe('The Event of what holds a test up', () => {
  const blocked = (record: Partial<RunRecord>, at = now) => {
    const held = recordOf({ reason: 'ErrImagePull', message: 'no image; 5 s since its Job began', ...record });
    return eventsOn(blockedEvent(held), undefined, specOf(), at)[0] ?? assert.fail('no Event');
  };
  const nameOf = (record: Partial<RunRecord>, at?: Date) => blocked(record, at).metadata.name;

  it('is a Warning that says what, and what to do', () => {
    const { type, reason, message } = blocked({});
    const words = 'Job e2e-podinfo-85d557f47b: ErrImagePull: no image; 5 s since its Job began';
    assert.deepEqual([type, reason, message], ['Warning', 'E2ETestBlocked', words]);
  });

  it('is one for each cause and Job, whenever and in whatever words it is told', () => {
    const later = new Date(now.getTime() + 60_000);
    assert.equal(nameOf({ message: 'no image; 15 s since its Job began' }, later), nameOf({}));
    assert.equal(nameOf({ reason: 'ImagePullBackOff' }), nameOf({}));
    assert.notEqual(nameOf({ reason: 'FailedMount' }), nameOf({}));
    assert.notEqual(nameOf({ jobUID: 'j2' }), nameOf({}));
  });
});

describe('The Event of a record', () => {
  const rows: { record: Partial<RunRecord>; says: [string, string, string] }[] = [
    {
      record: { verdict: 'Running', reason: 'Started', message: 'the Job was created' },
      says: ['Normal', 'E2ETestStarted', 'Job e2e-podinfo-85d557f47b: Started: the Job was created'],
    },
    {
      record: { verdict: 'Passed', message: 'the test passed' },
      says: ['Normal', 'E2ETestPassed', 'Job e2e-podinfo-85d557f47b: the test passed'],
    },
    {
      record: { verdict: 'Failed', reason: 'Error', message: 'no checkout' },
      says: ['Warning', 'E2ETestFailed', 'Job e2e-podinfo-85d557f47b: Error: no checkout'],
    },
    {
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull', message: 'no image' },
      says: ['Warning', 'E2ETestInconclusive', 'Job e2e-podinfo-85d557f47b: ErrImagePull: no image'],
    },
    {
      record: { verdict: 'Skipped', message: 'skipped by hand: known flake' },
      says: ['Warning', 'E2ETestSkipped', 'checksum 85d557f47b: skipped by hand: known flake'],
    },
    {
      record: { verdict: 'PromotedUnverified', reason: 'NoPassedRun', message: 'nobody looked' },
      says: ['Warning', 'PromotedUnverified', 'nobody looked'],
    },
    {
      record: { verdict: 'Superseded', reason: 'Error', message: 'was Failed; run again by hand. no checkout' },
      says: [
        'Normal',
        'E2ETestClosed',
        'Job e2e-podinfo-85d557f47b: Error: was Failed; run again by hand. no checkout',
      ],
    },
    {
      record: { verdict: 'Cancelled', reason: 'RolloutFailed', message: 'the test had no Job yet' },
      says: ['Normal', 'E2ETestClosed', 'Job e2e-podinfo-85d557f47b: RolloutFailed: the test had no Job yet'],
    },
  ];
  for (const { record, says } of rows) {
    it(`${record.verdict} is ${says[1]}`, () => {
      const { type, reason, message } = told(record);
      assert.deepEqual([type, reason, message], says);
    });

    it(`${record.verdict} has the same name whenever it is told, and another for another run`, () => {
      const later = new Date(now.getTime() + 60_000);
      assert.equal(nameOf({ ...record, eventPending: true }, later), nameOf(record));
      assert.notEqual(nameOf({ ...record, canaryUID: 'c2' }), nameOf(record));
      assert.match(nameOf(record) ?? '', /^[a-z0-9.-]{1,253}$/);
    });
  }

  for (const { record } of rows.slice(1, 3)) {
    it(`${record.verdict} is one for each Job, in whatever words`, () => {
      assert.equal(nameOf({ ...record, message: 'other words' }), nameOf(record));
      assert.notEqual(nameOf({ ...record, jobUID: 'j2' }), nameOf(record));
    });
  }

  for (const { record } of rows.slice(3, -1)) {
    it(`${record.verdict} has another name when it says something else`, () =>
      assert.notEqual(nameOf({ ...record, message: 'other words' }), nameOf(record)));
  }

  it('of a run that was superseded is one for each Job, so that none of several is left out', () => {
    const superseded = { verdict: 'Superseded', message: 'was Failed; run again by hand' } as const;
    assert.notEqual(nameOf({ ...superseded, jobUID: 'j2' }), nameOf(superseded));
  });

  it('of a run that was stopped is one for each end of a rollout, in whatever words', () => {
    const cancelled = { verdict: 'Cancelled', rolloutEnd: ago(60) } as const;
    assert.equal(nameOf({ ...cancelled, message: 'other words' }), nameOf(cancelled));
    assert.notEqual(nameOf({ ...cancelled, rolloutEnd: ago(0) }), nameOf(cancelled));
  });

  it('of a run that goes on is one, however much time passes in its words', () => {
    const running = { verdict: 'Running', reason: 'Started' } as const;
    assert.equal(nameOf({ ...running, message: '5 s' }), nameOf({ ...running, message: '15 s' }));
  });

  it('of a run that waits for its target says that no Job is there', () => {
    const { job: _, jobUID: __, ...waiting } = recordOf({ reason: 'TargetNotReady', message: 'm', startedAt: ago(9) });
    const { reason, message } = recordEvent(waiting);
    assert.deepEqual([reason, message], ['E2ETestWaiting', 'TargetNotReady: m']);
  });

  it('of a record without a message says which Job it was', () =>
    assert.equal(told({ verdict: 'Failed', reason: 'Error' }).message, 'Job e2e-podinfo-85d557f47b: Error:'));

  it('begins with the name of its Job, or with the checksum where it is of none', () => {
    const { job: _, jobUID: __, ...waiting } = recordOf();
    const [withoutJob] = eventsOn(recordEvent(waiting), undefined, specOf(), now);
    assert.match(nameOf({ verdict: 'Passed' }) ?? '', /^e2e-podinfo-85d557f47b\.[0-9a-f]{16}$/);
    assert.match(withoutJob?.metadata.name ?? '', /^e2e-85d557f47b\.[0-9a-f]{16}$/);
    assert.match(nameOf({ verdict: 'PromotedUnverified' }) ?? '', /^e2e-85d557f47b\.[0-9a-f]{16}$/);
  });
});

describe('An Event', () => {
  for (const [message, title] of [
    ['exit code 1', 'ends with the address of the page of its test, where there is one'],
    ['x'.repeat(2000), 'has room for that address, however much it says'],
  ] as const) {
    it(title, () => {
      const event = recordEvent(recordOf({ verdict: 'Failed', reason: 'Error', message }));
      const [plain] = eventsOn(event, undefined, specOf(), now);
      const [told] = eventsOn(event, undefined, specOf(), now, 'https://status.example.com');
      assert.match(
        told?.message ?? '',
        /^Job e2e-\S+: Error: .*; page: https:\/\/status\.example\.com\/test\/podinfo$/,
      );
      assert.ok(Buffer.byteLength(told?.message ?? '') <= 900);
      assert.deepEqual(told?.metadata, plain?.metadata);
    });
  }

  it('is on the Canary and on the E2ESpec, each as kubectl lists and describes it', () => {
    const canary: Canary = {
      metadata: { name: 'podinfo', namespace: 'test', uid: 'c1' },
      spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
    };
    const event = recordEvent(recordOf({ verdict: 'Passed', message: 'the test passed in 8 s' }));
    const written = eventsOn(event, canary, specOf(), now);
    const said = {
      apiVersion: 'v1',
      kind: 'Event',
      type: 'Normal',
      reason: 'E2ETestPassed',
      message: 'Job e2e-podinfo-85d557f47b: the test passed in 8 s',
      source: { component: 'e2e-verifier' },
      firstTimestamp: '2026-11-21T10:00:00Z',
      lastTimestamp: '2026-11-21T10:00:00Z',
      count: 1,
    };
    const of = { namespace: 'test', name: 'podinfo' };
    const [onCanary, onSpec] = written.map(({ metadata }) => metadata.name);
    assert.deepEqual(written, [
      {
        ...said,
        metadata: { namespace: 'test', name: onCanary },
        involvedObject: { ...of, apiVersion: 'flagger.app/v1beta1', kind: 'Canary', uid: 'c1' },
      },
      {
        ...said,
        metadata: { namespace: 'test', name: onSpec },
        involvedObject: { ...of, apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', uid: 's1' },
      },
    ]);
    assert.notEqual(onCanary, onSpec);
  });
});
