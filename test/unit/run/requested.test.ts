/**
 * A run that no rollout asks for: by what it is known, and what it does beside the runs of rollouts.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LatestRun, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { label, manager } from '../../../function/api/labels.ts';
import { annotationsOf, labelsOf } from '../../../function/run/annotations.ts';
import { withRecord } from '../../../function/run/history.ts';
import { jobName, type Run } from '../../../function/run/id.ts';
import { nextStep } from '../../../function/run/next-step.ts';
import { ownership } from '../../../function/run/ownership.ts';
import { jobRecord, waitingRecord } from '../../../function/run/record.ts';
import { readRunRequest, requestedKey, requestedRun } from '../../../function/run/requested.ts';
import { stateOf } from '../../../function/run/state.ts';
import { type OwnGates, withSummary } from '../../../function/run/summary.ts';
import { running } from '../../../function/verdict/judge.ts';
import { ago, jobOf, now, recordOf, run as rolloutsRun, specOf } from '../run-fixture.ts';

const asked = (id = 'build-1', name = 'podinfo'): Run =>
  requestedRun(requestedKey({ namespace: 'test', name, id }), id, specOf(), undefined);
const run = asked();

const recordFor = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...jobRecord(
    asked(id),
    { metadata: { uid: id } },
    running(more.verdict === 'Passed' ? 'Passed' : 'Started', 'm'),
    now,
  ),
  ...more,
});

/** Its Job as the verifier makes it. `more`: what is another one. */
function jobFor(of: Run, more: { specUid?: string; owner?: object } = {}) {
  const specUid = more.specUid ?? 's1';
  const owner = { kind: 'E2ESpec', name: of.e2eSpec, uid: specUid, controller: true, ...more.owner };
  const annotations = annotationsOf(of, { attempt: 1, lostJobs: 0, specGeneration: 1, specUid });
  const metadata = { name: of.jobName, uid: 'j1', labels: labelsOf(of), annotations };
  return { metadata: { ...metadata, ownerReferences: [{ apiVersion: 'remarkable.com/v1', ...owner }] } };
}

describe('The name of a Job that no rollout asks for', () => {
  const name = fc
    .stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?){0,3}$/)
    .filter((text) => text.length <= 253);
  const id = fc.string({ minLength: 1, maxLength: 253, unit: 'grapheme' });

  it('is e2e-{E2ESpec}-run-{hash}, the same for the same id', () => {
    assert.match(run.jobName, /^e2e-podinfo-run-[0-9a-f]{12}$/);
    assert.equal(asked().jobName, run.jobName);
    assert.notEqual(asked('build-2').jobName, run.jobName);
    assert.notEqual(asked('build-1', 'shop').jobName, run.jobName);
  });

  it('is a valid name of at most 63 characters, and none that a rollout’s Job can have', () => {
    // As Flagger makes them: https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/util.go
    const checksum = fc.stringMatching(/^[2-9bcdfghjklmnpqrstvwxz]{1,10}$/);
    fc.assert(
      fc.property(name, id, checksum, (spec, text, sum) => {
        const { jobName: made } = requestedKey({ namespace: 'test', name: spec, id: text });
        assert.ok(made.length <= 63);
        assert.match(made, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
        const last = (text: string) => text.split('-').at(-1)?.length;
        assert.equal(last(made), 12);
        for (const hook of ['', 'a1']) assert.ok((last(jobName(spec, sum, hook)) ?? 0) <= 10);
      }),
    );
  });

  it('and all labels are valid, however long the E2ESpec’s name is', () => {
    fc.assert(
      fc.property(name, id, (spec, text) => {
        for (const value of Object.values(labelsOf(asked(text, spec)))) {
          assert.match(value, /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/);
        }
      }),
    );
  });
});

