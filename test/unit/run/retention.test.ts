/**
 * How much E2ESpec.status keeps, whatever was written: what is open is there until nothing closed is left to drop.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RecordedVerdict, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { withRecord } from '../../../function/run/history.ts';
import { trim } from '../../../function/run/retention.ts';
import { ago, recordOf } from '../run-fixture.ts';

const verdicts: RecordedVerdict[] = [
  'Running',
  'Passed',
  'Failed',
  'Inconclusive',
  'Superseded',
  'Cancelled',
  'Skipped',
];

/** One record of some run of some canary, open or closed, with few words or many. */
const anyRecord: fc.Arbitrary<RunRecord> = fc
  .record({
    canary: fc.integer({ min: 0, max: 40 }),
    rollout: fc.integer({ min: 0, max: 30 }),
    hook: fc.constantFrom('', 'h1', 'h2'),
    verdict: fc.constantFrom(...verdicts),
    isClosed: fc.boolean(),
    skip: fc.constantFrom(undefined, 's1'),
    message: fc.constantFrom('', 'short', 'm'.repeat(150), 'é'.repeat(400), '𝄞 '.repeat(180)),
  })
  .map(({ canary, rollout, isClosed, skip, ...rest }) =>
    recordOf({
      ...rest,
      canary: `canary-${canary}`,
      rollout: ago(rollout * 60),
      jobUID: `${canary}-${rollout}-${rest.hook}`,
      ...(isClosed && { closedAt: ago(1) }),
      ...(skip && { skip }),
    }),
  );

const isOpen = (record: RunRecord, runs: RunRecord[]): boolean =>
  record.closedAt === undefined && runs.find(({ canary }) => canary === record.canary)?.rollout === record.rollout;

/** The same record, whatever became of its message. */
const keyOf = ({ message: _, ...record }: RunRecord): string => JSON.stringify(record);
const bytesOf = (runs: RunRecord[] | undefined): number => Buffer.byteLength(JSON.stringify(runs));

function assertKept(runs: RunRecord[]): void {
  const kept = trim(runs);
  assert.ok(bytesOf(kept) <= 64_100 && kept.length <= 200, `${kept.length} records of ${bytesOf(kept)} bytes`);
  const left = kept.map(keyOf);
  assert.deepEqual(
    left,
    runs.map(keyOf).filter((key) => left.includes(key)),
    'newest first, as they were',
  );
  const isOpenDropped = runs.some((record) => isOpen(record, runs) && !left.includes(keyOf(record)));
  const isClosedKept = kept.slice(1).some((record) => !isOpen(record, runs) && record.skip === undefined);
  assert.ok(!(isOpenDropped && isClosedKept), 'what is open was dropped while something closed is there');
  assert.deepEqual(trim(kept), kept, 'and no more is dropped the next time');
}

