/**
 * What the verdict is when the test hands over a result, and what is made of text that is none.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Evidence } from '../../../function/verdict/evidence.ts';
import { judge } from '../../../function/verdict/judge.ts';
import { readTestResult } from '../../../function/verdict/test-result.ts';
import { ago, conditions, endedPod, jobOf, now } from '../run-fixture.ts';

const said = (message: string, exitCode = 0): Evidence => ({ pods: [endedPod({ message, exitCode })], events: [] });
const complete = jobOf({ ...conditions('Complete'), completionTime: ago(58) });
const failedJob = jobOf(conditions('Failed'));

const failures = [
  { name: 'checkout rejects an expired card', message: 'expected 402, got 200' },
  { name: 'cart keeps its items' },
];

const table: { title: string; message: string; exitCode?: number; is: string }[] = [
  { title: 'no message', message: '', is: 'passed Passed: the test passed in 1 s' },
  { title: 'words', message: 'all is well', is: 'passed Passed: the test passed in 1 s' },
  { title: 'words that end with a brace', message: 'sent {}', is: 'passed Passed: the test passed in 1 s' },
  { title: 'many words', message: 'all is well '.repeat(342), is: 'passed Passed: the test passed in 1 s' },
  {
    title: 'a result without a failure',
    message: '{"total":42,"passed":41,"failed":0,"skipped":1}',
    is: 'passed Passed: 41 of 42 tests passed in 1 s, 1 skipped',
  },
  {
    title: 'the shortest result',
    message: ' {"total":2,"failed":0}\n',
    is: 'passed Passed: 2 of 2 tests passed in 1 s',
  },
  {
    title: 'a result in which some passed at a second try',
    message: '{"total":42,"failed":0,"flaky":2}',
    is: 'passed PassedOnRetry: 42 of 42 tests passed in 1 s; 2 of them not at the first try',
  },
  {
    title: 'a result whose flaky is no number',
    message: '{"total":42,"failed":0,"flaky":"2"}',
    is: 'inconclusive ResultUnreadable: the test ended with exit code 0, but its result cannot be read: flaky must be a whole number',
  },
  {
    title: 'a result with failures, although the exit code is 0',
    message: JSON.stringify({ total: 42, failed: 2, failures }),
    is: 'failed TestsFailed: 2 of 42 failed in 1 s: checkout rejects an expired card (expected 402, got 200); cart keeps its items',
  },
  {
    title: 'failures of no use',
    message: '{"total":3,"failed":1,"failures":[7,null,{"name":8},{"message":"x"}]}',
    is: 'failed TestsFailed: 1 of 3 failed in 1 s',
  },
  {
    title: 'a failure without a name',
    message: '{"total":3,"failed":1}',
    is: 'failed TestsFailed: 1 of 3 failed in 1 s',
  },
  {
    title: 'as many tests as are believed',
    message: '{"total":1000000000,"failed":0}',
    is: 'passed Passed: 1000000000 of 1000000000 tests passed in 1 s',
  },
  {
    title: 'a failure whose message is no text',
    message: '{"total":3,"failed":1,"failures":[{"name":"cart","message":8}]}',
    is: 'failed TestsFailed: 1 of 3 failed in 1 s: cart',
  },
  {
    title: 'no test',
    message: '{"total":0,"failed":0}',
    is: 'inconclusive NoTestsRun: none of 0 tests ran; exit code 0 alone is not a pass',
  },
  {
    title: 'no test, and why',
    message: '{"total":0,"failed":0,"failures":[{"name":"a.spec.js","message":"ran no test"}]}',
    is: 'inconclusive NoTestsRun: none of 0 tests ran: a.spec.js (ran no test); exit code 0 alone is not a pass',
  },
  {
    title: 'only skipped tests',
    message: '{"total":3,"failed":0,"skipped":3}',
    is: 'inconclusive NoTestsRun: none of 3 tests ran; exit code 0 alone is not a pass',
  },
  {
    title: 'tests of which none says that it passed',
    message: '{"total":3,"passed":0,"failed":0}',
    is: 'inconclusive NoTestsRun: none of 3 tests ran; exit code 0 alone is not a pass',
  },
  ...[
    ['half of a JSON', '{"total":42,"failed":0', 'it is not whole JSON'],
    [
      'a JSON whose beginning was cut off',
      `${'x'.repeat(4095)}}`,
      'it is longer than the 4096 bytes that Kubernetes keeps',
    ],
    ['another JSON', '{"level":"info"}', 'total and failed must be whole numbers'],
    ['a count that is none', '{"total":"42","failed":0}', 'total and failed must be whole numbers'],
    ['a negative count', '{"total":42,"failed":-1}', 'total and failed must be whole numbers'],
    ['more tests than anybody has', '{"total":1000000001,"failed":0}', 'total and failed must be whole numbers'],
    [
      'more skipped than there are',
      '{"total":3,"passed":2,"failed":0,"skipped":2}',
      'it counts more than its total of 3',
    ],
    ['half a test', '{"total":42,"failed":0,"skipped":0.5}', 'passed and skipped must be whole numbers'],
    ['more than there are', '{"total":3,"passed":3,"failed":1}', 'it counts more than its total of 3'],
  ].map(([title = '', message = '', why = '']) => ({
    title,
    message,
    is: `inconclusive ResultUnreadable: the test ended with exit code 0, but its result cannot be read: ${why}`,
  })),
  {
    title: 'a result, and another exit code',
    message: JSON.stringify({ total: 42, failed: 2, failures }),
    exitCode: 2,
    is: 'failed Error: the test ended with exit code 2 in 1 s: 2 of 42 failed: checkout rejects an expired card (expected 402, got 200); cart keeps its items',
  },
  {
    title: 'no test, and another exit code',
    message: '{"total":0,"failed":0}',
    exitCode: 1,
    is: 'failed Error: the test ended with exit code 1 in 1 s: its own result says that none of 0 failed; its log says more',
  },
  {
    title: 'a log in JSON, and another exit code',
    message: '{"level":"error","msg":"no checkout"}',
    exitCode: 1,
    is: 'failed Error: the test ended with exit code 1 in 1 s: {"level":"error","msg":"no checkout"}',
  },
];

describe('The result that a test hands over', () => {
  for (const { title, message, exitCode = 0, is } of table) {
    it(`${title}: ${is.slice(0, 60)}`, () => {
      const verdict = judge(exitCode === 0 ? complete : failedJob, said(message, exitCode), now);
      const told = `${verdict.kind} ${verdict.reason}: ${verdict.message}`;
      if (verdict.kind === 'inconclusive') assert.ok(told.startsWith(`${is}; `) || told === is, told);
      else assert.equal(told, is);
    });
  }

  it('gives the verdict its counts, as far as the test has told them', () => {
    assert.deepEqual(judge(complete, said('{"total":2,"failed":0}'), now).counts, { total: 2, failed: 0 });
    const whole = { total: 9, passed: 6, failed: 2, skipped: 1 };
    for (const [job, exitCode] of [
      [complete, 0],
      [failedJob, 1],
    ] as const) {
      assert.deepEqual(judge(job, said(JSON.stringify({ ...whole, failures }), exitCode), now).counts, whole);
    }
  });

  it('is that of the pod that succeeded where the test was run more than once', () => {
    const [first] = said('{"total":2,"failed":1}', 1).pods;
    const [second] = said('{"total":2,"failed":0}').pods;
    assert.ok(first && second);
    const later = { ...second, metadata: { ...second.metadata, creationTimestamp: ago(30) } };
    for (const pods of [
      [first, later],
      [later, first],
    ]) {
      assert.equal(judge(complete, { pods, events: [] }, now).kind, 'passed');
    }
  });

  it('passes only when nothing failed and something ran, whatever the numbers', () => {
    const count = fc.oneof(fc.nat(5), fc.constantFrom(-1, 0.5, '3', null, undefined, 2 ** 53));
    const result = fc.record({ total: count, passed: count, failed: count, skipped: count });
    fc.assert(
      fc.property(result, (counts) => {
        const { kind } = judge(complete, said(JSON.stringify(counts)), now);
        const { total, passed, failed, skipped } = counts;
        const ran = Number(passed ?? Number(total) - Number(failed) - Number(skipped ?? 0));
        if (kind === 'passed') assert.ok(failed === 0 && ran > 0, JSON.stringify(counts));
      }),
    );
  });

  it('never throws for any text, and words are no result', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.ok(readTestResult(text).kind)));
    assert.equal(readTestResult('12 passing').kind, 'nothing');
  });
});
