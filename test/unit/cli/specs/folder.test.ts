/**
 * Which files of a folder are its specs and their helpers, and what is said of a folder that cannot be read.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { largestFolder, readFolder } from '../../../../function/cli/specs/folder.ts';

describe('A folder of specs', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'specs-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (path: string, content: string | Buffer = ''): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  };
  const pathsOf = (folder = ''): string[] => readFolder(join(home, folder)).files.map(({ path }) => path);
  const refusal = (folder = ''): string => {
    try {
      return `read: ${pathsOf(folder)}`;
    } catch (error) {
      assert.ok(error instanceof Error);
      return error.message.replaceAll(home, 'HOME');
    }
  };

  it('has its specs, their helpers and what else lies there, sub-folders as well', () => {
    for (const path of ['a.spec.js', 'lib/http.ts', 'lib/deep.test.mts', 'data.json', 'a.spec.d.ts']) write(path);
    assert.deepEqual(pathsOf(), ['a.spec.d.ts', 'a.spec.js', 'data.json', 'lib/deep.test.mts', 'lib/http.ts']);
  });

  it('is without dot files and node_modules, at any depth', () => {
    for (const path of ['.env', '.git/config', 'node_modules/x/x.spec.js', 'lib/node_modules/x.js', 'lib/.cache/x'])
      write(path);
    write('a.spec.js');
    assert.deepEqual(pathsOf(), ['a.spec.js']);
  });

  const ignoring: Record<string, [ignores: Record<string, string>, left: string[]]> = {
    'a name': [{ '.gitignore': '*.log\n' }, ['big/one.txt', 'lib/http.ts']],
    'a folder': [{ '.gitignore': 'big/\n' }, ['lib/http.ts', 'lib/trace.log', 'trace.log']],
    'a name from the top': [{ '.gitignore': '/trace.log\n' }, ['big/one.txt', 'lib/http.ts', 'lib/trace.log']],
    'a name in a sub-folder': [{ 'lib/.gitignore': 'trace.log\n' }, ['big/one.txt', 'lib/http.ts', 'trace.log']],
    'all but one': [
      { '.gitignore': '*.log\n', 'lib/.gitignore': '!trace.log\n' },
      ['big/one.txt', 'lib/http.ts', 'lib/trace.log'],
    ],
    'another case': [{ '.gitignore': 'TRACE.log\n' }, ['big/one.txt', 'lib/http.ts', 'lib/trace.log', 'trace.log']],
  };
  for (const [what, [ignores, left]] of Object.entries(ignoring))
    it(`is without what .gitignore names, as git has it: ${what}`, () => {
      mkdirSync(join(home, '.git'));
      for (const path of ['a.spec.js', 'big/one.txt', 'lib/http.ts', 'lib/trace.log', 'trace.log']) write(path);
      for (const [path, text] of Object.entries(ignores)) write(path, text);
      assert.deepEqual(pathsOf(), ['a.spec.js', ...left]);
    });

  it('is without what .gitignore names above it, up to the root of its repository', () => {
    mkdirSync(join(home, 'repository/.git'), { recursive: true });
    write('.gitignore', 'lib\n');
    write('repository/.gitignore', '*.log\nspecs/big.txt\n');
    for (const path of ['a.spec.js', 'a.log', 'big.txt', 'lib/http.ts']) write(join('repository/specs', path));
    assert.deepEqual(pathsOf('repository/specs'), ['a.spec.js', 'lib/http.ts']);
  });

  it('is read where it is named, although it is ignored itself', () => {
    mkdirSync(join(home, '.git'));
    write('.gitignore', 'tmp/\n');
    write('tmp/specs/a.spec.js');
    assert.deepEqual(pathsOf('tmp/specs'), ['a.spec.js']);
  });

  it('says which specs .gitignore leaves out', () => {
    write('.gitignore', '*.log\nb.spec.js\n');
    for (const path of ['a.spec.js', 'b.spec.js', 'lib/b.spec.js', 'a.log']) write(path);
    assert.deepEqual(readFolder(home).leftOut, ['b.spec.js', 'lib/b.spec.js']);
  });

  it('may have links to files and folders of its own', () => {
    write('shared/http.ts');
    write('a.spec.js');
    symlinkSync('shared', join(home, 'lib'));
    symlinkSync('shared/http.ts', join(home, 'http.ts'));
    assert.deepEqual(pathsOf(), ['a.spec.js', 'http.ts', 'lib/http.ts', 'shared/http.ts']);
  });

  it('may be a link itself, and may have links that lead out where .gitignore names them', () => {
    write('specs/a.spec.js');
    write('specs/.gitignore', 'secret\n');
    write('secret');
    symlinkSync('../secret', join(home, 'specs/secret'));
    symlinkSync('specs', join(home, 'link'));
    assert.deepEqual(pathsOf('link'), ['a.spec.js']);
  });

  it('holds as much as a ConfigMap does, and not a byte more', () => {
    write('a.spec.js', 'x'.repeat(1000));
    write('big.bin', Buffer.alloc(largestFolder - 1000));
    assert.deepEqual(pathsOf(), ['a.spec.js', 'big.bin']);
    for (let n = 1; n <= 6; n++) write(`small-${n}`, 'x'.repeat(n === 6 ? 1 : 0));
    assert.equal(
      refusal(),
      'the files in HOME have 1048577 bytes, and a ConfigMap holds 1048576. The largest: big.bin (1047576), ' +
        'a.spec.js (1000), small-6 (1), small-1 (0), small-2 (0). Name in .gitignore what the test does not need, or build an image',
    );
  });

  const refused: [what: string, make: () => void, folder: string, says: string][] = [
    ['it is not there', () => {}, 'nowhere', 'there is no folder HOME/nowhere'],
    [
      'it is a file',
      () => write('a.spec.js'),
      'a.spec.js',
      'HOME/a.spec.js is not a folder: name the folder that it is in',
    ],
    [
      'it has no spec',
      () => write('helper.js'),
      '',
      'there is no spec file in HOME. Name one as login.spec.ts or login.test.js',
    ],
    [
      'all of its specs are ignored',
      () => {
        write('.gitignore', '*.spec.js');
        write('a.spec.js');
      },
      '',
      'there is no spec file in HOME but a.spec.js, which .gitignore names. Name one as login.spec.ts or login.test.js',
    ],
    [
      'it has a link that leads back',
      () => {
        mkdirSync(join(home, 'lib'));
        symlinkSync('..', join(home, 'lib/again'));
      },
      '',
      'HOME/lib/again is a link to a folder that it is in. Remove it, or name it in .gitignore',
    ],
    [
      'it has a link to a file that is not in it',
      () => {
        write('specs-of-others/secret.txt');
        write('specs/a.spec.js');
        symlinkSync('../specs-of-others/secret.txt', join(home, 'specs/x.txt'));
      },
      'specs',
      'HOME/specs/x.txt is a link that leads out of the folder, to HOME/specs-of-others/secret.txt. ' +
        'Put in its place what it leads to, or name it in .gitignore',
    ],
    [
      'it has a link to a folder that is not in it',
      () => {
        write('shared/http.ts');
        write('specs/a.spec.js');
        symlinkSync('../shared', join(home, 'specs/lib'));
      },
      'specs',
      'HOME/specs/lib is a link that leads out of the folder, to HOME/shared. ' +
        'Put in its place what it leads to, or name it in .gitignore',
    ],
    [
      'it has links in a circle',
      () => {
        symlinkSync('b', join(home, 'a'));
        symlinkSync('a', join(home, 'b'));
      },
      '',
      'HOME/a is a link that leads to itself. Remove it',
    ],
    [
      'it has a link to nothing',
      () => symlinkSync('nowhere', join(home, 'a.spec.js')),
      '',
      'HOME/a.spec.js is a link to what is not there. Remove it',
    ],
  ];
  for (const [what, make, folder, says] of refused)
    it(`is refused in a sentence when ${what}`, () => {
      make();
      assert.equal(refusal(folder), says);
    });

  it('is refused when a file may not be read', function () {
    // For root there is no such file.
    if (process.getuid?.() === 0) this.skip();
    write('a.spec.js');
    chmodSync(join(home, 'a.spec.js'), 0);
    assert.equal(refusal(), 'HOME/a.spec.js cannot be read: EACCES: permission denied');
  });
});
