// One E2ESpec in four places: the definition, the TypeScript type, docs/write-a-test.md and the examples agree.
import assert from 'node:assert/strict';
import { podDeadline } from '../../function/api/deadline.ts';
import { withDefaults } from '../../function/api/e2espec.ts';
import { read } from '../support/documents.ts';
import { customResources, type Schema } from './schema.ts';
import { type Shape, withInterface } from './types.ts';

const definition = customResources('crds/e2especs.yaml')[0]?.schema;
assert.ok(definition);

const literals = (values: unknown[]): string =>
  values
    .map((value) => JSON.stringify(value))
    .sort()
    .join(' | ');

/** Kubernetes' own types have more fields than the definition lets through, and none of them required. */
const embedded = ({ text }: Shape): boolean => /^(V1\w+|Partial<V1\w+>)$/.test(text);

const expected = ({ type, enum: values }: Schema): string | undefined => {
  if (values) return literals(values);
  return type === 'integer' ? 'number' : type;
};

/** What the two say differently of one field, and of all fields in it. */
function differences(path: string, schema: Schema, shape: Shape): string[] {
  const inner = schema.items ?? schema;
  const isList = schema.items !== undefined;
  const found = isList === shape.isList ? [] : [`${path} is a list in the ${isList ? 'definition' : 'type'} alone`];
  if (inner.properties) return [...found, ...objectDifferences(path, inner, shape)];
  const wanted = expected(inner);
  const isText = wanted !== undefined && !['object', 'array'].includes(wanted);
  return isText && shape.text !== wanted ? [...found, `${path} is ${shape.text}, not ${wanted}`] : found;
}

function objectDifferences(path: string, schema: Schema, shape: Shape): string[] {
  const fields = shape.fields();
  const names = Object.keys(schema.properties ?? {});
  const required = new Set(schema.required);
  const strange = embedded(shape) ? [] : Object.keys(fields).filter((name) => !names.includes(name));
  return [
    ...strange.map((name) => `${path}.${name} is in the type alone`),
    ...names.flatMap((name) => {
      const inner = fields[name];
      if (!inner) return [`${path}.${name} is in the definition alone`];
      const optional = !embedded(shape) && inner.optional === required.has(name);
      return [
        ...(optional ? [`${path}.${name} is ${inner.optional ? 'optional' : 'required'} in the type alone`] : []),
        ...differences(`${path}.${name}`, schema.properties?.[name] ?? {}, inner),
      ];
    }),
  ];
}

describe('the E2ESpec type', function () {
  this.timeout(30_000);

  it('has the fields of the definition, with the same literals, lists and options', () => {
    const { metadata: _, ...properties } = definition.properties ?? {};
    const found = withInterface('function/api/e2espec.ts', 'E2ESpec', (shape) =>
      objectDifferences('', { ...definition, properties }, shape),
    );
    // every object has these; the definition gives them no literals
    const common = ['.metadata is in the type alone', '.apiVersion is required in the type alone'];
    assert.deepEqual(
      found.filter((line) => !common.includes(line) && !/^\.(kind|apiVersion) is /.test(line)),
      [],
    );
  });

  it('is read closely enough to notice a difference', () => {
    const spec = definition.properties?.['spec'];
    const changed: Schema = {
      ...spec,
      required: [],
      properties: {
        ...spec?.properties,
        onInconclusive: { type: 'string', enum: ['Rollback', 'Hold', 'Promote'] },
        backoffLimit: { type: 'string' },
        args: { type: 'string' },
        timeoutSeconds: { type: 'integer' },
        env: { type: 'array', items: { type: 'object', properties: { nome: { type: 'string' } } } },
      },
    };
    const found = withInterface('function/api/e2espec.ts', 'Spec', (shape) =>
      objectDifferences('spec', changed, shape),
    );
    assert.deepEqual(found.sort(), [
      'spec.args is a list in the type alone',
      'spec.backoffLimit is number, not string',
      'spec.env.nome is in the definition alone',
      'spec.image is required in the type alone',
      'spec.onInconclusive is "Hold" | "Rollback", not "Hold" | "Promote" | "Rollback"',
      'spec.timeoutSeconds is in the definition alone',
    ]);
  });
});

describe('docs/write-a-test.md', () => {
  const spec = definition.properties?.['spec']?.properties ?? {};
  const rows = (): Map<string, string> => {
    const [, table] =
      /<!-- e2espec-reference -->([\s\S]*?)<!-- \/e2espec-reference -->/.exec(read('docs/write-a-test.md')) ?? [];
    assert.ok(table !== undefined, 'docs/write-a-test.md has the two markers');
    return new Map([...table.matchAll(/^\| `([^`]+)` \|(.*)$/gm)].map(([, name = '', text = '']) => [name, text]));
  };

  it('has one row for each field of the spec, in the order of the definition', () => {
    assert.deepEqual([...rows().keys()], Object.keys(spec));
  });

  it('names every default and every choice', () => {
    for (const [name, text] of rows())
      for (const word of [spec[name]?.default, ...(spec[name]?.enum ?? [])].filter((value) => value !== undefined))
        assert.ok(text.includes(`\`${word}\``), `the row of ${name} has \`${word}\``);
  });

  const graces: Record<string, (number | undefined)[]> = {
    'not set, which is 2 s': [undefined],
    '0 to 2': [0, 1, 2],
    '3 or more': [3, 30],
  };
  const [, grace = ''] = /<!-- grace -->([\s\S]*?)<!-- \/grace -->/.exec(read('docs/write-a-test.md')) ?? [];
  const rowsOfGrace = grace
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));

  /** Such as "the grace period and 3 s". */
  const secondsOf = (cell = '', period = 0): number =>
    Number(/(\d+) s$/.exec(cell)?.[1]) + (cell.startsWith('the grace period and ') ? period : 0);

  it('has a row for each length of the grace period', () => {
    assert.deepEqual(
      rowsOfGrace.map(([, period]) => period),
      Object.keys(graces),
    );
  });

  for (const [, period = '', plain, withSidecar] of rowsOfGrace)
    it(`says by how much a pod ends earlier whose terminationGracePeriodSeconds is ${period}`, () => {
      for (const seconds of graces[period] ?? []) {
        const given = seconds === undefined ? {} : { terminationGracePeriodSeconds: seconds };
        const sidecar = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
        const earlier = (podSpec: object) =>
          600 - podDeadline(withDefaults({ image: 'x', podTemplate: { spec: podSpec } }));
        assert.equal(earlier(given), secondsOf(plain, seconds));
        assert.equal(earlier({ ...given, ...sidecar }), secondsOf(withSidecar, seconds));
      }
    });
});
