// What the demo prints, and its picture.
import assert from 'node:assert/strict';
import { type Answered, type Outcome, printerTo } from '../../examples/demo/print.ts';
import { plain, svgOf } from '../../examples/demo/svg.ts';
import { read } from '../support/documents.ts';

const esc = String.fromCharCode(0x1b);

function printed(width: number, isColoured: boolean, ...answers: Answered[]): string[] {
  const lines: string[] = [];
  const printer = printerTo({ width, isColoured, show: (line) => lines.push(line) });
  printer.revision('Revision 1');
  for (const answer of answers) printer.call(answer);
  return lines.slice(2);
}

const answer = (
  path: Answered['path'],
  status: number,
  body = 'Reason: a sentence',
  retryAfter: string | null = null,
) => ({
  path,
  status,
  retryAfter,
  body,
});

describe('The demo', () => {
  const meanings: [answer: Answered, line: string][] = [
    [answer('/pre-rollout', 200), 'POST /pre-rollout  200 passed: go on'],
    // Flagger's own rule, which is why /webhook alone gates nothing.
    [answer('/pre-rollout', 202), 'POST /pre-rollout  202 passed: go on'],
    [answer('/pre-rollout', 429, 'Running', '10'), 'POST /pre-rollout  429 not yet: ask again in 10 s'],
    [answer('/pre-rollout', 412), 'POST /pre-rollout  412 a failed check: do not go on'],
    [answer('/pre-rollout', 424), 'POST /pre-rollout  424 a failed check: do not go on'],
    [answer('/rollback', 200), 'POST /rollback     200 roll back now'],
    [answer('/rollback', 403), 'POST /rollback     403 do not roll back'],
  ];
  for (const [given, line] of meanings)
    it(`says of ${given.status} from ${given.path} what Flagger makes of it`, () => {
      assert.equal(printed(80, false, given)[0], `  ${line}`);
    });

  it('prints a text once, and says where it comes again', () => {
    const lines = printed(80, false, answer('/pre-rollout', 412), answer('/rollback', 200));
    assert.deepEqual(lines, [
      '  POST /pre-rollout  412 a failed check: do not go on',
      '    Reason: a sentence',
      '  POST /rollback     200 roll back now',
      '    in the same words',
    ]);
  });

  it('wraps what is longer than the terminal is wide', () => {
    const lines = printed(60, false, answer('/pre-rollout', 412, 'word '.repeat(40).trim()));
    assert.equal(lines.length, 5);
    for (const line of lines) assert.ok(line.length <= 60, line);
    assert.deepEqual(new Set(lines.slice(1).map((line) => /^ {4}word/.test(line))), new Set([true]));
  });

  it('colours nothing where it may not, and the same words where it may', () => {
    const given = [answer('/pre-rollout', 412), answer('/rollback', 200), answer('/pre-rollout', 429, 'b', '1')];
    const [coloured, bare] = [printed(60, true, ...given), printed(60, false, ...given)];
    assert.ok(!bare.join('').includes(esc));
    assert.ok(coloured.join('').includes(`${esc}[31m412 a failed check: do not go on${esc}[39m`));
    assert.deepEqual(coloured.map(plain), bare);
  });

  it('ends with a table that fits into 80 columns', () => {
    const lines: string[] = [];
    const outcome: Outcome = {
      title: 'cannot run',
      preRollout: 424,
      rollback: 200,
      verdict: 'Inconclusive',
      isRolledBack: true,
    };
    printerTo({ width: 80, isColoured: false, show: (line) => lines.push(line) }).outcomes([outcome]);
    const [, heads = '', row = ''] = lines;
    assert.deepEqual(heads.split(/ {3,}/), ['REVISION', 'ITS TEST', 'PRE-ROLLOUT', 'ROLLBACK', 'VERDICT', 'FLAGGER']);
    assert.deepEqual(row.split(/ {3,}/), ['1', 'cannot run', '424', '200', 'Inconclusive', 'rolls back']);
    assert.ok(heads.length <= 80 && row.length <= 80);
  });
});

describe('A picture of a terminal', () => {
  const look = { width: 40, title: 'a title' };

  it('has the text at its column, in its colour', () => {
    const svg = svgOf([`  ${esc}[31mred${esc}[39m <b> ${esc}[1;32mgreen${esc}[0m`], look);
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="\d+" class="([a-z ]+)" textLength="([\d.]+)">([^<]*)</g)];
    assert.deepEqual(
      texts.map(([, x, look, length, text]) => [x, look, length, text]),
      [
        ['31.6', 'red', '23.4', 'red'],
        ['62.8', 'text', '23.4', '&lt;b&gt;'],
        ['94', 'green bold', '39', 'green'],
      ],
    );
  });

  it('is the same of the same lines, byte by byte', () => {
    const lines = [`${esc}[2ma line${esc}[22m`, 'and another'];
    assert.equal(svgOf(lines, look), svgOf(lines, look));
  });

  it('is refused of what it cannot show', () => {
    assert.throws(() => svgOf([`${esc}[44mblue behind${esc}[49m`], look), /no picture of the graphic rendition 44/);
    assert.throws(() => svgOf([`${esc}[2Jcleared`], look), /no picture of an escape sequence/);
  });

  it('runs no script and loads nothing', () => {
    assert.doesNotMatch(read('docs/images/demo.svg'), /<script|<image|href=|url\(|@import/);
  });
});
