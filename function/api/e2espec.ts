/**
 * E2ESpec, the custom resource in which a team describes the test of a canary: what crds/e2especs.yaml says, as types.
 */
import type { V1EnvFromSource, V1EnvVar, V1PodSpec, V1ResourceRequirements } from '@kubernetes/client-node';
import type { Wire } from './kubernetes.ts';
import type { Counts, Link } from './verdict.ts';

export const e2eSpecResource = { group: 'remarkable.com', version: 'v1', plural: 'e2especs', kind: 'E2ESpec' } as const;

export interface E2ESpec {
  apiVersion: 'remarkable.com/v1';
  kind: 'E2ESpec';
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    /** Moves when spec is edited; status does not move it. */
    generation: number;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
  };
  spec: Spec;
  status?: Status;
}

export interface Spec {
  image: string;
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  command?: string[];
  args?: string[];
  env?: V1EnvVar[];
  envFrom?: V1EnvFromSource[];
  /** Secrets mounted as read-only folders. */
  secrets?: Mount[];
  /** ConfigMaps mounted as read-only folders. */
  configMaps?: ConfigMapMount[];
  imagePullSecrets?: { name: string }[];
  /** Without it the test's pod gets no service account token. */
  serviceAccountName?: string;
  resources?: V1ResourceRequirements;
  /** With 0 the first failure is the verdict. */
  backoffLimit?: number;
  /** Seconds for the whole run, waiting included. The pod's own deadline is 5 s less. */
  activeDeadlineSeconds?: number;
  /** Seconds the finished Job is kept, at least 300. */
  ttlSecondsAfterFinished?: number;
  /** The same of one whose test has not passed; a day at least, where it is not said. */
  ttlSecondsAfterFailure?: number;
  /** How often a run that could not test anything is tried again. */
  inconclusiveRetries?: number;
  /** Observe: the test runs and is recorded, and no gate waits for it. */
  mode?: Mode;
  /** What an inconclusive run ends in when its retries are used up. */
  onInconclusive?: 'Rollback' | 'Hold';
  /** How old the newest run may be before it counts as stale. It changes no verdict. */
  staleAfterSeconds?: number;
  podTemplate?: PodTemplate;
  jobTemplate?: { metadata?: TemplateMetadata };
}

/** The defaults of the definition, which the API server fills in; a file on a laptop has not met it yet. */
export const defaults = {
  backoffLimit: 0,
  activeDeadlineSeconds: 600,
  ttlSecondsAfterFinished: 3600,
  inconclusiveRetries: 2,
  onInconclusive: 'Rollback',
  mode: 'Enforce',
} as const satisfies Partial<Spec>;

export type Mode = 'Enforce' | 'Observe';

export type CompleteSpec = Spec & Required<Pick<Spec, keyof typeof defaults>>;

export function withDefaults(spec: Spec): CompleteSpec {
  return { ...defaults, ...spec };
}

export interface Mount {
  name: string;
  mountPath: string;
}

export interface ConfigMapMount {
  name: string;
  mountPath: string;
  /** Without them every key is a file of its name. */
  items?: Item[];
}

/** One key of a ConfigMap as a file of its own; the others are left out. */
interface Item {
  key: string;
  /** Relative to the folder. */
  path: string;
}

/** A partial pod template, merged under the fields of the spec. */
interface PodTemplate {
  metadata?: TemplateMetadata;
  spec?: Partial<Wire<V1PodSpec>>;
}

interface TemplateMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** `runs` is the truth; all else is made of it, and of what it was before, at each write: `run/summary.ts`. */
export interface Status {
  lastRun?: LastRun;
  /** One for each gate of each canary, and one for what was asked for outside a rollout. */
  latest?: LatestRun[];
  /** Passed alone, for kubectl wait. */
  conditions?: Condition[];
  /** Newest first. */
  runs?: RunRecord[];
}

