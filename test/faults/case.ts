/**
 * One call of one stage during one fault, and what must hold of it and right after it.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployed } from '../function/deployed/deployed.ts';
import type { CanaryPayload } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import type { EmbeddedKubernetes } from '../support/embedded/index.ts';
import { resources } from '../support/embedded/resources.ts';
import { type Hands, removeNamespace } from '../support/hands.ts';
import { confirmDeletions, endTest } from '../support/job-moves.ts';
import { type Fault, token } from './fault.ts';
import type { Armed, Front } from './front.ts';
import { copyOf, type Photo } from './photo.ts';
import { isGate, type Stage } from './stages.ts';
import { type Answered, callBudget, patience, post, postInTime } from './verifiers.ts';

export interface Case {
  name: string;
  path: string;
  stage: Stage;
  request: string;
  fault: Fault;
  /** What is answered without a fault: first, and right after that. */
  usual: readonly number[];
  photo: Photo;
  payload: CanaryPayload;
  /** Whether the run is followed to its end, and how its test ends then. */
  follows: number | undefined;
}

export interface Surroundings {
  kubernetes: EmbeddedKubernetes;
  front: Front;
  verifier: Deployed;
  /** A name for the copy. */
  namespace: string;
}

export async function runCase(each: Case, { kubernetes, front, verifier, namespace }: Surroundings): Promise<void> {
  const { path, fault, request } = each;
  const hands = copyOf(each.photo, kubernetes, namespace);
  const payload = { ...each.payload, namespace };
  const armed: Armed = { request, answer: fault.answer, left: fault.times ?? Number.POSITIVE_INFINITY, hits: 0 };
  front.watch(namespace, armed);
  try {
    const answered = await post(verifier, path, payload);
    armed.left = 0;
    assert.ok(armed.hits > 0, `${request} was not asked for`);
    assertTold(answered, payload.metadata?.['token'] ?? token);
    if (fault.isMute && !isPutOff(answered))
      assert.ok(
        [...each.usual, 503, ...(isOfCaller(each) ? [401] : [])].includes(answered.status),
        `takes it for an answer: ${said(answered)}`,
      );
    assertTrue(answered, each, hands);
    confirmDeletions(hands);
    const next = await postInTime(verifier, path, payload);
    assertTrue(next, each, hands);
    // What was done about another object stays done.
    if (isOfAnother(each)) return;
    assert.ok(each.usual.includes(next.status), `right after it: ${said(next)}, not ${each.usual.join(' or ')}`);
    if (each.follows !== undefined) await assertEnds(each, each.follows, verifier, payload, hands);
  } finally {
    front.forget(namespace);
    removeNamespace(hands);
  }
}

const said = ({ status, body, took }: Answered): string => `${status} "${body}" after ${took} ms`;

/** In time, in the form that Flagger understands, and without a secret. */
function assertTold(answered: Answered, callersToken: string): void {
  const { status, body, retryAfter, took } = answered;
  assert.ok(took < callBudget + patience, `late: ${said(answered)}`);
  assert.match(body, /^[A-Z][A-Za-z0-9]+: /, `without a reason: ${said(answered)}`);
  assert.doesNotMatch(body, /^InternalError/, said(answered));
  for (const each of [token, callersToken]) assert.ok(!body.includes(each), `tells the token: ${body}`);
  if (status !== 429 && status !== 503) {
    assert.equal(retryAfter, null, `Retry-After ${retryAfter}: ${said(answered)}`);
    return;
  }
  assert.ok(/^\d{1,2}$/.test(retryAfter ?? ''), `Retry-After ${retryAfter}: ${said(answered)}`);
  assert.ok(Number(retryAfter) >= 1 && Number(retryAfter) <= 60, `Retry-After ${retryAfter}: ${said(answered)}`);
}

/** Of /confirm-rollout: that its dry run could not be made. The rollout begins, and its gates will tell. */
function isPutOff({ body }: Answered): boolean {
  return body.startsWith('NotTried: ');
}

/** No pass, no start and no rollback that is not so; and what is the API server's is not told as the Job's. */
function assertTrue(answered: Answered, each: Case, hands: Hands): void {
  if (answered.status <= 202) assertYes(answered, each, hands);
  const { request, fault, stage } = each;
  const isOfApiServer = /^create jobs/.test(request) && /^(401|404|405|408|409|410|418|429|5\d\d)/.test(fault.name);
  if (isOfApiServer && stage.truth !== 'held') {
    assert.doesNotMatch(answered.body, /^Invalid: /, `blames the Job: ${said(answered)}`);
  }
}

/** What the API server says of the caller's own token is the caller's matter. */
function isOfCaller({ request, fault }: Case): boolean {
  return request === 'create selfsubjectaccessreviews' && /^401( once)?$/.test(fault.name);
}

