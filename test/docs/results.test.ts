// The examples of tests that hand over a result: what they mount is there, and what they run gives it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Spec } from '../../function/api/e2espec.ts';
import { at, isKustomization, parse, type Resource, read, resources, root, yamlFiles } from '../support/documents.ts';

const folder = 'examples/results';
const kustomization = `${folder}/kustomization.yaml`;
const files = yamlFiles(folder).filter((file) => !isKustomization(file));

const [{ name: scripts, files: names }] = at(parse(read(kustomization))[0], 'configMapGenerator') as [
  { name: string; files: string[] },
];

function specOf(file: string): Spec {
  const [spec] = resources(read(file)).flatMap((document) => (document.kind === 'E2ESpec' ? [document['spec']] : []));
  return spec as Spec;
}

describe('the examples of results', () => {
  it('have a kustomization with every script, under the name that they mount', () => {
    const [document] = parse(read(kustomization));
    assert.equal(at(document, 'generatorOptions', 'disableNameSuffixHash'), true);
    assert.deepEqual(names, ['junit-result.sh', 'k6-summary.js']);
    for (const name of names) assert.ok(existsSync(join(root, folder, name)), name);
  });

  it('are all in the table of their README', () => {
    for (const file of files)
      assert.ok(read(`${folder}/README.md`).includes(`(${file.slice(folder.length + 1)})`), file);
  });

  for (const file of files)
    it(`${file} mounts what it uses, and uses what it mounts`, () => {
      const own = resources(read(file)).filter(({ kind }) => kind === 'ConfigMap');
      const dataOf = (document: Resource): Record<string, string> => document['data'] as Record<string, string>;
      const there = new Map([
        [scripts, names],
        ...own.map((each) => [each.metadata.name, Object.keys(dataOf(each))] as const),
      ]);
      const { args = [], configMaps = [] } = specOf(file);
      const text = [...args, ...own.flatMap((document) => Object.values(dataOf(document)))].join('\n');
      const mounted = configMaps.flatMap(({ name, mountPath }) =>
        (there.get(name) ?? []).map((key) => `${mountPath}/${key}`),
      );
      const used = [...text.matchAll(/\/(?:e2e|tests)\/[\w.-]+/g)].map(([path]) => path);
      assert.deepEqual(
        used.filter((path) => !mounted.includes(path)),
        [],
      );
      for (const { name, mountPath } of configMaps)
        assert.ok(
          used.some((path) => path.startsWith(mountPath)),
          name,
        );
    });
});

interface Run {
  status: number | null;
  result: unknown;
}

describe('what the examples of results run', function () {
  this.timeout(60_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'results-'));
    mkdirSync(join(home, 'bin'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (name: string, text: string): void => {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), text);
  };

  const program = (name: string, lines: string): void => {
    write(`bin/${name}`, `#!/bin/sh\n${lines}\n`);
    chmodSync(join(home, 'bin', name), 0o755);
  };

  /** With the paths of the container on this machine. */
  function run(file: string): Run {
    const { command = [], args = [], env = [] } = specOf(`${folder}/${file}`);
    const log = join(home, 'termination-log');
    const here = (text: string): string =>
      text
        .replace(/\/tmp\b/g, home)
        .replaceAll('/e2e/', `${join(root, folder)}/`)
        .replaceAll('/dev/termination-log', log);
    const [program = '', ...rest] = [...command, ...args].map(here);
    const { status } = spawnSync(program, rest, {
      cwd: home,
      env: {
        ...process.env,
        ...Object.fromEntries(env.map(({ name, value = '' }) => [name, here(value)])),
        PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter),
        TERMINATION_LOG: log,
        CANARY_URL: 'http://shop-canary.shop:8080',
      },
    });
    return { status, result: JSON.parse(readFileSync(log, 'utf8')) };
  }

  describe('with Mocha', () => {
    beforeEach(() => symlinkSync(join(root, 'node_modules'), join(home, 'node_modules')));
    const takes = "it('takes a card', () => {});";
    const rejects = "it('rejects an expired card', () => { throw new Error('expected 402, got \"200\"'); });";
    const table: [what: string, tests: string, run: Run][] = [
      [
        'tests that pass',
        `describe('checkout', () => { ${takes} it.skip('later'); })`,
        { status: 0, result: { total: 2, passed: 1, failed: 0, skipped: 1, failures: [] } },
      ],
      [
        'a test that fails',
        `describe('checkout', () => { ${takes} ${rejects} })`,
        {
          status: 1,
          result: {
            total: 2,
            passed: 1,
            failed: 1,
            skipped: 0,
            failures: [
              {
                name: 'checkout › rejects an expired card',
                message: 'expected 402, got "200"\nError: expected 402, got "200"',
              },
            ],
          },
        },
      ],
      [
        'a file that cannot be read',
        'describe(',
        { status: 1, result: { total: 0, passed: 0, failed: 0, skipped: 0, failures: [] } },
      ],
    ];
    for (const [what, tests, expected] of table)
      it(`hands over ${what}, and ends as Mocha ends`, () => {
        write('test/checkout.cjs', tests);
        const { status, result } = run('e2espec-mocha.yaml');
        assert.equal(status === 0, expected.status === 0);
        const shortened = JSON.parse(JSON.stringify(result).replace(/\\n +at [^"]*/g, '')) as unknown;
        assert.deepEqual(shortened, expected.result);
      });
  });

  describe('with a tool that is not here, but whose report is', () => {
    const table: [tool: string, program: string, report: string, counts: number[]][] = [
      ['jest', 'npx', '$JEST_JUNIT_OUTPUT_FILE', [3, 1, 1, 1]],
      ['playwright', 'npx', '$PLAYWRIGHT_JUNIT_OUTPUT_FILE', [3, 1, 1, 1]],
      ['pytest', 'pytest', `\${1#--junitxml=}`, [4, 1, 2, 1]],
      ['bats', 'bats', '$4/report.xml', [3, 1, 1, 1]], // bats --report-formatter junit --output FOLDER
    ];
    for (const [tool, name, report, counts] of table)
      it(`hands over what ${tool} found, and ends as it ends`, () => {
        program(name, `cp '${join(root, 'test/fixtures/junit', `${tool}.xml`)}' "${report}" && exit 7`);
        const { status, result } = run(`e2espec-${tool}.yaml`);
        const { total, passed, failed, skipped } = result as Record<string, number>;
        assert.deepEqual([status, total, passed, failed, skipped], [7, ...counts]);
      });
  });

  describe('with a plain shell', () => {
    const wget = (cart: string): void =>
      program('wget', `case "$*" in */cart) ${cart} ;; *) echo 'Welcome "home" \\o/' ;; esac`);
    const failures = [{ name: 'the cart is empty', message: 'expected no items' }];
    const table: [what: string, cart: string, run: Run][] = [
      ['checks that pass', "echo 'no items'", { status: 0, result: { total: 2, passed: 2, failed: 0, failures: [] } }],
      ['a check that fails', "echo '1 item'", { status: 1, result: { total: 2, passed: 1, failed: 1, failures } }],
      ['a page that is not there', 'exit 8', { status: 1, result: { total: 2, passed: 1, failed: 1, failures } }],
    ];
    for (const [what, cart, expected] of table)
      it(`hands over ${what}, and ends with 1 where one failed`, () => {
        wget(cart);
        assert.deepEqual(run('e2espec-shell.yaml'), expected);
      });
  });
});