describe('What E2ESpec.status keeps', () => {
  it('is newest first, below 64 kB, and never drops what is open while something closed is there', () => {
    const lists = fc.uniqueArray(anyRecord, { minLength: 0, maxLength: 400, selector: keyOf, size: 'max' });
    fc.assert(fc.property(lists, assertKept), { numRuns: 50 });
  });

  it('has a record in it once it was written, and writing it again changes nothing', () => {
    // The others are only ever made of one that is there.
    const written = anyRecord.filter(({ verdict }) => verdict !== 'Superseded' && verdict !== 'Cancelled');
    const lists = fc.array(written, { maxLength: 80, size: 'max' });
    fc.assert(
      fc.property(lists, (records) => {
        let status: Status = {};
        for (const record of records) {
          const next = withRecord(status, record);
          assert.equal(next === undefined ? undefined : withRecord(next, record), undefined);
          if (next !== undefined) assert.equal(next.runs?.[0], record);
          status = next ?? status;
        }
        assertKept(status.runs ?? []);
      }),
      { numRuns: 50 },
    );
  });

  const message = 'what the test said last. '.repeat(30);
  const decided = (index: number, more: Partial<RunRecord> = {}) =>
    recordOf({ canary: `canary-${index}`, jobUID: `j${index}`, verdict: 'Failed', message, ...more });

  for (const count of [21, 50, 60]) {
    it(`keeps what was decided in the rollouts of ${count} canaries, although each has ten former ones`, () => {
      const canaries = Array.from({ length: count }, (_, index) => index);
      const former = canaries.flatMap((index) =>
        Array.from({ length: 10 }, (_, round) =>
          decided(index, { rollout: ago(9000 - round), jobUID: `${index}-${round}`, closedAt: ago(8000) }),
        ),
      );
      const open = canaries.map((index) => decided(index));
      const write = (status: Status, record: RunRecord): Status => withRecord(status, record) ?? status;
      // In the worst order: each canary's open record is followed by all that the others have had.
      const status = [...open, ...open, ...former].reduceRight<Status>((before, record) => write(before, record), {});
      const kept = status.runs?.filter(({ closedAt }) => closedAt === undefined);
      assert.equal(kept?.length, count);
      for (const record of kept ?? []) assert.equal(record.message, message);
    });
  }

  it('shortens the words of what is closed before it drops it, and of what is open before it drops that', () => {
    const closed = Array.from({ length: 10 }, (_, index) => decided(0, { rollout: ago(index), closedAt: ago(0) }));
    const open = Array.from({ length: 90 }, (_, index) => decided(index + 1));
    const half = trim([...open.slice(0, 60), ...closed]);
    assert.equal(half.length, 70);
    for (const record of half) {
      const longest = record.closedAt === undefined ? message.length : 200;
      assert.equal(record.message?.length, longest);
    }
    const all = trim([...open, ...closed]);
    assert.ok(open.every((record) => all.some(({ canary }) => canary === record.canary)));
    assert.ok(all.every((record) => Buffer.byteLength(record.message ?? '') <= 200));
  });

  const brief = (index: number, more: Partial<RunRecord> = {}) =>
    recordOf({ canary: `canary-${index}`, jobUID: `j${index}`, verdict: 'Passed', ...more });
  const list = (count: number, each: (index: number) => RunRecord) => Array.from({ length: count }, (_, n) => each(n));

  const tooMany: { what: string; runs: RunRecord[] }[] = [
    { what: 'closed ones', runs: list(230, (index) => brief(index, { closedAt: ago(1) })) },
    { what: 'open ones', runs: list(230, (index) => brief(index)) },
    { what: 'skips', runs: list(230, (index) => brief(index, { verdict: 'Skipped', skip: 's1' })) },
  ];
  for (const { what, runs } of tooMany) {
    it(`is the newest 200 of 230 ${what}`, () => assert.deepEqual(trim(runs), runs.slice(0, 200)));
  }

  it('is as much as fits into 64 kB, and no less', () => {
    const runs = list(150, (index) => brief(index, { closedAt: ago(1), reason: 'r'.repeat(300) }));
    const kept = trim(runs);
    assert.deepEqual(kept, runs.slice(0, kept.length));
    assert.ok(bytesOf(kept) > 63_000, `${bytesOf(kept)} bytes`);
  });

  it('is all of it, in all its words, up to 64 kB', () => {
    const ofSize = (bytes: number): RunRecord[] => {
      const runs = list(100, (index) => brief(index, { closedAt: ago(1), message: 'm'.repeat(300) }));
      // Of a list in JSON the outer brackets count once.
      const reason = 'r'.repeat(bytes + 1 - bytesOf(runs) - ',"reason":""'.length);
      return runs.map((record, index) => (index === 0 ? { ...record, reason } : record));
    };
    assert.deepEqual(trim(ofSize(64_000)), ofSize(64_000));
    assert.ok(trim(ofSize(64_001)).every(({ message = '' }) => message.length === 200));
  });

  it('is in all its words where there are too many, but not too large', () => {
    const runs = list(230, (index) =>
      brief(index, { closedAt: ago(1), ...(index < 10 && { message: 'm'.repeat(300) }) }),
    );
    assert.deepEqual(trim(runs), runs.slice(0, 200));
  });

  it('has the newest record in it, although that is closed and what is open is enough', () => {
    const newest = brief(0, { closedAt: ago(0) });
    const open = list(200, (index) => brief(index + 1));
    assert.deepEqual(trim([newest, ...open]), [newest, ...open.slice(0, 199)]);
  });

  it('loses what another revision has superseded before what is open', () => {
    const superseded = list(30, (index) => brief(index, { verdict: 'Superseded' }));
    const open = list(190, (index) => brief(index + 30));
    assert.deepEqual(trim([...superseded, ...open]), [...superseded.slice(0, 10), ...open]);
  });

  it('is ten records of a rollout that is closed', () => {
    const hooks = list(14, (index) => brief(0, { hook: `h${index}`, closedAt: ago(1) }));
    assert.deepEqual(trim(hooks), hooks.slice(0, 10));
  });

  it('has one skip of a canary beyond its ten records, whatever came between', () => {
    const ended = (index: number, isSkip: boolean) =>
      brief(0, { rollout: ago(index), closedAt: ago(index), ...(isSkip && { verdict: 'Skipped', skip: `s${index}` }) });
    const skips = list(14, (index) => ended(index, true));
    assert.deepEqual(trim(skips), skips.slice(0, 10));
    const inTurn = list(14, (index) => ended(index, index % 2 === 0));
    assert.deepEqual(trim(inTurn), inTurn.slice(0, 10));
  });

  const shortened: { what: string; text: string; is: string }[] = [
    { what: '200 bytes', text: 'm'.repeat(200), is: 'm'.repeat(200) },
    { what: '201 bytes', text: 'm'.repeat(201), is: `${'m'.repeat(197)}...` },
    { what: 'a character at the cut', text: 'é'.repeat(150), is: `${'é'.repeat(98)}...` },
    {
      what: 'what was no text already',
      text: `caf\uFFFD ${'é'.repeat(150)}`,
      is: `caf\uFFFD ${'é'.repeat(95)}...`,
    },
  ];
  for (const { what, text, is } of shortened) {
    it(`has messages of at most 200 bytes where there is too much: ${what}`, () => {
      const runs = list(130, (index) => decided(index, { closedAt: ago(1), ...(index === 1 && { message: text }) }));
      assert.equal(trim(runs)[1]?.message, is);
    });
  }

  it('keeps the newest skip of a canary, which would hold again if it were forgotten', () => {
    const skip = decided(0, { verdict: 'Skipped', skip: 'canary-0/85d557f47b: known flake', closedAt: ago(1) });
    const others = Array.from({ length: 100 }, (_, index) => decided(index + 1, { closedAt: ago(1) }));
    const later = Array.from({ length: 12 }, (_, index) => decided(0, { rollout: ago(index), closedAt: ago(0) }));
    assert.ok(trim([...later, ...others, skip]).some((record) => record.skip === skip.skip));
  });
});
