/**
 * How a rollout has ended, in words; and whether its promotion was verified.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { HookError } from '../../../function/errors.ts';
import type { EndedRollout } from '../../../function/run/closing.ts';
import { type Conclusion, conclusionOf, type Gate, type RecordsOfRollout } from '../../../function/run/promotion.ts';
import { ago, recordOf, run } from '../run-fixture.ts';

const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
};
const { checksum, rollout } = run;
const ended: EndedRollout = { canary, checksum, rollout, outcome: 'Succeeded', end: ago(5), at: ago(0) };
const verified = (message: string): Conclusion => ({ message, outcome: 'verified', doubtful: [] });
const unverified = (why: string, ...doubtful: string[]): Conclusion => ({
  message: `checksum 85d557f47b was promoted without a passed test of its own rollout (${why}). Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set`,
  outcome: 'unverified',
  doubtful,
});
const observed = (what: string): Conclusion => ({
  message: `checksum 85d557f47b was promoted while its test was only observed (${what})`,
  outcome: 'observed',
  doubtful: [],
});
const onRecord = (runs: Record<string, RunRecord[]>): RecordsOfRollout => new Map(Object.entries(runs));

const smoke = { ...run, e2eSpec: 'smoke', metadataHash: 'a1b2' };
const noName = new HookError('BadRequest', 'metadata.e2espec must be the name of an E2ESpec, or be absent');
const passed = recordOf({ verdict: 'Passed' });
const failed = recordOf({ verdict: 'Failed', reason: 'Error', message: 'the test ended with exit code 1' });

interface Row {
  when: string;
  gates?: Gate[];
  /** The E2ESpecs that only observe. */
  observing?: string[];
  runs: Record<string, RunRecord[]>;
  is: Conclusion;
}

const afterTest = verified('the rollout succeeded after a passed test');

