/**
 * The ConfigMaps and the E2ESpec of a folder of specs: every file where it belongs, as it is, and under a name of its content.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refusalsOf } from '../../../../function/cli/manifests/e2espec.ts';
import type { SpecFile } from '../../../../function/cli/specs/folder.ts';
import { objectsOf, type SpecsObjects } from '../../../../function/cli/specs/objects.ts';
import { toYaml } from '../../../../function/cli/specs/render.ts';
import { runner } from '../../../../function/cli/specs/runner.ts';
import { parse, read } from '../../../support/documents.ts';

const file = (path: string, content: string | Buffer = path): SpecFile => ({ path, content: Buffer.from(content) });
const rendered = (...files: SpecFile[]): SpecsObjects => objectsOf(files, 'the runner', { name: 'shop' });
const specsOf = ({ configMaps }: SpecsObjects) => configMaps.at(-1) ?? assert.fail();

/** What the container finds, by what the kubelet does with a ConfigMap's keys and items. */
function mountedFiles({ configMaps, e2eSpec }: SpecsObjects): Map<string, Buffer> {
  const { configMaps: mounts = [] } = e2eSpec.spec;
  const found = new Map<string, Buffer>();
  const place = (folder: string, name: string | undefined, items?: { key: string; path: string }[]) => {
    const { data = {}, binaryData = {} } = configMaps.find(({ metadata }) => metadata.name === name) ?? assert.fail();
    const values = new Map([
      ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text)] as const),
      ...Object.entries(binaryData).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
    ]);
    for (const { key, path } of items ?? [...values.keys()].map((each) => ({ key: each, path: each })))
      found.set(`${folder}/${path}`, values.get(key) ?? assert.fail(key));
  };
  for (const { name, mountPath, items } of mounts) place(mountPath, name, items);
  return found;
}

describe('The objects of a folder of specs', () => {
  it('are an E2ESpec that the API server takes, and what it mounts', () => {
    for (const files of [[file('a.spec.js')], [file('a.spec.js'), file('lib/http.ts')]]) {
      const { e2eSpec } = objectsOf(files, runner, { name: 'shop', namespace: 'shop', serviceAccountName: 'shop-e2e' });
      assert.deepEqual(
        refusalsOf(e2eSpec, () => undefined),
        [],
      );
      assert.equal(e2eSpec.spec.serviceAccountName, 'shop-e2e');
    }
  });

  it('bring the runner that the examples have', () => {
    assert.equal(runner, read('examples/specs/runtime/specs.mjs'));
    const { e2eSpec, ...objects } = objectsOf([file('a.spec.js')], runner, { name: 'shop' });
    const [, program = '', folder = ''] = e2eSpec.spec.command ?? [];
    const files = mountedFiles({ e2eSpec, ...objects });
    assert.equal(String(files.get(program)), runner);
    assert.ok(files.has(`${folder}/a.spec.js`));
  });

  it('are mounted key by key where there is a sub-folder, and as they are where there is none', () => {
    const itemsOf = (...files: SpecFile[]) => rendered(...files).e2eSpec.spec.configMaps?.[1]?.items;
    assert.equal(itemsOf(file('a.spec.js'), file('http.ts')), undefined);
    assert.deepEqual(itemsOf(file('a.spec.js'), file('lib/http.ts')), [
      { key: 'a.spec.js', path: 'a.spec.js' },
      { key: 'lib__http.ts', path: 'lib/http.ts' },
    ]);
  });

  it('name what they are in, and it must be theirs', () => {
    const { configMaps, e2eSpec } = objectsOf([file('a.spec.js')], 'x', { name: 'shop', namespace: 'web' });
    for (const { metadata } of [...configMaps, e2eSpec]) assert.equal(metadata.namespace, 'web');
    for (const { metadata } of configMaps) assert.match(metadata.name, /^shop-(runner|specs)-[0-9a-f]{10}$/);
  });

  it('are the same for the same files, in whichever order, and others for others', () => {
    const one = toYaml(rendered(file('a.spec.js'), file('lib/a.js')));
    assert.equal(toYaml(rendered(file('lib/a.js'), file('a.spec.js'))), one);
    const names = [
      rendered(file('a.spec.js', 'x')),
      rendered(file('a.spec.js', 'y')),
      rendered(file('b.spec.js', 'x')),
      rendered(file('a.spec.js', 'x'), file('b.spec.js', '')),
      rendered(file('a.spec.js', Buffer.from([0xff]))),
    ].map((objects) => specsOf(objects).metadata.name);
    assert.equal(new Set(names).size, names.length);
  });

  const asTheyAre: Record<string, string | Buffer> = {
    'no byte': '',
    'no end of the last line': 'a',
    'empty lines at the end': 'a\n\n\n',
    'a first line that is indented': '   a\nb\n',
    tabs: '\ta\n\t\tb\n',
    'spaces at the ends of lines': 'a  \nb\t\n',
    'lines of Windows': 'a\r\nb\r\n',
    'what YAML 1.1 takes for something else': 'yes',
    'a number': '1_000',
    'a colon, a hash and quotes': `a: b # c "d" 'e'`,
    'the end of a document': '---\na\n...\n',
    'other alphabets': 'Grüße, 世界 🌍\n',
    'a byte order mark': Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
    'ends of lines that only some know': `a\u0085b\u2028c\u2029d\n`,
    'control characters': 'a\u0000b\u001bc\u007fd',
    'no UTF-8': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]),
  };
  for (const [what, content] of Object.entries(asTheyAre))
    it(`bring a file as it is: ${what}`, () => {
      const objects = rendered(file('a.spec.js', content));
      const [program, specs, e2eSpec] = parse(toYaml(objects));
      assert.deepEqual({ configMaps: [program, specs], e2eSpec }, objects);
      assert.deepEqual(mountedFiles(objects).get('/specs/a.spec.js'), Buffer.from(content));
    });

  it('bring all files to their paths, whatever their names and contents', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'a__b', 'b', 'lib', 'ä', 'a b', 'x'.repeat(200)),
      fc.string({ minLength: 1 }),
    );
    const segment = name.map((each) => each.replaceAll('/', '_')).filter((each) => !each.startsWith('.'));
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((each) => each.join('/'));
    const content = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const files = fc.uniqueArray(fc.record({ path, content }), { selector: (each) => each.path, minLength: 1 });
    fc.assert(
      fc.property(files, (all) => {
        const objects = rendered(...all);
        const found = mountedFiles(objects);
        for (const each of all) assert.deepEqual(found.get(`/specs/${each.path}`), each.content);
        assert.equal(found.size, all.length + 1);
        const { data = {}, binaryData = {} } = specsOf(objects);
        for (const key of [...Object.keys(data), ...Object.keys(binaryData)])
          assert.match(key, /^[-._a-zA-Z0-9]{1,253}$/);
        const [program, specs, e2eSpec] = parse(toYaml(objects));
        assert.deepEqual({ configMaps: [program, specs], e2eSpec }, objects);
      }),
      { numRuns: 25 },
    );
  });
});
