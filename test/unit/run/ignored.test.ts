/**
 * What people have written by hand that does nothing for a run: they are told so, and what to write instead.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../function/api/canary.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { annotation } from '../../../function/api/labels.ts';
import { ignoredByHand } from '../../../function/run/ignored.ts';
import { ago, recordOf, run, specOf } from '../run-fixture.ts';

const gate = { name: 'promote', url: 'http://e2e-verifier.default/gate/check', metadata: { gate: 'promote' } };

function canaryWith(annotations: Record<string, string>): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'c1', annotations },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks: [gate] } },
    status: { phase: 'Progressing', lastAppliedSpec: 'one', lastPromotedSpec: 'zero' },
  };
}

interface Row {
  when: string;
  onSpec?: Record<string, string>;
  onCanary?: Record<string, string>;
  runs?: RunRecord[];
  /** Absent where it is not known. */
  revision?: string | undefined;
  says: string[];
}

const skip = (value: string) => ({ [annotation.skip]: value });
const used = (more: Partial<RunRecord> = {}) => recordOf({ verdict: 'Skipped', skip: 'podinfo/one: x', ...more });
const instead =
  "To let this revision through, write podinfo/one: reason (one is the Canary's status.lastAppliedSpec; the checksum 85d557f47b works too), or let kubectl e2e skip podinfo -n test --reason WHY write it";

