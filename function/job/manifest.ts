/**
 * Makes the Job manifest from a run, its E2ESpec and the call.
 */
import { type Canary, canaryKind } from '../api/canary.ts';
import { shortTestProblem } from '../api/deadline.ts';
import { type E2ESpec, e2eSpecResource, type Spec, type Trigger, withDefaults } from '../api/e2espec.ts';
import type { Job, Target } from '../api/kubernetes.ts';
import { ownPrefix } from '../api/labels.ts';
import { HookError } from '../errors.ts';
import { canaryUrl, podSelectors } from '../flagger/canary-service.ts';
import type { Payload } from '../flagger/payload.ts';
import { revisionHash } from '../flagger/target.ts';
import { annotationsOf, labelsOf } from '../run/annotations.ts';
import type { Run } from '../run/id.ts';
import { requestOf } from '../run/requests.ts';
import { secondsKept } from '../run/ttl.ts';
import { environment, rolloutVariables } from './env.ts';
import { podSpec } from './pod.ts';
import { malformed } from './pod-template.ts';

interface JobInput {
  run: Run;
  /** From 1. */
  attempt: number;
  /** How often a Job of this run was gone before its verdict was read. */
  lostJobs: number;
  spec: E2ESpec;
  payload: Payload;
  canary: Canary | undefined;
  target: Target | undefined;
}

/** Throws Invalid when its pods would become endpoints of the canary they test, or cannot be described at all. */
export function jobManifest(input: JobInput): Job {
  const { run, payload, canary, target } = input;
  const spec = withDefaults(input.spec.spec);
  const broken = malformed(spec);
  const problem = broken ?? ownNames(spec) ?? shortTestProblem(spec);
  if (problem !== undefined) throw new HookError('Invalid', `E2ESpec ${run.e2eSpec}: ${problem}`);
  const labels = { ...spec.podTemplate?.metadata?.labels, ...labelsOf(run) };
  refuseSelectedLabels(labels, input);
  const url = run.request ? run.request.url : canary && canaryUrl(canary, target);
  const owner = run.request ? specReference(input.spec) : canary && canaryReference(canary);
  const given = spec.jobTemplate?.metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: run.jobName,
      namespace: run.namespace,
      labels: { ...given?.labels, ...labelsOf(run) },
      annotations: { ...given?.annotations, ...jobAnnotations(input) },
      ...(owner && { ownerReferences: [owner] }),
    },
    spec: {
      backoffLimit: spec.backoffLimit,
      activeDeadlineSeconds: spec.activeDeadlineSeconds,
      ttlSecondsAfterFinished: secondsKept(spec),
      // A drained, preempted or evicted pod says nothing about the canary: the Job controller makes another one.
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: {
        metadata: {
          labels,
          ...(spec.podTemplate?.metadata?.annotations && { annotations: spec.podTemplate.metadata.annotations }),
        },
        spec: podSpec(spec, environment(rolloutVariables(payload, url, triggerOf(run)), spec.env ?? [])),
      },
    },
  };
}

/** The Job is known by them, and some are written later. */
function ownNames({ jobTemplate }: Spec): string | undefined {
  const { labels, annotations } = jobTemplate?.metadata ?? {};
  for (const [field, given] of Object.entries({ labels, annotations })) {
    const own = Object.keys(given ?? {}).find((key) => key.startsWith(ownPrefix));
    if (own !== undefined)
      return `jobTemplate.metadata.${field} has ${own}, which the verifier alone writes. Remove it`;
  }
  return undefined;
}

function refuseSelectedLabels(labels: Record<string, string>, { run, target }: JobInput): void {
  const selector = podSelectors(target).find((each) =>
    Object.entries(each).every(([key, value]) => labels[key] === value),
  );
  if (selector === undefined) return;
  const clash = Object.entries(selector).map((pair) => pair.join(': '));
  const message = `E2ESpec ${run.e2eSpec}: podTemplate.metadata.labels has ${clash.join(', ')}, by which a Service of the canary selects its pods. Remove that label`;
  throw new HookError('Invalid', message);
}

function jobAnnotations({ run, attempt, lostJobs, spec, target }: JobInput): Record<string, string> {
  const requestedAt = run.request ? undefined : requestOf(spec);
  return annotationsOf(run, {
    attempt,
    lostJobs,
    specUid: spec.metadata.uid,
    specGeneration: spec.metadata.generation,
    // Whatever is live is tested, also what has become so since.
    ...(target && !run.request && { target: revisionHash(target) }),
    ...(requestedAt !== undefined && { requestedAt }),
  });
}

function triggerOf({ request }: Run): Trigger {
  return request ? 'request' : 'rollout';
}

// No blockOwnerDeletion: it would ask for the right to update the owner's finalizers.
// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement
// Nor controller: a CronJob of the owner's name would take the Job for one of its own, and delete it by its history limit.
// https://github.com/kubernetes/kubernetes/issues/120181
function canaryReference({ metadata: { name, uid } }: Canary) {
  return { ...canaryKind, name, uid };
}

function specReference({ metadata: { name, uid } }: E2ESpec) {
  const { group, version, kind } = e2eSpecResource;
  return { apiVersion: `${group}/${version}`, kind, name, uid };
}
