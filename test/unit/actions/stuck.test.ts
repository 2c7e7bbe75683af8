/**
 * A Job that does not go is told once, on both objects that people look at.
 */
import assert from 'node:assert/strict';
import type { Context, RunSnapshot } from '../../../function/actions/context.ts';
import { tellStuck } from '../../../function/actions/stuck.ts';
import type { Mode } from '../../../function/api/e2espec.ts';
import type { Event, Job } from '../../../function/api/kubernetes.ts';
import type { Notice } from '../../../function/sink/notice.ts';
import { inconclusive } from '../../../function/verdict/judge.ts';
import { ago, jobOf, now, run, specOf } from '../run-fixture.ts';

const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: run.canary } },
};
const terminating = (uid: string): Job => {
  const job = jobOf({}, {}, uid);
  return { ...job, metadata: { ...job.metadata, deletionTimestamp: ago(600), finalizers: ['example.com/keep'] } };
};

async function told(job = terminating('j1'), notices: Notice[] = [], mode: Mode = 'Enforce'): Promise<Event[]> {
  const written: Event[] = [];
  const kube = { createEvent: async (event: Event) => void written.push(event) };
  const notifier = { send: (notice: Notice) => void notices.push(notice) };
  const context = { kube, log: {}, notifier } as unknown as Context;
  const snapshot: RunSnapshot = { run, canary, target: undefined, spec: specOf({ mode }), job, now };
  await tellStuck({ do: 'stuck', verdict: inconclusive('JobStuck', 'it does not go'), job }, snapshot, context);
  return written;
}
const namesOf = (events: Event[]) => events.map(({ metadata }) => metadata.name);

describe('A Job that is being deleted and does not go', () => {
  it('is a Warning on the Canary and on the E2ESpec, with what keeps it', async () => {
    const written = await told();
    assert.deepEqual(
      written.map(({ involvedObject, type, reason }) => [involvedObject.kind, type, reason]),
      [
        ['Canary', 'Warning', 'E2ETestInconclusive'],
        ['E2ESpec', 'Warning', 'E2ETestInconclusive'],
      ],
    );
    for (const { metadata, message } of written) {
      assert.match(message ?? '', /^JobStuck: it does not go/);
      assert.match(metadata.name ?? '', /^e2e-podinfo-85d557f47b\./);
    }
  });

  it('is told once of each Job', async () => {
    const names = namesOf(await told());
    assert.deepEqual(namesOf(await told()), names);
    assert.notDeepEqual(namesOf(await told(terminating('j2'))), names);
  });

  it('is told the sink as a gate that waits for a person, under the name of the Event on the Canary', async () => {
    const notices: Notice[] = [];
    const [event] = await told(terminating('j1'), notices);
    const [notice, ...more] = notices;
    assert.deepEqual([notice?.id, notice?.type, more], [event?.metadata.name, 'com.remarkable.e2e.waiting', []]);
    const { verdict, reason, message = '', job } = notice?.data ?? {};
    assert.deepEqual([verdict, reason, job], ['Inconclusive', 'JobStuck', run.jobName]);
    assert.match(message, /^it does not go/);
  });

  it('is no gate that waits where it only observes', async () => {
    const notices: Notice[] = [];
    await told(terminating('j1'), notices, 'Observe');
    assert.deepEqual(notices, []);
  });
});