const rows: Row[] = [
  { when: 'nothing is written', says: [] },
  { when: 'a skip names the revision', onSpec: skip('podinfo/one: x'), says: [] },
  { when: 'a skip names the checksum', onSpec: skip('podinfo/85d557f47b: x'), says: [] },
  {
    when: 'a skip names another revision',
    onSpec: skip('podinfo/two: x'),
    says: [`annotation remarkable.com/skip does nothing here: it names revision two, not this one. ${instead}`],
  },
  {
    when: 'a skip names the revision that is promoted, as the Canary says until Flagger has noticed the new one',
    onSpec: skip('podinfo/zero: x'),
    says: [
      `annotation remarkable.com/skip does nothing here: it names revision zero, which is the promoted one. ${instead}`,
    ],
  },
  {
    when: 'a skip names another revision, and nobody knows what the Canary calls this one',
    onSpec: skip('podinfo/two: x'),
    revision: undefined,
    says: [
      'annotation remarkable.com/skip does nothing here: it names revision two, not this one. To let this revision through, write podinfo/85d557f47b: reason (85d557f47b is its checksum), or let kubectl e2e skip podinfo -n test --reason WHY write it',
    ],
  },
  {
    when: 'a skip names another revision, for which it was used up',
    onSpec: skip('podinfo/two: x'),
    runs: [used({ checksum: 'c2', skip: 'podinfo/two: x', rollout: ago(9) })],
    says: [],
  },
  {
    when: 'a skip was used up by an earlier rollout of this revision',
    onSpec: skip('podinfo/one: x'),
    runs: [used({ rollout: ago(9) })],
    says: [
      'annotation remarkable.com/skip does nothing here: an earlier rollout of this revision has used it. To let this revision through again, write it with another reason, or let kubectl e2e skip podinfo -n test --reason WHY write it',
    ],
  },
  {
    when: 'a skip was used in this rollout, and the test was asked for again since',
    onSpec: skip('podinfo/one: x'),
    runs: [used({ verdict: 'Superseded' })],
    says: [],
  },
  {
    when: 'a skip names another Canary that this test was run for',
    onSpec: skip('backend/two: x'),
    runs: [recordOf({ canary: 'backend' })],
    says: [],
  },
  {
    when: 'a skip names a Canary that this test was never run for',
    onSpec: skip('podinf/one: x'),
    says: [`annotation remarkable.com/skip does nothing here: it names Canary podinf, not podinfo. ${instead}`],
  },
  ...['podinfo/one', 'podinfo/one:', 'one: x', 'see podinfo/one: x', 'true', ''].map((value) => ({
    when: `a skip is "${value}"`,
    onSpec: skip(value),
    says: [`annotation remarkable.com/skip does nothing: "${value}" is not CANARY/REVISION: reason. ${instead}`],
  })),
  ...['', '  '].map((value) => ({
    when: `a request to run again is "${value}"`,
    onSpec: { [annotation.requestedAt]: value },
    says: [
      'annotation remarkable.com/requestedAt does nothing: it is empty. To run the test again, write a text that it did not have before, such as the time, or let kubectl e2e rerun podinfo -n test write it',
    ],
  })),
  { when: 'a request to run again is a text', onSpec: { [annotation.requestedAt]: 'now' }, says: [] },
  {
    when: 'a skip is on the Canary',
    onCanary: skip('podinfo/one: x'),
    says: ['annotation remarkable.com/skip does nothing on Canary podinfo: it belongs on E2ESpec podinfo'],
  },
  {
    when: 'a request to run again is on the Canary',
    onCanary: { [annotation.requestedAt]: 'now' },
    says: ['annotation remarkable.com/requestedAt does nothing on Canary podinfo: it belongs on E2ESpec podinfo'],
  },
  {
    when: 'a gate is opened on the E2ESpec',
    onSpec: { 'remarkable.com/gate.promote': 'open' },
    says: ['annotation remarkable.com/gate.promote does nothing on E2ESpec podinfo: it belongs on Canary podinfo'],
  },
  {
    when: 'the name of an annotation is misspelt',
    onSpec: { 'remarkable.com/skpi': 'podinfo/one: x', 'remarkable.com/requested-at': 'now' },
    onCanary: {
      'remarkable.com/gates': 'open',
      'remarkable.com/Gate.promote': 'open',
      'remarkable.com/rolback': 'open',
    },
    says: [
      'annotation remarkable.com/skpi does nothing on E2ESpec podinfo: the verifier reads remarkable.com/skip',
      'annotation remarkable.com/requested-at does nothing on E2ESpec podinfo: the verifier reads remarkable.com/requestedAt',
      'annotation remarkable.com/gates does nothing on Canary podinfo: the verifier reads remarkable.com/gate',
      'annotation remarkable.com/Gate.promote does nothing on Canary podinfo: the verifier reads remarkable.com/gate.promote',
      'annotation remarkable.com/rolback does nothing on Canary podinfo: the verifier reads remarkable.com/rollback',
    ],
  },
  {
    when: 'annotations of that domain are nobody knows whose',
    onSpec: { 'remarkable.com/owner': 'shop', 'remarkable.com/': '', 'remarkable.com/team.skip': 'x' },
    onCanary: { 'remarkable.com/tier': '1', 'remarkable.com/cost-center': '7' },
    says: [],
  },
  {
    when: 'a gate is opened for which a webhook asks',
    onCanary: { 'remarkable.com/gate.promote': 'open' },
    says: [],
  },
  {
    when: 'a gate is opened for which no webhook asks',
    onCanary: { 'remarkable.com/gate.promte': 'open', 'remarkable.com/rollback': 'open' },
    says: [
      'annotation remarkable.com/gate.promte does nothing: no webhook of Canary podinfo asks for the gate promte. They ask for the gate promote',
      'annotation remarkable.com/rollback does nothing: no webhook of Canary podinfo asks for the rollback. They ask for the gate promote',
    ],
  },
  {
    when: 'a gate is opened in words that do not open it',
    onCanary: { 'remarkable.com/gate.promote': 'yes' },
    says: ['annotation remarkable.com/gate.promote does nothing: "yes" is neither open nor once@TIME'],
  },
  ...['closed', 'no', '', 'once@2026-11-20T10:43:36Z by alice'].map((value) => ({
    when: `a gate is kept closed by "${value}"`,
    onCanary: { 'remarkable.com/gate.promote': value },
    says: [],
  })),
  { when: 'other annotations are there', onSpec: { owner: 'shop' }, onCanary: { 'example.com/gate': 'x' }, says: [] },
];

describe('Of what people have written by hand, when', () => {
  for (const row of rows) {
    const { when, onSpec = {}, onCanary = {}, runs = [], says } = row;
    const revision = 'revision' in row ? row.revision : 'one';
    it(`${when}, ${says.length === 0 ? 'nothing is ignored' : 'they are told'}`, () => {
      const spec = specOf({}, runs);
      spec.metadata.annotations = onSpec;
      const asked = { ...run, ...(revision !== undefined && { revision }) };
      assert.deepEqual(ignoredByHand(spec, asked, canaryWith(onCanary)), says);
    });
  }

  it('there is no Canary, a skip of another revision is told all the same', () => {
    const spec = specOf();
    spec.metadata.annotations = skip('podinfo/two: x');
    assert.match(ignoredByHand(spec, run, undefined).join(), /it names revision two, not this one/);
  });
});
