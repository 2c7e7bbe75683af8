/**
 * What the person on call reads in `kubectl describe canary`: one Event for each step of a run.
 * Written in every wiring, because Flagger's own events stop after 25 and gates do not show a body.
 */
import { createHash } from 'node:crypto';
import { type Canary, canaryKind } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource, type RunRecord } from '../api/e2espec.ts';
import { type Event, timestamp } from '../api/kubernetes.ts';
import { annotation, manager } from '../api/labels.ts';
import type { OwnReason } from '../api/reasons.ts';
import { causeOf, isHeldUp } from '../run/history.ts';
import type { Run } from '../run/id.ts';
import { oneLine, oneLineWith } from '../text.ts';
import { pageOf, tracesInWords } from '../verdict/traces.ts';

/** What happened. */
export interface EventSpec {
  /** How its name begins, for people. */
  about: string;
  /** What makes it an Event of its own besides its reason: of the same it is created once, by whichever call is first. */
  once: (string | undefined)[];
  type: 'Normal' | 'Warning';
  reason: OwnReason;
  message: string;
}

/** All that is to be told of a record that nobody has told yet. */
export function recordEvents(record: RunRecord, spec: E2ESpec): EventSpec[] {
  const isEdited = record.verdict === 'Running' && record.newerGeneration !== undefined;
  return [
    recordEvent(record),
    ...(isHeldUp(record) ? [blockedEvent(record)] : []),
    ...(isEdited ? [editedEvent(record, undefined, spec)] : []),
  ];
}

/** What holds a test up, once for each cause and Job: it may come and go. */
export function blockedEvent(record: RunRecord): EventSpec {
  const { canaryUID, rollout, hook, job = '', jobUID, reason, message } = record;
  return {
    about: job,
    once: [canaryUID, rollout, hook, jobUID, causeOf(record)],
    type: 'Warning',
    reason: 'E2ETestBlocked',
    message: `Job ${job}: ${reason}: ${message}`,
  };
}

/** That a quota keeps the Job from being created, once for each run: Flagger waits for it in one call, and shows nothing of it. */
export function noRoomEvent({ jobName, canaryUid, rollout, metadataHash }: Run, why: string): EventSpec {
  return {
    about: jobName,
    once: [canaryUid, rollout, metadataHash, jobName],
    type: 'Warning',
    reason: 'E2ETestBlocked',
    message: `Job ${jobName} is not there yet: ${why}. A finished Job counts until it is gone: remove some, or raise the quota`,
  };
}

/** That a test which runs does not count an edit, and what to do: once for each edit and Job. `known`: as it was on record before, where that is known. */
export function editedEvent(
  record: RunRecord,
  known: RunRecord | undefined,
  { metadata: { name, namespace } }: E2ESpec,
): EventSpec {
  const { canaryUID, rollout, hook, job = '', jobUID, newerGeneration } = record;
  const annotate = `kubectl annotate --field-manager=e2e-verifier -n ${namespace} e2e ${name} ${annotation.requestedAt}="$(date -u +%FT%TZ)" --overwrite`;
  const again = record.trigger === 'request' ? 'with another id' : annotate;
  const isEnforcedNow = known?.mode === 'Observe' && record.mode === undefined;
  const counts = isEnforcedNow ? ', but holds its rollout from now on' : ' and does not count the edit';
  const goesOn = known === undefined ? '' : counts;
  return {
    about: job,
    once: [canaryUID, rollout, hook, jobUID, String(newerGeneration)],
    type: 'Normal',
    reason: 'E2ESpecEdited',
    message: `Job ${job}: E2ESpec ${name} was edited (generation ${newerGeneration}) while its test runs. This run goes on as it began${goesOn}. To test with the edit, run it again: ${again}`,
  };
}