describe('A Job of the name of a run that no rollout asks for', () => {
  const jobs: [what: string, job: object, whose: string][] = [
    ['as the verifier makes it', jobFor(run), 'owned'],
    ['of an E2ESpec of that name that is gone', jobFor(run, { specUid: 'former' }), 'stale'],
    ['of another id', jobFor(asked('build-2')), 'foreign'],
    ['of another E2ESpec', jobFor(asked('build-1', 'shop')), 'foreign'],
    ['of a Canary', jobFor(run, { owner: { kind: 'Canary' } }), 'foreign'],
    ['whose owner is another than it says', jobFor(run, { owner: { uid: 'x' } }), 'foreign'],
    ['of nobody', { metadata: { ...jobFor(run).metadata, ownerReferences: [] } }, 'foreign'],
    ['of a rollout', jobOf(), 'foreign'],
  ];
  for (const [what, job, whose] of jobs) {
    it(`is ${whose} ${what}`, () => assert.equal(ownership(job, run), whose));
  }

  it('is nothing to a rollout', () => {
    assert.equal(ownership(jobFor(run), rolloutsRun), 'foreign');
    assert.equal(jobFor(run).metadata.labels[label.canary], undefined);
    assert.equal(jobFor(run).metadata.labels[label.managedBy], manager);
  });
});

describe('The record of a run that no rollout asks for', () => {
  it('says so, and by which id', () => {
    for (const record of [
      recordFor('a\nb'),
      waitingRecord(asked('a\nb'), specOf(), running('Deleting', 'm'), ago(1), now),
    ]) {
      assert.deepEqual([record.trigger, record.id, record.canary, record.mode], ['request', 'a | b', '-', undefined]);
    }
  });

  it('answers for its own id alone, whatever became of the E2ESpec, and never for a rollout', () => {
    const spec = specOf({}, [recordFor('build-1', { verdict: 'Inconclusive', finishedAt: ago(1) })], 2);
    const input = (of: Run) => ({ run: of, spec, target: undefined, evidence: { pods: [], events: [] }, now });
    const step = nextStep(stateOf(run, spec, undefined), input(run));
    assert.equal(step.do === 'answer' && step.verdict.kind, 'inconclusive');
    for (const other of [asked('build-2'), rolloutsRun]) assert.equal(stateOf(other, spec, undefined).kind, 'absent');
    const ofRollout = specOf({}, [recordOf({ verdict: 'Passed' })]);
    assert.equal(stateOf(run, ofRollout, undefined).kind, 'absent');
  });

  it('supersedes none, and is superseded by none', () => {
    const write = (status: Status, record: RunRecord): Status => withRecord(status, record) ?? status;
    const written = [recordFor('a'), recordOf(), recordFor('b'), recordOf({ checksum: 'other' }), recordFor('c')];
    const { runs = [] } = written.reduce(write, {});
    const left = runs.filter(({ trigger }) => trigger === 'request').map(({ verdict }) => verdict);
    assert.deepEqual(left, ['Running', 'Running', 'Running']);
  });

  it('is kept with nine others that are decided and those that run, and goes before any of a rollout that is open', () => {
    const message = 'what the test said last. '.repeat(30);
    const open = Array.from({ length: 50 }, (_, index) =>
      recordOf({ canary: `canary-${index}`, jobUID: `j${index}`, verdict: 'Failed', message }),
    );
    const many = Array.from({ length: 100 }, (_, index) =>
      recordFor(`r${index}`, index % 2 === 0 ? { verdict: 'Passed', message } : { message }),
    );
    const write = (status: Status, record: RunRecord): Status => withRecord(status, record) ?? status;
    const { runs = [] } = [...open, ...many].reduce(write, {});
    const kept = runs.filter(({ trigger }) => trigger === undefined);
    assert.deepEqual(kept.map(({ canary }) => canary).sort(), open.map(({ canary }) => canary).sort());
    assert.ok(Buffer.byteLength(JSON.stringify(runs)) <= 64_100);
    const few = many.reduce(write, {}).runs ?? [];
    const count = (verdict: string) => few.filter((record) => record.verdict === verdict).length;
    assert.deepEqual([count('Passed'), count('Running')], [10, 20]);
    assert.equal(few.find(({ verdict }) => verdict === 'Passed')?.id, 'r98');
  });
});