/**
 * A uid is all by which an object that was deleted and made again is told from the one before. And a Job that ended well
 * can have one pod left, which failed before it did: that is what is seen once the pod of a pass has been deleted.
 */
function isOfAnother({ name }: Case): boolean {
  return /, (?:get|create) \w+: .* of another uid|, list pods: 200 with one of another name/.test(name);
}

/** What no answer tells from the truth: that E2ESpec or Job are not there any more, or that an object is another one. */
function isBelievable(each: Case): boolean {
  return isOfAnother(each) || /, get (?:e2especs|jobs): 404/.test(each.name);
}

function assertYes(answered: Answered, each: Case, hands: Hands): void {
  const { status, body } = answered;
  const { path, stage } = each;
  const { truth } = stage;
  if (path === '/webhook' && status === 202) {
    // It says itself that nothing runs yet.
    const isWaiting = /^(TargetNotReady|Deleting): /.test(body);
    assert.ok(isWaiting || isThere(hands), `starts nothing: ${said(answered)}`);
  } else if (isGate(path) || path === '/run') {
    assert.ok(hasPassed(truth, hands), `a false pass: ${said(answered)}`);
  } else if (path === '/rollback') {
    assert.ok(truth === 'failed' || truth === 'inconclusive', `a false rollback: ${said(answered)}`);
  } else if (path === '/confirm-rollout') {
    assert.ok(truth === 'passed' || isPutOff(answered), `a false go-ahead: ${said(answered)}`);
  } else {
    const isFalse = truth === 'passed' && body.startsWith('PromotedUnverified') && !isBelievable(each);
    assert.ok(!isFalse, `a false alarm: ${said(answered)}`);
  }
}

function hasPassed(truth: Stage['truth'], hands: Hands): boolean {
  if (truth !== 'skipped') return truth === 'passed';
  return recordsOf(hands).some((record) => at(record, 'verdict') === 'Skipped');
}

const isThere = (hands: Hands): boolean =>
  hands.list(resources.jobs).some(({ metadata }) => metadata.deletionTimestamp === undefined);

function recordsOf(hands: Hands): unknown[] {
  const runs = at(hands.get(resources.e2eSpecs, 'podinfo'), 'status', 'runs');
  return Array.isArray(runs) ? runs : [];
}

const verdicts: Record<number, string> = { 200: 'Passed', 412: 'Failed', 424: 'Inconclusive' };

/** Asks as Flagger does, the test ends, and so does the run: once, on record, and for /rollback as well. */
async function assertEnds(
  { stage: { truth }, payload: { checksum } }: Case,
  exitCode: number,
  verifier: Deployed,
  payload: CanaryPayload,
  hands: Hands,
): Promise<void> {
  const expected = decidedStatus(truth, exitCode);
  const verdict = truth === 'skipped' ? 'Skipped' : verdicts[expected];
  const record = () => recordsOf(hands).find((one) => at(one, 'checksum') === checksum);
  for (let tries = 1; tries <= 20; tries++) {
    confirmDeletions(hands);
    const gate = await postInTime(verifier, '/pre-rollout', payload);
    // The garbage collector takes a former Job away in its own time.
    if (gate.body.startsWith('Deleting: ')) await sleep(50);
    else if (gate.status === 429) endOpenTests(hands, checksum, exitCode);
    else assert.equal(gate.status, expected, `the run does not end as it should: ${said(gate)}`);
    // A record that could not be written is written by the next call.
    if (gate.status === expected && at(record(), 'verdict') === verdict) break;
  }
  assert.equal(at(record(), 'verdict'), verdict, `on record: ${JSON.stringify(record())}`);
  const rollback = await postInTime(verifier, '/rollback', payload);
  assert.equal(rollback.status, expected === 200 ? 403 : 200, `/rollback: ${said(rollback)}`);
  const jobs = hands.list(resources.jobs).filter(({ metadata }) => metadata.name?.includes(checksum));
  assert.ok(jobs.length <= 1, `one Job, not ${jobs.length}`);
}

function decidedStatus(truth: Stage['truth'], exitCode: number): number {
  switch (truth) {
    case 'passed':
    case 'skipped':
      return 200;
    case 'failed':
      return 412;
    case 'inconclusive':
      return 424;
    default:
      return exitCode === 0 ? 200 : 412;
  }
}

function endOpenTests(hands: Hands, checksum: string, exitCode: number): void {
  for (const job of hands.list(resources.jobs)) {
    const isOpen = at(job, 'status', 'conditions') === undefined && job.metadata.deletionTimestamp === undefined;
    if (isOpen && job.metadata.name?.includes(checksum)) endTest(hands, job, exitCode);
  }
}
