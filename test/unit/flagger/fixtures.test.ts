/**
 * What a Canary says in each phase of a rollout by the real Flagger: `test/fixtures/rollout/`, made by
 * `test/cluster/capture.ts`.
 */
import assert from 'node:assert/strict';
import type { Canary, CanaryPhase } from '../../../function/api/canary.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation, label } from '../../../function/api/labels.ts';
import { rolloutOf } from '../../../function/flagger/canary.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import { read } from '../../support/documents.ts';

interface Rollout {
  canaries: Record<string, Canary>;
  job: Job;
}

const { canaries, job }: Rollout = JSON.parse(read('test/fixtures/rollout/blue-green.json'));

function inPhase(phase: CanaryPhase): Canary {
  const canary = canaries[phase];
  assert.ok(canary, `${phase} was seen`);
  return canary;
}

describe('A Canary that the real Flagger rolls out', () => {
  it('has while it is tested the checksum that Flagger posted', () => {
    assert.equal(checksumOf(inPhase('Progressing').status ?? {}), job.metadata?.labels?.[label.checksum]);
  });

  it('had another checksum before', () => {
    assert.notEqual(checksumOf(inPhase('Initialized').status ?? {}), job.metadata?.labels?.[label.checksum]);
  });

  // By that a gate knows what the rollout before has come to.
  const promotedIn = (phase: CanaryPhase) => {
    const { lastPromotedSpec = '', ...status } = inPhase(phase).status ?? {};
    return checksumOf({ ...status, lastAppliedSpec: lastPromotedSpec });
  };

  it('has as promoted what was before, until what was tested has taken its place', () => {
    const before = checksumOf(inPhase('Initialized').status ?? {});
    for (const phase of ['Initialized', 'Progressing', 'Promoting', 'Finalising'] as const) {
      assert.equal(promotedIn(phase), before, phase);
    }
    assert.equal(promotedIn('Succeeded'), job.metadata?.labels?.[label.checksum]);
  });

  for (const phase of ['Progressing', 'Promoting', 'Finalising'] as const) {
    it(`is in the rollout of its run in phase ${phase}`, () => {
      assert.equal(rolloutOf(inPhase(phase)), job.metadata?.annotations?.[annotation.rollout]);
    });
  }

  for (const phase of ['Initialized', 'Succeeded'] as const) {
    it(`is not in that rollout in phase ${phase}`, () => {
      assert.notEqual(rolloutOf(inPhase(phase)), job.metadata?.annotations?.[annotation.rollout]);
    });
  }
});
