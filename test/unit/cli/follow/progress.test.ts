/**
 * How far a test has come is told once and in order, although the Events of a pod are read after the pod, and come late.
 */
import assert from 'node:assert/strict';
import type { Event, Pod } from '../../../../function/api/kubernetes.ts';
import { type Step, stepsOf, untold } from '../../../../function/cli/follow/progress.ts';
import { event, job, now, pod } from '../../verdict/evidence-fixture.ts';

const said = (reason: string): Event =>
  event('Pod', reason, '', { type: 'Normal', involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{e2e}' } });
const notScheduled = pod({}, { conditions: [], containerStatuses: [] });
const waits = pod({ waiting: { reason: 'ContainerCreating' } });
const runs = pod({ running: {} });

interface Look {
  pods: Pod[];
  events?: string[];
}

/** What is told at each look. */
function told(looks: readonly Look[]): string[][] {
  const before = new Set<string>();
  return looks.map(({ pods, events = [] }) => {
    const steps = stepsOf(job([]), { pods, events: events.map(said) }, now);
    const ofPod = steps.filter(({ word }) => word !== 'waiting');
    return untold(ofPod, pods.at(-1)?.metadata?.name, before).map(({ word }) => word);
  });
}

describe('How far a test has come', () => {
  const rows: { title: string; looks: Look[]; words: Step['word'][][] }[] = [
    {
      title: 'is told step by step',
      looks: [
        { pods: [waits] },
        { pods: [waits], events: ['Pulling'] },
        { pods: [runs], events: ['Pulling', 'Pulled'] },
        { pods: [runs], events: ['Pulling', 'Pulled'] },
      ],
      words: [['scheduled'], ['pulling'], ['pulled', 'started'], []],
    },
    {
      title: 'begins with the node, also where Events are ahead of the pod',
      looks: [
        { pods: [notScheduled], events: ['Pulling', 'Pulled'] },
        { pods: [waits], events: ['Pulling', 'Pulled'] },
      ],
      words: [[], ['scheduled', 'pulling', 'pulled']],
    },
    {
      title: 'leaves out what an Event says too late',
      looks: [{ pods: [waits], events: ['Pulled'] }, { pods: [runs] }, { pods: [runs], events: ['Pulling', 'Pulled'] }],
      words: [['scheduled', 'pulled'], ['started'], []],
    },
    {
      title: 'is told anew of another pod',
      looks: [
        { pods: [waits] },
        { pods: [waits, { ...waits, metadata: { name: 'next', creationTimestamp: now.toISOString() } }] },
      ],
      words: [['scheduled'], ['scheduled']],
    },
  ];
  for (const { title, looks, words } of rows) it(title, () => assert.deepEqual(told(looks), words));
});
