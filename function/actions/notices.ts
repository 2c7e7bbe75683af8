/**
 * What the sink is told of a record, of a promotion, of a Job that does not go, of a gate that waits for a person, and of an
 * event hook's call. Each is made of these alone, so that sending it again is no other news: its id is the name of the Event
 * on the Canary.
 */
import { createHash } from 'node:crypto';
import { type E2ESpec, e2eSpecResource, type NotifiedVerdict, type RunRecord, withDefaults } from '../api/e2espec.ts';
import type { Payload } from '../flagger/payload.ts';
import type { Notice, NoticeData, NoticeType } from '../sink/notice.ts';
import { oneLine } from '../text.ts';
import { isLostResult, recordedVerdict } from '../verdict/judge.ts';
import { pageOf } from '../verdict/traces.ts';
import { type EventSpec, eventName, recordEvent } from './events.ts';

const types: Record<NotifiedVerdict, NoticeType> = {
  Passed: 'com.remarkable.e2e.passed',
  Skipped: 'com.remarkable.e2e.skipped',
  Failed: 'com.remarkable.e2e.failed',
  Inconclusive: 'com.remarkable.e2e.inconclusive',
  PromotedUnverified: 'com.remarkable.e2e.unverified',
};

/** Of a record that is to be sent: its verdict, and that its gate waits for a person. */
export function recordNotices(
  record: RunRecord,
  spec: Pick<E2ESpec, 'metadata' | 'spec'>,
  statusUrl?: string,
): Notice[] {
  const { notificationPending, canary, canaryUID = '', finishedAt = '', job } = record;
  if (notificationPending === undefined) return [];
  const { name: e2eSpec, namespace, uid } = spec.metadata;
  const { checksum, verdict, reason, message = '', counts, attempt, rollout, startedAt } = record;
  const { durationSeconds, mode, links, logUrl, trigger, id } = record;
  // No Canary has an Event of it.
  const isRequested = trigger === 'request';
  const what = { namespace, canary, e2eSpec, checksum, verdict, reason, message, counts, job, attempt, rollout };
  const page = pageOf(statusUrl, spec.metadata);
  const notice = {
    id: eventName(recordEvent(record), isRequested ? uid : canaryUID),
    type: types[notificationPending],
    source: isRequested ? specPath(namespace, e2eSpec) : pathOf(namespace, canary),
    subject: job ?? e2eSpec,
    time: finishedAt,
    data: cleaned({
      ...what,
      startedAt,
      finishedAt,
      durationSeconds,
      mode,
      trigger,
      runId: id,
      links,
      logUrl,
      statusUrl: page || undefined,
    }),
  };
  return waits(record, spec) ? [notice, waiting(notice)] : [notice];
}

/** Whether nothing goes on until a person decides. When the rollout is over, nothing waits any more. */
function waits(record: RunRecord, { spec }: Pick<E2ESpec, 'spec'>): boolean {
  if (record.verdict !== 'Inconclusive' || record.mode === 'Observe' || record.closedAt !== undefined) return false;
  if (record.trigger === 'request') return false;
  return withDefaults(spec).onInconclusive === 'Hold' || isLostResult(recordedVerdict(record));
}

function waiting(notice: Notice): Notice {
  return { ...notice, id: `${notice.id}.waiting`, type: 'com.remarkable.e2e.waiting' };
}

/** What an Event tells that is on no record. `now`: the API server's time. */
export interface Unrecorded {
  type: Extract<NoticeType, 'com.remarkable.e2e.unverified' | 'com.remarkable.e2e.waiting'>;
  event: EventSpec;
  /** The Canary's. */
  uid: string;
  /** What it is about besides the Canary. */
  subject: string;
  now: Date;
  data: NoticeData;
}

export function eventNotice({ type, event, uid, subject, now, data }: Unrecorded): Notice {
  const source = pathOf(data.namespace, data.canary);
  return { id: eventName(event, uid), type, source, subject, time: now.toISOString(), data: cleaned(data) };
}

/** Of an event hook's call; the same call again is the same notice. `now` stands in for a time that is none. */
export function hookNotice({ namespace, name, phase, checksum, metadata }: Payload, now: Date): Notice {
  const { eventMessage = '', eventType = '', timestamp = '' } = metadata;
  const hash = createHash('sha256')
    .update(JSON.stringify([namespace, name, phase, checksum, Object.entries(metadata).sort()]))
    .digest('hex')
    .slice(0, 16);
  const data = { namespace, canary: name, checksum, phase, eventType, message: eventMessage };
  return {
    id: `${name}-event.${hash}`,
    type: 'com.remarkable.e2e.event',
    source: pathOf(namespace, name),
    subject: name,
    time: timeOf(Number(timestamp), now),
    data: cleaned(data),
  };
}

function timeOf(milliseconds: number, now: Date): string {
  const time = new Date(milliseconds);
  return milliseconds > 0 && !Number.isNaN(time.getTime()) ? time.toISOString() : now.toISOString();
}

function pathOf(namespace: string, canary: string): string {
  return `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/${canary}`;
}

function specPath(namespace: string, name: string): string {
  const { group, version, plural } = e2eSpecResource;
  return `/apis/${group}/${version}/namespaces/${namespace}/${plural}/${name}`;
}

/** As clean as an answer, and without what is not known. An address of a log is kept whole: cut, it leads nowhere. */
function cleaned(data: { [Field in keyof NoticeData]: NoticeData[Field] | undefined }): NoticeData {
  const known = Object.entries(data).filter(([, value]) => value !== undefined);
  const clean = known.map(([name, value]) => [
    name,
    typeof value === 'string' && name !== 'logUrl' ? oneLine(value) : value,
  ]);
  return Object.fromEntries(clean) as unknown as NoticeData;
}
