/**
 * What the API server's refusals become, by the method that was refused: values, or a HookError that is thrown.
 */
import assert from 'node:assert/strict';
import nock from 'nock';
import { type ErrorKind, HookError } from '../../../function/errors.ts';
import { dated, kubeWithin, now, server, status, withoutNetwork } from './canned-api.ts';
import { eachMethod, type Method, methods } from './methods.ts';

async function outcomeOf({ verb, path, query = {}, call }: Method, code: number, body: object): Promise<unknown> {
  // Once: a second request would meet no answer, and its error would show.
  nock(server).intercept(path, verb).query(query).reply(code, body, dated);
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
    createJob: 'Invalid',
    annotateJob: unavailable,
    deleteJob: { is: 'gone' },
    patchStatus: unavailable,
    createEvent: unavailable,
  },
  409: {
    createJob: { is: 'exists' },
    annotateJob: unavailable,
    deleteJob: { is: 'changed' },
    patchStatus: { is: 'conflict' },
    createEvent: { is: undefined },
  },
  422: { createJob: 'Invalid', annotateJob: unavailable, patchStatus: unavailable, createEvent: unavailable },
};
/** A 404 to a GET is believed where it is about the object that was asked for. */
const wordsOf = ({ verb, path }: Method, code: keyof typeof words): string =>
  code === 404 && verb === 'GET' ? path.replace(/.*\/(.+)\/(.+)/, '$1 "$2" not found') : words[code];
const reasons = { 404: 'NotFound', 409: 'AlreadyExists', 422: 'Invalid' };

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

      it(`403 by a namespace that goes to ${name} is Invalid, with its words`, async () => {
        const message =
          'jobs.batch "x" is forbidden: unable to create new content in namespace test because it is being terminated';
        assertError(
          await outcomeOf(method, 403, status(403, 'Forbidden', message)),
          'Invalid',
          'it is being terminated',
        );
      });

      it(`403 by admission to ${name} is Invalid, with its words`, async () => {
        const message = 'admission webhook "policy.example.com" denied the request: images must be signed';
        assertError(await outcomeOf(method, 403, status(403, 'Forbidden', message)), 'Invalid', message);
      });
    }
  }

  it('409 to createJob for another reason than the name is no Job that is there: it heals, or it does not', async () => {
    const message = 'Operation cannot be fulfilled on resourcequotas "jobs": the object has been modified';
    const outcome = await outcomeOf(methods.createJob, 409, status(409, 'Conflict', message));
    assert.ok(outcome instanceof HookError && outcome.kind === unavailable && outcome.message.includes(message));
  });

  it('a name that is empty is never a request for the whole collection', async () => {
    const nameless = { metadata: { name: '', namespace: 'test', uid: 'u' } };
    await assert.rejects(kubeWithin(1000).deleteJob(nameless), /its name is empty/);
  });
});

function assertError(outcome: unknown, kind: ErrorKind, ...said: string[]): void {
  assert.ok(outcome instanceof HookError, `not thrown: ${JSON.stringify(outcome)}`);
  assert.equal(outcome.kind, kind, outcome.message);
  for (const each of said) assert.ok(outcome.message.includes(each), `"${each}" in: ${outcome.message}`);
}