/** What a record tells: made of the record alone, so that telling it again is no other Event. */
export function recordEvent(record: RunRecord): EventSpec {
  const { verdict, canaryUID, rollout, checksum, hook, job, jobUID, startedAt, reason, message = '', mode } = record;
  const words = reason === undefined ? message : `${reason}: ${message}`;
  const run = [canaryUID, rollout, hook, jobUID ?? startedAt];
  const end = tracesInWords(record);
  const news = {
    about: job ?? `e2e-${checksum}`,
    once: [...run, message],
    message: oneLineWith(end, job === undefined ? words : `Job ${job}: ${words}`),
  };
  switch (verdict) {
    case 'Running':
      // Once, however long it runs: its message changes with every look.
      return { ...news, once: run, type: 'Normal', reason: job === undefined ? 'E2ETestWaiting' : 'E2ETestStarted' };
    // Once for each Job: whoever looks a moment later knows more of it, such as how long it took.
    case 'Passed':
      return { ...news, once: run, type: 'Normal', reason: 'E2ETestPassed' };
    case 'Failed':
      return {
        ...news,
        once: run,
        type: 'Warning',
        reason: mode === 'Observe' ? 'E2ETestWouldHaveFailed' : 'E2ETestFailed',
      };
    case 'Inconclusive':
      return { ...news, type: 'Warning', reason: 'E2ETestInconclusive' };
    case 'Skipped':
      return { ...news, type: 'Warning', reason: 'E2ETestSkipped', message: `checksum ${checksum}: ${message}` };
    case 'PromotedUnverified':
      return endEvent(record, 'PromotedUnverified', message);
    case 'Superseded':
      return { ...news, type: 'Normal', reason: 'E2ETestClosed' };
    case 'Cancelled':
      return endEvent(record, 'E2ETestClosed', news.message);
  }
}

/** What is told at the end of a rollout. */
export function endEvent(
  {
    canaryUID,
    checksum,
    rollout,
    rolloutEnd,
  }: Pick<RunRecord, 'canaryUID' | 'checksum' | 'rolloutEnd'> & {
    rollout?: string | undefined;
  },
  reason: 'PromotedUnverified' | 'PromotedObserved' | 'E2ETestClosed',
  message: string,
): EventSpec {
  const end = { about: `e2e-${checksum}`, once: [canaryUID, checksum, rolloutEnd ?? rollout], reason, message };
  if (reason === 'PromotedUnverified') return { ...end, type: 'Warning', once: [...end.once, message] };
  // Of two calls at the same time only one stops a test; what the first has said stands.
  return { ...end, type: 'Normal' };
}

/** On the Canary and on the E2ESpec, with the address of its page. `now`: the API server's time. */
export function eventsOn(
  event: EventSpec,
  canary: Canary | undefined,
  spec: E2ESpec,
  now: Date,
  statusUrl?: string,
): Event[] {
  const { group, version, kind } = e2eSpecResource;
  const page = pageOf(statusUrl, spec.metadata);
  const told = page === '' ? event : { ...event, message: oneLineWith(`page: ${page}`, event.message) };
  const onSpec = eventOn({ apiVersion: `${group}/${version}`, kind, ...spec.metadata }, told, now);
  return canary === undefined ? [onSpec] : [eventOnCanary(told, canary, now), onSpec];
}

export function eventOnCanary(event: EventSpec, { metadata }: Canary, now: Date): Event {
  return eventOn({ ...canaryKind, ...metadata }, event, now);
}

interface Involved {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
}

function eventOn({ apiVersion, kind, namespace, name, uid }: Involved, event: EventSpec, now: Date): Event {
  const time = timestamp(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: eventName(event, uid) },
    involvedObject: { apiVersion, kind, namespace, name, uid },
    type: event.type,
    reason: event.reason,
    message: oneLine(event.message),
    source: { component: manager },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** The name of the Event that is written on the object of this uid. */
export function eventName({ about, reason, once }: EventSpec, involvedUid: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([involvedUid, reason, ...once]))
    .digest('hex')
    .slice(0, 16);
  return `${about}.${hash}`;
}
