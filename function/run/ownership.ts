/**
 * Whose Job it is that has a run's name. A name, labels and annotations can be written by whoever may create Jobs in the
 * namespace, or be changed by an admission webhook: what is not this run's beyond doubt is neither judged nor deleted.
 */
import type { V1OwnerReference } from '@kubernetes/client-node';
import { canaryKind } from '../api/canary.ts';
import { e2eSpecResource } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { annotation, label, manager } from '../api/labels.ts';
import { HookError } from '../errors.ts';
import { isTime, noRollout } from '../flagger/canary.ts';
import { miscounted } from './annotations.ts';
import type { Run } from './id.ts';

/**
 * `owned`: this run's. `stale`: this verifier's, for the same canary, checksum and hook, but of another rollout
 * or of a deleted Canary or E2ESpec of that name. `foreign`: anybody else's; never taken over, never deleted.
 */
type Ownership = 'owned' | 'stale' | 'foreign';

/** Who owns the Job of the run's name. */
export function ownership(job: Job, run: Run): Ownership {
  if (differenceFrom(run, job) !== undefined) return 'foreign';
  const written = job.metadata?.annotations ?? {};
  const isOfThisRollout =
    written[annotation.canaryUid] === run.canaryUid && written[annotation.rollout] === run.rollout;
  const isOfThisSpec = run.request === undefined || written[annotation.specUid] === run.request.specUid;
  return isOfThisRollout && isOfThisSpec ? 'owned' : 'stale';
}

/** Running Jobs of those test nothing any more. */
export function isOfAnotherRevision(job: Job, run: Run): boolean {
  const written = job.metadata?.annotations ?? {};
  const isOfThisCanary = written[annotation.canary] === run.canary && written[annotation.canaryUid] === run.canaryUid;
  return isOfThisCanary && isOwned(job, run) && written[annotation.checksum] !== run.checksum;
}

/** Why it is of no run of this hook, in a few words; nothing where it is of one, of this rollout or of another. */
function differenceFrom(run: Run, job: Job): string | undefined {
  const { labels = {}, annotations: written = {} } = job.metadata ?? {};
  if (labels[label.managedBy] !== manager) return `it has no label ${label.managedBy}: ${manager}`;
  const wanted: Record<string, string> = {
    [annotation.canary]: run.canary,
    [annotation.checksum]: run.checksum,
    [annotation.e2eSpec]: run.e2eSpec,
    [annotation.metadataHash]: run.metadataHash,
  };
  const differing = Object.keys(wanted).find((name) => written[name] !== wanted[name]);
  if (differing !== undefined) return `its annotation ${differing} is ${quoted(written[differing])}`;
  const rollout = written[annotation.rollout];
  if (rollout !== noRollout && !isTime(rollout) && rollout !== run.rollout)
    return `its annotation ${annotation.rollout} is ${quoted(rollout)}`;
  const count = miscounted(job);
  if (count !== undefined) return `its annotation ${count} is ${quoted(written[count])}`;
  if (isOwned(job, run)) return undefined;
  return run.request
    ? `its owner is not the E2ESpec of its annotation ${annotation.specUid}`
    : `its owner is not the Canary of its annotation ${annotation.canaryUid}`;
}

/** Whether the Canary that its annotations name owns it, or their E2ESpec where no rollout asked; without a Canary nobody does. */
function isOwned(job: Job, run: Run): boolean {
  if (run.request) {
    const specUid = job.metadata?.annotations?.[annotation.specUid];
    return isOwnedBy(job, { kind: e2eSpecResource.kind, name: run.e2eSpec, uid: specUid });
  }
  const canaryUid = job.metadata?.annotations?.[annotation.canaryUid];
  if (canaryUid !== noRollout) return isOwnedBy(job, { kind: canaryKind.kind, name: run.canary, uid: canaryUid });
  const isFree = !ownersOf(job).some(({ controller, kind }) => controller === true || kind === canaryKind.kind);
  return isFree && run.canaryUid === noRollout;
}

interface Owner {
  kind: string;
  name: string;
  uid: string | undefined;
}

/** Jobs of former versions have it as their controller; nobody else may be. */
function isOwnedBy(job: Job, { kind, name, uid }: Owner): boolean {
  return ownersOf(job).some((each) => each.kind === kind && each.name === name && each.uid === uid);
}

/** The controller alone, where there is one. */
function ownersOf({ metadata }: Job): V1OwnerReference[] {
  const all = metadata?.ownerReferences ?? [];
  const controller = all.find((each) => each.controller === true);
  return controller === undefined ? all : [controller];
}

const longestQuotation = 64;

function quoted(text: string | undefined): string {
  return text === undefined ? 'missing' : `"${text.slice(0, longestQuotation)}"`;
}

/** The Job of the run's name is not the run's. */
export function alreadyExists(job: Job, run: Run): HookError {
  const { name, namespace } = job.metadata ?? {};
  const why = differenceFrom(run, job) ?? `its uid is not the one on record, and this run has made no other`;
  const [owner] = ownersOf(job);
  const whose = owner ? `${owner.kind} ${owner.name}` : 'nobody';
  // Deleted, it would be made again just the same: https://github.com/kyverno/kyverno/issues/365
  const isChanged = owner?.uid === (run.request?.specUid ?? run.canaryUid) && differenceFrom(run, job) !== undefined;
  const advice = isChanged
    ? `The verifier made it, so something changes Jobs on their way in, as an admission webhook does. Exempt those with label ${label.managedBy} from it, then delete this one`
    : 'Delete or rename it';
  const message = `Job ${name} exists and is not this run's: ${why} (it belongs to ${whose}). ${advice}: kubectl delete job ${name} -n ${namespace}`;
  return new HookError('AlreadyExists', message);
}