describe('What a status says of runs that no rollout asks for', () => {
  const gates: OwnGates = { canary: 'podinfo', canaryUID: 'c1', names: new Map([['', 'e2e']]) };
  const passed = recordOf({ verdict: 'Passed', startedAt: ago(90), finishedAt: ago(80) });
  const failed = recordFor('a', { verdict: 'Failed', reason: 'Error', startedAt: ago(50), finishedAt: ago(40) });
  const better = recordFor('b', { verdict: 'Passed', startedAt: ago(30), finishedAt: ago(20) });
  const of = (runs: RunRecord[], own?: OwnGates, before: Status = {}): Status =>
    withSummary({ ...before, runs }, specOf(), own, now);
  const inShort = ({ latest = [] }: Status) =>
    latest.map(({ canary, hook, trigger, verdict }: LatestRun) => [canary, hook, trigger, verdict].join(' '));
  const condition = ({ conditions = [] }: Status) => conditions.map(({ status, message }) => [status, message]);

  it('is one entry for all ids, the newest, beside those of the gates, whoever writes', () => {
    for (const own of [gates, undefined]) {
      const before = of([passed], gates);
      const status = of([better, failed, passed], own, before);
      assert.deepEqual(inShort(status), ['- /run request Passed', 'podinfo e2e rollout Passed']);
      assert.equal(status.latest?.[0]?.lastPassedAt, ago(20));
    }
    assert.deepEqual(inShort(of([failed, better])), ['- /run request Failed']);
  });

  it('is there when the runs are not any more, and goes after 30 days', () => {
    const before = of([failed]);
    assert.deepEqual(inShort(of([passed], gates, before)), ['- /run request Failed', 'podinfo e2e rollout Passed']);
    const later = new Date(now.getTime() + 31 * 24 * 3_600_000);
    assert.deepEqual(withSummary({ ...before, runs: [] }, specOf(), undefined, later).latest, []);
  });

  it('names no Canary and no checksum in the newest run', () => {
    const { canary, checksum, trigger } = of([better]).lastRun ?? {};
    assert.deepEqual([canary, checksum, trigger], ['', '', 'request']);
    assert.equal(of([better]).latest?.[0]?.checksum, '');
  });

  it('decides the condition Passed where there is no gate, and nothing beside one', () => {
    assert.deepEqual(condition(of([failed])), [['False', `Error: ${failed.message}`]]);
    assert.deepEqual(condition(of([better])), [['True', better.message]]);
    assert.deepEqual(condition(of([failed, passed], gates))[0]?.[0], 'True');
    assert.deepEqual(condition(of([recordFor('c'), passed], gates))[0]?.[0], 'True');
  });
});

describe('The body of POST /run', () => {
  const good = { namespace: 'test', name: 'pod.info' };
  it('is a namespace and a name, and may have an id and a url', () => {
    const more = [{}, { id: 'x' }, { id: ' "é𝄞\u0000' }, { id: 'x'.repeat(253), url: 'HTTPS://a/$(B)?c#d' }];
    for (const each of more)
      assert.deepEqual(readRunRequest(JSON.stringify({ ...good, ...each })), { ...good, ...each });
  });

  it('is refused with BadRequest, whatever else it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.throws(() => readRunRequest(text), { kind: 'BadRequest' });
      }),
    );
  });

  const wrong: object[] = [
    { namespace: undefined },
    { namespace: 'a.b' },
    { namespace: 'a'.repeat(64) },
    { name: undefined },
    { name: 'a/b' },
    { name: '..' },
    { name: ['a'] },
    { id: null },
    { url: null },
    { url: 'javascript:alert(1)' },
    { url: 'http://a\u0007b' },
    { url: `http://${'a'.repeat(2048)}` },
    { Name: 'a' },
    { ['__proto__']: 'a' },
    { toString: 'a' },
  ];
  for (const each of wrong) {
    it(`is refused with ${JSON.stringify(each).slice(0, 60)}`, () => {
      assert.throws(() => readRunRequest(JSON.stringify({ ...good, ...each })), { kind: 'BadRequest' });
    });
  }
});