/** The newest run in short: printer columns cannot compute. A field is empty where there is nothing to say. */
export interface LastRun {
  verdict?: RecordedVerdict;
  reason?: string;
  message?: string;
  canary?: string;
  checksum?: string;
  trigger?: Trigger;
  /** While it runs: which try of how many, as 2 of 3. */
  attempt?: string;
  /** Such as 42s or 3m20s; empty while it runs. */
  duration?: string;
  /** When the test ended, or when its run began. */
  time?: string;
}

/** What a gate's newest run says. */
export interface LatestRun {
  canary: string;
  canaryUID: string;
  /** The name of the webhook: the first of the Canary's that asks for this run. */
  hook: string;
  verdict: RecordedVerdict;
  reason: string;
  message?: string;
  checksum: string;
  trigger: Trigger;
  mode?: Mode;
  /** When the test ended, or when its run began. */
  time: string;
  durationSeconds?: number;
  total?: number;
  failed?: number;
  /** How many of the last 10 runs passed at a second try. */
  flaky?: number;
  /** How many of the last 10 runs failed since one has passed. */
  consecutiveFailures?: number;
  /** While it runs: which try, from 1. */
  attempt?: number;
  /** When a test of this gate has passed last. */
  lastPassedAt?: string;
  logUrl?: string;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** The verdict that decides, as the entries have it. */
  reason: string;
  message: string;
  /** When the status last changed. */
  lastTransitionTime: string;
}

/** Who asked for a run: Flagger, or whoever may, outside a rollout. */
export type Trigger = 'rollout' | 'request';

export type RecordedVerdict =
  | 'Running'
  | 'Passed'
  | 'Skipped'
  | 'Failed'
  | 'Inconclusive'
  | 'Superseded'
  | 'Cancelled'
  | 'PromotedUnverified';

/** What is told to the sink. */
export const notifiedVerdicts = ['Passed', 'Skipped', 'Failed', 'Inconclusive', 'PromotedUnverified'] as const;

export type NotifiedVerdict = (typeof notifiedVerdicts)[number];

export interface RunRecord {
  /** A dash where no rollout asked for it. */
  canary: string;
  /** Absent when the Canary was not looked up. */
  canaryUID?: string;
  /** Of a run that no rollout asked for the hash of its id, and so is its rollout. */
  checksum: string;
  /** The Canary's status.conditions[Promoted].lastTransitionTime, compared for equality only; a dash without a Canary. */
  rollout: string;
  /** Hash of the hook's own static metadata; empty for none. */
  hook: string;
  /** From 1; absent, like the Job, when nothing was run. */
  attempt?: number;
  job?: string;
  jobUID?: string;
  verdict: RecordedVerdict;
  reason?: string;
  message?: string;
  counts?: Counts;
  links?: Link[];
  logUrl?: string;
  startedAt?: string;
  finishedAt?: string;
  /** Of the test itself, where its container tells. */
  durationSeconds?: number;
  /** With the generation: which E2ESpec it was, as one that is deleted and created again begins at 1. */
  specUID?: string;
  specGeneration?: number;
  /** What the generation has become while the test ran, which does not count that edit. */
  newerGeneration?: number;
  /** Hash of the target's pod template that was tested. */
  target?: string;
  /** Since when, and to which hash, the target differs from that; where no Job is there to note it on. */
  targetChangedAt?: string;
  targetChangedTo?: string;
  /** How often the Job was gone before its verdict was read. */
  removed?: number;
  /** Absent where it holds its rollout. */
  mode?: 'Observe';
  /** Absent where a rollout asked for it. */
  trigger?: 'request';
  /** By which it was asked for outside a rollout. */
  id?: string;
  /** The annotation remarkable.com/requestedAt that this run has answered. */
  requestedAt?: string;
  /** The annotation remarkable.com/skip that let it through. */
  skip?: string;
  /** When it was seen that the rollout was over. */
  closedAt?: string;
  /**
   * The time of the Canary's condition Promoted at that moment, compared for equality only: which end it was. Absent where
   * the next rollout had begun by then.
   */
  rolloutEnd?: string;
  /** Its Event could not be written yet. */
  eventPending?: boolean;
  /** The verdict that the sink has not taken yet. */
  notificationPending?: NotifiedVerdict;
}
