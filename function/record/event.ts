/**
 * What the person on call reads in `kubectl describe canary`: one Event for each step of a run.
 * Written in every wiring, because Flagger's own events stop after 25 and gates do not show a body.
 */
import type { Canary } from '../canary.ts';
import { type E2ESpec, e2eSpecResource } from '../e2espec.ts';
import { type Event, timestamp } from '../kube/wire.ts';
import { manager, type Run } from '../run.ts';
import type { Verdict } from '../verdict.ts';
import { oneLine } from './words.ts';

const reasons: Record<Verdict['kind'], string> = {
  running: 'E2ETestStarted',
  passed: 'E2ETestPassed',
  failed: 'E2ETestFailed',
  inconclusive: 'E2ETestInconclusive',
};

/** A time of the API server as a part of an Event's name. */
export function digitsOf(time: string): string {
  return time.replaceAll(/\D/g, '');
}

/** What happened. `name` makes the Event be created once, whoever comes first. */
export interface News {
  name: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** What a Job of a run has come to. */
export function newsOf({ jobName }: Run, jobUid: string, verdict: Verdict): News {
  return {
    name: `${jobName}.${jobUid.slice(0, 8)}.${verdict.kind}`,
    type: verdict.kind === 'running' || verdict.kind === 'passed' ? 'Normal' : 'Warning',
    reason: reasons[verdict.kind],
    message: `Job ${jobName}: ${verdict.kind === 'passed' ? '' : `${verdict.reason}: `}${verdict.message}`,
  };
}

/** On the Canary and on the E2ESpec. `now`: the API server's time. */
export function eventsOf(news: News, canary: Canary | undefined, spec: E2ESpec, now: Date): Event[] {
  const { group, version, kind } = e2eSpecResource;
  const onSpec = eventOn({ apiVersion: `${group}/${version}`, kind, ...spec.metadata }, '.e2espec', news, now);
  return canary === undefined ? [onSpec] : [eventOnCanary(news, canary, now), onSpec];
}

export function eventOnCanary(news: News, { metadata }: Canary, now: Date): Event {
  return eventOn({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...metadata }, '', news, now);
}

interface Involved {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
}

function eventOn({ apiVersion, kind, namespace, name, uid }: Involved, suffix: string, news: News, now: Date): Event {
  const time = timestamp(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: `${news.name}${suffix}` },
    involvedObject: { apiVersion, kind, namespace, name, uid },
    type: news.type,
    reason: news.reason,
    message: oneLine(news.message),
    source: { component: manager },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
