/**
 * `npm run test:platform`: examples/platform on the real cluster. All ten suites pass, and their metrics are what they measured; ten
 * periods bring no false alarm; each suite fails on a fault of its own, at the step that is there to notice; and a test that is
 * killed leaves nothing. On demand: it takes half an hour.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { failsOn, isInconclusive, leavesNothing, passes, type World } from './platform-cases.ts';
import { bridgeMetrics, type Copy, install, made, set } from './platform-copy.ts';
import { faults } from './platform-faults.ts';
import { metricsIn, metricsOf } from './platform-metrics.ts';
import { AT_ONCE, aPeriod, inWords, isAlarm, type Outcome } from './platform-runs.ts';
import { samplesOf } from './statsd-exporter.ts';

const PERIODS = Number(process.env['PERIODS'] || 10);

describe('examples/platform', function () {
  this.timeout(2 * longestTest);
  let kubernetes: Kubernetes;
  let copy: Copy;
  before(async () => {
    kubernetes = await connect();
    copy = await install(await kubernetes.namespace());
    await setEach({ LOG_LEVEL: 'DEBUG' });
  });
  after(async () => {
    if (!process.env['E2E_KEEP']) await copy?.remove();
    await kubernetes?.stop();
  });

  const enter = async (): Promise<World> => ({ kubernetes, copy });
  const setEach = (settings: Record<string, string>) =>
    Promise.all(suiteNames.map((suite) => set(copy, suite, settings)));

  describe('on a cluster that is well', () => {
    const logs: string[] = [];
    const cases = suiteNames.map((suite) => passes(suite, (log) => logs.push(log)));
    sideBySide(AT_ONCE, enter, cases);

    it('has told the bridge what it has counted and measured', async () => {
      assert.equal(logs.length, suiteNames.length);
      const sent = metricsOf(logs.join('\n'));
      const read = metricsIn(samplesOf(await bridgeMetrics(copy)));
      console.log(`      ${sent.size} series`);
      assert.ok(sent.size >= suiteNames.length);
      assert.deepEqual([...read.keys()].sort(), [...sent.keys()].sort());
      for (const [series, { count, sum }] of sent) {
        const had = read.get(series) ?? { count: Number.NaN, sum: Number.NaN };
        assert.equal(had.count, count, series);
        assert.ok(Math.abs(had.sum - sum) < 1e-9, `${series}: ${sum} s were sent, and it has ${had.sum} s`);
      }
    });

    it(`brings no false alarm in ${PERIODS} periods`, async () => {
      const outcomes: Outcome[] = [];
      for (let period = 0; period < PERIODS; period++) outcomes.push(...(await aPeriod(kubernetes, copy)));
      for (const suite of suiteNames) console.log(`      ${durationsOf(outcomes, suite)}`);
      assert.equal(outcomes.length, PERIODS * suiteNames.length);
      // A busy API server has not taken it in time, and the next run makes up for that.
      const late = outcomes.filter(({ verdict }) => verdict === 'Running').length;
      console.log(`      ${late} of ${outcomes.length} went on record with the run after`);
      assert.deepEqual(outcomes.filter(isAlarm).map(inWords), []);
    });
  });

  describe('when something is wrong', () => {
    before(() => setEach({ TEST_TIMEOUT_SECONDS: '15' }));
    after(() => setEach({ TEST_TIMEOUT_SECONDS: '60' }));
    const inOtherNamespaces = suiteNames.filter((suite) => suite !== 'namespace' && suite !== 'dns');
    sideBySide(AT_ONCE, enter, [...faults.map(failsOn), ...inOtherNamespaces.map(isInconclusive)]);

    it('has a fault for each suite', () => {
      assert.deepEqual(new Set(faults.map(({ suite }) => suite)), new Set(suiteNames));
    });

    it('passes again when that is over', async () => {
      const outcomes = await aPeriod(kubernetes, copy);
      assert.deepEqual(outcomes.filter(isAlarm).map(inWords), []);
    });
  });

  describe('when its test is killed with SIGKILL in the middle', () => {
    sideBySide(AT_ONCE, enter, suiteNames.map(leavesNothing));

    it('has nothing at all in the cluster a minute later', async () => {
      const left = async () => (await Promise.all(suiteNames.map((suite) => made(copy, suite)))).flat();
      await until('nothing is left', left, 60_000);
    });
  });
});

function durationsOf(outcomes: Outcome[], suite: SuiteName): string {
  const seconds = outcomes.filter((each) => each.suite === suite).map((each) => each.seconds);
  return `${suite}: ${seconds.length} runs, ${Math.min(...seconds)} to ${Math.max(...seconds)} s`;
}
