/**
 * A sequence of commands, carried out one after another on the function and on the reference, and the quiet end of it.
 */
import assert from 'node:assert/strict';
import type fc from 'fast-check';
import { annotation } from '../../../function/api/labels.ts';
import { at } from '../../support/documents.ts';
import type { EmbeddedKubernetes } from '../../support/embedded/index.ts';
import { resources } from '../../support/embedded/resources.ts';
import { removeNamespace } from '../../support/hands.ts';
import { confirmDeletions, endTest, evict, makePod, podsOf, runPod } from '../../support/job-moves.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import type { Command } from './commands.ts';
import { Reference } from './reference.ts';
import { createE2ESpec, createSystem, rolloutAt, type System } from './system.ts';

let sequences = 0;

export async function carryOut(
  kubernetes: EmbeddedKubernetes,
  commands: readonly Command[],
  scheduler: fc.Scheduler,
  last: 'passes' | 'fails',
  tolerates: (error: unknown) => boolean = () => false,
): Promise<void> {
  const reference = new Reference();
  const broken: unknown[] = [];
  // Thrown where a Job is made, it would be taken for an error of the API server.
  const created = (job: KubernetesObject) => {
    try {
      reference.created(job);
    } catch (error) {
      if (!tolerates(error)) broken.push(error);
    }
  };
  const system = createSystem(kubernetes, `model-${++sequences}`, { created });
  reference.watch(system);
  const stage = { system, reference, scheduler, rollouts: 0, requests: 0 };
  try {
    for (const command of commands) {
      await step(stage, command);
      await system.pass(2);
      if (broken.length > 0) break;
    }
    if (broken.length > 0) throw broken[0];
    await endQuietly(stage, last);
    if (broken.length > 0) throw broken[0];
  } catch (error) {
    throw broken[0] ?? error;
  } finally {
    removeNamespace(system.hands);
  }
}

interface Stage {
  system: System;
  reference: Reference;
  scheduler: fc.Scheduler;
  rollouts: number;
  requests: number;
}

async function step(stage: Stage, command: Command): Promise<void> {
  const { system, reference } = stage;
  switch (command.do) {
    case 'call':
      await call(stage, command);
      return;
    case 'race': {
      const [first, second] = command.paths;
      const [one, other] = await system.race(command.paths, stage.scheduler);
      if (one) reference.answered(first, one);
      if (other) reference.answered(second, other);
      return;
    }
    case 'node':
      moveNode(stage, command.what);
      return;
    case 'cluster': {
      const job = jobOf(system);
      if (job && at(job, 'status', 'conditions') !== undefined) removeJob(stage, job);
      return;
    }
    case 'person':
      movePerson(stage, command.what);
      return;
    case 'flagger':
      moveFlagger(stage, command.what);
      return;
    case 'target':
      retarget(stage, command.what === 'changes' ? 'changed by hand' : system.flagger.revision);
      return;
    case 'time':
      await system.pass(command.seconds);
      if (command.seconds > 30) confirmDeletions(system.hands);
      return;
  }
}

async function call({ system, reference }: Stage, { path, trouble }: Command & { do: 'call' }): Promise<void> {
  const response = await system.call(path, trouble);
  if (response === 'ended') return;
  reference.answered(path, response);
  if (trouble.kind === 'none' && response.status === 429) reference.formerAreClosed();
}

/** The Job of the run that is going on, unless it is being deleted. */
function jobOf({ hands, checksum }: System): KubernetesObject | undefined {
  const job = hands.get(resources.jobs, `e2e-podinfo-${checksum()}`);
  return job?.metadata.deletionTimestamp === undefined ? job : undefined;
}

