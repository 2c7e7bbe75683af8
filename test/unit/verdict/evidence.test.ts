/**
 * Which pods and Events count for a verdict.
 */
import assert from 'node:assert/strict';
import type { Event, Pod } from '../../../function/api/kubernetes.ts';
import { createdPods, ownPods, requiredReads } from '../../../function/verdict/evidence.ts';
import { permutations } from '../../support/permutations.ts';
import { ago } from '../run-fixture.ts';
import { job } from './evidence-fixture.ts';

describe('What a verdict needs besides the Job', () => {
  const rows = [
    { what: 'a Job whose pod is ready', job: job([], { ready: 1 }), is: 'nothing' },
    { what: 'a suspended Job', job: job([{ type: 'Suspended' }]), is: 'nothing' },
    ...['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'].map((type) => ({
      what: `a Job that is ${type}`,
      job: job([{ type }]),
      is: 'pods',
    })),
    { what: 'a Job that goes on', job: job([]), is: 'podsAndEvents' },
    { what: 'a Job that its controller has not seen yet', job: { metadata: { uid: 'u' } }, is: 'podsAndEvents' },
  ];
  for (const { what, job, is } of rows) it(`is ${is} for ${what}`, () => assert.equal(requiredReads(job), is));
});

describe('The pods of a Job', () => {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'e2e', uid: 'u', controller: true };
  const podOf = (metadata: Pod['metadata']): Pod => ({ metadata: { name: 'p', ...metadata } });

  it('are those that it controls, whatever else owns them', () => {
    const pod = podOf({ ownerReferences: [{ ...owner, kind: 'Canary', uid: 'c', controller: false }, owner] });
    assert.deepEqual(ownPods({ metadata: { uid: 'u' } }, [pod]), [pod]);
  });

  it('are not those that nobody owns', () => {
    assert.deepEqual(ownPods({ metadata: { uid: 'u' } }, [podOf({})]), []);
  });

  it('are none where the Job has no uid, whatever a pod says', () => {
    assert.deepEqual(ownPods({ metadata: { uid: '' } }, [podOf({ ownerReferences: [{ ...owner, uid: '' }] })]), []);
  });
});

describe('The pods that the Job controller says it has made', () => {
  const told = (at: number, message?: string, more: Partial<Event> = {}): Event => ({
    metadata: { creationTimestamp: ago(at) },
    involvedObject: { kind: 'Job' },
    type: 'Normal',
    reason: 'SuccessfulCreate',
    ...(message !== undefined && { message }),
    ...more,
  });
  const rows: { what: string; events: Event[]; are: string[] }[] = [
    {
      what: 'by their times, the newest first',
      events: [told(30, 'Created pod: b'), told(20, 'Created pod: a'), told(10, 'Created pod: c')],
      are: ['c', 'a', 'b'],
    },
    {
      what: 'not what else happened to the Job',
      events: [told(20, 'Created pod: a'), told(10, 'Created pod: b', { reason: 'SuccessfulDelete' })],
      are: ['a'],
    },
    {
      what: 'not what another controller has made',
      events: [told(10, 'Created pod: a', { involvedObject: { kind: 'ReplicaSet' } })],
      are: [],
    },
    {
      what: 'not what is no name of a pod',
      events: [told(10), told(9, 'Created pod: a b'), told(8, 'Not Created pod: c'), told(7, 'Created job e2e')],
      are: [],
    },
  ];
  for (const { what, events, are } of rows) {
    it(`are told ${what}`, () => {
      for (const order of permutations(events)) assert.deepEqual(createdPods(order), are);
    });
  }
});
