/**
 * What the API server's refusals become, by the method that was refused: values, or a HookError that is thrown.
 */
import assert from 'node:assert/strict';
import nock from 'nock';
import type { Job } from '../../../function/api/kubernetes.ts';
import { type ErrorKind, HookError } from '../../../function/errors.ts';
import { dated, kubeWithin, now, server, status, withoutNetwork } from './canned-api.ts';
import { eachMethod, type Method, methods } from './methods.ts';

async function outcomeOf(
  { verb, path, query = {}, call }: Method,
  code: number,
  body: object,
  times = 1,
): Promise<unknown> {
  nock.cleanAll();
  // So often and no more: another request would meet no answer, and its error would show.
  nock(server).intercept(path, verb).query(query).times(times).reply(code, body, dated);
  return call(kubeWithin(1000)).catch((error: unknown) => error);
}

const missing = { value: undefined, now };
const unavailable = 'ServiceUnavailable';
const words = {
  404: 'the object was not found',
  409: 'somebody else was first',
  422: 'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "lost"',
};

/** By code: the value, or the kind of the error; in the latter case the API server's words are in its message. */
const table: Record<keyof typeof words, Record<string, ErrorKind | typeof missing | { is: unknown }>> = {
  404: {
    getCanary: missing,
    getE2ESpec: missing,
    getJob: missing,
    getTarget: missing,
    getRevision: missing,
    listEndpointSlices: unavailable,
    listJobs: unavailable,
    listPods: unavailable,
    listEvents: unavailable,
    // The namespace, of which the answer speaks.
    createJob: unavailable,
    annotateJob: unavailable,
    deleteJob: { is: 'gone' },
    patchStatus: unavailable,
    createEvent: unavailable,
  },
  409: {
    createJob: { is: 'exists' },
    annotateJob: unavailable,
    deleteJob: unavailable,
    patchStatus: unavailable,
    createEvent: { is: undefined },
  },
  422: { createJob: 'Invalid', annotateJob: unavailable, patchStatus: unavailable, createEvent: unavailable },
};
/** A 404 to a GET is believed where it is about the object that was asked for. */
const wordsOf = ({ verb, path }: Method, code: keyof typeof words): string =>
  code === 404 && verb === 'GET' ? path.replace(/.*\/(.+)\/(.+)/, '$1 "$2" not found') : words[code];
const reasons = { 404: 'NotFound', 409: 'AlreadyExists', 422: 'Invalid' };

const fieldsOfJob = 'Job.batch "e2e-podinfo-1" is invalid: spec.template.spec.containers[0].image: Required value';
const policy =
  "jobs.batch \"e2e-podinfo-1\" is forbidden: ValidatingAdmissionPolicy 'images' with binding 'images' denied request: images must be signed";
const webhook = 'admission webhook "validate.kyverno.svc-fail" denied the request: images must be signed';

const refusalsOfTheJob: Refusal[] = [
  { code: 422, said: fieldsOfJob, reason: 'Invalid', details: { name: 'e2e-podinfo-1', kind: 'Job' } },
  { code: 422, said: policy, reason: 'Invalid' },
  // The policy chooses its reason, and a webhook its code; without one it is 400.
  { code: 401, said: policy, reason: 'Unauthorized' },
  { code: 403, said: policy, reason: 'Forbidden' },
  { code: 413, said: policy, reason: 'RequestEntityTooLarge' },
  { code: 403, said: webhook, reason: 'Forbidden' },
  { code: 400, said: webhook, reason: 'BadRequest' },
  { code: 409, said: webhook, reason: 'AlreadyExists' },
  {
    code: 403,
    said: 'jobs.batch "e2e-podinfo-1" is forbidden: pods with this priority class are not permitted in test namespace',
  },
  {
    code: 400,
    said: 'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.foo"',
    reason: 'BadRequest',
  },
];

