/**
 * What the sink is told, before it is a CloudEvent: plain data, so that nothing is loaded for it.
 */

export type NoticeType =
  | 'com.remarkable.e2e.passed'
  | 'com.remarkable.e2e.failed'
  | 'com.remarkable.e2e.inconclusive'
  | 'com.remarkable.e2e.skipped'
  /** A promotion without a passed test. */
  | 'com.remarkable.e2e.unverified'
  /** A gate that waits for a person from now on. */
  | 'com.remarkable.e2e.waiting'
  /** The call of an event hook: Flagger's words. */
  | 'com.remarkable.e2e.event';

/** The attributes of a CloudEvent, and its data: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface Notice {
  /** The same for the same news, whoever sends it. */
  id: string;
  type: NoticeType;
  /** The path in the API of the Canary; of the E2ESpec where no rollout asked for the run. */
  source: string;
  /** The Job or the E2ESpec that it is about; the Canary's name where it is about neither. */
  subject: string;
  /** RFC 3339. */
  time: string;
  data: NoticeData;
}

export interface NoticeData {
  namespace: string;
  /** A dash where no rollout asked for the run. */
  canary: string;
  e2eSpec?: string;
  checksum: string;
  /** As E2ESpec.status has it; absent where no run waits, but a gate that a person opens. */
  verdict?: string;
  reason?: string;
  message: string;
  counts?: { total: number; passed?: number; failed: number; skipped?: number };
  job?: string;
  attempt?: number;
  rollout?: string;
  startedAt?: string;
  finishedAt?: string;
  durationSeconds?: number;
  /** Absent where the run holds its rollout. */
  mode?: 'Observe';
  /** Absent where a rollout asked for the run. */
  trigger?: 'request';
  /** By which it was asked for then. */
  runId?: string;
  links?: { name: string; url: string }[];
  logUrl?: string;
  /** The page of its test. */
  statusUrl?: string;
  /** Of the call of an event hook alone: the Canary's phase as Flagger says it, and `Normal` or `Warning`. */
  phase?: string;
  eventType?: string;
}
