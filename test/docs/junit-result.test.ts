/**
 * What examples/results/junit-result.sh makes of JUnit XML: the same bytes, in every shell and awk found here.
 * test/fixtures/junit/ has reports of the real tools, see the README there.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from '../support/documents.ts';

interface Failure {
  name: string;
  message: string;
}

interface Result {
  total: number;
  passed: number;
  failed: number;
  skipped: number;
  failures: Failure[];
}

interface Said {
  status: number | null;
  out: string;
  err: string;
}

type Script = (folder: string, ...paths: string[]) => Said;

const junitResult = join(root, 'examples/results/junit-result.sh');
const fixture = (tool: string): Buffer => readFileSync(join(root, 'test/fixtures/junit', `${tool}.xml`));

function run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Said {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { TERMINATION_LOG: '-', ...env },
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

const folders: string[] = [];
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'junit-'));
  folders.push(folder);
  return folder;
}

/** A path on which nothing is but this shell and this awk. */
const withShell = (sh: string, awk: string): Script => {
  const path = temporary();
  symlinkSync(sh, join(path, 'sh'));
  symlinkSync(awk, join(path, 'awk'));
  return (folder, ...paths) => run(join(path, 'sh'), [junitResult, ...paths], folder, { PATH: path });
};

// where test/cluster keeps it
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'k8s-e2e-verifier');

const found = (program: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), join(cache, 'downloads/busybox/bin')]
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

const interpreters: [sh: string, awk: string][] = [
  ['sh', 'awk'],
  ['busybox', 'busybox'],
  ['bash', 'gawk'],
];

const nothing: Result = { total: 0, passed: 0, failed: 0, skipped: 0, failures: [] };
const result = (total: number, failures: Failure[], skipped = 0): Result => ({
  total,
  passed: total - failures.length - skipped,
  failed: failures.length,
  skipped,
  failures,
});
const suite = (...tests: string[]): string => `<testsuite name="shop">${tests.join('\n')}</testsuite>`;
const failing = (attributes: string, body = ''): string =>
  suite(`<testcase name="pays"><failure ${attributes}>${body}</failure></testcase>`);
const pays = (message: string): Result => result(1, [{ name: 'pays', message }]);

const awkward = 'rejects an expired card: "402" & <b>not</b> 200 ✗';

