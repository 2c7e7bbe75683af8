// Kubernetes' own kinds, checked against the models of client-node: a field that gets lost there does not exist.
// Values are the API server's business (the tests on a real cluster apply the same files).
import { isDeepStrictEqual } from 'node:util';
import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';
import type { Resource } from '../support/documents.ts';

const models: Record<string, string> = {
  'v1/ConfigMap': 'V1ConfigMap',
  'v1/Namespace': 'V1Namespace',
  'v1/ResourceQuota': 'V1ResourceQuota',
  'v1/Secret': 'V1Secret',
  'v1/Service': 'V1Service',
  'v1/ServiceAccount': 'V1ServiceAccount',
  'apps/v1/Deployment': 'V1Deployment',
  'apps/v1/DaemonSet': 'V1DaemonSet',
  'batch/v1/CronJob': 'V1CronJob',
  'networking.k8s.io/v1/NetworkPolicy': 'V1NetworkPolicy',
  'policy/v1/PodDisruptionBudget': 'V1PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1/ClusterRole': 'V1ClusterRole',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': 'V1ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1/Role': 'V1Role',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'V1RoleBinding',
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What is wrong with the document; nothing when every field of it is known. */
export function coreProblems(document: Resource): string[] {
  const model = models[`${document.apiVersion}/${document.kind}`];
  if (!model) return [`${document.apiVersion} ${document.kind} is no kind that the examples need`];
  const kept = plain(ObjectSerializer.serialize(ObjectSerializer.deserialize(document, model, ''), model, ''));
  return isDeepStrictEqual(kept, plain(document)) ? [] : [`unknown fields: only ${JSON.stringify(kept)} is known`];
}