const other = (code: number, said = `no: ${code}`, reason?: string, details?: object): Refusal => ({
  code,
  said,
  reason,
  details,
});
const notOfTheJob: Refusal[] = [
  ...[400, 402, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 423, 424, 425, 426].map(
    (code) => other(code),
  ),
  ...[302, 307, 428, 431, 451, 499].map((code) => other(code)),
  other(403),
  other(400, 'admission webhook "no-dry-run.example.com" does not support dry run', 'BadRequest'),
  other(404, 'namespaces "test" not found', 'NotFound', { name: 'test', kind: 'namespaces' }),
  other(404, 'the server could not find the requested resource', 'NotFound', {}),
  other(409, 'jobs.batch "other" already exists', 'AlreadyExists', { name: 'other', kind: 'jobs' }),
  other(403, 'jobs.batch "e2e-podinfo-1" is forbidden: status unknown for quota: jobs, resources: count/jobs.batch'),
  other(403, 'jobs.batch "e2e-podinfo-1" is forbidden: insufficient quota to consume: count/jobs.batch'),
  other(403, 'jobs.batch "e2e-podinfo-1" is forbidden: not yet ready to handle request'),
];

describe('A refusal of the API server', () => {
  withoutNetwork();

  for (const code of [404, 409, 422] as const) {
    for (const [name, method] of eachMethod) {
      const expected = table[code][name];
      if (expected === undefined) continue;
      it(`${code} to ${name} is ${JSON.stringify(expected)}`, async () => {
        const outcome = await outcomeOf(method, code, status(code, reasons[code], wordsOf(method, code)));
        if (typeof expected === 'string') assertError(outcome, expected, method.verb === 'GET' ? '' : words[code]);
        else if (expected === missing) assert.deepEqual(outcome, missing);
        else assert.deepEqual({ is: outcome }, expected);
      });
    }
  }

  for (const [name, method] of eachMethod) {
    const { verb, group, resource } = method.rule;
    const who = 'User "system:serviceaccount:default:e2e-verifier"';

    it(`403 by RBAC to ${name} is Forbidden, and names the rule that is missing`, async () => {
      const message = `x is forbidden: ${who} cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "test"`;
      const rule = `apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]`;
      const outcome = await outcomeOf(method, 403, status(403, 'Forbidden', message));
      assertError(outcome, 'Forbidden', rule, 'namespace test');
    });

    if (method.verb !== 'GET') {
      it(`403 by a quota to ${name} is ServiceUnavailable: it heals when a Job ends`, async () => {
        const message = 'x is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: 5, limited: 5';
        assertError(
          await outcomeOf(method, 403, status(403, 'Forbidden', message)),
          'ServiceUnavailable',
          'exceeded quota: jobs',
        );
      });

      it(`403 by a namespace that goes to ${name} says that it goes`, async () => {
        const message =
          'jobs.batch "x" is forbidden: unable to create new content in namespace test because it is being terminated';
        const outcome = await outcomeOf(method, 403, status(403, 'Forbidden', message));
        assertError(outcome, unavailable, 'namespace test is being deleted', message);
      });

      const isOfJob = name === 'createJob' ? 'Invalid' : unavailable;
      it(`403 by admission to ${name} is ${isOfJob}, with its words`, async () => {
        const message = 'admission webhook "policy.example.com" denied the request: images must be signed';
        assertError(await outcomeOf(method, 403, status(403, 'Forbidden', message)), isOfJob, message);
      });
    } else {
      it(`403 to ${name} that is not by RBAC is unavailable`, async () => {
        const message = 'admission webhook "policy.example.com" denied the request: no';
        assertError(await outcomeOf(method, 403, status(403, 'Forbidden', message)), unavailable);
      });
    }
  }
});

describe('A refusal of a Job', () => {
  withoutNetwork();

  for (const refusal of refusalsOfTheJob) {
    it(`${refusal.code} is the Job's: ${refusal.said}`, async () => {
      for (const mode of [undefined, 'dryRun'] as const) {
        assertError(await createdWith([refusal], mode), 'Invalid', refusal.said);
      }
    });
  }

  for (const { code, said, reason, details } of notOfTheJob) {
    it(`${code} is not the Job's: ${said}`, async () => {
      for (const mode of [undefined, 'dryRun'] as const) {
        const refused = { code, said, reason, details };
        assertError(await createdWith(Array(4).fill(refused), mode), unavailable, said);
      }
    });
  }

  it('409 by a quota that somebody else has just counted is asked for again, and heals', async () => {
    const message =
      'Operation cannot be fulfilled on resourcequotas "jobs": the object has been modified; please apply your changes to the latest version and try again';
    const details = { name: 'jobs', kind: 'resourcequotas' };
    const refused = { code: 409, said: message, reason: 'Conflict', details };
    assert.deepEqual(await createdWith([refused, refused]), methods.createJob.answer);
    assertError(await createdWith(Array(3).fill(refused)), unavailable, message);
  });
});