const table: { what: string; xml: string | Buffer; says: Result; isBroken?: boolean }[] = [
  {
    what: "Mocha's reporter xunit",
    xml: fixture('mocha'),
    says: result(
      3,
      [
        {
          name: `checkout › ${awkward}`,
          message: 'expected 402 — got "200" & <OK> \\o/\n\tsecond line\n      + expected - actual',
        },
      ],
      1,
    ),
  },
  {
    what: 'jest-junit',
    xml: fixture('jest'),
    says: result(
      3,
      [
        {
          name: `checkout ${awkward}`,
          message: 'Error: expect(received).toEqual(expected) // deep equality\n- Expected  - 1\n+ Received  + 2',
        },
      ],
      1,
    ),
  },
  {
    what: "Playwright's reporter junit",
    xml: fixture('playwright'),
    says: result(3, [{ name: `checkout.spec.js › checkout › ${awkward}`, message: 'expected 402 — got 200' }], 1),
  },
  {
    what: 'pytest --junitxml',
    xml: fixture('pytest'),
    says: result(
      4,
      [
        {
          name: 'test_checkout › test_rejects_an_expired_card',
          message:
            'AssertionError: expected 402 — got 200: <b>"ok" & \\done\\</b>#x1B[31m ✗\n  \tsecond line\n' +
            "assert {'status': 200, 'body': '<b>\"ok\" & \\\\done\\\\</b>\\x1b[31m ✗'} == 402",
        },
        {
          name: 'test_checkout › test_basket',
          message: 'failed on setup with "ConnectionError: connection refused: http://shop-canary.shop:8080/?a=1&b=2"',
        },
      ],
      1,
    ),
  },
  {
    what: 'bats --report-formatter junit',
    xml: fixture('bats'),
    says: result(
      3,
      [
        {
          name: `./checkout.bats › ${awkward}`,
          message:
            "(in test file ./checkout.bats, line 8)\n  `[ 200 -eq 402 ]' failed\n" +
            'expected 402 & \'Payment Required\', got <200> "OK" \\o/',
        },
      ],
      1,
    ),
  },
  { what: 'one test that passed', xml: suite('<testcase name="a"/>'), says: result(1, []) },
  {
    what: 'suites in suites, whose own totals are wrong',
    xml: `<testsuites tests="9" failures="9"><testsuite tests="9" failures="9"><testcase name="a"/>
      <testsuite tests="9" failures="9"><testcase name="b"/><testcase name="c"><skipped/></testcase></testsuite>
      </testsuite><testsuite><testcase name="d"></testcase></testsuite></testsuites>`,
    says: result(4, [], 1),
  },
  {
    what: 'a failure that the totals of the suite do not count',
    xml: '<testsuite tests="1" failures="0"><testcase name="pays"><failure message="no"/></testcase></testsuite>',
    says: pays('no'),
  },
  {
    what: 'a test with a failure and an error, which is one test',
    xml: suite('<testcase name="pays"><failure message="no"/><error message="nor this"/></testcase>'),
    says: pays('no'),
  },
  {
    what: 'a test that failed and was skipped',
    xml: suite('<testcase name="pays"><skipped/><failure message="no"/></testcase>'),
    says: pays('no'),
  },
  {
    what: 'a test that passed when it was run again, as Surefire says it',
    xml: suite('<testcase name="a"><flakyFailure message="once"/></testcase>'),
    says: result(1, []),
  },
  {
    what: 'a suite that could not begin',
    xml: '<testsuite name="checkout"><error message="no database"/></testsuite>',
    says: result(1, [{ name: 'checkout', message: 'no database' }]),
  },
  {
    what: 'only skipped tests',
    xml: suite('<testcase name="a"><skipped message="later"/></testcase>'),
    says: result(1, [], 1),
  },
  {
    what: 'a class that the name begins with',
    xml: suite('<testcase classname="a b" name="a b c"><error message="no"/></testcase>'),
    says: result(1, [{ name: 'a b c', message: 'no' }]),
  },
  {
    what: 'a test without a name',
    xml: suite('<testcase><error message="no"/></testcase>'),
    says: result(1, [{ name: '(no name)', message: 'no' }]),
  },
  { what: 'a failure with a type and nothing else', xml: failing('type="Timeout"'), says: pays('Timeout') },
  { what: 'a failure without a word', xml: failing(''), says: pays('') },
  {
    what: 'a body of many lines: the first three that say something',
    xml: failing('message=" "', '\n\r\n  one\r\n\n  two \nthree\nfour'),
    says: pays('one\n  two\nthree'),
  },
  {
    what: 'a body of text and CDATA',
    xml: failing('', 'a &lt; b<![CDATA[ <c> &lt; </failure> ]]>&gt; d'),
    says: pays('a < b <c> &lt; </failure> > d'),
  },
  {
    what: "what a test printed, which is not the report's",
    xml: suite(
      '<testcase name="a"><system-out><![CDATA[</system-out><failure/></testcase>]]></system-out></testcase>',
      '<!-- <testcase name="b"/> --><?php <testcase/> ?>',
    ),
    says: result(1, []),
  },
  {
    what: 'references, of the five names, decimal and hexadecimal',
    xml: failing('message="&lt;&gt;&amp;&quot;&apos; &#10;&#x9;&#233;&#x2717;&#X41;&#x1F600;"'),
    says: pays('<>&"\' \n\té✗&#X41;😀'),
  },
  {
    what: 'references to nothing',
    xml: failing('message="&nbsp; & &amp;; &#0; &#xD800; &#x110000; &#; &#x;"'),
    says: pays('&nbsp; & &; \uFFFD \uFFFD \uFFFD &#; &#x;'),
  },
  {
    what: 'quotes, backslashes and control characters',
    xml: failing(`message='"\\"&#8;&#27;[31m\u0001\u007f'`),
    says: pays('"\\"\b\u001b[31m\u0001\u007f'),
  },
  {
    what: 'line ends in an attribute, which XML says are spaces',
    xml: '<testsuite>\r\n<testcase\r\n\tname\n=\n"pays"\r\n><failure message="a\nb\tc"\n/></testcase\n></testsuite>\r\n',
    says: pays('a b c'),
  },
  { what: 'a > in an attribute', xml: failing('message="a > b />"'), says: pays('a > b />') },
  {
    what: 'a byte order mark and what may stand around the root',
    xml: `\uFEFF<?xml version="1.0"?>\n<!-- a < b -->\n${suite('<testcase name="a"/>')}\n<!-- end -->\n`,
    says: result(1, []),
  },
  {
    what: 'bytes that are not UTF-8',
    xml: Buffer.from(failing('message="caf\xe9 \xe2\x9c x \xc0\xaf"'), 'latin1'),
    says: pays('caf\uFFFD \uFFFD\uFFFD x \uFFFD\uFFFD'),
  },
  {
    what: 'long names and messages, cut at a character',
    xml: suite(`<testcase name="${'é'.repeat(200)}"><failure message="${'😀'.repeat(200)}"/></testcase>`),
    says: result(1, [{ name: `${'é'.repeat(126)}…`, message: `${'😀'.repeat(127)}…` }]),
  },
  { what: 'an empty file', xml: '', says: nothing, isBroken: true },
  { what: 'a suite without tests', xml: suite(), says: nothing, isBroken: true },
  { what: 'words that are no XML', xml: 'Segmentation fault\n', says: nothing, isBroken: true },
  { what: 'a page of a proxy', xml: '<html><testcase name="a"/></html>', says: nothing, isBroken: true },
  { what: 'words before the report', xml: `npm notice\n${suite('<testcase/>')}`, says: nothing, isBroken: true },
  { what: 'two reports in one', xml: suite('<testcase/>') + suite(), says: nothing, isBroken: true },
  { what: 'a tag that is not closed', xml: suite('<testcase name="a">'), says: nothing, isBroken: true },
  { what: 'an attribute that is not closed', xml: suite('<testcase name="a/>'), says: nothing, isBroken: true },
  { what: 'UTF-16', xml: Buffer.from(suite('<testcase/>'), 'utf16le'), says: nothing, isBroken: true },
  {
    what: 'a report cut short after a test that failed',
    xml: '<testsuite><testcase/><testcase name="pays"><failure>no',
    says: result(2, [{ name: 'pays', message: 'no' }]),
    isBroken: true,
  },
];

