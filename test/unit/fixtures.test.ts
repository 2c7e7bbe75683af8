/**
 * What the verdict is on Jobs as a real cluster left them: `test/fixtures/` is made by `test/cluster/capture.ts`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { gather } from '../../function/evidence.ts';
import { isFault } from '../../function/fault.ts';
import type { Kube } from '../../function/kube.ts';
import { judge } from '../../function/verdict.ts';
import type { Event, Job, Pod } from '../../function/wire.ts';

interface Fixture {
  at: string;
  job: Job;
  pods: Pod[];
  events: Event[];
}

const folder = new URL('../fixtures/', import.meta.url);

/** The verdict on each; `later`: seconds after it was captured, everything being as it was. */
const table: { fixture: string; later?: number; verdict: string; says?: RegExp }[] = [
  { fixture: 'complete', verdict: 'passed', says: /^the test passed in \d+ s$/ },
  { fixture: 'success-criteria-met', verdict: 'passed' },
  {
    fixture: 'exit-code',
    verdict: 'failed',
    says: /^Error: the test ended with exit code 3: checkout rejects an expired card$/,
  },
  { fixture: 'backoff-limit-1', verdict: 'failed', says: /^Error: the test ended with exit code 1: not this time$/ },
  { fixture: 'running', verdict: 'running', says: /^Running: .* s left until its deadline$/ },
  {
    fixture: 'pod-deadline-while-running',
    verdict: 'failed',
    says: /^DeadlineExceeded: the test ran into its deadline: looking at the checkout$/,
  },
  { fixture: 'pod-deadline-before-the-image', verdict: 'inconclusive', says: /registry\.invalid\/no-such-image:1/ },
  {
    fixture: 'job-deadline-while-stopping',
    verdict: 'running',
    says: /^DeadlineExceeded: .*the test is being stopped$/,
  },
  { fixture: 'job-deadline-pod-gone', verdict: 'failed', says: /^DeadlineExceeded: / },
  { fixture: 'image-pull-fails', verdict: 'running', says: /^ErrImagePull: .*registry\.invalid\/no-such-image:1/ },
  { fixture: 'image-pull-fails', later: 60, verdict: 'inconclusive', says: /^ErrImagePull: / },
  {
    fixture: 'image-pull-backs-off',
    verdict: 'running',
    says: /^ImagePullBackOff: .*registry\.invalid\/no-such-image:1/,
  },
  { fixture: 'image-pull-backs-off', later: 60, verdict: 'inconclusive', says: /^ImagePullBackOff: / },
  { fixture: 'image-name-invalid', verdict: 'inconclusive', says: /^InvalidImageName: .*UPPERCASE:tag/ },
  { fixture: 'image-never-pulled', verdict: 'inconclusive', says: /^ErrImageNeverPull: .*registry\.invalid/ },
  { fixture: 'secret-for-variable-missing', verdict: 'running', says: /^CreateContainerConfigError: .*no-such-secret/ },
  { fixture: 'secret-for-variable-missing', later: 60, verdict: 'inconclusive', says: /no-such-secret/ },
  { fixture: 'secret-to-mount-missing', verdict: 'running', says: /^FailedMount: .*no-such-secret/ },
  { fixture: 'secret-to-mount-missing', later: 60, verdict: 'inconclusive', says: /no-such-secret/ },
  { fixture: 'service-account-missing', verdict: 'running', says: /^FailedCreate: .*no-such-account/ },
  { fixture: 'service-account-missing', later: 60, verdict: 'running' },
  {
    fixture: 'service-account-missing-until-deadline',
    verdict: 'inconclusive',
    says: /^FailedCreate: .*no-such-account/,
  },
  { fixture: 'quota', verdict: 'running', says: /^FailedCreate: .*exceeded quota: no-pods/ },
  { fixture: 'quota', later: 60, verdict: 'running' },
  { fixture: 'unschedulable', verdict: 'running', says: /^Unschedulable: 0\/1 nodes are available/ },
  { fixture: 'unschedulable', later: 60, verdict: 'running' },
  {
    fixture: 'unschedulable-until-deadline',
    verdict: 'inconclusive',
    says: /^FailedScheduling: .*nodes are available/,
  },
  { fixture: 'suspended', verdict: 'running', says: /^Suspended: / },
  { fixture: 'evicted-while-stopping', verdict: 'running' },
  { fixture: 'evicted-and-made-again', verdict: 'running', says: /^Running: / },
  { fixture: 'out-of-memory', verdict: 'failed', says: /^OOMKilled: / },
  { fixture: 'command-not-found', verdict: 'inconclusive', says: /^StartError: .*no-such-program/ },
];

async function read(fixture: string): Promise<Fixture> {
  return JSON.parse(readFileSync(new URL(`${fixture}.json`, folder), 'utf8'));
}

/** The function's own reading of pods and events, answered from the fixture. */
function reader({ at, pods, events }: Fixture): Pick<Kube, 'listPods' | 'listEvents'> {
  const now = new Date(at);
  return {
    listPods: async () => ({ value: pods, now }),
    listEvents: async (_, { field, value }) => ({
      value: events.filter(({ involvedObject }) => involvedObject[field] === value),
      now,
    }),
  };
}

describe('The verdict on what a real cluster leaves', () => {
  for (const { fixture, later = 0, verdict, says } of table) {
    it(`is ${verdict} for ${fixture}${later ? `, ${later} s later` : ''}`, async () => {
      const found = await read(fixture);
      const evidence = await gather(found.job, reader(found) as Kube);
      assert.ok(!isFault(evidence));
      const judged = judge(found.job, evidence, new Date(new Date(found.at).getTime() + later * 1000));
      const said = judged.kind === 'passed' ? judged.message : `${judged.reason}: ${judged.message}`;
      assert.equal(judged.kind, verdict, said);
      if (says !== undefined) assert.match(said, says);
    });
  }

  it('is told for every fixture', () => {
    const captured = readdirSync(folder).filter((name) => name.endsWith('.json'));
    assert.deepEqual([...new Set(table.map(({ fixture }) => `${fixture}.json`))].sort(), captured.sort());
  });
});
