import assert from 'node:assert/strict';
import type { EventSpec } from '../../../function/actions/events.ts';
import { recordSkip, updateStatus } from '../../../function/actions/write-status.ts';
import type { E2ESpec, Status } from '../../../function/api/e2espec.ts';
import { annotation } from '../../../function/api/labels.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { now, recordOf, run, specOf } from '../run-fixture.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const payload = { name: run.canary, namespace: run.namespace, phase: '', checksum: run.checksum, metadata: {} };
const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };
const event: EventSpec = { about: 'e2e', once: [], type: 'Normal', reason: 'E2ETestSkipped', message: 'm' };

/** An API server on which everybody else is faster, for so many times. */
function contended(found: E2ESpec | undefined, times = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  const kube: Pick<Kube, 'patchStatus' | 'getE2ESpec' | 'createEvent'> = {
    async patchStatus() {
      asked.push('patch');
      return asked.filter((each) => each === 'patch').length > times ? 'patched' : 'conflict';
    },
    getE2ESpec: async () => ({ value: found, now }),
    async createEvent() {
      asked.push('event');
    },
  };
  const about = { kube: kube as Kube, log, canary: undefined, now, payload, origin, retryAfterSeconds: 10 };
  const change = (status: Status | undefined) => ({ ...status, runs: [] });
  return { asked, about, write: () => updateStatus(specOf(), change, [event], about) };
}

describe('A skip', () => {
  const value = `podinfo/${run.checksum}: known flake`;
  const asked = specOf();
  const withSkip = { ...asked, metadata: { ...asked.metadata, annotations: { [annotation.skip]: value } } };
  const record = recordOf({ verdict: 'Skipped', skip: value });
  const snapshot = (spec: E2ESpec) => ({ run, canary: undefined, target: undefined, spec, job: undefined, now });

  it('is on record before anything is told of it', async () => {
    const { asked, about } = contended(withSkip, 1);
    await recordSkip(snapshot(withSkip), record, about);
    assert.deepEqual(asked, ['patch', 'patch', 'event']);
  });

  it('that was taken back while it was written is neither recorded nor told', async () => {
    const { asked, about } = contended(specOf(), 1);
    await assert.rejects(recordSkip(snapshot(withSkip), record, about), /it was taken back/);
    assert.deepEqual(asked, ['patch']);
  });
});

describe('A change of the status', () => {
  it('of an E2ESpec that was deleted between a conflict and the next look is not taken for written', () =>
    assert.rejects(contended(undefined).write(), /E2ESpec podinfo was deleted while its status was written/));

  it('is not written into another E2ESpec that was created under its name meanwhile', async () => {
    const found = specOf();
    const { asked, write } = contended({ ...found, metadata: { ...found.metadata, uid: 's2' } });
    await assert.rejects(write(), /E2ESpec podinfo was deleted while its status was written/);
    assert.deepEqual(asked, ['event', 'patch']);
  });

  it('tells its Event once, and before, however often others are faster', async () => {
    const { asked, write } = contended(specOf(), 3);
    await write();
    assert.deepEqual(asked, ['event', 'patch', 'patch', 'patch', 'patch']);
  });

  it('ends some time, where others are always faster', () =>
    assert.rejects(contended(specOf()).write(), /is written by others all the time/));
});
