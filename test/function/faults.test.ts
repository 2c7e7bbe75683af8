/**
 * The real function on a real socket, before an API server that misbehaves: no trouble is ever a pass,
 * every call is answered in time, and the run goes on when the trouble is over.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayedCanary } from '../support/canary.ts';
import { assertAnswer, jobsIn, onlyJob, recordsOf, rollOut, until, untilDecided } from '../support/environment.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';
import { ambiguous, assertNoPass, callBudget, callDuring, type Request, undone } from './misbehaviour.ts';

// Without a command the embedded node runs no process: the test of this image passes.
const passing = { image: 'busybox:1.36' };
const stuck = { image: 'UPPERCASE:tag', inconclusiveRetries: 0 };
const gates = ['/webhook', '/pre-rollout', '/confirm-promotion'];
const started: Record<string, number> = { '/webhook': 202, '/pre-rollout': 429, '/confirm-promotion': 403 };

/** How far a run is when the trouble begins, and how it ends after it. */
const stages: Record<string, { begin(scene: EmbeddedWorld): Promise<PlayedCanary>; decided: number }> = {
  'before its Job': { begin: (scene) => rollOut(scene, passing), decided: 200 },
  'while its pod cannot start': {
    async begin(scene) {
      const canary = await rollOut(scene, stuck);
      assertAnswer(await scene.verifier.post('/pre-rollout', canary.payload()), 429);
      return canary;
    },
    decided: 424,
  },
  'while a former Job has its name': {
    async begin(scene) {
      const canary = await rollOut(scene, passing);
      assertAnswer(await untilDecided(scene, canary.payload()), 200);
      await canary.end('Succeeded');
      await canary.begin('one');
      return canary;
    },
    decided: 200,
  },
};

function stage(when: string) {
  const found = stages[when];
  assert.ok(found, when);
  return found;
}

const get = (resource: string): Request => ({ verb: 'get', resource });
const list = (resource: string): Request => ({ verb: 'list', resource });
const create = { verb: 'create', resource: 'jobs' };
const remove = { verb: 'delete', resource: 'jobs' };
const reads = [get('canaries'), get('e2especs'), get('jobs'), get('deployments')];

interface Trouble {
  path: string;
  when: string;
  request: Request;
}

const troubles: Trouble[] = [
  ...gates.flatMap((path) => [
    ...[...reads, list('jobs'), create].map((request) => ({ path, when: 'before its Job', request })),
    { path, when: 'while its pod cannot start', request: list('pods') },
    { path, when: 'while a former Job has its name', request: remove },
  ]),
  ...[...reads, list('pods')].map((request) => ({
    path: '/rollback',
    when: 'while its pod cannot start',
    request,
  })),
];

const isWrite = ({ verb }: Request): boolean => verb === 'create' || verb === 'delete';

const noPass: Case<EmbeddedWorld>[] = troubles.map(({ path, when, request }) => ({
  title: `${path} ${when}: no trouble with ${request.verb} ${request.resource} is a pass, and the run goes on after it`,
  async run(scene) {
    const { begin, decided } = stage(when);
    const canary = await begin(scene);
    const payload = canary.payload();
    // A write that was carried out all the same changes what the next call meets: see below.
    for (const kind of isWrite(request) ? undone : [...undone, ...ambiguous]) {
      assertNoPass(await callDuring(scene, [request], kind, { path, payload }), kind, request);
    }
    assertAnswer(await untilDecided(scene, payload), decided);
    if (decided === 424) assertAnswer(await scene.verifier.post('/rollback', payload), 200, 'InvalidImageName');
    await onlyJob(scene);
  },
}));