function read(said: Said): Result {
  assert.ok(Buffer.byteLength(said.out) <= 4000, `${Buffer.byteLength(said.out)} bytes`);
  return JSON.parse(said.out) as Result;
}

const saidBefore = new Map<string, Said>();

/** To the byte what the first shell and awk said of it. */
function sameAsBefore(what: string, said: Said): void {
  assert.deepEqual(said, saidBefore.get(what) ?? said);
  saidBefore.set(what, said);
}

function scriptTests(script: Script): void {
  let folder: string;
  before(() => {
    folder = temporary();
  });
  const given = (name: string, xml: string | Buffer): string => {
    writeFileSync(join(folder, name), xml);
    return name;
  };
  const passing = suite('<testcase name="a"/>', '<testcase name="b"/>');

  for (const { what, xml, says, isBroken = false } of table)
    it(`reads ${what}`, () => {
      const said = script(folder, given('report.xml', xml));
      assert.deepEqual(read(said), says, said.err);
      assert.equal(said.status, isBroken ? 1 : 0);
      sameAsBefore(what, said);
    });

  it('sums files and the XML files of folders', () => {
    mkdirSync(join(folder, 'more reports'));
    const files = ['one.xml', 'more reports/two.xml', 'more reports/with = and space.xml'];
    for (const name of files) given(name, passing);
    given('more reports/notes.txt', 'no report');
    const said = script(folder, 'one.xml', 'more reports');
    assert.deepEqual([said.status, read(said)], [0, result(6, [])]);
    sameAsBefore('files and folders', said);
  });

  const lost: [what: string, paths: string[], why: RegExp][] = [
    ['no file is named', [], /no report is named/],
    ['its file is missing', ['passing.xml', 'missing.xml'], /missing\.xml: it cannot be read/],
    ['its folder has no XML file', ['passing.xml', 'empty'], /empty\/\*\.xml: it cannot be read/],
    ['one of two is cut short', ['cut.xml', 'passing.xml'], /cut\.xml: <\/testsuite> is missing/],
  ];
  for (const [what, paths, why] of lost)
    it(`passes nothing where ${what}`, () => {
      mkdirSync(join(folder, 'empty'), { recursive: true });
      given('passing.xml', passing);
      given('cut.xml', '<testsuite><testcase/>');
      const said = script(folder, ...paths);
      assert.deepEqual([said.status, read(said)], [1, nothing]);
      assert.match(said.err, why);
      sameAsBefore(what, said);
    });

  it('keeps the failures of one report when another is missing', () => {
    given('failing.xml', failing('message="no"'));
    const said = script(folder, 'missing.xml', 'failing.xml');
    assert.deepEqual([said.status, read(said)], [1, pays('no')]);
  });

  it('passes no report that is cut short, wherever it is', () => {
    const whole = suite(
      '<properties><property name="a" value="b"/></properties>',
      '<testcase classname="a" name="b"><system-out><![CDATA[<c>]]></system-out></testcase>',
      '<!-- d --><testcase name="e"></testcase>',
    );
    for (let length = 0; length < whole.length; length += 7) {
      const said = script(folder, given('report.xml', whole.slice(0, length)));
      assert.deepEqual([said.status, read(said)], [1, nothing], whole.slice(0, length));
    }
  }).timeout(20_000);

  it('names as many failures as there is room for, and counts all', () => {
    const tests = Array.from(
      { length: 300 },
      (_, index) => `<testcase name="test ${index}"><failure message="${'&#1;é'.repeat(index)}"/></testcase>`,
    );
    const said = script(folder, given('report.xml', suite(...tests)));
    const { total, failed, failures } = read(said);
    assert.deepEqual([total, failed], [300, 300]);
    assert.ok(failures.length > 10);
    assert.deepEqual(
      failures.map(({ name }) => name),
      failures.map((_, index) => `test ${index}`),
    );
    sameAsBefore('many failures', said);
  });

  it('reads a report of some megabytes in seconds', () => {
    const test = `<testcase name="a"><system-out>${'&lt;line&gt;\n'.repeat(50)}</system-out></testcase>`;
    const said = script(folder, given('report.xml', suite(...Array(5000).fill(test))));
    assert.deepEqual(read(said), result(5000, []));
  }).timeout(20_000);
}

