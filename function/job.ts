/**
 * E2ESpec and payload make the Job manifest that the API server stores.
 */
import type { Canary } from './canary.ts';
import type { E2ESpec } from './e2espec.ts';
import type { Fault } from './fault.ts';
import { environment, rolloutVariables } from './job/environment.ts';
import { jobDeadline, podSpec } from './job/pod.ts';
import { malformed } from './job/template.ts';
import type { Job } from './kube/wire.ts';
import type { Payload } from './payload.ts';
import { requestOf } from './run/annotations.ts';
import { annotation, label, labelValue, manager, type Run } from './run.ts';
import { canaryUrl, revisionHash, selectorLabels, type Target } from './target.ts';

export interface JobOrder {
  run: Run;
  /** From 1. */
  attempt: number;
  /** How often a Job of this run was gone before its verdict was read. */
  removed: number;
  spec: E2ESpec;
  payload: Payload;
  canary: Canary | undefined;
  target: Target | undefined;
}

// A Job must outlive the next polls: confirm-promotion is asked every second tick of the analysis.
const shortestTtl = 300;

/** The manifest, or `refused` when its pods would become endpoints of the canary they test. */
export function jobManifest(order: JobOrder): Job | Fault {
  const { run, spec, payload, canary, target } = order;
  const broken = malformed(spec.spec);
  if (broken !== undefined) {
    return { kind: 'refused', message: `E2ESpec ${run.spec}: ${broken}` };
  }
  const labels = { ...spec.spec.podTemplate?.metadata?.labels, ...ownLabels(run) };
  const clash = Object.entries(selectorLabels(target)).find(([key, value]) => labelOf(labels, key) === value);
  if (clash !== undefined) {
    const message = `E2ESpec ${run.spec}: podTemplate.metadata.labels has ${clash.join(': ')}, by which the canary's Service selects its own pods. Remove that label`;
    return { kind: 'refused', message };
  }
  const url = canary && canaryUrl(canary, target);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: run.jobName,
      namespace: run.namespace,
      labels: ownLabels(run),
      annotations: ownAnnotations(order),
      ...(canary && { ownerReferences: [ownerOf(canary)] }),
    },
    spec: {
      backoffLimit: spec.spec.backoffLimit ?? 0,
      activeDeadlineSeconds: jobDeadline(spec.spec),
      ttlSecondsAfterFinished: Math.max(spec.spec.ttlSecondsAfterFinished ?? 3600, shortestTtl),
      // A drained, preempted or evicted pod says nothing about the canary: the Job controller makes another one.
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: {
        metadata: {
          labels,
          ...(spec.spec.podTemplate?.metadata?.annotations && {
            annotations: spec.spec.podTemplate.metadata.annotations,
          }),
        },
        spec: podSpec(spec.spec, environment(rolloutVariables(payload, url), spec.spec.env ?? [])),
      },
    },
  };
}

function labelOf(labels: Record<string, string>, key: string): string | undefined {
  return labels[key];
}

function ownLabels(run: Run): Record<string, string> {
  return {
    [label.managedBy]: manager,
    [label.canary]: labelValue(run.canary),
    [label.checksum]: run.checksum,
    'app.kubernetes.io/managed-by': manager,
    'app.kubernetes.io/component': 'e2e-test',
  };
}

function ownAnnotations({ run, attempt, removed, spec, target }: JobOrder): Record<string, string> {
  const requestedAt = requestOf(spec);
  return {
    [annotation.canary]: run.canary,
    [annotation.canaryUid]: run.canaryUid,
    [annotation.checksum]: run.checksum,
    [annotation.rollout]: run.rollout,
    [annotation.spec]: run.spec,
    [annotation.specGeneration]: String(spec.metadata.generation),
    [annotation.hook]: run.hook,
    [annotation.attempt]: String(attempt),
    [annotation.removed]: String(removed),
    ...(target && { [annotation.target]: revisionHash(target) }),
    ...(requestedAt !== undefined && { [annotation.requestedAt]: requestedAt }),
  };
}

// No blockOwnerDeletion: it would ask for the right to update the Canary's finalizers.
// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement
function ownerOf({ metadata }: Canary): {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: boolean;
} {
  const { name, uid } = metadata;
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name, uid, controller: true };
}
