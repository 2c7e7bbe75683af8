/**
 * Every command of README.md and of the pages is run by a test, or is named as not run, with the reason. What counts as a
 * command is in shown-commands.ts; what runs each of them, in commands-run.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { read, root } from '../support/documents.ts';
import { type Group, groups } from './commands-run.ts';
import { type Command, commandsOf, isCommand, pages } from './shown-commands.ts';

const commands = pages.flatMap((page) => commandsOf(page));
const folders = globSync('{examples,test}/**/README.md', { cwd: root, exclude: ['**/node_modules/**'] }).sort();
const table = 'test/docs/commands-run.ts';

const isIn = (group: Group, { page, text, sections }: Command): boolean =>
  'commands' in group
    ? group.commands.includes(text)
    : group.page === page && sections.some((section) => section in group.sections);

/** A suite of `npm test` or of the cluster, or what CI runs. */
const runs = /^(test\/(?!bounds\/).*\.test\.ts|\.ci\/run|package\.json)$/;

/** What has to be in a file for a group to be true. */
function claims(group: Group): { file: string; text: string }[] {
  if ('notRun' in group) return [];
  if ('onDemand' in group) return [{ file: group.onDemand, text: group.lastRun }];
  if ('as' in group) return [{ file: group.by, text: group.as }];
  return Object.values(group.sections).map((text) => ({ file: group.by, text }));
}

/** Pages break their lines where they like. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('The commands of the pages', () => {
  it('are each run by a test, or named as not run, with the reason', () => {
    assert.ok(commands.length > 200);
    const run = new Set(
      commands.filter((command) => groups.some((group) => isIn(group, command))).map(({ text }) => text),
    );
    const left = new Set(commands.filter(({ text }) => !run.has(text)).map(({ page, text }) => `${page}: ${text}`));
    const todo = `have a test run these and name it in ${table}, or say there why nothing does`;
    assert.equal(left.size, 0, `${todo}:\n${[...left].join('\n')}`);
  });

  it('are all that the table has, each once', () => {
    const named = groups.flatMap((group) => ('commands' in group ? group.commands : []));
    assert.deepEqual(
      named.filter((text, index) => named.indexOf(text) !== index),
      [],
    );
    const stale = named.filter((text) => !commands.some((command) => command.text === text));
    assert.deepEqual(stale, [], `no page has these: take them out of ${table}`);
    for (const group of groups.flatMap((each) => ('page' in each ? each : [])))
      for (const section of Object.keys(group.sections)) {
        const inSection = commands.filter(({ page, sections }) => page === group.page && sections.includes(section));
        assert.ok(inSection.length > 0, `${group.page} has no commands in "${section}": take it out of ${table}`);
      }
  });

  it('are run by suites that npm test or CI runs', () => {
    for (const { by } of groups.flatMap((group) => ('by' in group ? group : []))) {
      assert.match(by, runs);
      assert.ok(existsSync(join(root, by)), by);
    }
  });

  it('are run where the table says', () => {
    for (const { file, text } of groups.flatMap(claims))
      assert.ok(
        inOneLine(read(file)).includes(inOneLine(text)),
        `${file} has no ${text}: does it still run what ${table} says?`,
      );
  });

  it('are said on their page to be not run where nothing runs them', () => {
    const unrun = groups.flatMap((group) => ('notRun' in group ? group.commands : []));
    for (const { page, text } of commands.filter((command) => unrun.includes(command.text)))
      assert.match(inOneLine(read(page)), /\bnot run\b|\bneither [^.]* was run\b/i, `${page}: ${text}`);
  });

  it('are what a shell can read', () => {
    const isRead = (script: string) => spawnSync('sh', ['-n'], { input: script }).status === 0;
    const all = [...new Set(commands.map(({ text }) => text))];
    assert.deepEqual(isRead(all.join('\n')) ? [] : all.filter((text) => !isRead(text)), []);
  });

  // https://zsh.sourceforge.io/Doc/Release/Options.html: without INTERACTIVE_COMMENTS, as it is, a comment is words like others.
  it('have no comment behind them: zsh takes its words for operands', () => {
    for (const page of [...pages, ...folders])
      for (const line of read(page).split('\n')) {
        const text = line.trim().replace(/^\$ /, '');
        assert.ok(!(isCommand(text) && /\s#\s/.test(text)), `${page}: ${line}`);
      }
  });

  it('have no comment above them that zsh would run', () => {
    for (const page of [...pages, ...folders])
      for (const [block] of read(page).matchAll(/^```(?:bash|sh)\n[\s\S]*?^```$/gm))
        for (const [comment] of block.matchAll(/^# .*$/gm)) assert.doesNotMatch(comment, /['`;&|<>$(){}]/, page);
  });

  it('have no pattern without quotes but for files: zsh refuses those that match nothing', () => {
    for (const { page, text } of commands) {
      const bare = text.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/g, '').split(/[\s()]+/);
      const patterns = bare.filter((word) => /[*?[]/.test(word) && !existsSync(join(root, dirname(word))));
      assert.deepEqual(patterns, [], `${page}: ${text}`);
    }
  });
});

describe('A command of a page', () => {
  const rows: [what: string, text: string, commands: string[]][] = [
    ['is a line of a shell', '```bash\nnpm ci   # once\ncd x\nkubectl get e2e\n```', ['npm ci', 'kubectl get e2e']],
    ['is each step of one', '```sh\nnpm ci && npm test\n```', ['npm ci', 'npm test']],
    ['may be of several lines', '```bash\ndocker build \\\n  -t x .\n```', ['docker build -t x .']],
    ['may have quotes of several lines', "```bash\ncurl -d '{\n  }' x\n```", ["curl -d '{ }' x"]],
    ['begins a here-document', '```bash\nkubectl apply -f - <<EOF\nkind: X\nEOF\n```', ['kubectl apply -f -']],
    ['stands after a prompt', '```console\n$ kn service list\nkn says so\n```', ['kn service list']],
    ['may be indented', '\n    npm run cluster down\n', ['npm run cluster down']],
    ['may be a step of a workflow', '```yaml\nsteps:\n  - run: npm ci\n```', ['npm ci']],
    ['may be set to a variable', '```bash\nx=$(kubectl get e2e)\n```', ['x=$(kubectl get e2e)']],
    ['is a span with an operand', 'Say `kubectl e2e\nwhy NAME`.', ['kubectl e2e why NAME']],
    ['is a span with -A', '`kubectl e2e lint -A`', ['kubectl e2e lint -A']],
    ['is no name of one', '`kubectl`, `kubectl e2e why`, `kubectl apply -k`, `helm test`, `npm install`', []],
    ['is no text', '```text\nnpm run is said here\n```\nnpm ci', []],
  ];
  for (const [what, text, expected] of rows)
    it(what, () => {
      assert.deepEqual(
        commandsOf('a page', text).map((command) => command.text),
        expected,
      );
    });
});
