/** What examples/results/k6-summary.js makes of the data that k6 gives to handleSummary. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { read, root } from '../support/documents.ts';

interface Check {
  name: string;
  passes: number;
  fails: number;
}

interface Data {
  root_group: { name: string; groups: Data['root_group'][]; checks: Check[] };
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>;
}

interface Result {
  total: number;
  failures: { name: string; message: string }[];
}

type Summary = { handleSummary: (data: Data) => Record<string, string> };

const script = pathToFileURL(join(root, 'examples/results/k6-summary.js'));
const real = JSON.parse(read('test/fixtures/junit/k6-summary.json')) as Data;

describe("k6's summary", () => {
  let handleSummary: Summary['handleSummary'];
  const k6 = globalThis as { __ENV?: Record<string, string> };
  before(async () => {
    k6.__ENV = {};
    ({ handleSummary } = (await import(script.href)) as Summary);
  });
  after(() => {
    delete k6.__ENV;
  });
  const resultOf = (data: Data): Result => JSON.parse(handleSummary(data)['/dev/termination-log'] ?? '') as Result;
  const withChecks = (checks: Check[]): Data => ({ root_group: { name: '', groups: [], checks }, metrics: {} });

  it('counts each check and each threshold as a test', () => {
    assert.deepEqual(resultOf(real), {
      total: 4,
      passed: 2,
      failed: 2,
      skipped: 0,
      failures: [
        {
          name: 'checkout › rejects an expired card: "402" & <b>not</b> 200 ✗',
          message: 'failed 2 of 2 times',
        },
        { name: 'checks rate>0.9', message: 'was fails=2, passes=2, rate=0.5' },
      ],
    });
  });

  it('says a check that failed once', () => {
    const { failures } = resultOf(withChecks([{ name: 'a', passes: 9, fails: 1 }]));
    assert.deepEqual(failures, [{ name: 'a', message: 'failed 1 of 10 times' }]);
  });

  it('passes nothing where nothing was checked', () => assert.equal(resultOf(withChecks([])).total, 0));

  it('is for kubectl logs too', () => {
    assert.match(
      handleSummary(real)['stdout'] ?? '',
      /^failed: checkout › .*\n.*\n2 of 4 checks and thresholds passed\n$/,
    );
  });

  it('names as many failures as there is room for, and counts all', () => {
    const checks = Array.from({ length: 200 }, (_, index) => ({
      name: `${index} ${'😀'.repeat(index)}`,
      passes: 0,
      fails: 1,
    }));
    const said = handleSummary(withChecks(checks))['/dev/termination-log'] ?? '';
    assert.ok(Buffer.byteLength(said) <= 4000);
    const { total, failures } = JSON.parse(said) as Result;
    assert.equal(total, 200);
    assert.ok(failures.length > 10);
  });

  it('is written where TERMINATION_LOG says', () => {
    k6.__ENV = { TERMINATION_LOG: '/tmp/log' };
    assert.deepEqual(Object.keys(handleSummary(real)), ['/tmp/log', 'stdout']);
    k6.__ENV = {};
  });
});
