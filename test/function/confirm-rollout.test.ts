/**
 * What holds a rollout before it begins, and what does not: Flagger asks /confirm-rollout for ever, so that only a refusal
 * of the Job itself, or a missing E2ESpec, is a no. What only a cluster's administrator can mend is none.
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

  async function waiting() {
    const world = await enter();
    await applySpec(world, passing);
    const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
    await canary.setPhase('Waiting');
    return { world, canary, ask: asking(world, canary.payload()) };
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

  const reads = ['canaries', 'e2especs', 'deployments'];
  for (const resource of reads) {
    it(`is not held up by the right to read ${resource} that is missing: body and log say so, and the gate as well`, async () => {
      const { world, canary, ask } = await waiting();
      const { kubernetes, namespace, verifier } = world;
      const bind = kubernetes.misbehave({ verb: 'get', resource, namespace }, { kind: 'status', code: 403 });
      const rule = `resources: ["${resource}"], verbs: ["get"]`;
      const answered = await ask();
      const { body } = answered;
      assertAnswer(answered, 200, /^NotTried: the rollout begins, .*: the verifier lacks the rule .*: bind the /, rule);
      await canary.setPhase('Progressing');
      assertAnswer(await verifier.post('/pre-rollout', canary.payload()), 403, /^Forbidden: /, rule);
      await canary.setPhase('Waiting');
      bind();
      const logged = verifier.lines
        .filter(({ fields }) => fields['reason'] === 'NotTried')
        .map(({ message }) => message);
      assert.ok(logged.includes(body), logged.join('\n'));
      // Of whom the Canary is not read, nothing can be told on it.
      const told = (await warningsIn(world)).filter((each) => each === body);
      assert.equal(told.length, resource === 'canaries' ? 0 : 1);
      assertAnswer(await ask(), 200, 'Ready');
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
