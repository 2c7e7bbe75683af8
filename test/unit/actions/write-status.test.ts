import assert from 'node:assert/strict';
import type { EventSpec } from '../../../function/actions/events.ts';
import { updateStatus } from '../../../function/actions/write-status.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { now, specOf } from '../run-fixture.ts';

describe('A change of the status', () => {
  it('of an E2ESpec that was deleted between a conflict and the next look is not taken for written', async () => {
    const kube: Pick<Kube, 'patchStatus' | 'getE2ESpec' | 'createEvent'> = {
      patchStatus: async () => 'conflict',
      getE2ESpec: async () => ({ value: undefined, now }),
      createEvent: async () => undefined,
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const event: EventSpec = { about: 'e2e', once: [], type: 'Normal', reason: 'E2ETestSkipped', message: 'm' };
    const about = { kube: kube as Kube, log, canary: undefined, now };
    await assert.rejects(
      updateStatus(specOf(), (status) => ({ ...status, runs: [] }), [event], about),
      /E2ESpec podinfo was deleted while its status was written/,
    );
  });
});
