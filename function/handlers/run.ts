/**
 * What POST /run is answered: the verdict of a run outside any rollout, which is started where there is none. Whoever asks
 * says who it is, and the API server whether it may.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from '../actions/context.ts';
import { readTarget } from '../actions/read.ts';
import { settleRequests } from '../actions/settle-requests.ts';
import type { Canary } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import type { Target } from '../api/kubernetes.ts';
import { allInOrder, HookError } from '../errors.ts';
import { liveUrl } from '../flagger/canary-service.ts';
import { runHook, runPath } from '../flagger/hooks.ts';
import type { Response } from '../http/server.ts';
import { bearerOf } from '../kube/caller.ts';
import type { Reader } from '../kube/read.ts';
import { type RunRequest, readRunRequest, requestedKey, requestedRun } from '../run/requested.ts';
import { evaluateRun } from './evaluate.ts';
import { whileHeld } from './hold.ts';
import { jsonOf } from './json-of.ts';
import { lend, looksWith } from './lend.ts';
import { type GateAnswer, verdictResponse } from './response.ts';
import type { Answering } from './settings.ts';

export async function answerRun(answering: Answering): Promise<Response> {
  const { request, settings, fields, options, onHold } = answering;
  const text = jsonOf(request);
  const token = tokenOf(request.authorization);
  const { namespace, name, id, url } = readRunRequest(text);
  const asked: RunRequest = { namespace, name, id: id ?? randomUUID(), ...(url !== undefined && { url }) };
  Object.assign(fields, { e2espec: name, namespace, id: asked.id });
  const { holds, callBudget, kube } = settings;
  const endsAt = request.since + callBudget;
  try {
    const access = { verb: 'create', resource: e2eSpecResource, subresource: 'run', namespace, name } as const;
    await settings.authorize(token, access, { endsAt });
    const evaluate = () => lend(kube, { endsAt }, (lent) => evaluateRequest(asked, contextOf(asked, answering, lent)));
    const answer = await whileHeld(evaluate, { request, holds, callBudget, look: looksWith(kube), onHold });
    const { verdict, jobName } = answer;
    Object.assign(fields, { verdict: verdict.kind, reason: verdict.reason, job: jobName });
    return verdictResponse(runHook, { ...answer, id: asked.id }, options());
  } catch (error) {
    // The Job may be there by now, and nobody else knows by what to ask for it.
    throw id === undefined && error instanceof HookError ? withId(error, asked.id) : error;
  }
}

function withId({ kind, message, detail, retryAfterSeconds }: HookError, id: string): HookError {
  return new HookError(kind, `${message}; id ${id}`, { ...(detail !== undefined && { detail }), retryAfterSeconds });
}

/** Throws Unauthorized for what cannot be one, without asking anybody. */
function tokenOf(authorization: string): string {
  const token = bearerOf(authorization);
  if (token !== undefined) return token;
  const message = `${runPath} takes the header Authorization with Bearer and the token of a Kubernetes account. kubectl create token NAME makes one`;
  throw new HookError('Unauthorized', message);
}

/** No rollout's: of a payload it has what the test is told. */
function contextOf({ namespace, name }: RunRequest, { request, settings }: Answering, kube: Context['kube']): Context {
  const { hosts, path } = request;
  const { log, retryAfterSeconds, logUrlTemplate = '', statusUrl = '', notifier } = settings;
  const payload = { name, namespace, phase: '', checksum: '', metadata: {} };
  const own = { log, retryAfterSeconds, logUrlTemplate, statusUrl, ...(notifier && { notifier }) };
  return { payload, origin: { hosts, path }, kube, ...own };
}

const powers = { starts: 'any', rollsBackReverts: false } as const;

async function evaluateRequest(asked: RunRequest, context: Context): Promise<GateAnswer> {
  const { namespace, name, id } = asked;
  const { kube } = context;
  const key = requestedKey(asked);
  const [{ value: spec }, job, { canary, target }] = await allInOrder([
    kube.getE2ESpec(namespace, name),
    kube.getJob(namespace, key.jobName),
    readLive(namespace, name, kube),
  ]);
  if (spec === undefined) throw new HookError('SpecMissing', `there is no E2ESpec ${name} in namespace ${namespace}`);
  const run = requestedRun(key, id, spec, asked.url ?? (canary && liveUrl(canary, target)));
  // Once for each run: where it begins.
  const closeFormer = async (read: E2ESpec, now: Date) =>
    job.value === undefined ? settleRequests(read, run, now, context) : undefined;
  const reads = { target: async () => target, closeFormer };
  const answer = await evaluateRun(run, spec, job, { hook: runHook, canary: undefined, context }, reads, powers);
  // Its caller's patience nobody knows; the call's budget ends the hold.
  return answer.awaits ? { ...answer, awaits: { ...answer.awaits, timeout: Number.POSITIVE_INFINITY } } : answer;
}

/** An E2ESpec is named after its Canary: what that one serves to users now. */
async function readLive(
  namespace: string,
  name: string,
  kube: Reader,
): Promise<{ canary: Canary | undefined; target: Target | undefined }> {
  const { value: canary } = await kube.getCanary(namespace, name);
  return { canary, target: await readTarget(canary, kube) };
}
