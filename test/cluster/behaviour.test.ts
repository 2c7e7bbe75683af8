/**
 * The behaviour suite on a real API server, Job controller and kubelet: the same sentences as on the embedded API.
 * Flagger is there too and leaves these canaries alone: they are suspended.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { suites } from '../function/behaviour/suite.ts';
import { type PlayedCanary, playCanary } from '../support/canary.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { unlessBroken } from './unless-broken.ts';

suites(connect, { atOnce: 8, seconds: longestTest / 1000, guard: unlessBroken });

describe('Flagger', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let canary: PlayedCanary;

  before(async () => {
    kubernetes = await connect();
    canary = await playCanary(kubernetes, { namespace: await kubernetes.namespace() });
    await canary.begin('one');
  });
  after(() => kubernetes?.stop());

  it('leaves a suspended Canary alone: its status stays as it is played, its target unscaled', async () => {
    const played = await kubernetes.get(canary.key);
    const { namespace } = canary.key;
    await unlessBroken(sleep(2.5 * 10_000)); // more than two of its intervals
    assert.deepEqual((await kubernetes.get(canary.key))?.['status'], played?.['status']);
    const deployments = await kubernetes.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace });
    assert.equal(deployments.length, 1, 'no primary beside the target');
  });
});
