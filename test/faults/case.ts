/**
 * One call of one stage during one fault, and what must hold of it and right after it.
 */
import assert from 'node:assert/strict';
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
    assertTold(answered);
    assertTrue(answered, each, hands);
    confirmDeletions(hands);
    const next = await postInTime(verifier, path, payload);
    assert.ok(each.usual.includes(next.status), `right after it: ${said(next)}, not ${each.usual.join(' or ')}`);
    assertTrue(next, each, hands);
    if (each.follows !== undefined) await assertEnds(each, each.follows, verifier, payload, hands);
  } finally {
    front.forget(namespace);
    removeNamespace(hands);
  }
}

const said = ({ status, body, took }: Answered): string => `${status} "${body}" after ${took} ms`;

/** In time, in the form that Flagger understands, and without a secret. */
function assertTold(answered: Answered): void {
  const { status, body, retryAfter, took } = answered;
  assert.ok(took < callBudget + patience, `late: ${said(answered)}`);
  assert.match(body, /^[A-Z][A-Za-z0-9]+: /, `without a reason: ${said(answered)}`);
  assert.doesNotMatch(body, /^InternalError/, said(answered));
  assert.ok(!body.includes(token), `tells the token: ${body}`);
  if (status !== 429 && status !== 503)
    return assert.equal(retryAfter, null, `Retry-After ${retryAfter}: ${said(answered)}`);
  assert.ok(/^\d{1,2}$/.test(retryAfter ?? ''), `Retry-After ${retryAfter}: ${said(answered)}`);
  assert.ok(Number(retryAfter) >= 1 && Number(retryAfter) <= 60, `Retry-After ${retryAfter}: ${said(answered)}`);
}

/** No pass, no start and no rollback that is not so; and what is the API server's is not told as the Job's. */
function assertTrue(answered: Answered, { path, stage: { truth }, request, fault, usual }: Case, hands: Hands): void {
  const { status, body } = answered;
  const isYes = status <= 202;
  if (isGate(path)) {
    // It waits for its target or its name: that is not of the fault.
    const isWaiting = truth === 'held' && usual[0] === 202;
    if (path === '/webhook' && status === 202)
      assert.ok(isThere(hands) || isWaiting, `starts nothing: ${said(answered)}`);
    else if (isYes) assert.ok(hasPassed(truth, hands), `a false pass: ${said(answered)}`);
  } else if (path === '/rollback') {
    assert.ok(!isYes || truth === 'failed' || truth === 'inconclusive', `a false rollback: ${said(answered)}`);
  } else if (path === '/confirm-rollout') {
    assert.ok(!isYes || truth === 'passed', `a false go-ahead: ${said(answered)}`);
  } else if (truth === 'passed') {
    assert.ok(!body.startsWith('PromotedUnverified'), `a false alarm: ${said(answered)}`);
  }
  const isOfApiServer = /^create jobs/.test(request) && /^(401|404|405|408|409|410|418|429|5\d\d)/.test(fault.name);
  if (isOfApiServer && truth !== 'held') assert.doesNotMatch(body, /^Invalid: /, `blames the Job: ${said(answered)}`);
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
  each: Case,
  exitCode: number,
  verifier: Deployed,
  payload: object,
  hands: Hands,
): Promise<void> {
  const expected = decidedStatus(each.stage.truth, exitCode);
  const checksum = each.payload.checksum;
  for (let tries = 1; ; tries++) {
    confirmDeletions(hands);
    const gate = await postInTime(verifier, '/pre-rollout', payload);
    if (gate.status === 429 && tries < 20) {
      endOpenTests(hands, checksum, exitCode);
      continue;
    }
    assert.equal(gate.status, expected, `the run does not end as it should: ${said(gate)}`);
    break;
  }
  const [record] = recordsOf(hands).filter((one) => at(one, 'checksum') === checksum);
  const verdict = each.stage.truth === 'skipped' ? 'Skipped' : verdicts[expected];
  assert.equal(at(record, 'verdict'), verdict, `on record: ${JSON.stringify(record)}`);
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
