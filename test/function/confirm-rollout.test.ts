/**
 * What holds a rollout before it begins, and what does not: Flagger asks /confirm-rollout for ever, so that only a refusal
 * of the Job itself, or a missing E2ESpec, is a no.
 */
import assert from 'node:assert/strict';
import { playCanary } from '../support/canary.ts';
import { applySpec, assertAnswer, passing } from '../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';

type Fault = Parameters<EmbeddedWorld['kubernetes']['misbehave']>[1];

const refusedWith = (code: 403 | 422 | 500, message: string): Fault => ({ kind: 'status', code, message });
const quota =
  'jobs.batch "e2e-preflight-x" is forbidden: exceeded quota: few, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5';
const denied = 'admission webhook "images.example.com" denied the request: no tag is no good';

describe('/confirm-rollout', function () {
  this.timeout(60_000);
  const { enter } = embeddedStage();

  /** But for what is said of its webhooks, which have no retries here. */
  async function warningsIn({ kubernetes, namespace }: EmbeddedWorld): Promise<string[]> {
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    return events
      .filter(({ type, reason }) => type === 'Warning' && reason !== 'DoesNotGate')
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  async function waiting(): Promise<{ world: EmbeddedWorld; ask: ReturnType<typeof asking> }> {
    const world = await enter();
    await applySpec(world, passing);
    const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
    await canary.setPhase('Waiting');
    return { world, ask: asking(world, canary.payload()) };
  }

  const asking =
    ({ kubernetes, verifier, namespace }: EmbeddedWorld, payload: unknown) =>
    async (fault?: Fault) => {
      const end = fault && kubernetes.misbehave({ verb: 'create', resource: 'jobs', namespace }, fault);
      const answered = await verifier.post('/confirm-rollout', payload);
      end?.();
      return answered;
    };

  const unmade: { title: string; fault: Fault; says: string }[] = [
    { title: 'a quota that finished Jobs have used up', fault: refusedWith(403, quota), says: 'exceeded quota: few' },
    { title: 'an API server in trouble', fault: refusedWith(500, 'etcdserver: request timed out'), says: 'timed out' },
    {
      title: 'the right to create Jobs that is missing',
      fault: { kind: 'status', code: 403 },
      says: 'verbs: ["create"]',
    },
  ];
  for (const { title, fault, says } of unmade) {
    it(`is not held up by ${title}, and a Warning on the Canary says so`, async () => {
      const { world, ask } = await waiting();
      assertAnswer(await ask(fault), 200, 'NotTried', says);
      const [told, ...others] = await warningsIn(world);
      assert.deepEqual(others, []);
      assert.match(told ?? '', /^NotTried: the rollout begins, .* could not be made: /);
      assert.ok(told?.includes(says), told);
    });
  }

  it('is a no where the API server refuses the Job, and each refusal tells its own reason, once', async () => {
    const { world, ask } = await waiting();
    const invalid = 'Job.batch "e2e-preflight-x" is invalid: spec.template.spec.volumes[0].name: Required value';
    for (const message of [denied, invalid]) {
      const fault = refusedWith(message === denied ? 403 : 422, message);
      for (let call = 1; call <= 2; call++) assertAnswer(await ask(fault), 403, 'Invalid', message);
    }
    assert.deepEqual(
      (await warningsIn(world)).sort(),
      [denied, invalid].map((message) => `Invalid: the rollout waits: ${message}`).sort(),
    );
    assertAnswer(await ask(), 200, 'Ready');
  });
});