function moveNode(stage: Stage, what: (Command & { do: 'node' })['what']): void {
  const { system, reference } = stage;
  const { hands } = system;
  const job = jobOf(system);
  if (what === 'stops its pods') confirmDeletions(hands);
  if (job === undefined) return;
  if (what === 'forgets its pods') forgetPods(stage, job);
  if (at(job, 'status', 'conditions') !== undefined) return;
  switch (what) {
    case 'runs':
      runPod(hands, job);
      break;
    case 'cannot start':
      if (podsOf(hands, job).length > 0) return;
      makePod(hands, job, 'InvalidImageName');
      reference.ended(job, 'could not start');
      break;
    case 'passes':
    case 'fails':
      endTest(hands, job, what === 'passes' ? 0 : 1);
      reference.ended(job, what === 'passes' ? 'passed' : 'failed');
      break;
    case 'is evicted':
      evict(hands, job);
      reference.ended(job, 'lost');
      break;
  }
}

/** Those that have ended with 0 are swept. */
function forgetPods({ system: { hands }, reference }: Stage, job: KubernetesObject): void {
  for (const { metadata, ...pod } of podsOf(hands, job)) {
    if (at(pod, 'status', 'phase') !== 'Succeeded') continue;
    hands.remove(resources.pods, metadata.name ?? '', { gracePeriodSeconds: 0 });
    if (!isRead(reference, job)) reference.ended(job, 'lost');
  }
}

/** Whether its verdict is on record already, and holds without its pods. */
function isRead(reference: Reference, job: KubernetesObject): boolean {
  return reference.records().some((record) => record['jobUID'] === job.metadata.uid && record['verdict'] === 'Passed');
}

function removeJob({ system, reference }: Stage, job: KubernetesObject): void {
  system.hands.remove(resources.jobs, job.metadata.name ?? '');
  reference.removed(job);
}

function movePerson(stage: Stage, what: (Command & { do: 'person' })['what']): void {
  const { system, reference } = stage;
  const { hands } = system;
  const spec = hands.get(resources.e2eSpecs, 'podinfo');
  const annotate = (annotations: Record<string, string>) =>
    spec && hands.patch(resources.e2eSpecs, 'podinfo', { metadata: { annotations } });
  switch (what) {
    case 'deletes the Job': {
      const job = jobOf(system);
      if (job) removeJob(stage, job);
      return;
    }
    case 'skips':
      if (spec) reference.skipped(system.checksum());
      annotate({ [annotation.skip]: `podinfo/${system.checksum()}: the shop is closed` });
      return;
    case 'asks again':
      annotate({ [annotation.requestedAt]: `request ${++stage.requests}` });
      return;
    case 'edits':
      if (spec) hands.patch(resources.e2eSpecs, 'podinfo', { spec: { args: [hands.time()] } });
      return;
    case 'deletes the E2ESpec':
      hands.remove(resources.e2eSpecs, 'podinfo');
      return;
    case 'creates the E2ESpec':
      if (spec === undefined) createE2ESpec(hands);
      return;
  }
}

function moveFlagger(stage: Stage, what: (Command & { do: 'flagger' })['what']): void {
  const { system, reference } = stage;
  const { flagger } = system;
  if (what === 'promotes' || what === 'gives up') reference.rolloutIsOver(flagger.rollout);
  const begin = (revision: string) => {
    flagger.rollout = rolloutAt(++stage.rollouts);
    flagger.revision = revision;
    flagger.phase = 'Progressing';
  };
  // What is over is not restarted: the condition Promoted moves with each end and each beginning.
  const goOn = (revision: string) => {
    if (flagger.phase === 'Progressing') flagger.revision = revision;
    else begin(revision);
  };
  switch (what) {
    case 'promotes':
      flagger.phase = 'Succeeded';
      flagger.promoted = flagger.revision;
      system.write();
      return;
    case 'gives up':
      flagger.phase = 'Failed';
      system.write();
      return;
    case 'begins the same again':
      begin(flagger.revision);
      break;
    case 'begins another':
      begin(`revision ${stage.rollouts}`);
      break;
    case 'restarts with another':
      goOn('another');
      break;
    case 'restarts with the first':
      goOn('one');
      break;
  }
  retarget(stage, flagger.revision);
}

