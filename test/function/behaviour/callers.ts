/**
 * Who may have a test run outside a rollout, and what is refused.
 */
import assert from 'node:assert/strict';
import { bearer, callerOf, tokenOf } from '../../support/caller.ts';
import { applySpec, assertAnswer, type Behaviour, jobsIn, passing, recordsOf } from '../../support/environment.ts';

export const callers: Behaviour[] = [
  {
    title: 'Who has no token, or one that the API server does not take, is told so and starts nothing',
    async run(world) {
      await applySpec(world, passing);
      const body = { namespace: world.namespace, name: 'podinfo', id: 'a' };
      const foreign = await tokenOf(world, 'ci', { may: 'podinfo', audience: 'https://somebody.example.com' });
      const headers: Record<string, string>[] = [
        {},
        { Authorization: 'Basic dTpw' },
        { Authorization: 'Bearer' },
        { Authorization: 'Bearer a b' },
        { Authorization: 'Bearer "quoted"' },
        bearer('nobody-has-this-one'),
        bearer(foreign),
      ];
      for (const each of headers) {
        const answered = await world.verifier.post('/run', body, each);
        assertAnswer(answered, 401, /^Unauthorized: /, 'kubectl create token');
        assert.equal(answered.headers.get('WWW-Authenticate'), 'Bearer');
      }
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'Who may not, or may another one or elsewhere, is told which rule is missing and starts nothing',
    async run(world) {
      await applySpec(world, passing);
      const other = await world.kubernetes.namespace();
      const tokens = [
        await tokenOf(world, 'nobody'),
        await tokenOf(world, 'another', { may: 'another' }),
        await tokenOf({ ...world, namespace: other }, 'elsewhere', { may: 'podinfo' }),
      ];
      const body = { namespace: world.namespace, name: 'podinfo', id: 'a' };
      const rule =
        '{apiGroups: ["remarkable.com"], resources: ["e2especs/run"], verbs: ["create"], resourceNames: ["podinfo"]}';
      for (const token of tokens) {
        const answered = await world.verifier.post('/run', body, bearer(token));
        assertAnswer(answered, 403, /^Forbidden: /, rule, `in a Role of namespace ${world.namespace}`);
      }
      // Nor is it told what there is.
      const missing = await world.verifier.post('/run', { ...body, name: 'missing' }, bearer(tokens[0] ?? ''));
      assertAnswer(missing, 403, /^Forbidden: /);
      assert.deepEqual([await jobsIn(world), await recordsOf(world)], [[], []]);
    },
  },
  {
    title: 'What is no request is refused with what to do, and starts nothing',
    async run(world) {
      await applySpec(world, passing);
      const { run, token } = await callerOf(world);
      const bodies: [Record<string, unknown>, RegExp][] = [
        [{ namespace: '../default' }, /^BadRequest: namespace must be/],
        [{ name: '../podinfo' }, /^BadRequest: name must be/],
        [{ name: 7 }, /^BadRequest: name must be/],
        [{ id: '' }, /^BadRequest: id must be a text of 1 to 253/],
        [{ id: 'x'.repeat(254) }, /^BadRequest: id must be/],
        [{ id: 7 }, /^BadRequest: id must be/],
        [{ url: 'ftp://a' }, /^BadRequest: url must begin with http/],
        [{ url: 'http://a b' }, /^BadRequest: url must/],
        [{ url: 'http://' }, /^BadRequest: url must/],
        [{ metadata: {} }, /^BadRequest: the body has a field "metadata". POST \{"namespace"/],
      ];
      for (const [more, words] of bodies) assertAnswer(await run(more), 400, words);
      for (const text of ['', 'no JSON', '[]', 'null', '"a"']) {
        assertAnswer(await world.verifier.post('/run', text, bearer(token)), 400, 'the body is not a JSON object');
      }
      const body = { namespace: world.namespace, name: 'podinfo', id: 'a' };
      const typed = await world.verifier.post('/run', body, { ...bearer(token), 'Content-Type': 'text/plain' });
      assertAnswer(typed, 415, 'UnsupportedMediaType');
      const got = await fetch(`${world.verifier.url}/run`, { headers: bearer(token) });
      assert.deepEqual([got.status, (await got.text()).split(':')[0]], [405, 'MethodNotAllowed']);
      assertAnswer(await world.verifier.post('/gate/run', body, bearer(token)), 404, 'NotFound');
      assert.deepEqual(await jobsIn(world), []);
      assertAnswer(await world.verifier.post('/behind/a/gateway/run/', body, bearer(token)), 429, 'Started');
    },
  },
  {
    title: 'An E2ESpec that is not there is 404 for who may have it run',
    async run(world) {
      const { run } = await callerOf(world);
      assertAnswer(await run({ id: 'a' }), 404, /^SpecMissing: there is no E2ESpec podinfo in namespace /);
      assertAnswer(await run(), 404, /^SpecMissing: .*; id [0-9a-f-]{36}$/);
    },
  },
];
