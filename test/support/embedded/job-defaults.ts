/**
 * What the API server fills in for a Job (pkg/apis/batch/v1/defaults.go and the strategy's generateSelector).
 */
import { type JsonObject, objectOf, objectsOf } from './json.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import type { StoredObject } from './store.ts';

export function defaultJob(job: JsonObject): JsonObject {
  const spec = objectOf(job['spec']);
  const template = objectOf(spec['template']);
  const templateLabels = objectOf(objectOf(template['metadata'])['labels']);
  const metadata = objectOf(job['metadata']);
  const bothUnset = spec['completions'] === undefined && spec['parallelism'] === undefined;
  const inheritsLabels =
    Object.keys(objectOf(metadata['labels'])).length === 0 && Object.keys(templateLabels).length > 0;
  return {
    ...job,
    ...(inheritsLabels ? { metadata: { ...metadata, labels: templateLabels } } : {}),
    spec: {
      ...spec,
      ...(bothUnset ? { completions: 1 } : {}),
      parallelism: spec['parallelism'] ?? 1,
      backoffLimit: spec['backoffLimit'] ?? (spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647),
      completionMode: spec['completionMode'] ?? 'NonIndexed',
      suspend: spec['suspend'] ?? false,
      manualSelector: spec['manualSelector'] ?? false,
      podReplacementPolicy:
        spec['podReplacementPolicy'] ?? (spec['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed'),
      ...(spec['podFailurePolicy']
        ? { podFailurePolicy: defaultPodFailurePolicy(objectOf(spec['podFailurePolicy'])) }
        : {}),
      template: { ...template, spec: defaultPodSpec(objectOf(template['spec'])) },
    },
  };
}

function defaultPodFailurePolicy(policy: JsonObject): JsonObject {
  const rules = objectsOf(policy['rules']).map((rule) =>
    rule['onPodConditions']
      ? { ...rule, onPodConditions: objectsOf(rule['onPodConditions']).map((one) => ({ status: 'True', ...one })) }
      : rule,
  );
  return { ...policy, rules };
}

/** The selector and the labels that tie the pods to this one Job. */
export function withGeneratedSelector(job: JsonObject, uid: string, name: string): JsonObject {
  const spec = objectOf(job['spec']);
  const template = objectOf(spec['template']);
  const metadata = objectOf(template['metadata']);
  const labels = {
    ...objectOf(metadata['labels']),
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  return {
    ...job,
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
}

/** Defaulting takes place on every read too: a stored Job without labels shows its template's, generated ones included. */
export function withInheritedLabels(job: StoredObject): StoredObject {
  const labels = objectOf(objectOf(objectOf(objectOf(job['spec'])['template'])['metadata'])['labels']);
  if (Object.keys(job.metadata.labels ?? {}).length > 0) return job;
  return { ...job, metadata: { ...job.metadata, labels: labels as Record<string, string> } };
}
