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
import { inconclusive, running } from '../verdict/judge.ts';
import type { Context, RunSnapshot } from './context.ts';
import { recordVerdict } from './write-status.ts';

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
      return isKnative(canary) ? knativeNotReady(canary, target, kube) : behindService(canary, target, kube);
    default:
      return undefined;
  }
}

async function knativeNotReady(
  { metadata }: Canary,
  target: Target | undefined,
  kube: Reader,
): Promise<string | undefined> {
  const name = target?.status?.latestCreatedRevisionName;
  if (name === undefined) return 'the Knative Service has no revision yet';
  return revisionNotReady(name, (await kube.getRevision(metadata.namespace, name)).value);
}

async function behindService(canary: Canary, target: Target | undefined, kube: Reader): Promise<string | undefined> {
  // An ExternalName has no endpoints in this cluster: its test finds out.
  if (target?.spec?.type === 'ExternalName') return undefined;
  const service = canaryServiceName(canary);
  return serviceNotReady(service, await kube.listEndpointSlices(canary.metadata.namespace, service));
}

const reason = 'TargetNotReady';

export async function waitForTarget(
  missing: string,
  since: string | undefined,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  const { run, spec, now } = snapshot;
  const startedAt = since ?? timestamp(now);
  const seconds = Math.round((now.getTime() - Date.parse(startedAt)) / 1000);
  const left = withDefaults(spec.spec).activeDeadlineSeconds - seconds;
  const verdict =
    left > 0
      ? running(
          reason,
          `${missing}; ${seconds} s since it was first asked for, ${left} s left until the E2ESpec's deadline`,
        )
      : inconclusive(reason, `${missing}, ${seconds} s after it was first asked for`);
  await recordVerdict(snapshot, waitingRecord(run, spec, verdict, startedAt, now), context);
  return verdict;
}
