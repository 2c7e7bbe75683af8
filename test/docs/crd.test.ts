// The E2ESpec definition itself: explained, bounded and structural all over, so that kubectl explain is the manual
// and the API server refuses what could never run.
import assert from 'node:assert/strict';
import { defaults } from '../../function/api/e2espec.ts';
import { at } from '../support/documents.ts';
import { customResources, type Schema } from './schema.ts';

const resource = customResources('crds/e2especs.yaml')[0];
assert.ok(resource);
const { schema, names, version } = resource;

interface Place {
  path: string;
  node: Schema;
}

const children = ({ path, node }: Place): Place[] => [
  ...Object.entries(node.properties ?? {}).map(([name, inner]) => ({ path: `${path}.${name}`, node: inner })),
  ...(node.items ? [{ path: `${path}[]`, node: node.items }] : []),
  ...(node.additionalProperties ? [{ path: `${path}{}`, node: node.additionalProperties }] : []),
];
const places = (place: Place): Place[] => [place, ...children(place).flatMap(places)];
const all = places({ path: '', node: schema });
// apiVersion, kind and metadata are every object's: the API server forbids more than a type for metadata.
const own = all.filter(({ path }) => /^\.(spec|status)/.test(path));
const missing = (where: Place[], right: (node: Schema) => boolean): string[] =>
  where.filter(({ node }) => !right(node)).map(({ path }) => path);
const ofType = (type: string): Place[] => own.filter(({ node }) => node.type === type);
const isInteger = (value: unknown): boolean => Number.isInteger(value);

describe('the E2ESpec definition', () => {
  it('is found as e2e, e2especs and in kubectl get all', () => {
    assert.deepEqual(names, {
      kind: 'E2ESpec',
      listKind: 'E2ESpecList',
      plural: 'e2especs',
      singular: 'e2espec',
      shortNames: ['e2e'],
      categories: ['all'],
    });
    assert.equal(resource.apiVersion, 'remarkable.com/v1');
  });

  it('keeps status apart from spec, for other rights', () => {
    assert.deepEqual(at(version, 'subresources'), { status: {} });
  });

  it('explains every field in a sentence', () => {
    const fields = own.filter(({ path }) => !/(\[\]|\{\})$/.test(path));
    assert.deepEqual(
      missing(fields, ({ description }) => /^[A-Z].*\.$/.test(description ?? '')),
      [],
    );
  });

  it('says of every optional field of the spec what holds without it', () => {
    const spec = own.find(({ path }) => path === '.spec');
    assert.ok(spec);
    const fields = children(spec).filter(({ path }) => path !== '.spec.image');
    assert.deepEqual(
      missing(fields, ({ description }) => / Default: /.test(description ?? '')),
      [],
    );
    for (const { path, node } of fields.filter(({ node }) => node.default !== undefined))
      assert.match(node.description ?? '', new RegExp(` Default: ${node.default}\\b`), path);
  });

  it('has a type everywhere', () => {
    assert.deepEqual(
      missing(all, (node) => node.type !== undefined || node['x-kubernetes-int-or-string'] === true),
      [],
    );
  });

  it('bounds every text, list, map and number', () => {
    const text = (node: Schema): boolean => isInteger(node['maxLength']) || !!node.enum || node.format === 'date-time';
    assert.deepEqual(missing(ofType('string'), text), []);
    assert.deepEqual(
      missing(ofType('array'), (node) => isInteger(node['maxItems']) && node['x-kubernetes-list-type'] !== undefined),
      [],
    );
    assert.deepEqual(
      missing(ofType('object'), (node) => !node.additionalProperties || isInteger(node['maxProperties'])),
      [],
    );
    assert.deepEqual(
      missing(ofType('integer'), (node) => isInteger(node['minimum']) && isInteger(node['maximum'])),
      [],
    );
  });

  it('needs no rules in CEL, which older clusters do not know', () => {
    assert.deepEqual(
      missing(all, (node) => !('x-kubernetes-validations' in node)),
      [],
    );
  });

  it('has the defaults of function/api/e2espec.ts, and no other but an empty status', () => {
    const found = own.flatMap(({ path, node }) =>
      node.default === undefined ? [] : [[path.split('.').at(-1), node.default]],
    );
    assert.deepEqual(Object.fromEntries(found), { ...defaults, status: {} });
  });

  it('has defaults that its own bounds allow', () => {
    for (const { path, node } of own.filter(({ node }) => typeof node.default === 'number'))
      assert.ok(
        Number(node['minimum']) <= Number(node.default) && Number(node.default) <= Number(node['maximum']),
        path,
      );
  });

  it('shows what the newest run says, each column from a field that exists, and sentences with -o wide alone', () => {
    const columns = at(version, 'additionalPrinterColumns') as {
      name: string;
      type: string;
      jsonPath: string;
      priority?: number;
    }[];
    const named = (isWide: boolean) =>
      columns.filter(({ priority = 0 }) => priority > 0 === isWide).map(({ name }) => name);
    assert.deepEqual(named(false), [
      'Verdict',
      'Reason',
      'Mode',
      'Canary',
      'Checksum',
      'Trigger',
      'Duration',
      'Last Run',
      'Age',
    ]);
    assert.deepEqual(named(true), ['Attempt', 'Message']);
    for (const { name, type, jsonPath } of columns.slice(0, -1)) {
      const field = own.find(({ path }) => path === jsonPath)?.node;
      assert.equal(field?.format === 'date-time' ? 'date' : field?.type, type, name);
    }
    assert.equal(columns.at(-1)?.jsonPath, '.metadata.creationTimestamp');
  });

  it('has no observedGeneration, for which GitOps tools would wait after every edit', () => {
    const fields = ['lastRun', 'latest', 'conditions', 'runs'];
    assert.deepEqual(Object.keys(schema.properties?.['status']?.properties ?? {}), fields);
  });
});
