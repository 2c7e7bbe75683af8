import assert from 'node:assert/strict';
import type { LatestRun, RunRecord } from '../../../function/api/e2espec.ts';
import { detailOf } from '../../../function/status/detail.ts';
import type { Rollout } from '../../../function/status/subject.ts';
import { canaryIn, entry, minutesAgo, now, recordOf, requested, testNamed } from './stage.ts';

const clock = { now, silence: 1200 };

/** `runs`: newest first. */
function partOf(latest: LatestRun[], runs: RunRecord[], canary?: Rollout) {
  const [part] = detailOf(testNamed('cart', { latest, runs }), canary ? [canary] : [], clock).parts;
  if (part === undefined) throw new Error('there is no part');
  return part;
}

function partWith(
  verdict: Parameters<typeof entry>[0],
  more: Parameters<typeof entry>[1] & { job?: string } = {},
  canary: Rollout | null = canaryIn('Failed'),
) {
  const { job, ...facts } = more;
  const latest = entry(verdict, facts);
  const run = recordOf(latest, { message: `${'word '.repeat(100)}end`, ...(job !== undefined && { job }) });
  return partOf([latest], [run], canary ?? undefined);
}

type Part = ReturnType<typeof partWith>;
const linesOf = (part: Part) => part.commands.map(({ line }) => line);
const namesOf = (part: Part) => part.commands.map(({ what }) => what);

const logs = 'kubectl logs -n shop job/e2e-cart-c1 -c e2e';
const record = 'kubectl describe -n shop e2e cart';
const events = 'kubectl describe -n shop canary cart';
const run = 'kubectl e2e run cart -n shop';
const annotate = 'kubectl annotate --field-manager=e2e-verifier -n shop e2e cart';
const again = `${annotate} remarkable.com/requestedAt="$(date -u +%FT%TZ)" remarkable.com/skip- --overwrite`;
const skip = `${annotate} remarkable.com/skip="cart/new: say why" --overwrite`;

const another = { rollout: 'another' };
const commands: [
  when: string,
  verdict: LatestRun['verdict'],
  canary: Rollout | null,
  lines: string[],
  more?: object,
][] = [
  ['runs', 'Running', canaryIn('Progressing'), [again, skip]],
  ['failed, and its rollout goes on', 'Failed', canaryIn('Progressing'), [again, skip]],
  ['failed, and its rollout waits', 'Failed', canaryIn('WaitingPromotion'), [again, skip]],
  ['passed, and its rollout goes on', 'Passed', canaryIn('Progressing'), [again]],
  ['was skipped, and its rollout goes on', 'Skipped', canaryIn('Progressing'), [again]],
  ['has not begun in the rollout that goes on', 'Failed', canaryIn('Progressing', another), [skip]],
  ['is asked for after a gate that waits', 'Failed', canaryIn('Waiting', another), []],
  ['comes too late', 'Failed', canaryIn('Promoting'), []],
  ['failed, and was rolled back', 'Failed', canaryIn('Failed'), [run]],
  ['passed, and was promoted', 'Passed', canaryIn('Succeeded'), [run]],
  ['was skipped, and was promoted', 'Skipped', canaryIn('Succeeded'), [run]],
  ['has no Canary any more', 'Failed', null, [run]],
  ['is run outside of rollouts', 'Failed', null, [run], requested],
];

describe('The page of a test', () => {
  it('has the whole message of each run', () => {
    const part = partWith('Failed');
    for (const words of [part.message, part.runs[0]?.message ?? '']) {
      assert.match(words, /^word .* end$/);
      assert.ok(words.length > 500);
    }
  });

  it("says what to do, in the words of the reason's row", () => {
    assert.match(partWith('Failed', { reason: 'TestsFailed' }).action ?? '', /^read what failed/);
    assert.equal(partWith('Passed').action, undefined);
  });

  for (const [when, verdict, canary, lines, more = {}] of commands) {
    it(`has the lines to copy for a test that ${when}`, () => {
      const part = partWith(verdict, { ...more, job: 'e2e-cart-c1' }, canary);
      const isOfRollout = part.row.canary !== undefined;
      assert.deepEqual(linesOf(part), [logs, record, ...(isOfRollout ? [events] : []), ...lines]);
    });
  }

  it('names the revision to let through as the Canary does, and by its checksum where that says nothing', () => {
    const named = (applied: string) =>
      partWith('Failed', {}, canaryIn('Progressing', { applied })).commands.find(({ line }) => line.includes('skip='));
    const { what, line } = named('v2:0011223344556677') ?? {};
    assert.match(line ?? '', /skip="cart\/v2:0011223344556677: say why"/);
    assert.equal(
      what,
      "Let this revision through without its test (v2:0011223344556677 is the Canary's status.lastAppliedSpec)",
    );
    assert.match(named('')?.line ?? '', /skip="cart\/c1: say why"/);
    assert.equal(named('')?.what, 'Let this revision through without its test (c1 is its checksum)');
  });

  it('has the log of the run that it speaks of, and says of any other whose it is', () => {
    const former = recordOf(entry('Failed', { checksum: 'c0', time: minutesAgo(99) }), { job: 'e2e-cart-c0' });
    const latest = entry('Skipped');
    const part = partOf([latest], [recordOf(latest), former], canaryIn('Succeeded'));
    assert.equal(linesOf(part)[0], 'kubectl logs -n shop job/e2e-cart-c0 -c e2e');
    assert.equal(namesOf(part)[0], 'The log of the run before: Failed, checksum c0');
    assert.equal(namesOf(partWith('Failed', { job: 'e2e-cart-c1' }))[0], 'The log');
    const begins = canaryIn('Progressing', another);
    assert.equal(
      namesOf(partWith('Failed', { job: 'e2e-cart-c1' }, begins))[0],
      'The log of the run before: Failed, checksum c1',
    );
    const asked = recordOf(entry('Passed', requested), { job: 'e2e-cart-run-1' });
    const waiting = recordOf(entry('Running', { ...requested, time: minutesAgo(1) }), { id: 'nightly-8' });
    const [what] = namesOf(partOf([entry('Running', { ...requested, time: minutesAgo(1) })], [waiting, asked]));
    assert.equal(what, 'The log of the run before: Passed, id nightly-7');
  });

  it('has the id by which a run was asked for, and no checksum of it', () => {
    const [run] = partWith('Failed', requested, null).runs;
    assert.deepEqual([run?.id, run?.checksum], ['nightly-7', undefined]);
  });

  const traps: [string, Parameters<typeof partWith>[1], Partial<Rollout>][] = [
    ['Job', { job: 'x; rm -rf ~' }, {}],
    ['Canary', { canary: '$(reboot)' }, {}],
    ['checksum', { checksum: '"; reboot; "' }, { applied: '' }],
    ['revision', {}, { applied: '"; reboot; "' }],
  ];
  for (const [what, more, rollout] of traps) {
    it(`has no line with the name of a ${what} that is none`, () => {
      const part = partWith('Failed', more, canaryIn('Progressing', rollout));
      assert.ok(linesOf(part).every((line) => !/reboot|rm -rf/.test(line)));
    });
  }
});
