/**
 * A Canary counts as deleted where the API server says so, and by no other answer.
 */
import assert from 'node:assert/strict';
import { deletedCanaries } from '../../../function/actions/orphans.ts';
import { HookError } from '../../../function/errors.ts';
import type { Reader } from '../../../function/kube/read.ts';
import { now, recordOf, run, specOf } from '../run-fixture.ts';

type Answer = Awaited<ReturnType<Reader['getCanary']>>;

const canaryOf = (uid: string) => ({
  metadata: { name: 'twin-b', namespace: 'test', uid },
  spec: { targetRef: { kind: 'Deployment', name: 'twin-b' } },
});
const twin = { name: 'twin-b', uid: 'c2' };
const open = recordOf({ canary: 'twin-b', canaryUID: 'c2' });

describe('A Canary with an open run in the E2ESpec of another', () => {
  const rows: { what: string; answer: () => Promise<Answer>; isGone: boolean }[] = [
    { what: 'is gone where there is none', answer: async () => ({ value: undefined, now }), isGone: true },
    { what: 'is gone where another has its name', answer: async () => ({ value: canaryOf('c3'), now }), isGone: true },
    { what: 'is not gone where it is there', answer: async () => ({ value: canaryOf('c2'), now }), isGone: false },
    {
      what: 'is not gone where the API server is away',
      answer: () => Promise.reject(new HookError('ServiceUnavailable', 'away')),
      isGone: false,
    },
    {
      what: 'is not gone where the verifier may not read it',
      answer: () => Promise.reject(new HookError('Forbidden', 'no')),
      isGone: false,
    },
    { what: 'is not gone where nobody answers within a second', answer: () => new Promise(() => {}), isGone: false },
  ];
  for (const { what, answer, isGone } of rows) {
    it(what, async () => {
      const found = await deletedCanaries(specOf({}, [open]), run.canaryUid, { getCanary: answer });
      assert.deepEqual(found, isGone ? [twin] : []);
    });
  }

  it('costs nothing where there is none', async () => {
    const getCanary = () => Promise.reject(new Error('asked'));
    assert.deepEqual(await deletedCanaries(specOf({}, [recordOf()]), run.canaryUid, { getCanary }), []);
  });
});
