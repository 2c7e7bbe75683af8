import assert from 'node:assert/strict';
import { lineReader, place } from '../../../../function/cli/follow/log-lines.ts';

const bytes = (text: string) => Buffer.from(text);
const texts = (parts: Uint8Array[]): string[] => {
  const reader = lineReader();
  return [...parts.flatMap((part) => reader.take(part)), ...reader.end()].map(({ text }) => text);
};

describe('The lines of a log', () => {
  const cases: { title: string; parts: Uint8Array[]; lines: string[] }[] = [
    { title: 'are none of nothing', parts: [], lines: [] },
    { title: 'are told apart by their ends', parts: [bytes('a\n\nb\n')], lines: ['a', '', 'b'] },
    { title: 'need no end at the end', parts: [bytes('a\nb')], lines: ['a', 'b'] },
    {
      title: 'are whole in however many parts they come',
      parts: [bytes('on'), bytes('e\ntw'), bytes('o\n')],
      lines: ['one', 'two'],
    },
    {
      title: 'keep a character that comes in two parts',
      parts: [bytes('é').subarray(0, 1), bytes('é\n').subarray(1)],
      lines: ['é'],
    },
    {
      title: 'have the sign for what is no UTF-8',
      parts: [Buffer.from([0x61, 0xc3, 0x0a, 0xff, 0x0a, 0xe2, 0x82])],
      lines: ['a\ufffd', '\ufffd', '\ufffd'],
    },
  ];
  for (const { title, parts, lines } of cases) {
    it(title, () => assert.deepEqual(texts(parts), lines));
  }

  it('are read one byte at a time as in one piece', () => {
    const text = bytes('2026-11-21T10:00:00.000000001Z grün\r\nzwei\n\u{1f600} drei');
    assert.deepEqual(texts([...text].map((each) => Uint8Array.of(each))), texts([text]));
  });

  it('are cut where one is longer than anybody reads, and what follows is whole again', () => {
    const [long = '', next] = texts([...Array(64).fill(Buffer.alloc(65_536, 'x')), bytes('\nnext\n')]);
    assert.equal(long.length, 16_384);
    assert.equal(next, 'next');
  });

  it('have their times told apart from what they say', () => {
    const reader = lineReader();
    const time = '2026-11-21T10:00:00.123456789Z';
    assert.deepEqual(reader.take(bytes(`${time} ${time} said\nno time\n`)), [
      { time, text: `${time} said` },
      { time: undefined, text: 'no time' },
    ]);
  });
});

describe('The place in a log', () => {
  const at = (nanoseconds: number, text = 'x') => ({
    time: `2026-11-21T10:00:00.${String(nanoseconds).padStart(9, '0')}Z`,
    text,
  });

  it('is its beginning at first, and then the second of the last line', () => {
    const reached = place();
    assert.equal(reached.resume(), undefined);
    reached.isNew(at(5));
    assert.equal(reached.resume(), '2026-11-21T10:00:00Z');
  });

  it('knows which lines come again when the log is read on from there', () => {
    const reached = place();
    const first = [at(1), at(2), at(2), at(3), at(3)];
    assert.ok(first.every((line) => reached.isNew(line)));
    reached.resume();
    assert.deepEqual(
      [...first, at(3), at(4)].filter((line) => reached.isNew(line)),
      [at(3), at(4)],
    );
  });

  it('takes every line whose time is not told', () => {
    const reached = place();
    assert.ok(
      [at(1), { time: undefined, text: 'x' }, { time: undefined, text: 'x' }].every((line) => reached.isNew(line)),
    );
  });
});