describe('junit-result.sh', () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  for (const [sh, awk] of interpreters)
    describe(`with ${sh} and the awk of ${awk}`, () => {
      const [shell, itsAwk] = [found(sh), found(awk)];
      if (shell === undefined || itsAwk === undefined) {
        it(`is not tried: no ${shell ? awk : sh} on this machine`, function () {
          this.skip();
        });
        return;
      }
      scriptTests(withShell(shell, itsAwk));
    });

  const into = (folder: string, log: string): Said => {
    writeFileSync(join(folder, 'report.xml'), suite('<testcase/>'));
    return run('sh', [junitResult, 'report.xml'], folder, { PATH: process.env['PATH'], TERMINATION_LOG: log });
  };

  it('writes over what was in the file that TERMINATION_LOG names', () => {
    const folder = temporary();
    const log = join(folder, 'log');
    writeFileSync(log, 'x'.repeat(5000));
    assert.deepEqual(into(folder, log), { status: 0, out: '', err: '' });
    assert.deepEqual(JSON.parse(readFileSync(log, 'utf8')), result(1, []));
  });

  it('says with exit status 2 that it cannot be written', () => {
    const folder = temporary();
    const { status, err } = into(folder, join(folder, 'no-such-folder/log'));
    assert.equal(status, 2);
    assert.match(err, /no-such-folder/);
  });

  it('passes nothing without awk', () => {
    const folder = temporary();
    writeFileSync(join(folder, 'report.xml'), suite('<testcase/>'));
    symlinkSync(found('sh') ?? '/bin/sh', join(folder, 'sh'));
    const said = run(join(folder, 'sh'), [junitResult, 'report.xml'], folder, { PATH: folder });
    assert.deepEqual([said.status, read(said)], [1, nothing]);
  });
});