const wordless: Case<EmbeddedWorld>[] = [...undone, ...ambiguous].map((kind) => ({
  title: `/pre-rollout while its pod cannot start: ${kind.name} to list events keeps back no verdict`,
  async run(scene) {
    const canary = await stage('while its pod cannot start').begin(scene);
    await until(
      () => scene.kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace: scene.namespace }),
      (pods) => JSON.stringify(pods).includes('InvalidImageName'),
    );
    const call = { path: '/pre-rollout', payload: canary.payload() };
    assertAnswer(await callDuring(scene, [list('events')], kind, call), 424, 'InvalidImageName');
  },
}));

const ambiguousWrites: Case<EmbeddedWorld>[] = gates.flatMap((path) =>
  [
    { request: create, when: 'before its Job' },
    { request: remove, when: 'while a former Job has its name' },
  ].flatMap(({ request, when }) =>
    ambiguous.map((kind) => ({
      title: `${path} ${when}: ${kind.name} to ${request.verb} jobs is no pass, and makes one Job only`,
      async run(scene: EmbeddedWorld) {
        const canary = await stage(when).begin(scene);
        const former = (await jobsIn(scene))[0]?.metadata.uid;
        const payload = canary.payload();
        assertNoPass(await callDuring(scene, [request], kind, { path, payload }), kind, request);
        assertAnswer(await untilDecided(scene, payload), 200);
        const { uid, annotations } = (await onlyJob(scene)).metadata;
        assert.notEqual(uid, former);
        assert.deepEqual(
          [annotations?.['remarkable.com/attempt'], annotations?.['remarkable.com/removed']],
          ['1', '0'],
        );
        // What came too late has come by then, and must not have touched the Job that took its place.
        if (kind.fault.kind === 'delay') await sleep(kind.fault.milliseconds);
        assert.equal((await onlyJob(scene)).metadata.uid, uid);
      },
    })),
  ),
);

const onceAmbiguous: Case<EmbeddedWorld>[] = gates.map((path) => ({
  title: `${path}: a create that was carried out and answered with 500 once is not noticed`,
  async run(scene) {
    const canary = await rollOut(scene, passing);
    const match = { ...create, namespace: scene.namespace, times: 1 };
    scene.kubernetes.misbehave(match, { kind: 'afterwards', code: 500 });
    assertAnswer(await scene.verifier.post(path, canary.payload()), started[path] ?? 0, 'Started');
    assertAnswer(await untilDecided(scene, canary.payload()), 200);
    await onlyJob(scene);
  },
}));

const writes: Request[] = [
  { verb: 'patch', resource: 'e2especs', subresource: 'status' },
  { verb: 'create', resource: 'events' },
];

const unwritten: Case<EmbeddedWorld>[] = gates.map((path) => ({
  title: `${path}: a status and events that cannot be written change no answer, and the next call writes them`,
  async run(scene) {
    const canary = await rollOut(scene, { image: 'busybox:1.36', command: ['sleep', '60'] });
    const payload = canary.payload();
    for (const kind of undone) {
      assertAnswer(await callDuring(scene, writes, kind, { path, payload }), started[path] ?? 0);
      assert.deepEqual(await recordsOf(scene), [], kind.name);
    }
    for (const kind of ambiguous.slice(0, 2)) {
      assertAnswer(await callDuring(scene, writes.slice(0, 1), kind, { path, payload }), started[path] ?? 0);
    }
    assertAnswer(await scene.verifier.post(path, payload), started[path] ?? 0);
    const [record, ...others] = await recordsOf(scene);
    assert.deepEqual([record?.['verdict'], others], ['Running', []]);
    const told = await until(
      () => scene.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: scene.namespace }),
      (events) => events.filter(({ reason }) => reason === 'E2ETestStarted').length === 2,
      5,
    );
    assert.ok(told.length > 0);
  },
}));

describe('The verifier before an API server in trouble', function () {
  this.timeout(120_000);
  const { enter } = embeddedStage({ callBudget });
  sideBySide(16, enter, [...noPass, ...wordless, ...ambiguousWrites, ...onceAmbiguous, ...unwritten]);
});
