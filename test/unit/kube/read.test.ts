/**
 * What is read is what was asked for: an answer that is another object, and a 404 that speaks of something else, are the
 * API server's own trouble.
 */
import assert from 'node:assert/strict';
import nock from 'nock';
import { HookError } from '../../../function/errors.ts';
import { dated, kubeWithin, now, server, status, withoutNetwork } from './canned-api.ts';
import { eachMethod, type Method } from './methods.ts';

type Json = Record<string, unknown>;

async function outcomeOf({ verb, path, query = {}, call }: Method, code: number, body: object): Promise<unknown> {
  nock(server).intercept(path, verb).query(query).times(3).reply(code, body, dated);
  const outcome = await call(kubeWithin(1000)).catch((error: unknown) => error);
  nock.cleanAll();
  return outcome;
}

const isUnavailable = (outcome: unknown) => outcome instanceof HookError && outcome.kind === 'ServiceUnavailable';

const gets = eachMethod.filter(([name]) => name.startsWith('get'));
const lists = eachMethod.filter(([name]) => name.startsWith('list'));

/** One thing about an object, another than was asked for. */
const changes: Record<string, (object: Json) => Json> = {
  'of another kind': (object) => ({ ...object, kind: 'ConfigMap' }),
  'of another version': (object) => ({ ...object, apiVersion: 'example.com/v1' }),
  'of another namespace': (object) => ({ ...object, metadata: { ...Object(object['metadata']), namespace: 'other' } }),
  'of no namespace': (object) => ({ ...object, metadata: { ...Object(object['metadata']), namespace: undefined } }),
};
const changesOfOne: Record<string, (object: Json) => Json> = {
  ...changes,
  'of another name': (object) => ({ ...object, metadata: { ...Object(object['metadata']), name: 'other' } }),
  'of no kind': ({ kind: _, ...object }) => object,
};

describe('An answer of the API server', () => {
  withoutNetwork();

  for (const [name, method] of gets) {
    it(`to ${name} that is another object is refused`, async () => {
      for (const [what, change] of Object.entries(changesOfOne)) {
        const outcome = await outcomeOf(method, 200, change({ ...method.answer }));
        assert.ok(isUnavailable(outcome), `${what}: ${JSON.stringify(outcome)}`);
      }
    });
  }

  for (const [name, method] of lists) {
    const { items } = method.answer as { items: Json[] };

    it(`to ${name} that has another object in it is refused`, async () => {
      for (const [what, change] of Object.entries(changes)) {
        const outcome = await outcomeOf(method, 200, { ...method.answer, items: [...items, ...items.map(change)] });
        assert.ok(isUnavailable(outcome), `${what}: ${JSON.stringify(outcome)}`);
      }
      assert.ok(isUnavailable(await outcomeOf(method, 200, { ...method.answer, kind: 'ConfigMapList' })), 'the list');
    });

    it(`to ${name} need not say again of which kind each item is`, async () => {
      const bare = items.map(({ kind: _kind, apiVersion: _version, ...item }) => item);
      assert.deepEqual(await outcomeOf(method, 200, { ...method.answer, items: bare }), bare);
    });
  }
});

describe('A 404 of the API server', () => {
  withoutNetwork();
  const refusal = (message: string, details?: object) => ({ ...status(404, 'NotFound', message), details });

  for (const [name, method] of gets) {
    const [plural = '', object = ''] = method.path.split('/').slice(-2);
    const qualified = method.rule.group === '' ? plural : `${plural}.${method.rule.group}`;

    it(`to ${name} is a missing object where it speaks of that object`, async () => {
      const missing = { value: undefined, now };
      const whole = refusal(`${qualified} "${object}" not found`, {
        name: object,
        group: method.rule.group,
        kind: plural,
      });
      assert.deepEqual(await outcomeOf(method, 404, whole), missing);
      assert.deepEqual(await outcomeOf(method, 404, { ...whole, details: undefined }), missing, 'without details');
      assert.deepEqual(await outcomeOf(method, 404, { ...whole, message: 'not here' }), missing, 'by its details');
      assert.deepEqual(await outcomeOf(method, 404, refusal('')), missing, 'without a word');
    });

    for (const [what, message, details] of [
      ['its namespace', 'namespaces "test" not found', { name: 'test', kind: 'namespaces' }],
      ['its namespace of the same name', `namespaces "${object}" not found`, { name: object, kind: 'namespaces' }],
      ['its namespace, without details', 'namespaces "test" not found', undefined],
      ['another object', `${qualified} "other" not found`, { name: 'other', kind: plural }],
      ['another object, without details', `${qualified} "other" not found`, undefined],
      ['its resource', 'the server could not find the requested resource', {}],
      ['something that a proxy looked for', 'no such cluster', undefined],
    ] as const) {
      it(`to ${name} says nothing of the object where it speaks of ${what}`, async () => {
        assert.ok(isUnavailable(await outcomeOf(method, 404, refusal(message, details))));
      });
    }
  }
});

describe('What is made of the runs in a status', () => {
  withoutNetwork();
  const { getE2ESpec: method } = Object.fromEntries(eachMethod);
  const entry = {
    canary: 'podinfo',
    canaryUID: 'c1',
    hook: 'e2e',
    verdict: 'Passed',
    reason: 'Passed',
    checksum: '85d557f47b',
    time: '2026-11-21T10:00:00Z',
  };
  const { canaryUID: _, ...pruned } = entry;

  it('is read without what a definition of another version has left nothing of: the next write makes it anew', async () => {
    assert.ok(method);
    const status = { latest: [entry, pruned, 7], conditions: [{ type: 'Passed' }], runs: [] };
    const outcome = await outcomeOf(method, 200, { ...method.answer, status });
    assert.ok(!(outcome instanceof Error), String(outcome));
    const { value } = outcome as { value: { status: Json } };
    assert.deepEqual(value.status, { latest: [entry], conditions: [], runs: [] });
  });

  it('has to be a list', async () => {
    assert.ok(method);
    const outcome = await outcomeOf(method, 200, { ...method.answer, status: { latest: {} } });
    assert.ok(outcome instanceof HookError && outcome.kind === 'Invalid', String(outcome));
  });
});
