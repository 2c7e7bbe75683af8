/**
 * What the person on call reads in `kubectl describe canary`: one Event for each step of a run.
 * Written in every wiring, because Flagger's own events stop after 25 and gates do not show a body.
 */
import { createHash } from 'node:crypto';
import { type Canary, canaryKind } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import { type Event, timestamp } from '../api/kubernetes.ts';
import { manager } from '../api/labels.ts';
import type { OwnReason } from '../api/reasons.ts';
import type { Verdict } from '../api/verdict.ts';
import type { Run } from '../run/id.ts';
import { oneLine } from '../text.ts';

/** What happened. */
export interface EventSpec {
  /** How its name begins, for people. */
  about: string;
  /** What makes it an Event of its own besides its reason: of the same it is created once, by whichever call is first. */
  once: string[];
  type: 'Normal' | 'Warning';
  reason: OwnReason;
  message: string;
}

const verdictReasons: Record<Verdict['kind'], OwnReason> = {
  running: 'E2ETestStarted',
  passed: 'E2ETestPassed',
  failed: 'E2ETestFailed',
  inconclusive: 'E2ETestInconclusive',
};

/** What a Job of a run has come to. */
export function verdictEvent({ jobName }: Run, jobUid: string, verdict: Verdict): EventSpec {
  return {
    about: jobName,
    once: [jobUid],
    type: verdict.kind === 'running' || verdict.kind === 'passed' ? 'Normal' : 'Warning',
    reason: verdictReasons[verdict.kind],
    message: `Job ${jobName}: ${verdict.kind === 'passed' ? '' : `${verdict.reason}: `}${verdict.message}`,
  };
}

/** On the Canary and on the E2ESpec. `now`: the API server's time. */
export function eventsOn(event: EventSpec, canary: Canary | undefined, spec: E2ESpec, now: Date): Event[] {
  const { group, version, kind } = e2eSpecResource;
  const onSpec = eventOn({ apiVersion: `${group}/${version}`, kind, ...spec.metadata }, event, now);
  return canary === undefined ? [onSpec] : [eventOnCanary(event, canary, now), onSpec];
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

function eventName({ about, reason, once }: EventSpec, involvedUid: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([involvedUid, reason, ...once]))
    .digest('hex')
    .slice(0, 16);
  return `${about}.${hash}`;
}
