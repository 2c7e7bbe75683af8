/**
 * A run that no rollout asks for: POST /run.
 */
import assert from 'node:assert/strict';
import { callerOf } from '../../support/caller.ts';
import { playCanary } from '../../support/canary.ts';
import { at } from '../../support/documents.ts';
import {
  annotate,
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  jobKey,
  jobsIn,
  lasting,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import { isTrue } from '../../support/scenario.ts';
import { startVerifier } from '../../support/verifier.ts';

const json = { Accept: 'application/json' };

function variablesOf(job: KubernetesObject): Record<string, unknown> {
  const variables = at(job, 'spec', 'template', 'spec', 'containers', 0, 'env');
  return Object.fromEntries((Array.isArray(variables) ? variables : []).map(({ name, value }) => [name, value]));
}

const isRequested = ({ metadata }: KubernetesObject) => metadata.labels?.['remarkable.com/trigger'] === 'request';

async function statusOf({ kubernetes, namespace }: World): Promise<unknown> {
  const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
  return (await kubernetes.get(key))?.['status'];
}

async function eventsOf({ kubernetes, namespace }: World): Promise<KubernetesObject[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events.filter(({ reason }) => String(reason).startsWith('E2ETest'));
}

export const requested: Behaviour[] = [
  {
    title: 'A test that passes is answered as by /pre-rollout, without any Canary, and is on record with who asked',
    async run(world) {
      await applySpec(world, passing);
      const { run, decided } = await callerOf(world);
      const first = await run({ id: 'nightly-1' });
      assertAnswer(first, 429, /^Started: Job e2e-podinfo-run-[0-9a-f]{12}: /, '; id nightly-1');
      assert.match(first.headers.get('Retry-After') ?? '', /^\d+$/);
      const last = await decided({ id: 'nightly-1' }, json);
      assert.equal(last.status, 200, last.body);
      const job = await onlyJob(world);
      const { message, ...told } = JSON.parse(last.body);
      assert.deepEqual(told, { verdict: 'passed', reason: 'Passed', job: job.metadata.name, id: 'nightly-1' });
      assert.equal(typeof message, 'string');

      const [owner] = job.metadata.ownerReferences ?? [];
      assert.deepEqual([owner?.kind, owner?.name, owner?.controller], ['E2ESpec', 'podinfo', undefined]);
      assert.deepEqual([isRequested(job), job.metadata.labels?.['remarkable.com/e2espec']], [true, 'podinfo']);
      const { CANARY_NAME, CANARY_NAMESPACE, CANARY_CHECKSUM, CANARY_URL, E2E_TRIGGER } = variablesOf(job);
      assert.deepEqual([CANARY_NAME, CANARY_NAMESPACE, E2E_TRIGGER], ['podinfo', world.namespace, 'request']);
      assert.deepEqual([CANARY_CHECKSUM || '', CANARY_URL], ['', undefined]);

      const status = await statusOf(world);
      const [record, ...others] = await recordsOf(world);
      assert.deepEqual(others, []);
      const { verdict, trigger, id, canary } = Object(record);
      assert.deepEqual([verdict, trigger, id, canary], ['Passed', 'request', 'nightly-1', '-']);
      const lastRun = ['verdict', 'trigger', 'canary', 'checksum'].map((field) => at(status, 'lastRun', field));
      assert.deepEqual(lastRun, ['Passed', 'request', '', '']);
      const latest = ['canary', 'hook', 'trigger', 'verdict'].map((field) => at(status, 'latest', 0, field));
      assert.deepEqual(latest, ['-', '/run', 'request', 'Passed']);
      assert.deepEqual(
        [at(status, 'conditions', 0, 'type'), at(status, 'conditions', 0, 'status')],
        ['Passed', 'True'],
      );
      const kinds = (await eventsOf(world)).map((event) => at(event, 'involvedObject', 'kind'));
      assert.deepEqual([...new Set(kinds)], ['E2ESpec']);
    },
  },
  {
    title: 'A run on request closes the run of a Canary that was deleted, and says then how the E2ESpec stands',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await world.kubernetes.delete(canary.key);
      await applySpec(world, passing);
      const { decided } = await callerOf(world);
      assertAnswer(await decided({ id: 'a' }), 200);
      const stands = (await recordsOf(world)).map((record) => `${record['canary']} ${record['verdict']}`);
      assert.deepEqual(stands.sort(), ['- Passed', 'podinfo Cancelled']);
      const status = await statusOf(world);
      const condition = at(status, 'conditions', 0);
      assert.deepEqual([at(condition, 'status'), at(condition, 'reason')], ['True', 'Passed']);
      assert.equal(at(status, 'latest', 1), undefined);
    },
  },
  {
    title: 'A test that fails is 412 with its last words, whatever the mode of the E2ESpec',
    async run(world) {
      await applySpec(world, { ...failing, mode: 'Observe' });
      const { decided } = await callerOf(world);
      assertAnswer(
        await decided({ id: 'a' }),
        412,
        /^Error: Job e2e-podinfo-run-/,
        'rejects an expired card',
        '; id a',
      );
      const [record] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], record?.['mode']], ['Failed', undefined]);
    },
  },
  {
    title: 'Failures one after another are counted until a test passes',
    async run(world) {
      const counted = async () => at(await statusOf(world), 'latest', 0, 'consecutiveFailures');
      await applySpec(world, failing);
      const { decided } = await callerOf(world);
      for (const [id, count] of [
        ['a', 1],
        ['b', 2],
      ] as const) {
        assertAnswer(await decided({ id }), 412);
        assert.equal(await counted(), count);
      }
      await applySpec(world, passing);
      assertAnswer(await decided({ id: 'c' }), 200);
      assert.equal(await counted(), undefined);
    },
  },
  {
    title: 'A test that cannot run is 424 with why, whatever becomes of the E2ESpec; another id is another run',
    async run(world) {
      await applySpec(world, { ...passing, image: 'UPPERCASE:tag', inconclusiveRetries: 0, onInconclusive: 'Hold' });
      const { decided } = await callerOf(world);
      assertAnswer(await decided({ id: 'a' }), 424, /^InvalidImageName: /, '; id a');
      await applySpec(world, passing);
      assertAnswer(await decided({ id: 'a' }), 424, 'InvalidImageName');
      assertAnswer(await decided({ id: 'b' }), 200);
    },
  },
  {
    title: 'A run that nobody asks for again is on record once the next one is asked for',
    async run(world) {
      await applySpec(world, failing);
      const { run, decided } = await callerOf(world);
      assertAnswer(await run({ id: 'left' }), 429);
      await until(
        () => onlyJob(world),
        (job) => isTrue(job, 'Failed'),
      );
      await applySpec(world, passing);
      assertAnswer(await decided({ id: 'next' }), 200);
      const told = (await recordsOf(world)).map(({ id, verdict }) => [id, verdict]);
      assert.deepEqual(told, [
        ['next', 'Passed'],
        ['left', 'Failed'],
      ]);
    },
  },
  {
    title: 'The same id is the same run at two verifiers: one Job, one record, and one answer when the Job is gone',
    async run(world) {
      await applySpec(world, passing);
      const { run, decided } = await callerOf(world);
      const second = await startVerifier({ kubeconfig: world.kubernetes.kubeconfig });
      try {
        const there = await callerOf({ ...world, verifier: second });
        const both = await Promise.all([run({ id: 'x' }), there.run({ id: 'x' }), run({ id: 'x' })]);
        for (const answered of both) assertAnswer(answered, 429);
        await Promise.all([decided({ id: 'x' }), there.decided({ id: 'x' })]);
        const { metadata } = await onlyJob(world);
        await world.kubernetes.delete(jobKey(world, metadata.name));
        await until(
          async () => jobsIn(world),
          ({ length }) => length === 0,
        );
        for (const again of [await run({ id: 'x' }), await there.run({ id: 'x' })]) {
          assertAnswer(again, 200, `Passed: Job ${metadata.name}: `);
        }
        assert.deepEqual(await jobsIn(world), []);
        assert.equal((await recordsOf(world)).length, 1);
        assertAnswer(await run({ id: 'y' }), 429, 'Started');
      } finally {
        await second.stop();
      }
    },
  },
  {
    title: 'Without an id one is made and told, and another call is another run',
    async run(world) {
      await applySpec(world, passing);
      const { run, decided } = await callerOf(world);
      const [one, other] = [await run({}, json), await run({}, json)].map(({ body }) => JSON.parse(body));
      assert.notEqual(one.id, other.id);
      assert.equal((await jobsIn(world)).length, 2);
      assertAnswer(await decided({ id: one.id }), 200, `Job ${one.job}: `, `; id ${one.id}`);
    },
  },
  {
    title: 'CANARY_URL is what the caller says, else where users reach the canary of that name',
    async run(world) {
      await applySpec(world, passing);
      await playCanary(world.kubernetes, { namespace: world.namespace });
      const { run } = await callerOf(world);
      await run({ id: 'live' });
      await run({ id: 'given', url: 'https://preview.example.com/$(A)?b' });
      const urls = (await jobsIn(world)).map((job) => variablesOf(job)['CANARY_URL']);
      const live = `http://app-podinfo.${world.namespace}:8080`;
      assert.deepEqual(urls.sort(), [live, 'https://preview.example.com/$$(A)?b'].sort());
    },
  },
  {
    title: 'Beside a rollout neither answers the other: what passed stays passed, what waits goes on waiting',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await applySpec(world, failing);
      const { decided, run } = await callerOf(world);
      assertAnswer(await decided({ id: 'a' }), 412);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      const status = await statusOf(world);
      assert.deepEqual([at(status, 'conditions', 0, 'status'), at(status, 'lastRun', 'verdict')], ['True', 'Failed']);

      // Another rollout begins while a requested run goes on, and each is left alone by the other.
      await applySpec(world, lasting);
      assertAnswer(await run({ id: 'b' }), 429);
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await annotate(world, { 'remarkable.com/requestedAt': 'now' });
      assertAnswer(await run({ id: 'b' }), 429);
      await canary.end('Failed');
      await world.verifier.post('/post-rollout', canary.payload());
      const left = (await jobsIn(world)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      assert.equal(left.filter(isRequested).length, 2);
      assertAnswer(await run({ id: 'b' }), 429);
      assert.equal((await recordsOf(world)).find(({ id }) => id === 'b')?.['verdict'], 'Running');
    },
  },
  {
    title: 'A request to run again by hand is nothing to a run that was asked for, and the other way round',
    async run(world) {
      const canary = await rollOut(world, passing);
      await annotate(world, { 'remarkable.com/requestedAt': 'one', 'remarkable.com/skip': 'podinfo/nothing: at all' });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const { decided, run } = await callerOf(world);
      const first = await decided({ id: 'a' });
      assert.ok(!first.body.includes('remarkable.com/skip'), first.body);
      await annotate(world, { 'remarkable.com/requestedAt': 'two' });
      assertAnswer(await run({ id: 'a' }), 200);
      const record = (await recordsOf(world)).find(({ trigger }) => trigger === 'request');
      assert.equal(record?.['requestedAt'], undefined);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    },
  },
  {
    title: "A Job of somebody else's that has the name is never taken for the run's",
    async run(world) {
      await applySpec(world, passing);
      const { run, decided } = await callerOf(world);
      await decided({ id: 'a' });
      const { metadata, spec } = await onlyJob(world);
      const { name, namespace, labels, annotations } = metadata;
      await world.kubernetes.delete({
        apiVersion: 'remarkable.com/v1',
        kind: 'E2ESpec',
        namespace: world.namespace,
        name: 'podinfo',
      });
      await until(
        async () => jobsIn(world),
        ({ length }) => length === 0,
      );
      await applySpec(world, passing);
      const template = {
        spec: { restartPolicy: 'Never', containers: [{ name: 'e2e', image: passing.image, command: ['true'] }] },
      };
      const forged = {
        name: name ?? '',
        namespace: namespace ?? '',
        labels: labels ?? {},
        annotations: annotations ?? {},
      };
      await world.kubernetes.apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: forged, spec: { template } });
      assert.ok(spec);
      assertAnswer(await run({ id: 'a' }), 409, 'AlreadyExists', 'its owner is not the E2ESpec');
    },
  },
];
