/**
 * What becomes of a rollout whose E2ESpec only observes.
 */
import assert from 'node:assert/strict';
import { manager } from '../../../function/api/labels.ts';
import { at } from '../../support/documents.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  lasting,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const observing = (spec: Record<string, unknown>) => ({ ...spec, mode: 'Observe' });

async function reasonsTold({ kubernetes, namespace }: World): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  // Flagger tells of a Canary as well, where there is one.
  const onCanary = events.filter(
    ({ involvedObject, source, reason }) =>
      at(involvedObject, 'kind') === 'Canary' && at(source, 'component') === manager && reason !== 'DoesNotGate',
  );
  return onCanary.map(({ type, reason }) => `${type} ${reason}`).sort();
}

/** Asks the gate until its test is decided: it is let go at once, and nothing is held. */
async function untilObserved(world: World, payload: object): Promise<string> {
  const ask = async () => {
    const answered = await world.verifier.post('/pre-rollout', payload);
    assert.equal(answered.status, 200, answered.body);
    return answered;
  };
  return (await until(ask, ({ body }) => !body.startsWith('Observing'))).body;
}

export const observe: Behaviour[] = [
  {
    title: 'A test that is observed and fails holds nothing, and its Event says that it would have',
    async run(world) {
      const canary = await rollOut(world, observing(failing));
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Observing', 'Started');
      assert.match(await untilObserved(world, canary.payload()), /^WouldHaveFailed: Job \S+: Error: /);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'WouldHaveFailed');
      assertAnswer(await world.verifier.post('/confirm-promotion', canary.payload()), 200, 'WouldHaveFailed');
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 200, 'WouldHaveFailed');
      const [record] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], record?.['mode']], ['Failed', 'Observe']);
      await canary.end('Succeeded');
      const promoted = 'was promoted while its test was only observed (E2ESpec podinfo: Failed, Error)';
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedObserved', promoted);
      assert.deepEqual(await reasonsTold(world), [
        'Normal E2ETestStarted',
        'Normal PromotedObserved',
        'Warning E2ETestWouldHaveFailed',
      ]);
    },
  },
  {
    title: 'A test that is observed and could not be run is tried again by the rollback hook, and holds nothing',
    async run(world) {
      const canary = await rollOut(world, observing({ image: 'UPPERCASE:tag', inconclusiveRetries: 1 }));
      const payload = canary.payload();
      assertAnswer(await world.verifier.post('/rollback', payload), 403, 'NotStarted');
      assertAnswer(await world.verifier.post('/pre-rollout', payload), 200, 'Observing');
      const answered = await until(
        async () => {
          const asked = await world.verifier.post('/rollback', payload);
          assert.equal(asked.status, 403, asked.body);
          return asked;
        },
        ({ body }) => body.startsWith('WouldHaveBeenInconclusive'),
      );
      assert.match(answered.body, /InvalidImageName: .*\(2 attempts\)/);
    },
  },
  {
    title: 'A Job that the API server refuses holds nothing while it is observed, and is told on the Canary',
    async run(world) {
      const podTemplate = { spec: { containers: [{ name: 'e2e', ports: [{ containerPort: 0 }] }] } };
      const canary = await rollOut(world, observing({ ...failing, podTemplate }));
      const asked = await world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(asked, 200, 'WouldHaveBeenInconclusive', 'Invalid: ');
      assert.deepEqual(await reasonsTold(world), ['Warning WouldHaveBeenInconclusive']);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/confirm-rollout', canary.payload()), 200);
    },
  },
  {
    title: 'A rollout that began enforced stays so, whatever its E2ESpec says while the test runs',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await applySpec(world, observing(failing));
      assertAnswer(await untilDecided(world, canary.payload()), 412, 'Error');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      await canary.end('Failed');
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Observing');
    },
  },
  {
    title: 'A test that was observed is enforced from the edit on that says so',
    async run(world) {
      const canary = await rollOut(world, observing(lasting));
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      await until(ask, ({ status, body }) => status === 200 && body.includes('the test runs'));
      await applySpec(world, { ...lasting, mode: 'Enforce' });
      assertAnswer(await world.verifier.post('/confirm-promotion', canary.payload()), 403);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
      const edited = events.find(({ reason }) => reason === 'E2ESpecEdited');
      assert.match(String(edited?.['message']), /This run goes on as it began, but holds its rollout from now on\. To/);
    },
  },
];
