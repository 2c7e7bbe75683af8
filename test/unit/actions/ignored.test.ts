/**
 * What by hand does nothing is told on both objects that people look at, once for each rollout.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { tellIgnored } from '../../../function/actions/ignored.ts';
import type { Event } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import type { Run } from '../../../function/run/id.ts';
import { now, run, specOf } from '../run-fixture.ts';

const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: run.canary } },
};

async function told(skip: string | undefined, asked: Run = run): Promise<{ events: Event[]; ignored: string[] }> {
  const events: Event[] = [];
  const context = { kube: { createEvent: async (event: Event) => void events.push(event) } } as unknown as Context;
  const spec = specOf();
  spec.metadata.annotations = skip === undefined ? {} : { [annotation.skip]: skip };
  return { ignored: await tellIgnored({ spec, run: asked, canary, now }, context), events };
}

const namesOf = ({ events }: { events: Event[] }) => events.map(({ metadata }) => metadata.name);

describe('What by hand does nothing', () => {
  it('is a Warning on the Canary and on the E2ESpec, in the words of the answer', async () => {
    const { events, ignored } = await told('yes');
    assert.deepEqual(
      events.map(({ involvedObject, type, reason, message }) => [involvedObject.kind, type, reason, message]),
      [
        ['Canary', 'Warning', 'IgnoredByHand', ignored[0]],
        ['E2ESpec', 'Warning', 'IgnoredByHand', ignored[0]],
      ],
    );
  });

  it('is the same Event for each call of a rollout, and another one for other words and in another rollout', async () => {
    const names = namesOf(await told('yes'));
    assert.deepEqual(namesOf(await told('yes')), names);
    assert.notDeepEqual(namesOf(await told('no')), names);
    assert.notDeepEqual(namesOf(await told('yes', { ...run, rollout: '2026-11-22T09:00:00Z' })), names);
  });

  it('costs nothing where there is none', async () => {
    assert.deepEqual(await told(undefined), { events: [], ignored: [] });
  });

  it('is nothing to a run outside of a rollout, which heeds no word by hand', async () => {
    assert.deepEqual(await told('yes', { ...run, request: { id: 'nightly', specUid: 's1' } }), {
      events: [],
      ignored: [],
    });
  });
});
