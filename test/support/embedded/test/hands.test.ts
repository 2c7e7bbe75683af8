/**
 * The same API without HTTP, and Jobs that nobody runs.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../../documents.ts';
import { newNamespace, removeNamespace } from '../../hands.ts';
import { endTest, podsOf } from '../../job-moves.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { resources } from '../resources.ts';

describe('An embedded API that runs no Jobs', () => {
  let kubernetes: EmbeddedKubernetes;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
  });
  after(() => kubernetes.stop());

  const spec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'e2e', image: 'busybox:1.36' }] } } };

  it('leaves a Job to the hands of a test, which end it as the Job controller would', async () => {
    const hands = newNamespace(kubernetes, 'moved-by-hand');
    const job = hands.create(resources.jobs, { metadata: { name: 'one' }, spec });
    await sleep(200);
    assert.deepEqual(podsOf(hands, job), []);
    endTest(hands, job, 1);
    const key = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'moved-by-hand', name: 'one' };
    const conditions = at(await kubernetes.get(key), 'status', 'conditions');
    assert.deepEqual(Array.isArray(conditions) && conditions.map((each) => at(each, 'type')), [
      'FailureTarget',
      'Failed',
    ]);
    assert.equal(at(podsOf(hands, job)[0], 'status', 'phase'), 'Failed');
  });

  it('refuses without HTTP what it refuses over it', () => {
    const hands = newNamespace(kubernetes, 'refused');
    assert.throws(() => hands.create(resources.jobs, { metadata: { name: 'one' }, spec: {} }), /spec\.template/);
    assert.equal(hands.get(resources.jobs, 'one'), undefined);
  });

  it('removes a namespace with everything in it at once', async () => {
    const hands = newNamespace(kubernetes, 'removed');
    endTest(hands, hands.create(resources.jobs, { metadata: { name: 'one' }, spec }), 0);
    removeNamespace(hands);
    assert.deepEqual([hands.list(resources.jobs), hands.list(resources.pods)], [[], []]);
    await sleep(300);
    const url = '/api/v1/namespaces/removed';
    assert.equal(kubernetes.answer({ method: 'GET', url, headers: {}, body: '' }).code, 404);
  });
});
