/**
 * The Job that the command line makes of an E2ESpec: the gate's, by the same code, under a name and labels of its own, so that
 * no gate takes it for its run and no policy takes who made it for the verifier.
 */
import { randomBytes } from 'node:crypto';
import type { V1EnvVar } from '@kubernetes/client-node';
import type { Canary } from '../../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../../api/e2espec.ts';
import type { Job, Target } from '../../api/kubernetes.ts';
import { annotation, testContainer } from '../../api/labels.ts';
import { liveUrl } from '../../flagger/canary-service.ts';
import { jobManifest } from '../../job/manifest.ts';
import { cut, labelValue, runKey, runToTry } from '../../run/id.ts';
import { literal } from './settings.ts';

/** What is asked for on the command line. */
export interface Wanted {
  image?: string;
  url?: string;
  variables?: readonly V1EnvVar[];
}

/** Where it is not applied, it has no uid. */
export interface Tested {
  e2eSpec: Pick<E2ESpec, 'spec'> & { metadata: { name: string; namespace: string; uid?: string } };
  canary: Canary | undefined;
  target: Target | undefined;
}

/** The value of app.kubernetes.io/managed-by. */
export const cliManager = 'e2e-verifier-cli';

// Seconds: of one that nobody takes away, because its command line was killed.
const secondsKept = 300;

const trigger: V1EnvVar = { name: 'E2E_TRIGGER', value: 'cli' };

/** `suffix`: makes its name its own, so that several people can run the same test at once. Throws what is wrong with it. */
export function jobFor({ e2eSpec, canary, target }: Tested, wanted: Wanted, suffix = randomSuffix()): Job {
  const { name, namespace, uid } = e2eSpec.metadata;
  // No rollout's: as of POST /run.
  const payload = { name, namespace, phase: '', checksum: '', metadata: {} };
  const run = runToTry(runKey(payload), canary);
  const spec = specFor(e2eSpec, wanted, canary && liveUrl(canary, target));
  const gate = jobManifest({ run, attempt: 1, lostJobs: 0, spec, payload, canary, target });
  const { jobTemplate, podTemplate } = spec.spec;
  const template = gate.spec?.template;
  return {
    ...gate,
    metadata: {
      name: `${cut(`e2e-${name}-cli`, longestBeginning)}-${suffix}`,
      namespace,
      labels: { ...jobTemplate?.metadata?.labels, ...labelsOf(name) },
      annotations: { ...jobTemplate?.metadata?.annotations, [annotation.e2eSpec]: name },
      ...(uid !== undefined && { ownerReferences: [ownerReference(name, uid)] }),
    },
    spec: {
      ...gate.spec,
      ttlSecondsAfterFinished: secondsKept,
      template: {
        ...template,
        metadata: { ...template?.metadata, labels: { ...podTemplate?.metadata?.labels, ...labelsOf(name) } },
        ...(template?.spec && { spec: { ...template.spec, containers: template.spec.containers.map(withTrigger) } }),
      },
    },
  };
}

// Of 63 characters, which a Job's name may have to be a label of its pods.
const suffixBytes = 4;
const longestBeginning = 63 - 1 - 2 * suffixBytes;

export function randomSuffix(): string {
  return randomBytes(suffixBytes).toString('hex');
}

/** With what the command line says in place of what the E2ESpec says. */
function specFor(
  { metadata, spec }: Tested['e2eSpec'],
  { image, url, variables = [] }: Wanted,
  live: string | undefined,
): E2ESpec {
  const own = (spec.env ?? []).filter(({ name }) => variables.every((each) => each.name !== name));
  const hasOwnUrl = own.some(({ name }) => name === urlName);
  const address = url ?? (hasOwnUrl ? undefined : live);
  const others = address === undefined ? own : own.filter(({ name }) => name !== urlName);
  // First, so that the others may refer to it.
  const addressed = address === undefined ? [] : [{ name: urlName, value: literal(address) }];
  return {
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { uid: '', ...metadata, resourceVersion: '', generation: 0 },
    spec: { ...spec, ...(image !== undefined && { image }), env: [...addressed, ...others, ...variables] },
  };
}

const urlName = 'CANARY_URL';

/** What is in a Secret or a ConfigMap is not looked at. */
export function mayHaveUrl({ spec }: Job): boolean {
  const own = spec?.template.spec?.containers.filter(({ name }) => name === testContainer) ?? [];
  return own.some(({ env = [], envFrom = [] }) => envFrom.length > 0 || env.some(({ name }) => name === urlName));
}

function withTrigger<T extends { name: string; env?: V1EnvVar[] }>(container: T): T {
  if (container.name !== testContainer) return container;
  return { ...container, env: [trigger, ...(container.env ?? []).filter(({ name }) => name !== trigger.name)] };
}

function labelsOf(e2eSpec: string): Record<string, string> {
  return {
    [annotation.e2eSpec]: labelValue(e2eSpec),
    'app.kubernetes.io/managed-by': cliManager,
    'app.kubernetes.io/component': 'e2e-test',
  };
}

// It has no controller but the person who waits for it; without blockOwnerDeletion it asks for no right to the E2ESpec's finalizers.
function ownerReference(name: string, uid: string) {
  const { group, version, kind } = e2eSpecResource;
  return { apiVersion: `${group}/${version}`, kind, name, uid };
}
