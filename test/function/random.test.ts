/**
 * A thousand payloads and a thousand E2ESpecs that nobody thought of, through the real socket.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hooks, isVerdictHook } from '../../function/flagger/hooks.ts';
import type { PlayedCanary } from '../support/canary.ts';
import { applySpec, jobsIn, rollOut, type World } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';
import type { Answered } from '../support/verifier.ts';
import { anyPayload } from './random-payload.ts';
import { anySpec } from './random-spec.ts';

const runs = 1000;
const known = [200, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 424, 429];

function assertSane(answered: Answered, what: unknown): void {
  const said = `${answered.status} ${answered.body}\nfor ${JSON.stringify(what)?.slice(0, 2000)}`;
  assert.ok(known.includes(answered.status), said);
  // What is always open says no more.
  assert.match(answered.body, /^[A-Z][A-Za-z]+: |^OK$/, said);
  assert.ok(Buffer.byteLength(answered.body) <= 900 && !answered.body.includes('\n'), said);
}

const at = ({ namespace }: World) => ({ namespace, name: 'podinfo' });

describe('A thousand random', function () {
  this.timeout(60_000);
  let world: World;
  let canary: PlayedCanary;
  const { enter } = embeddedStage();
  before(async () => {
    world = await enter();
  });

  it('payloads never crash the function, and start and pass nothing', async () => {
    // The API server refuses the Job of this one: whatever is answered up to 202 passed without a test.
    const lost = { spec: { containers: [{ name: 'e2e', volumeMounts: [{ name: 'lost', mountPath: '/x' }] }] } };
    canary = await rollOut(world, { image: 'busybox:1.36', podTemplate: lost });
    const gating = Object.entries(hooks).flatMap(([path, hook]) =>
      isVerdictHook(hook) || hook.kind === 'check' ? [path] : [],
    );
    assert.ok(gating.length > 0);
    const path = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...Object.keys(hooks)) },
      { weight: 1, arbitrary: fc.webPath().map((each) => `/${each.replace(/^\/+/, '')}`) },
    );
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(path, anyPayload(canary.payload()), async (to, body) => {
        const answered = await world.verifier.post(to, body);
        statuses.add(answered.status);
        assertSane(answered, [to, body]);
        if (gating.includes(to)) assert.ok(answered.status > 202, `${to} ${answered.status} ${answered.body}`);
      }),
      { numRuns: runs },
    );
    assert.deepEqual(await jobsIn(world), []);
    for (const expected of [200, 400, 401, 403, 404, 422])
      assert.ok(statuses.has(expected), `${expected} was never met`);
  });

  it('E2ESpecs never crash the function: their Jobs are taken or refused, and none is called passed', async () => {
    await canary.setPhase('Waiting');
    const outcomes = { refusedByDefinition: 0, taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(anySpec(), async (spec) => {
        // Anew: a patch would leave what the one before had.
        await world.kubernetes.delete({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', ...at(world) });
        const isStored = await applySpec(world, spec).then(
          () => true,
          () => false,
        );
        if (!isStored) outcomes.refusedByDefinition++;
        if (!isStored) return;
        const answered = await world.verifier.post('/confirm-rollout', canary.payload());
        assertSane(answered, spec);
        assert.ok([200, 403].includes(answered.status), `${answered.status} ${answered.body} ${JSON.stringify(spec)}`);
        assert.match(answered.body, /^(Ready|Invalid): /);
        if (answered.status === 200) outcomes.taken++;
        else outcomes.refused++;
      }),
      { numRuns: runs },
    );
    assert.deepEqual(await jobsIn(world), []);
    for (const [outcome, times] of Object.entries(outcomes)) assert.ok(times > 10, `${outcome}: ${times} times`);
  });
});
