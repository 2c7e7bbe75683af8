/**
 * What the embedded API refuses, in the API server's words.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { field, send } from './harness.ts';

interface Case {
  what: string;
  spec?: object;
  pod?: object;
  container?: object;
  metadata?: object;
  query?: string;
  code: number;
  message: string | RegExp;
}

const longName = 'a'.repeat(64);
const cases: Case[] = [
  {
    what: 'no image',
    container: { image: undefined },
    code: 422,
    message: 'Job.batch "j" is invalid: spec.template.spec.containers[0].image: Required value',
  },
  {
    what: 'a restartPolicy that Jobs do not know',
    pod: { restartPolicy: 'Always' },
    code: 422,
    message:
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  {
    what: 'a restartPolicy nobody knows',
    pod: { restartPolicy: 'Sometimes' },
    code: 422,
    message: /restartPolicy: Unsupported value: "Sometimes": supported values: "Never", "OnFailure"/,
  },
  {
    what: 'a mount of an unknown volume',
    container: { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    code: 422,
    message: 'Job.batch "j" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
  },
  {
    what: 'a mountPath twice',
    pod: { volumes: [{ name: 'v', emptyDir: {} }] },
    container: {
      volumeMounts: [
        { name: 'v', mountPath: '/v' },
        { name: 'v', mountPath: '/v' },
      ],
    },
    code: 422,
    message:
      'Job.batch "j" is invalid: spec.template.spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique',
  },
  {
    what: 'a malformed quantity',
    container: { resources: { limits: { memory: 'lots' } } },
    code: 400,
    message: /quantities must match the regular expression/,
  },
  {
    what: 'a request beyond its limit',
    container: { resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } },
    code: 422,
    message: /requests: Invalid value: "2": must be less than or equal to cpu limit of 1/,
  },
  {
    what: 'a negative backoffLimit',
    spec: { backoffLimit: -1 },
    code: 422,
    message: 'Job.batch "j" is invalid: spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
  },
  {
    what: 'a string for a number',
    spec: { backoffLimit: 'two' },
    code: 400,
    message:
      'Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32',
  },
  {
    what: 'a number for a string',
    container: { env: [{ name: 'A', value: 1 }] },
    code: 400,
    message:
      /cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string/,
  },
  {
    what: 'an unknown field, strictly',
    pod: { foo: 1 },
    query: '?fieldValidation=Strict',
    code: 400,
    message:
      'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.foo"',
  },
  {
    what: 'podFailurePolicy with OnFailure',
    spec: { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
    pod: { restartPolicy: 'OnFailure' },
    code: 422,
    message: /restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified/,
  },
  {
    what: 'a name over 63 characters',
    metadata: { name: longName },
    code: 422,
    message: `Job.batch "${longName}" is invalid: spec.template.labels: Invalid value: "${longName}": must be no more than 63 characters`,
  },
  {
    what: 'a name in capitals',
    metadata: { name: 'J' },
    code: 422,
    message: /metadata.name: Invalid value: "J": a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    what: 'a label value with a slash',
    metadata: { labels: { a: 'b/c' } },
    code: 422,
    message: /metadata.labels: Invalid value: "b\/c": a valid label must be an empty string or consist of/,
  },
  {
    what: 'an owner without uid',
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }] },
    code: 422,
    message: /metadata.ownerReferences.uid: Invalid value: "": must not be empty/,
  },
  {
    what: 'no name',
    metadata: { name: undefined },
    code: 422,
    message: /metadata.name: Required value: name or generateName is required/,
  },
  {
    what: 'another namespace than the URL',
    metadata: { namespace: 'other' },
    code: 400,
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    what: 'a container name twice',
    pod: { initContainers: [{ name: 'test', image: 'a' }] },
    code: 422,
    message: /initContainers\[0\].name: Duplicate value: "test"/,
  },
  {
    what: 'a pod deadline of 0',
    pod: { activeDeadlineSeconds: 0 },
    code: 422,
    message: /activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive/,
  },
];

describe('the embedded API refuses a Job', () => {
  let kubernetes: EmbeddedKubernetes;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
  });
  after(() => kubernetes.stop());

  const create = ({ spec, pod, container, metadata, query = '' }: Omit<Case, 'code' | 'message' | 'what'>) =>
    send(kubernetes.url, 'POST', `/apis/batch/v1/namespaces/default/jobs${query}`, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', ...metadata },
      spec: {
        ...spec,
        suspend: true,
        template: {
          spec: { restartPolicy: 'Never', ...pod, containers: [{ name: 'test', image: 'busybox', ...container }] },
        },
      },
    });

  for (const { what, code, message, ...request } of cases) {
    it(`with ${what}: ${code}`, async () => {
      const answer = await create(request);
      assert.equal(answer.code, code, JSON.stringify(answer.body));
      assert.equal(field(answer.body, 'kind'), 'Status');
      assert.equal(field(answer.body, 'reason'), code === 422 ? 'Invalid' : 'BadRequest');
      const words = String(field(answer.body, 'message'));
      if (typeof message === 'string') assert.equal(words, message);
      else assert.match(words, message);
    });
  }

  it('but takes a variable twice, and drops an unknown field with a warning', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const answer = await create({ metadata: { name: 'fine' }, container: { env }, pod: { foo: 1 } });
    assert.equal(answer.code, 201);
    assert.equal(field(answer.body, 'spec', 'template', 'spec', 'foo'), undefined);
    assert.match(answer.headers.get('warning') ?? '', /unknown field \\"spec.template.spec.foo\\"/);
  });

  it('whose template is changed after it was made', async () => {
    await create({ metadata: { name: 'fixed' } });
    const path = '/apis/batch/v1/namespaces/default/jobs/fixed';
    const running = await send(
      kubernetes.url,
      'PATCH',
      path,
      { spec: { suspend: false } },
      'application/merge-patch+json',
    );
    assert.equal(running.code, 200);
    const change = { spec: { template: { spec: { nodeName: 'other' } } } };
    const answer = await send(kubernetes.url, 'PATCH', path, change, 'application/merge-patch+json');
    assert.equal(answer.code, 422);
    assert.match(String(field(answer.body, 'message')), /spec.template: Invalid value: .*: field is immutable/);
  });
});