describe('A refusal that looks like another', () => {
  withoutNetwork();
  const somebodys = { name: 'somebody', kind: 'jobs' };

  it('409 AlreadyExists, or 404, that names another object says nothing of this one', async () => {
    for (const name of ['createJob', 'createEvent'] as const) {
      const outcome = await outcomeOf(methods[name], 409, status(409, 'AlreadyExists', 'x', somebodys), 3);
      assertError(outcome, unavailable);
    }
    for (const name of ['getJob', 'getE2ESpec', 'deleteJob'] as const) {
      assertError(await outcomeOf(methods[name], 404, status(404, 'NotFound', 'x', somebodys), 3), unavailable);
    }
  });

  for (const [name, expected] of [
    ['deleteJob', 'changed'],
    ['patchStatus', 'conflict'],
    ['annotateJob', unavailable],
    ['createEvent', unavailable],
  ] as const) {
    it(`409 Conflict to ${name} is ${expected}`, async () => {
      const outcome = await outcomeOf(methods[name], 409, status(409, 'Conflict', 'the object has been modified'), 3);
      if (expected === unavailable) assertError(outcome, unavailable, 'the object has been modified');
      else assert.equal(outcome, expected);
    });
  }

  it('a policy that denies a delete with 404 or 409 has not made the Job go', async () => {
    for (const [code, reason] of [
      [404, 'NotFound'],
      [409, 'Conflict'],
    ] as const) {
      const message = 'admission webhook "keep.example.com" denied the request: keep it';
      assertError(await outcomeOf(methods.deleteJob, code, status(code, reason, message)), unavailable, message);
    }
  });

  it('404 for a path that nobody serves has not made the Job go', async () => {
    const { verb, path, call } = methods.deleteJob;
    nock(server).intercept(path, verb).reply(404, '404 page not found\n', dated);
    assertError(await call(kubeWithin(1000)).catch((error: unknown) => error), unavailable);
  });

  it('403 with another right, or of somebody without a name, is not a rule that is missing', async () => {
    const to = 'in API group "batch" in the namespace "test"';
    for (const message of [
      `users "x" is forbidden: User "system:serviceaccount:default:e2e-verifier" cannot impersonate resource "users" ${to}`,
      `admission webhook "x" denied the request: User "bob" cannot get resource "jobs" ${to}`,
      `jobs.batch "podinfo" is forbidden: User "system:anonymous" cannot get resource "jobs" ${to}`,
    ]) {
      assertError(await outcomeOf(methods.getJob, 403, status(403, 'Forbidden', message), 3), unavailable);
    }
  });

  it('a write that is answered with another object, or with a failure, is not done', async () => {
    const other = { metadata: { name: 'other', namespace: 'test', uid: 'o1' } };
    const failure = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
    const done = { ...failure, status: 'Success', details: { name: 'other', kind: 'jobs', uid: 'o1' } };
    for (const name of ['createJob', 'annotateJob', 'deleteJob', 'patchStatus', 'createEvent'] as const) {
      for (const answer of [other, failure, done]) {
        assertError(await outcomeOf(methods[name], 200, answer), unavailable);
      }
    }
  });
});

interface Refusal {
  code: number;
  said: string;
  reason?: string | undefined;
  details?: object | undefined;
}

/** What createJob makes of these answers, one after the other, and then a good one. */
async function createdWith(refusals: Refusal[], mode?: 'dryRun'): Promise<unknown> {
  nock.cleanAll();
  const { verb, path, body, answer } = methods.createJob;
  const asked = () => nock(server).intercept(path, verb).query(true);
  for (const { code, said, reason = 'Unknown', details } of refusals) {
    asked().reply(code, status(code, reason, said, details), dated);
  }
  asked().reply(201, answer, dated);
  return kubeWithin(2000)
    .createJob(body as Job, mode)
    .catch((error: unknown) => error);
}

function assertError(outcome: unknown, kind: ErrorKind, ...said: string[]): void {
  assert.ok(outcome instanceof HookError, `not thrown: ${JSON.stringify(outcome)}`);
  assert.equal(outcome.kind, kind, outcome.message);
  for (const each of said) assert.ok(outcome.message.includes(each), `"${each}" in: ${outcome.message}`);
}
