/**
 * When a test can begin: what of each kind of target is still missing, and how long it is waited for.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { notReadyReason, waitForTarget } from '../../../function/actions/wait-for-target.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { EndpointSlice, Revision, Target } from '../../../function/api/kubernetes.ts';
import type { Reader } from '../../../function/kube/read.ts';
import { ago, now, run, specOf } from '../run-fixture.ts';

interface Row {
  what: string;
  targetRef: Canary['spec']['targetRef'];
  target: Target;
  revision?: Revision;
  slices?: EndpointSlice[];
  missing: string | undefined;
  /** Besides the target. */
  asked?: string[];
}

const daemonSet = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' };
const service = { apiVersion: 'v1', kind: 'Service', name: 'podinfo' };
const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' };
const revisionOf = (status: string, message: string): Revision => {
  return { status: { conditions: [{ type: 'Ready', status, message }] } };
};
const created: Target = { status: { latestCreatedRevisionName: 'podinfo-00002' } };
const endpoint = (ready: boolean): EndpointSlice => ({ endpoints: [{ conditions: { ready } }] });
const asksForRevision = ['revision test/podinfo-00002'];
const asksForSlices = ['slices test/podinfo-canary'];

const rows: Row[] = [
  {
    what: 'a DaemonSet without pods',
    targetRef: daemonSet,
    target: { spec: {}, status: { desiredNumberScheduled: 0 } },
    missing: 'DaemonSet podinfo is not ready: it has no pods',
  },
  {
    what: 'a DaemonSet on all its nodes',
    targetRef: daemonSet,
    target: { spec: {}, status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 } },
    missing: undefined,
  },
  {
    what: 'a Knative Service that was created just now',
    targetRef: knative,
    target: { spec: {} },
    missing: 'the Knative Service has no revision yet',
  },
  {
    what: 'a Knative Service whose revision is not ready',
    targetRef: knative,
    target: created,
    revision: revisionOf('False', 'Container failed with: boom'),
    missing: 'Revision podinfo-00002 is not ready: Container failed with: boom',
    asked: asksForRevision,
  },
  {
    what: 'a Knative Service whose revision is ready',
    targetRef: knative,
    target: created,
    revision: revisionOf('True', ''),
    missing: undefined,
    asked: asksForRevision,
  },
  {
    what: 'a Service without a ready endpoint',
    targetRef: service,
    target: { spec: { type: 'ClusterIP' } },
    slices: [endpoint(false)],
    missing: 'Service podinfo-canary has no ready endpoint',
    asked: asksForSlices,
  },
  {
    what: 'a Service with a ready endpoint',
    targetRef: service,
    target: { spec: { type: 'ClusterIP' } },
    slices: [endpoint(false), endpoint(true)],
    missing: undefined,
    asked: asksForSlices,
  },
  {
    what: 'a Service of which nothing but its name is known',
    targetRef: service,
    target: {},
    missing: 'Service podinfo-canary has no ready endpoint',
    asked: asksForSlices,
  },
  {
    what: 'a Service that is a name for another host',
    targetRef: service,
    target: { spec: { type: 'ExternalName' } },
    missing: undefined,
  },
  {
    what: 'a target of a kind that Flagger does not know',
    targetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'podinfo' },
    target: {},
    missing: undefined,
  },
];

describe('What is missing until a test can begin', () => {
  for (const { what, targetRef, target, revision, slices = [], missing, asked = [] } of rows) {
    it(`of ${what}: ${missing ?? 'nothing'}`, async () => {
      const reads: string[] = [];
      const kube: Pick<Reader, 'getRevision' | 'listEndpointSlices'> = {
        async getRevision(namespace, name) {
          reads.push(`revision ${namespace}/${name}`);
          return { value: revision, now };
        },
        async listEndpointSlices(namespace, name) {
          reads.push(`slices ${namespace}/${name}`);
          return slices;
        },
      };
      const canary = { metadata: { name: 'podinfo', namespace: 'test', uid: 'c1' }, spec: { targetRef } };
      assert.equal(await notReadyReason(canary, target, kube as Reader), missing);
      assert.deepEqual(reads, asked);
    });
  }
});

describe('A target that is waited for', () => {
  const times: { seconds: number; kind: string; says: string }[] = [
    {
      seconds: 0,
      kind: 'running',
      says: "it has no pods; 0 s since it was first asked for, 600 s left until the E2ESpec's deadline",
    },
    {
      seconds: 599,
      kind: 'running',
      says: "it has no pods; 599 s since it was first asked for, 1 s left until the E2ESpec's deadline",
    },
    { seconds: 600, kind: 'inconclusive', says: 'it has no pods, 600 s after it was first asked for' },
  ];
  for (const { seconds, kind, says } of times) {
    it(`is ${kind} ${seconds} s after it was first asked for`, async () => {
      const kube = { patchStatus: async () => 'patched', createEvent: async () => undefined };
      const context = { kube, log: { warn: () => undefined } } as unknown as Context;
      const snapshot = { run, canary: undefined, target: undefined, spec: specOf(), job: undefined, now };
      const next = { attempt: 1, lostJobs: 0, message: '' };
      const verdict = await waitForTarget('it has no pods', { next, waitingSince: ago(seconds) }, snapshot, context);
      assert.deepEqual([verdict.kind, verdict.reason], [kind, 'TargetNotReady']);
      assert.equal(verdict.message.slice(0, says.length), says);
    });
  }
});
