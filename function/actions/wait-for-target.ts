/**
 * A run whose target is not ready is waited for until the E2ESpec's deadline. Flagger asks its gates when the pods of
 * Deployments and DaemonSets are there, but somebody else may ask before; for a Knative revision and for what stands behind
 * a Service it does not wait. There is no Job yet, so only the record remembers since when.
 */
import type { Canary } from '../api/canary.ts';
import { withDefaults } from '../api/e2espec.ts';
import { type Target, timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { canaryServiceName } from '../flagger/canary-service.ts';
import {
  daemonSetNotReady,
  deploymentNotReady,
  isKnative,
  revisionNotReady,
  serviceNotReady,
} from '../flagger/target.ts';
import type { Reader } from '../kube/read.ts';
import { waitingRecord } from '../run/record.ts';
import type { Step } from '../run/step.ts';
import { inconclusive, running } from '../verdict/judge.ts';
import { type Context, logFailure, orUnavailable, type RunSnapshot } from './context.ts';
import { writeRecord } from './write-status.ts';

/** What is still missing; nothing when the test can begin. */
export async function notReadyReason(
  canary: Canary,
  target: Target | undefined,
  kube: Reader,
): Promise<string | undefined> {
  const { kind, name } = canary.spec.targetRef;
  const within = (missing: string | undefined) => missing && `${kind} ${name} is not ready: ${missing}`;
  switch (kind) {
    case 'Deployment':
      return within(deploymentNotReady(target, canary));
    case 'DaemonSet':
      return within(daemonSetNotReady(target, canary));
    case 'Service':
      if (target === undefined) return within('it is not there');
      return isKnative(canary) ? knativeNotReady(canary, target, kube) : behindService(canary, target, kube);
    default:
      return undefined;
  }
}

async function knativeNotReady({ metadata }: Canary, target: Target, kube: Reader): Promise<string | undefined> {
  const name = target.status?.latestCreatedRevisionName;
  if (name === undefined) return 'the Knative Service has no revision yet';
  return revisionNotReady(name, (await kube.getRevision(metadata.namespace, name)).value);
}

async function behindService(canary: Canary, target: Target, kube: Reader): Promise<string | undefined> {
  // An ExternalName has no endpoints in this cluster: its test finds out.
  if (target.spec?.type === 'ExternalName') return undefined;
  const service = canaryServiceName(canary);
  return serviceNotReady(service, await kube.listEndpointSlices(canary.metadata.namespace, service));
}

const reason = 'TargetNotReady';

/** Throws ServiceUnavailable where it cannot be recorded since when: the next call would wait anew. */
export async function waitForTarget(
  missing: string,
  { next, waitingSince }: Pick<Extract<Step, { do: 'start' }>, 'next' | 'waitingSince'>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  const { run, spec, now } = snapshot;
  const startedAt = waitingSince ?? timestamp(now);
  const seconds = Math.round((now.getTime() - Date.parse(startedAt)) / 1000);
  const left = withDefaults(spec.spec).activeDeadlineSeconds - seconds;
  const verdict =
    left > 0
      ? running(
          reason,
          `${missing}; ${seconds} s since it was first asked for, ${left} s left until the E2ESpec's deadline`,
        )
      : inconclusive(reason, `${missing}, ${seconds} s after it was first asked for`);
  const counted = { attempt: next.attempt, removed: next.lostJobs };
  const record = waitingRecord(run, spec, verdict, startedAt, now, counted);
  const written = writeRecord(snapshot, record, context);
  if (waitingSince !== undefined) await logFailure(context.log, written);
  else
    await orUnavailable(
      written,
      `${missing}; the time since then cannot be recorded, so its deadline does not come nearer`,
    );
  return verdict;
}
