// What a suite makes: its labels, by which it is found when the run that made it is gone.
import { randomUUID } from 'node:crypto';
import { api, type Resource } from './api.ts';
import { settings } from './settings.ts';

const { POD_NAME, POD_UID, POD_NAMESPACE } = process.env;
const run = POD_UID ?? randomUUID();

export const suiteLabel = 'e2etest-suite';
export const runLabel = 'e2etest-run';

/** Owned by the test's pod, and gone with it at the latest; an owner has to be in the same namespace. */
export function metadataOf(name: string, suite: string) {
  const isOwned = POD_NAME !== undefined && POD_UID !== undefined && POD_NAMESPACE === settings.namespace;
  return {
    name,
    labels: { ...settings.labels, [suiteLabel]: suite, [runLabel]: run },
    ...(isOwned && { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: POD_NAME, uid: POD_UID }] }),
  };
}

export function removeOfSuite(suite: string, makes: Resource[]): Promise<void> {
  return remove(makes, `${suiteLabel}=${suite}`);
}

export function removeOfRun(makes: Resource[]): Promise<void> {
  return remove(makes, `${runLabel}=${run}`);
}

async function remove(makes: Resource[], labelSelector: string): Promise<void> {
  for (const resource of makes) await api('deletecollection', resource, { labelSelector });
}
