import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import type { EventSpec } from '../../../function/actions/events.ts';
import { recordSkip, recordVerdict, updateStatus, writeRecord } from '../../../function/actions/write-status.ts';
import type { E2ESpec, RunRecord, Status } from '../../../function/api/e2espec.ts';
import type { Event } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { HookError } from '../../../function/errors.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { now, recordOf, run, specOf } from '../run-fixture.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const payload = { name: run.canary, namespace: run.namespace, phase: '', checksum: run.checksum, metadata: {} };
const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };
const event: EventSpec = { about: 'e2e', once: [], type: 'Normal', reason: 'E2ETestSkipped', message: 'm' };

/** An API server on which everybody else is faster, for so many times. */
function contended(found: E2ESpec | undefined, times = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  const written: Status[] = [];
  const kube: Pick<Kube, 'patchStatus' | 'getE2ESpec' | 'createEvent'> = {
    async patchStatus(_, status) {
      asked.push('patch');
      written.push(status);
      return asked.filter((each) => each === 'patch').length > times ? 'patched' : 'conflict';
    },
    getE2ESpec: async () => ({ value: found, now }),
    async createEvent() {
      asked.push('event');
    },
  };
  const about = { kube: kube as Kube, log, canary: undefined, now, payload, origin, retryAfterSeconds: 10 };
  const change = (status: Status | undefined) => ({ ...status, runs: [] });
  return { asked, written, about, write: () => updateStatus(specOf(), change, [event], about) };
}

describe('A skip', () => {
  const value = `podinfo/${run.checksum}: known flake`;
  const asked = specOf();
  const withSkip = { ...asked, metadata: { ...asked.metadata, annotations: { [annotation.skip]: value } } };
  const record = recordOf({ verdict: 'Skipped', skip: value });
  const snapshot = (spec: E2ESpec) => ({ run, canary: undefined, target: undefined, spec, job: undefined, now });

  it('is on record before anything is told of it, and as one that is still to be told', async () => {
    const { asked, written, about } = contended(withSkip, 1);
    await recordSkip(snapshot(withSkip), record, about);
    assert.deepEqual(asked, ['patch', 'patch', 'event']);
    assert.deepEqual(written.at(-1)?.runs, [{ ...record, eventPending: true }]);
  });

  it('that was taken back while it was written is neither recorded nor told', async () => {
    const { asked, about } = contended(specOf(), 1);
    const off = { kind: 'ServiceUnavailable', message: 'it was taken back' };
    await assert.rejects(recordSkip(snapshot(withSkip), record, about), off);
    assert.deepEqual(asked, ['patch']);
  });
});

