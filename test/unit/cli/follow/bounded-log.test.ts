import assert from 'node:assert/strict';
import { boundedLog } from '../../../../function/cli/follow/bounded-log.ts';

const whole = 'kubectl logs job/e2e -n test';
const shown = (...lines: string[]) => boundedLog(whole).take(lines);

describe('A log as it is shown', () => {
  const cases: [title: string, line: string, lines: string[]][] = [
    [
      'has each line behind a bar, so that none is taken for a verdict',
      'failed  shop/podinfo: Error',
      [' | failed  shop/podinfo: Error'],
    ],
    ['keeps what is indented', '  - expected 402', [' |   - expected 402']],
    ['keeps empty lines', '', [' |']],
    ['turns a tab into spaces', '\tat a.js:1', [' |     at a.js:1']],
    ['shows no colours, and moves no cursor', '\u001b[31mred\u001b[0m\u001b[2Jx', [' | redx']],
    ['gives a terminal no title and no link', '\u001b]0;title\u0007\u001b]8;;http://x\u001b\\text', [' | text']],
    ['turns no text around', 'a\u202eb\u200bc', [' | abc']],
    ['has no control characters', 'a\u0000b\u0008c\u009bd', [' | a b c']],
    ['shows a progress bar line by line, so that it overwrites nothing', '10 %\r20 %\r\n', [' | 10 %', ' | 20 %']],
    ['strikes secrets out', 'password=hunter2hunter2', [' | password=[redacted]']],
  ];
  for (const [title, line, lines] of cases) {
    it(title, () => assert.deepEqual(shown(line), lines));
  }

  it('cuts a line that nobody reads to its end', () => {
    const [line = ''] = shown('x'.repeat(100_000));
    assert.ok(Buffer.byteLength(line) <= 4096 + 3, String(line.length));
    assert.match(line, /^ \| x{4000,}\.\.\.$/);
  });

  it('ends after some megabytes with where the rest is, and shows the last lines', () => {
    const log = boundedLog(whole);
    const lines = Array.from({ length: 10_000 }, (_, index) => `${index} ${'x'.repeat(1000)}`);
    const first = log.take(lines);
    assert.ok(first.join('\n').length < 5 * 1024 * 1024);
    assert.equal(first.at(-1), ` | ... more than is shown here. What the node keeps of it: ${whole}`);
    const last = log.end();
    const left = 10_000 - (first.length - 1) - 100;
    assert.deepEqual([last.length, last[0]], [101, ` | ... ${left} lines are left out here`]);
    assert.match(last.at(-1) ?? '', /^ \| 9999 x/);
  });

  it('says nothing at its end where all was shown', () => {
    const log = boundedLog(whole);
    log.take(['a']);
    assert.deepEqual(log.end(), []);
  });
});
