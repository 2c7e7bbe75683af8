import assert from 'node:assert/strict';
import type { Job } from '../../../function/api/kubernetes.ts';
import type { Evidence } from '../../../function/verdict/evidence.ts';
import { hasStarted } from '../../../function/verdict/termination.ts';
import { ago, ended, event, job, nothing, pod, started } from './evidence-fixture.ts';

const podOf = (...pods: Evidence['pods']): Evidence => ({ pods, events: [] });

describe('Whether a test has begun', () => {
  const rows: { what: string; job?: Job; evidence?: Evidence; is: boolean }[] = [
    { what: 'nothing says so', is: false },
    { what: 'the Job has not been seen by its controller', job: { metadata: { name: 'e2e' } }, is: false },
    { what: 'its pod is ready', job: job([], { ready: 1 }), is: true },
    { what: 'an Event says that it started', evidence: { pods: [], events: [started] }, is: true },
    {
      what: 'an Event says that another container started',
      evidence: {
        pods: [],
        events: [event('Pod', 'Started', '', { involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{proxy}' } })],
      },
      is: false,
    },
    { what: 'its container waits', evidence: podOf(pod({ waiting: { reason: 'ErrImagePull' } })), is: false },
    { what: 'its container runs', evidence: podOf(pod({ running: { startedAt: ago(5) } })), is: true },
    { what: 'its container has ended', evidence: podOf(pod(ended(1))), is: true },
    { what: 'its container could not start', evidence: podOf(pod(ended(128, { reason: 'StartError' }))), is: false },
    { what: 'of two pods one has begun it', evidence: podOf(pod({}, {}, 90), pod(ended(1), {}, 10)), is: true },
  ];
  for (const { what, job: of = job([]), evidence = nothing, is } of rows) {
    it(`is ${is ? 'known' : 'not known'} when ${what}`, () => assert.equal(hasStarted(of, evidence), is));
  }
});