describe('The record of a verdict', () => {
  const running = recordOf({ reason: 'Started', message: 'the Job was created' });
  const passed = recordOf({ verdict: 'Passed', message: 'the test passed' });
  const untold = recordOf({ hook: 'smoke', verdict: 'Failed', message: 'no checkout', eventPending: true });
  const { eventPending: _, ...told } = untold;
  const failed: RunRecord = { ...passed, verdict: 'Failed' };

  /** What is told and written of a record where these are in the status already. */
  async function recorded(record: RunRecord | undefined, runs: RunRecord[] = [], more: Partial<Kube> = {}) {
    const events: string[] = [];
    const written: RunRecord[][] = [];
    const warnings: unknown[] = [];
    const kube: Partial<Kube> = {
      createEvent: async ({ involvedObject, reason }: Event) => void events.push(`${involvedObject.kind} ${reason}`),
      patchStatus: async (_, status) => {
        written.push(status.runs ?? []);
        return 'patched';
      },
      ...more,
    };
    const warn = (...warning: unknown[]) => void warnings.push(warning);
    const context = { kube, payload, origin, log: { ...log, warn } } as unknown as Context;
    const canary = {
      metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
      spec: {
        targetRef: { kind: 'Deployment', name: run.canary },
        analysis: { webhooks: [{ name: 'e2e', type: 'pre-rollout', url: 'http://e2e-verifier.default/pre-rollout' }] },
      },
    };
    const snapshot = { run, canary, target: undefined, spec: specOf({}, runs), job: undefined, now };
    await recordVerdict(snapshot, record, context);
    return { events, written, warnings, again: () => writeRecord(snapshot, record, context) };
  }
  const onBoth = (reason: string) => [`Canary ${reason}`, `E2ESpec ${reason}`];

  const rows: { what: string; record?: RunRecord; runs?: RunRecord[]; events: string[]; written: RunRecord[][] }[] = [
    { what: 'that is the first of its run', record: running, events: onBoth('E2ETestStarted'), written: [[running]] },
    {
      what: 'that its run has come to',
      record: passed,
      runs: [running],
      events: onBoth('E2ETestPassed'),
      written: [[passed]],
    },
    { what: 'that is there already', record: passed, runs: [passed], events: [], written: [] },
    {
      what: 'that says only more of what was told',
      record: running,
      runs: [{ ...running, reason: 'ErrImagePull' }],
      events: [],
      written: [[running]],
    },
    {
      what: 'whose test is held up',
      record: { ...running, reason: 'ErrImagePull' },
      runs: [running],
      events: onBoth('E2ETestBlocked'),
      written: [[{ ...running, reason: 'ErrImagePull' }]],
    },
    {
      what: 'whose test is held up from the first',
      record: { ...running, reason: 'FailedCreate' },
      events: [...onBoth('E2ETestStarted'), ...onBoth('E2ETestBlocked')],
      written: [[{ ...running, reason: 'FailedCreate' }]],
    },
    {
      what: 'whose test is held up as it was',
      record: { ...running, reason: 'ImagePullBackOff' },
      runs: [{ ...running, reason: 'ErrImagePull' }],
      events: [],
      written: [],
    },
    {
      what: 'whose test is held up, which could not be told before',
      runs: [{ ...running, reason: 'ErrImagePull', eventPending: true }],
      events: [...onBoth('E2ETestStarted'), ...onBoth('E2ETestBlocked')],
      written: [[{ ...running, reason: 'ErrImagePull' }]],
    },
    {
      what: 'whose E2ESpec was edited, which could not be told before',
      runs: [{ ...running, newerGeneration: 2, eventPending: true }],
      events: [...onBoth('E2ETestStarted'), ...onBoth('E2ESpecEdited')],
      written: [[{ ...running, newerGeneration: 2 }]],
    },
    {
      what: 'beside one that could not be told before',
      record: passed,
      runs: [untold],
      events: [...onBoth('E2ETestFailed'), ...onBoth('E2ETestPassed')],
      written: [[passed, told]],
    },
    { what: 'that could not be told before', runs: [untold], events: onBoth('E2ETestFailed'), written: [[told]] },
    { what: 'that is none', runs: [failed], events: [], written: [] },
  ];
  for (const { what, record, runs, events, written } of rows) {
    it(`${what}: ${events.join(', ') || 'nothing is told'}; ${written.length > 0 ? 'written' : 'nothing is written'}`, async () => {
      const seen = await recorded(record, runs);
      assert.deepEqual([seen.events, seen.written, seen.warnings], [events, written, []]);
    });
  }

  const refused = new HookError('ServiceUnavailable', 'no room in etcd');
  const tellings: Record<string, Kube['createEvent']> = {
    'cannot be told': () => Promise.reject(refused),
    'can be told on one of the two objects only': ({ involvedObject: { kind } }) =>
      kind === 'Canary' ? Promise.resolve() : Promise.reject(refused),
    'takes too long to be told': () => new Promise(() => undefined),
  };
  for (const [what, createEvent] of Object.entries(tellings)) {
    it(`that ${what} is written all the same, for the next call to tell`, async () => {
      const { written } = await recorded(passed, [running], { createEvent });
      assert.deepEqual(written, [[{ ...passed, eventPending: true }]]);
    });
  }

  it('goes with what people and tools read of it, in one patch', async () => {
    const statuses: Status[] = [];
    await recorded(passed, [running], {
      patchStatus: async (_, status) => {
        statuses.push(status);
        return 'patched';
      },
    });
    assert.deepEqual(
      statuses.map(({ lastRun, latest, conditions, runs }) => [
        lastRun?.verdict,
        latest?.map(({ hook, verdict }) => `${hook} ${verdict}`),
        conditions?.map(({ type, status }) => `${type} ${status}`),
        runs?.length,
      ]),
      [['Passed', ['e2e Passed'], ['Passed True'], 1]],
    );
  });

  it('that cannot be written is in the log, and changes no answer', async () => {
    const { warnings, again } = await recorded(passed, [running], { patchStatus: () => Promise.reject(refused) });
    assert.deepEqual(warnings, [['not written', { error: 'no room in etcd' }]]);
    await assert.rejects(again, refused);
  });
});

describe('A change of the status', () => {
  const deleted = {
    kind: 'ServiceUnavailable',
    message: 'E2ESpec podinfo was deleted while its status was written',
  };

  it('that is none tells nothing', async () => {
    const { asked, about } = contended(specOf());
    await updateStatus(specOf(), () => undefined, [event], about);
    assert.deepEqual(asked, []);
  });

  it('of an E2ESpec that was deleted between a conflict and the next look is not taken for written', () =>
    assert.rejects(contended(undefined).write(), deleted));

  it('is not written into another E2ESpec that was created under its name meanwhile', async () => {
    const found = specOf();
    const { asked, write } = contended({ ...found, metadata: { ...found.metadata, uid: 's2' } });
    await assert.rejects(write(), deleted);
    assert.deepEqual(asked, ['event', 'patch']);
  });

  it('tells its Event once, and before, however often others are faster', async () => {
    const { asked, write } = contended(specOf(), 3);
    await write();
    assert.deepEqual(asked, ['event', 'patch', 'patch', 'patch', 'patch']);
  });

  it('goes on for seconds where others are always faster, and then ends', async () => {
    const begin = performance.now();
    await assert.rejects(contended(specOf()).write(), {
      kind: 'ServiceUnavailable',
      message: 'the status of E2ESpec podinfo is written by others all the time',
    });
    assert.ok(performance.now() - begin > 1500);
  });
});
