/**
 * Every cause made for real, and the verdict on it: the table of `../support/causes.ts` on this cluster instead of on
 * the fixtures.
 */
import assert from 'node:assert/strict';
import { capture } from '../support/capture.ts';
import { type Cause, causes, sentenceOf, verdictOn } from '../support/causes.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import type { Scenario } from '../support/scenario.ts';
import { scenarios } from '../support/scenarios.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { evict } from './evict.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { unlessBroken } from './unless-broken.ts';

/** A busy kubelet changes what comes first. */
const AT_ONCE = 6;

function judged(scenario: Scenario, rows: Cause[]) {
  return async (kubernetes: Kubernetes): Promise<void> => {
    const found = await unlessBroken(capture(kubernetes, scenario, evict));
    for (const { later, verdict, says } of rows) {
      const answer = await verdictOn(found, later);
      const said = sentenceOf(answer);
      assert.equal(answer.kind, verdict, said);
      if (says !== undefined) assert.match(said, says);
    }
  };
}

const lasting = Object.entries(scenarios).filter(([, { isFleeting }]) => !isFleeting);
const cases = lasting.map(([name, scenario]) => {
  const rows = causes.filter(({ fixture }) => fixture === name);
  const verdicts = [...new Set(rows.map(({ verdict }) => verdict))].join(', later ');
  return { title: `is ${verdicts} for ${name}`, run: judged(scenario, rows) };
});

describe('The verdict on a cause made for real', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  before(async () => {
    kubernetes = await connect();
  });
  after(() => kubernetes?.stop());
  sideBySide(AT_ONCE, async () => kubernetes, cases);
});