function retarget({ system, reference }: Stage, to: string): void {
  if (system.target !== to) reference.targetChanged(system.hands.kubernetes.now());
  system.target = to;
  system.write();
}

/** No trouble any more: the run is decided, is on record and told, and is closed after its rollout. */
async function endQuietly(stage: Stage, last: 'passes' | 'fails'): Promise<void> {
  const { system, reference } = stage;
  const { hands, flagger } = system;
  if (hands.get(resources.e2eSpecs, 'podinfo') === undefined) createE2ESpec(hands);
  const isOfAnother = reference.current().some(({ target }) => target !== flagger.revision);
  if (flagger.phase !== 'Progressing' || isOfAnother) moveFlagger(stage, 'begins the same again');
  retarget(stage, flagger.revision);
  const status = await decide(stage, last);
  const [record] = reference.records().filter((one) => isOf(system, one) && one['verdict'] !== 'Superseded');
  const verdict = String(record?.['verdict']);
  assert.ok(verdictsOf[status].includes(verdict), `${status}, and ${verdict} on record`);
  assertTold(system, record ?? {});

  moveFlagger(stage, status === 200 ? 'promotes' : 'gives up');
  for (let times = 0; times < 2; times++) {
    const response = await system.call('/post-rollout');
    if (response === 'ended') return;
    assert.match(response.body, /^Closed: /, `the promotion is verified: ${response.body}`);
    await system.pass(2);
  }
  const open = reference.records().filter((one) => isOf(system, one) && one['closedAt'] === undefined);
  assert.deepEqual(open, [], 'open after its rollout');
  reference.summaryIsTrue();
}

const verdictsOf = { 200: ['Passed', 'Skipped'], 412: ['Failed'], 424: ['Inconclusive'] };

async function decide(stage: Stage, last: 'passes' | 'fails'): Promise<200 | 412 | 424> {
  const { system, reference } = stage;
  for (let tries = 0; tries < 12; tries++) {
    const response = await system.call('/pre-rollout');
    if (response === 'ended') continue;
    reference.answered('/pre-rollout', response);
    const { status, body } = response;
    // What was let through or tested was another: Flagger begins again.
    if (status === 409) moveFlagger(stage, 'begins the same again');
    if (status === 409) continue;
    // What does not go is told, and not recorded: it goes on when that is gone.
    const isStuck = body.startsWith('JobStuck: ');
    if (!isStuck && (status === 200 || status === 412 || status === 424)) return status;
    assert.ok(isStuck || status === 429, `it goes on: ${status} ${body}`);
    moveNode(stage, last);
    confirmDeletions(system.hands);
    await system.pass(2);
  }
  assert.fail('it is never decided');
}

function isOf({ flagger, checksum }: System, record: Record<string, unknown>): boolean {
  return record['rollout'] === flagger.rollout && record['checksum'] === checksum();
}

const reasons: Record<string, string> = {
  Passed: 'E2ETestPassed',
  Failed: 'E2ETestFailed',
  Inconclusive: 'E2ETestInconclusive',
  Skipped: 'E2ETestSkipped',
};

/** On the Canary and on the E2ESpec, since its Job was made. */
function assertTold({ hands }: System, record: Record<string, unknown>): void {
  const reason = reasons[String(record['verdict'])];
  const told = hands.list(resources.events).filter((event) => event['reason'] === reason && isSince(event, record));
  const about = new Set(told.map((event) => at(event, 'involvedObject', 'kind')));
  assert.deepEqual(
    [...about].sort(),
    ['Canary', 'E2ESpec'],
    `${reason} is told of ${[...about].join(' and ') || 'none'}`,
  );
}

function isSince(event: KubernetesObject, { startedAt }: Record<string, unknown>): boolean {
  return startedAt === undefined || Date.parse(event.metadata.creationTimestamp ?? '') >= Date.parse(String(startedAt));
}
