/**
 * Custom objects under the schema of a CustomResourceDefinition file.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { field, send } from './harness.ts';

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: e2especs.remarkable.com}
spec:
  group: remarkable.com
  names: {kind: E2ESpec, plural: e2especs, shortNames: [e2e]}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Verdict, type: string, jsonPath: .status.lastRun.verdict}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [image]
            properties:
              image: {type: string, minLength: 1}
              backoffLimit: {type: integer, minimum: 0, maximum: 10, default: 0}
              imagePullPolicy: {type: string, enum: [Always, IfNotPresent, Never]}
              path: {type: string, pattern: '^/'}
              env:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, value: {type: string, default: ''}}
              cpu:
                anyOf: [{type: integer}, {type: string}]
                x-kubernetes-int-or-string: true
              template: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status:
            type: object
            properties:
              lastRun: {type: object, properties: {verdict: {type: string, enum: [passed, failed]}}}
`;

describe('a custom object of the embedded API', () => {
  let kubernetes: EmbeddedKubernetes;
  let folder: string;
  const path = '/apis/remarkable.com/v1/namespaces/default/e2especs';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crds-'));
    await writeFile(join(folder, 'e2especs.yaml'), definition);
    kubernetes = await startEmbeddedKubernetes({ crds: folder });
  });
  after(async () => {
    await kubernetes.stop();
    await rm(folder, { recursive: true });
  });
  const create = (name: string, spec: unknown, query = '') =>
    send(kubernetes.url, 'POST', path + query, {
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { name },
      spec,
    });

  it('loses unknown fields, keeps those of an open part, and gets its defaults', async () => {
    const { code, body } = await create('kept', {
      image: 'a',
      typo: 1,
      env: [{ name: 'A' }],
      template: { any: { thing: 1 } },
      cpu: 1,
    });
    assert.equal(code, 201);
    assert.deepEqual(field(body, 'spec'), {
      image: 'a',
      env: [{ name: 'A', value: '' }],
      template: { any: { thing: 1 } },
      cpu: 1,
      backoffLimit: 0,
    });
  });

  it('with an unknown field is refused under strict field validation', async () => {
    const { code, body } = await create('strict', { image: 'a', typo: 1 }, '?fieldValidation=Strict');
    assert.equal(code, 400);
    assert.equal(
      field(body, 'message'),
      'E2ESpec in version "v1" cannot be handled as a E2ESpec: strict decoding error: unknown field "spec.typo"',
    );
  });

  const refusals: [string, unknown, string][] = [
    ['without a required field', {}, 'spec.image: Required value'],
    [
      'beyond a maximum',
      { image: 'a', backoffLimit: 11 },
      'spec.backoffLimit: Invalid value: 11: spec.backoffLimit in body should be less than or equal to 10',
    ],
    [
      'below a minimum',
      { image: 'a', backoffLimit: -1 },
      'spec.backoffLimit: Invalid value: -1: spec.backoffLimit in body should be greater than or equal to 0',
    ],
    [
      'of a wrong type',
      { image: 1 },
      'spec.image: Invalid value: "integer": spec.image in body must be of type string: "integer"',
    ],
    [
      'outside an enumeration',
      { image: 'a', imagePullPolicy: 'x' },
      'spec.imagePullPolicy: Unsupported value: "x": supported values: "Always", "IfNotPresent", "Never"',
    ],
    [
      'against a pattern',
      { image: 'a', path: 'x' },
      'spec.path: Invalid value: "x": spec.path in body should match \'^/\'',
    ],
    ['too short', { image: '' }, 'spec.image: Invalid value: "": spec.image in body should be at least 1 chars long'],
    [
      'twice in a keyed list',
      { image: 'a', env: [{ name: 'A' }, { name: 'A' }] },
      'spec.env[1]: Duplicate value: {"name":"A"}',
    ],
  ];
  for (const [what, spec, message] of refusals) {
    it(`with a value ${what} is refused`, async () => {
      const { code, body } = await create('refused', spec);
      assert.equal(code, 422);
      assert.equal(field(body, 'message'), `E2ESpec.remarkable.com "refused" is invalid: ${message}`);
    });
  }

  it('is held to the schema in its status too', async () => {
    await create('status', { image: 'a' });
    const patch = (verdict: string) =>
      send(
        kubernetes.url,
        'PATCH',
        `${path}/status/status`,
        { status: { lastRun: { verdict } } },
        'application/merge-patch+json',
      );
    assert.equal((await patch('maybe')).code, 422);
    assert.equal((await patch('passed')).code, 200);
  });

  it('is listed in the columns of its definition', async () => {
    const response = await fetch(kubernetes.url + path, {
      headers: { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    const table = await response.json();
    assert.deepEqual(
      (field(table, 'columnDefinitions') as { name: string }[]).map(({ name }) => name),
      ['Name', 'Verdict', 'Age'],
    );
    const rows = (field(table, 'rows') as { cells: string[] }[]).map(({ cells }) => cells.slice(0, 2));
    assert.deepEqual(rows, [
      ['kept', ''],
      ['status', 'passed'],
    ]);
  });
});
