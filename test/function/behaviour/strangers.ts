/**
 * Who has only the port learns nothing from the verifier and changes nothing.
 */
import assert from 'node:assert/strict';
import { playCanary } from '../../support/canary.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  jobsIn,
  onlyJob,
  passing,
  rollOut,
  untilDecided,
} from '../../support/environment.ts';

const mismatch = "CanaryMismatch: the call does not match the Canary; see the verifier's log, or run lint";
const paths = ['/webhook', '/pre-rollout', '/confirm-promotion', '/rollback', '/confirm-rollout', '/post-rollout'];

export const strangers: Behaviour[] = [
  {
    title: 'Whatever does not fit a Canary is refused in the same words, and the log alone says what it was',
    async run(world) {
      const canary = await rollOut(world, passing);
      const idle = await playCanary(world.kubernetes, { namespace: world.namespace, name: 'idle' });
      const good = canary.payload();
      const guesses = {
        'there is no Canary nobody': { ...good, name: 'nobody' },
        'the payload says 7f79db7f5c': { ...good, checksum: '7f79db7f5c' },
        'Canary idle in namespace': idle.payload(),
        "has the payload's metadata": { ...good, metadata: { suite: 'mine' } },
      };
      for (const path of paths) {
        // What /confirm-rollout and /post-rollout do allow is another phase than that of the gates.
        const wrong = Object.entries(guesses).filter(([, { name }]) => name !== 'idle' || path !== '/confirm-rollout');
        for (const [detail, payload] of wrong) {
          const answered = await world.verifier.post(path, payload);
          assert.deepEqual([answered.status, answered.body], [403, mismatch], `${path}: ${detail}`);
        }
      }
      const details = world.verifier.lines.map(({ fields }) => String(fields['detail']));
      for (const detail of Object.keys(guesses))
        assert.ok(
          details.some((each) => each.includes(detail)),
          detail,
        );
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'A rollout is not rolled back by somebody who starts its test before there is anything to test',
    async run(world) {
      await applySpec(world, { ...passing, command: ['sh', '-c', 'wget -q -T 1 -O - "$CANARY_URL"'] });
      const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
      await canary.begin('one', { ready: false });
      const right = canary.payload();
      // 1 and 2: guess, and learn nothing; 3 and 4: whoever knows the checksum nevertheless starts nothing; 5 and 6: Flagger asks.
      for (const checksum of ['1', '2']) {
        assertAnswer(await world.verifier.post('/pre-rollout', { ...right, checksum }), 403, mismatch);
      }
      assertAnswer(await world.verifier.post('/pre-rollout', right), 429, 'TargetNotReady', 'is not ready');
      assertAnswer(await world.verifier.post('/webhook', right), 202, 'TargetNotReady');
      assertAnswer(await world.verifier.post('/rollback', right), 403);
      assertAnswer(await world.verifier.post('/confirm-promotion', right), 403, 'TargetNotReady');
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'A target that is not ready is waited for, and tested then',
    async run(world) {
      await applySpec(world, passing);
      const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
      await canary.begin('one', { ready: false });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'TargetNotReady');
      await canary.restart('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'What the test is told comes from the Canary, not from the caller',
    async run(world) {
      const script = 'eval "$EVENT_MESSAGE"; test -z "$EVENT_MESSAGE$EVENT_TYPE$EVENT_TIMESTAMP"';
      const canary = await rollOut(world, { ...passing, command: ['sh', '-c', script] });
      const event = { eventMessage: 'exit 0', eventType: 'Normal', timestamp: '1', token: 't' };
      const forged = { ...canary.payload(event), phase: 'WaitingPromotion' };
      assertAnswer(await world.verifier.post('/pre-rollout', forged), 429, 'Started');
      const job = JSON.stringify((await onlyJob(world))['spec']);
      assert.ok(!job.includes('exit 0"}') && job.includes('{"name":"CANARY_PHASE","value":"Progressing"}'), job);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
];
