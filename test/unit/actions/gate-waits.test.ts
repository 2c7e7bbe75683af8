/**
 * A gate that waits for a person is told once for each rollout: in an Event, and to the sink under the same name.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { tellGateWaits } from '../../../function/actions/gate-waits.ts';
import type { CanaryPhase } from '../../../function/api/canary.ts';
import type { Event } from '../../../function/api/kubernetes.ts';
import type { GateKind } from '../../../function/flagger/manual-gate.ts';
import type { Notice } from '../../../function/sink/notice.ts';
import { now, run } from '../run-fixture.ts';

interface Asked {
  kind?: GateKind;
  name?: string;
  phase?: CanaryPhase;
  rollout?: string | undefined;
  uid?: string;
  message?: string;
}

async function told(asked: Asked = {}): Promise<{ events: Event[]; notices: Notice[] }> {
  const { kind = 'gate', name = '', phase = 'Waiting', uid = run.canaryUid, message = 'it is closed' } = asked;
  const { rollout } = { rollout: run.rollout, ...asked };
  const promoted = {
    type: 'Promoted',
    status: 'Unknown',
    ...(rollout !== undefined && { lastTransitionTime: rollout }),
  };
  const canary = {
    metadata: { name: run.canary, namespace: run.namespace, uid },
    spec: { targetRef: { kind: 'Deployment', name: run.canary } },
    status: { phase, conditions: [promoted] },
  };
  const events: Event[] = [];
  const notices: Notice[] = [];
  const kube = { createEvent: async (event: Event) => void events.push(event) };
  const notifier = { send: (notice: Notice) => void notices.push(notice) };
  const context = { kube, notifier, payload: { checksum: run.checksum } } as unknown as Context;
  await tellGateWaits({ kind, name }, message, { canary, now }, context);
  return { events, notices };
}

describe('A gate that a person opens and that holds a rollout', () => {
  it('is a Normal Event on the Canary, and a CloudEvent under its name', async () => {
    const { events, notices } = await told({ name: 'promote', message: 'the gate promote is closed: open it so' });
    const [event] = events;
    assert.deepEqual(
      events.map(({ type, reason, message, involvedObject }) => [involvedObject.kind, type, reason, message]),
      [['Canary', 'Normal', 'GateWaits', 'the gate promote is closed: open it so']],
    );
    assert.deepEqual(notices, [
      {
        id: event?.metadata.name,
        type: 'com.remarkable.e2e.waiting',
        source: '/apis/flagger.app/v1beta1/namespaces/test/canaries/podinfo',
        subject: 'podinfo',
        time: now.toISOString(),
        data: {
          ...{ namespace: 'test', canary: 'podinfo', checksum: run.checksum, reason: 'GateWaits' },
          ...{ message: 'the gate promote is closed: open it so', rollout: run.rollout },
        },
      },
    ]);
  });

  const idOf = async (asked: Asked) => (await told(asked)).notices[0]?.id;

  const same: Record<string, Asked> = {
    'other words': { message: 'm' },
    'a later phase': { phase: 'WaitingPromotion' },
  };
  for (const [what, asked] of Object.entries(same)) {
    it(`is the same with ${what}`, async () => {
      assert.equal(await idOf(asked), await idOf({}));
    });
  }

  const others: Record<string, Asked> = {
    gate: { name: 'promote' },
    rollout: { rollout: '2026-11-22T09:00:00Z' },
    Canary: { uid: 'c2' },
  };
  for (const [what, asked] of Object.entries(others)) {
    it(`is another one for another ${what}`, async () => {
      assert.notEqual(await idOf(asked), await idOf({}));
    });
  }

  const silent: Record<string, Asked> = {
    'of the rollback, which waits for nobody': { kind: 'rollback', phase: 'Progressing' },
    'of a Canary that Flagger has not made Waiting yet': { phase: 'Succeeded' },
    'of a Canary that names no rollout': { rollout: undefined },
  };
  for (const [what, asked] of Object.entries(silent)) {
    it(`is not told where it is that ${what}`, async () => {
      assert.deepEqual(await told(asked), { events: [], notices: [] });
    });
  }
});
