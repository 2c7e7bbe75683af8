import assert from 'node:assert/strict';
import type { Pod } from '../../../function/api/kubernetes.ts';
import { isDecided, newestFirst } from '../../../function/verdict/conditions.ts';
import { permutations } from '../../support/permutations.ts';
import { ago } from '../run-fixture.ts';
import { job } from './evidence-fixture.ts';

describe('A Job', () => {
  for (const type of ['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget']) {
    it(`is decided once it is ${type}`, () => {
      assert.equal(isDecided(job([{ type }])), true);
      assert.equal(isDecided(job([{ type, status: 'False' }])), false);
    });
  }

  it('is not decided while it goes on, is suspended, or has not been seen by its controller', () => {
    assert.deepEqual([job([]), job([{ type: 'Suspended' }]), { metadata: { name: 'e2e' } }].map(isDecided), [
      false,
      false,
      false,
    ]);
  });
});

describe('The newest pod', () => {
  const podOf = (name: string, created: number, started?: number): Pod => ({
    metadata: { name, creationTimestamp: ago(created) },
    ...(started !== undefined && { status: { startTime: ago(started) } }),
  });
  const rows: { what: string; newestFirst: Pod[] }[] = [
    { what: 'was created last', newestFirst: [podOf('a', 10, 9), podOf('b', 100, 5)] },
    { what: 'was seen last by its node, of two of one second', newestFirst: [podOf('a', 10, 8), podOf('b', 10, 9)] },
    { what: 'was not seen by its node yet, of two of one second', newestFirst: [podOf('a', 10), podOf('b', 10, 10)] },
    { what: 'is always the same, of two with the same times', newestFirst: [podOf('b', 10, 9), podOf('a', 10, 9)] },
  ];
  for (const { what, newestFirst: pods } of rows) {
    it(`${what}, in whatever order they are listed`, () => {
      for (const order of permutations(pods)) assert.deepEqual(newestFirst(order), pods);
    });
  }
});