const promotions: Row[] = [
  { when: 'its test passed', runs: { podinfo: [passed] }, is: afterTest },
  {
    when: 'a person let it through',
    runs: { podinfo: [recordOf({ verdict: 'Skipped' })] },
    is: verified('the rollout succeeded without its test, which a person skipped (E2ESpec podinfo: Skipped)'),
  },
  {
    when: 'the tests of all its gates passed',
    gates: [run, smoke],
    runs: { podinfo: [passed], smoke: [recordOf({ verdict: 'Passed', hook: 'a1b2' })] },
    is: afterTest,
  },
  {
    when: 'its test passed when a person had run it again',
    runs: { podinfo: [passed, recordOf({ verdict: 'Superseded' })] },
    is: afterTest,
  },
  {
    when: 'its test passed, and another revision before it was never tested',
    runs: { podinfo: [recordOf({ verdict: 'PromotedUnverified' }), passed] },
    is: afterTest,
  },
  {
    when: 'its test failed',
    runs: { podinfo: [failed] },
    is: unverified('E2ESpec podinfo: Failed, Error', 'podinfo'),
  },
  {
    when: 'its test failed when a person had run it again',
    runs: { podinfo: [failed, passed] },
    is: unverified('E2ESpec podinfo: Failed, Error', 'podinfo'),
  },
  {
    when: 'its run came to no verdict, and nothing says why',
    runs: { podinfo: [recordOf({ verdict: 'Cancelled' })] },
    is: unverified('E2ESpec podinfo: Cancelled', 'podinfo'),
  },
  {
    when: 'nothing has run',
    runs: { podinfo: [] },
    is: unverified('E2ESpec podinfo: no run', 'podinfo'),
  },
  {
    when: 'what passed was another revision',
    runs: { podinfo: [recordOf({ verdict: 'Passed', checksum: '5c95544979' })] },
    is: unverified('E2ESpec podinfo: no run', 'podinfo'),
  },
  {
    when: 'what passed was the test of another hook',
    runs: { podinfo: [recordOf({ verdict: 'Passed', hook: 'a1b2' })] },
    is: unverified('E2ESpec podinfo: no run', 'podinfo'),
  },
  {
    when: 'one of its gates has no E2ESpec',
    gates: [run, smoke],
    runs: { podinfo: [passed] },
    is: unverified('there is no E2ESpec smoke'),
  },
  {
    when: 'one of its gates names no E2ESpec',
    gates: [run, noName],
    runs: { podinfo: [passed] },
    is: unverified(noName.message),
  },
  {
    when: 'two of its gates vouch for nothing',
    gates: [run, smoke],
    runs: { podinfo: [failed], smoke: [] },
    is: unverified('E2ESpec podinfo: Failed, Error; E2ESpec smoke: no run', 'podinfo', 'smoke'),
  },
  {
    when: 'two of its gates vouch for nothing, in the same words',
    gates: [smoke, smoke],
    runs: { podinfo: [passed] },
    is: unverified('there is no E2ESpec smoke'),
  },
  {
    when: 'its test was observed, and passed',
    runs: { podinfo: [recordOf({ verdict: 'Passed', mode: 'Observe' })] },
    is: observed('E2ESpec podinfo: Passed'),
  },
  {
    when: 'its test was observed, and failed',
    runs: { podinfo: [{ ...failed, mode: 'Observe' }] },
    is: observed('E2ESpec podinfo: Failed, Error'),
  },
  {
    when: 'its test was to be observed, and has not run',
    observing: ['podinfo'],
    runs: { podinfo: [] },
    is: observed('E2ESpec podinfo: no run'),
  },
  {
    when: 'its test began enforced and failed, whatever its E2ESpec says now',
    observing: ['podinfo'],
    runs: { podinfo: [failed] },
    is: unverified('E2ESpec podinfo: Failed, Error', 'podinfo'),
  },
  {
    when: 'one test passed, and another was observed',
    gates: [run, smoke],
    runs: { podinfo: [passed], smoke: [recordOf({ verdict: 'Failed', hook: 'a1b2', mode: 'Observe' })] },
    is: observed('E2ESpec smoke: Failed'),
  },
  {
    when: 'one test was observed, and another vouches for nothing',
    gates: [run, smoke],
    observing: ['podinfo'],
    runs: { podinfo: [], smoke: [] },
    is: unverified('E2ESpec smoke: no run', 'smoke'),
  },
  {
    when: 'none of its webhooks is a gate',
    gates: [],
    runs: { podinfo: [passed], smoke: [] },
    is: unverified('none of its webhooks starts a test', 'podinfo', 'smoke'),
  },
];

describe('A promotion', () => {
  for (const { when, gates = [run], observing = [], runs, is } of promotions) {
    it(`is ${is.outcome} when ${when}`, () => {
      assert.deepEqual(conclusionOf(ended, gates, onRecord(runs), new Set(observing)), is);
    });
  }
});

describe('A rollout that was not promoted', () => {
  const stopped = recordOf({ verdict: 'Cancelled', message: 'its Job was stopped' });
  const rows: { outcome: EndedRollout['outcome']; runs: Record<string, RunRecord[]>; says: string }[] = [
    { outcome: 'Failed', runs: { podinfo: [failed] }, says: 'the rollout failed' },
    { outcome: 'earlier', runs: {}, says: 'an earlier rollout is over' },
    { outcome: 'Failed', runs: { podinfo: [failed, stopped] }, says: 'the rollout failed; its Job was stopped' },
    { outcome: 'Failed', runs: { podinfo: [recordOf({ verdict: 'Cancelled' })] }, says: 'the rollout failed' },
    {
      outcome: 'earlier',
      runs: { podinfo: [stopped], smoke: [recordOf({ verdict: 'Cancelled', message: 'its Job was gone' })] },
      says: 'an earlier rollout is over; its Job was stopped; its Job was gone',
    },
  ];
  for (const { outcome, runs, says } of rows) {
    it(`(${outcome}) vouches for nothing, and says: ${says}`, () => {
      assert.deepEqual(conclusionOf({ ...ended, outcome }, [run], onRecord(runs), new Set()), verified(says));
    });
  }
});
