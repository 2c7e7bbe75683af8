/**
 * Who may import whom. In function/: a pure core, a shell, entry points; docs/architecture.md says why. In test/: what suites
 * share stands in support/.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { root } from '../support/documents.ts';

const core = ['api', 'flagger', 'verdict', 'run', 'job', 'lint'];
const may: Record<string, string[]> = {
  api: [],
  flagger: ['api'],
  verdict: ['api'],
  run: ['api', 'flagger', 'verdict'],
  job: ['api', 'flagger', 'run'],
  lint: ['api', 'flagger'],
  kube: ['api'],
  http: [],
  sink: [],
  actions: [...core, 'kube', 'sink'],
  handlers: [...core, 'kube', 'actions', 'http'],
  cli: [...core, 'kube', 'actions'],
  status: [...core, 'kube', 'http'],
};
/** All that the page may know of kube/: nothing that writes. */
const readers = ['kube/connect.ts', 'kube/overview.ts'];
/** At the root: anybody may import these. */
const ground = ['config.ts', 'errors.ts', 'log.ts', 'looks-like.ts', 'redact.ts', 'text.ts'];

function filesOf(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.includes('node_modules'));
}

/** Modules, and files by their path in the folder. */
function importsOf(folder: string, file: string): string[] {
  const source = readFileSync(join(root, folder, file), 'utf8');
  return [...source.matchAll(/(?:from|import) '([^']+)'/g)].map(([, path = '']) =>
    path.startsWith('.') ? normalize(join(file, '..', path)) : path,
  );
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file);

describe('In function/', () => {
  const files = filesOf('function');

  for (const file of files.filter((each) => each.includes('/'))) {
    it(`${file} imports only what its room may know`, () => {
      const room = roomOf(file);
      const imports = importsOf('function', file);
      const known = new Set([room, ...(may[room] ?? assert.fail(`${room} is no room`)), ...ground]);
      const own = imports.filter((path) => !path.includes(':') && /\.(ts|js|json)$/.test(path));
      assert.deepEqual(
        own.filter((path) => !known.has(roomOf(path))),
        [],
      );
      if (core.includes(room))
        assert.deepEqual(
          imports.filter((path) => /^node:(?!crypto$)/.test(path)),
          [],
        );
      if (room === 'status')
        assert.deepEqual(
          imports.filter((path) => path.startsWith('kube/') && !readers.includes(path)),
          [],
        );
      const writes = imports.includes('kube/write.ts');
      assert.ok(!writes || ['kube', 'actions', 'cli'].includes(room), 'imports kube/write');
    });
  }

  it('what stands at the root imports no room, but for index.ts', () => {
    for (const file of ground) {
      assert.deepEqual(
        importsOf('function', file).filter((path) => !path.includes(':') && path.includes('/') && path.endsWith('.ts')),
        [],
        file,
      );
    }
  });

  it('no folder stands in a folder, but for kube/transport and the commands of cli/, and no file beside a folder of its own name', () => {
    const folders = [...new Set(files.map((file) => file.split('/').slice(0, -1).join('/')))];
    assert.deepEqual(
      folders.filter((path) => /^(?!cli\/[a-z]+$).+\//.test(path)),
      ['kube/transport'],
    );
    assert.deepEqual(
      files.filter((file) => folders.includes(file.replace(/\.ts$/, ''))),
      [],
    );
  });
});

/** Folders of test/, or folders in them. What unit tests and the cluster's share, the one must not have of the other. */
const mayShare: Record<string, string[]> = {
  support: [],
  unit: ['support'],
  function: ['support'],
  // The process as it is deployed, before the API server's TLS.
  faults: ['support', 'function/deployed', 'function/transport'],
  docs: ['support'],
  // The same behaviour on both.
  // And the command line as a process.
  cluster: ['support', 'run', 'function/behaviour', 'function/deployed'],
  bench: ['support', 'function', 'cluster'],
  mutation: [],
  run: [],
  bounds: ['support', 'bench'],
  versions: ['support', 'function/deployed'],
};

describe('In test/', () => {
  for (const [suite, known] of Object.entries(mayShare)) {
    it(`${suite}/ imports nothing but ${[suite, ...known].join(', ')}`, () => {
      const files = filesOf(join('test', suite)).map((file) => join(suite, file));
      assert.ok(files.length > 0);
      const strange = files.flatMap((file) =>
        importsOf('test', file)
          .filter(
            (path) => /^[a-z-]+\/.*\.ts$/.test(path) && ![suite, ...known].some((each) => path.startsWith(`${each}/`)),
          )
          .map((path) => `${file} imports ${path}`),
      );
      assert.deepEqual(strange, []);
    });
  }

  it('is no suite besides these', () => {
    const folders = readdirSync(join(root, 'test'), { withFileTypes: true }).map(({ name }) => name);
    assert.deepEqual(folders.sort(), [...Object.keys(mayShare), 'fixtures'].sort());
  });

  it('unit/ starts no server and no process', () => {
    const starting = filesOf('test/unit').flatMap((file) =>
      importsOf('test', join('unit', file))
        .filter((path) => /^node:(child_process|http|http2|net|tls)$|^support\/(embedded\/|verifier|client)/.test(path))
        .map((path) => `${file} imports ${path}`),
    );
    assert.deepEqual(starting, []);
  });
});
