/**
 * What the API server would refuse in an E2ESpec, field by field, and that it takes what is right.
 */
import assert from 'node:assert/strict';
import { refusalsOf } from '../../../../function/cli/manifests/e2espec.ts';
import { readManifests } from '../../../../function/cli/manifests/manifests.ts';
import { validators } from '../../../../knative/build/validator.ts';
import { read } from '../../../support/documents.ts';

const told = (spec: string) => {
  const [{ object } = assert.fail()] = readManifests(`kind: E2ESpec\nmetadata: {name: a}\nspec: ${spec}\n`).e2eSpecs;
  return (object.refusals ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const by = 'is refused by the definition of E2ESpecs';

describe('An E2ESpec', () => {
  const refused: Record<string, string> = {
    '{}': 'spec.image: image is missing, and an E2ESpec is refused without it. Add it',
    '{image: a b}': `spec.image: image: a b ${by}. It must match pattern "^\\S+$"`,
    '{image: ""}': `spec.image: image: "" ${by}. It must match pattern "^\\S+$"`,
    '{image: " x"}': `spec.image: image: " x" ${by}. It must match pattern "^\\S+$"`,
    '{image: x, mode: ""}': `spec.mode: mode: "" ${by}. Write Enforce or Observe`,
    '{image: x, mode: observe}': `spec.mode: mode: observe ${by}. Write Enforce or Observe`,
    '{image: x, onInconclusive: hold}': `spec.onInconclusive: onInconclusive: hold ${by}. Write Rollback or Hold`,
    '{image: x, imagePullPolicy: always}': `spec.imagePullPolicy: imagePullPolicy: always ${by}. Write Always or IfNotPresent or Never`,
    '{image: x, backoffLimit: 99}': `spec.backoffLimit: backoffLimit: 99 ${by}. It must be 10 or less`,
    '{image: x, activeDeadlineSeconds: 5}': `spec.activeDeadlineSeconds: activeDeadlineSeconds: 5 ${by}. It must be 10 or more`,
    '{image: x, activeDeadlineSeconds: "600"}': `spec.activeDeadlineSeconds: activeDeadlineSeconds: "600" ${by}. Write it without quotes: 600`,
    '{image: x, env: [{name: A, value: 1}]}': `spec.env.0.value: env[0].value: 1 ${by}. Write it in quotes: "1"`,
    '{image: x, env: [{name: A, value: yes}]}': `spec.env.0.value: env[0].value: yes ${by}. Write it in quotes: "yes"`,
    '{image: x, env: {A: b}}': `spec.env: env ${by}. It must be a list`,
    '{image: x, timeout: 5m}': 'spec.timeout: an E2ESpec has no timeout: kubectl apply refuses it. Remove it',
    '{image: x, envFrom: [{prefix: A}]}': `spec.envFrom.0: envFrom[0] ${by}. It must have one source, and one only`,
    '{image: x, resources: {limits: {cpu: [1]}}}': `spec.resources.limits.cpu: resources.limits.cpu ${by}. It must be a number or a string`,
  };
  for (const [spec, says] of Object.entries(refused)) {
    it(`is refused with ${spec}`, () => assert.deepEqual(told(spec), [says]));
  }

  it('is told of each field that is refused', () => {
    assert.equal(told('{image: x, mode: observe, backoffLimit: 99, timeout: 5m}').length, 3);
  });

  const taken = [
    '{image: x}',
    '{image: x, resources: {limits: {cpu: 1, memory: 1Gi}}}',
    '{image: x, envFrom: [{secretRef: {name: a}}]}',
    '{image: x, podTemplate: {spec: {anything: [1]}, metadata: {labels: {any: thing}}}}',
  ];
  for (const spec of taken) it(`is taken with ${spec}`, () => assert.deepEqual(told(spec), []));

  it('may have a status, and annotations', () => {
    const e2eSpec = { metadata: { name: 'a', annotations: { b: 'c' } }, spec: { image: 'x' }, status: { what: 1 } };
    assert.deepEqual(
      refusalsOf(e2eSpec, () => undefined),
      [],
    );
  });

  it('is checked by code that was compiled from the definition as it is, and loads nothing', () => {
    const compile = validators['function/cli/manifests/e2espec-validator.js'];
    assert.equal(read('function/cli/manifests/e2espec-validator.js'), compile(), 'run npm run generate');
    assert.doesNotMatch(compile(), /\brequire\(|\bimport\b/);
  });
});
