/**
 * Lists as kubectl prints them: the columns are the server's (meta.k8s.io/v1 Table).
 */
import type { CustomKind } from './crd.ts';
import { at, type JsonObject, listOf, objectsOf } from './json.ts';
import { jsonPathValue } from './json-path.ts';
import { type Resource, resources } from './resources.ts';
import type { StoredObject } from './store.ts';

interface Column {
  name: string;
  type: string;
  priority?: number;
  value(object: StoredObject, now: Date): string | number;
}

const text = (name: string, value: Column['value']): Column => ({ name, type: 'string', value });
const nameColumn: Column = { name: 'Name', type: 'string', value: (object) => object.metadata.name };
const ageColumn = text('Age', (object, now) => age(object.metadata.creationTimestamp, now));

export function tableOf(
  resource: Resource,
  custom: CustomKind | undefined,
  objects: StoredObject[],
  now: Date,
  includeObject: string,
): JsonObject {
  const columns = columnsOf(resource, custom);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: columns.map(({ name, type, priority }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.value(object, now)),
      object:
        includeObject === 'Object'
          ? object
          : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function columnsOf(resource: Resource, custom: CustomKind | undefined): Column[] {
  switch (resource) {
    case resources.jobs:
      return [
        nameColumn,
        text('Status', jobStatus),
        text('Completions', completions),
        text('Duration', duration),
        ageColumn,
      ];
    case resources.pods:
      return [
        nameColumn,
        text('Ready', readyContainers),
        text('Status', podStatus),
        text('Restarts', restarts),
        ageColumn,
      ];
    case resources.events:
      return [
        text('Last Seen', (event, now) => age(String(event['lastTimestamp'] ?? event['eventTime'] ?? ''), now)),
        text('Type', (event) => String(event['type'] ?? '')),
        text('Reason', (event) => String(event['reason'] ?? '')),
        text(
          'Object',
          (event) =>
            `${String(at(event, 'involvedObject', 'kind')).toLowerCase()}/${at(event, 'involvedObject', 'name')}`,
        ),
        text('Message', (event) => String(event['message'] ?? '').trim()),
      ];
  }
  if (!custom || custom.printerColumns.length === 0) return [nameColumn, ageColumn];
  const columns = custom.printerColumns.map(
    (column): Column => ({
      name: column.name,
      type: column.type,
      priority: column.priority ?? 0,
      value: (object, now) => customCell(column.type, jsonPathValue(object, column.jsonPath), now),
    }),
  );
  return [nameColumn, ...columns];
}

function customCell(type: string, value: unknown, now: Date): string | number {
  if (value === undefined || value === null) return '';
  if (type === 'date') return age(String(value), now);
  if (type === 'integer' || type === 'number') return Number(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** 5s, 3m10s, 4h, 2d: apimachinery/pkg/util/duration HumanDuration. */
export function humanDuration(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const [minutes, hours, days] = [Math.floor(whole / 60), Math.floor(whole / 3600), Math.floor(whole / 86_400)];
  if (whole < 120) return `${whole}s`;
  if (minutes < 10) return whole % 60 === 0 ? `${minutes}m` : `${minutes}m${whole % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours < 48 ? `${hours}h` : `${days}d`;
}

function age(timestamp: string, now: Date): string {
  const then = Date.parse(timestamp);
  return Number.isNaN(then) ? '<unknown>' : humanDuration((now.getTime() - then) / 1000);
}

function jobStatus(job: StoredObject): string {
  const holds = (type: string) =>
    objectsOf(at(job, 'status', 'conditions')).some((one) => one['type'] === type && one['status'] === 'True');
  const words = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'];
  if (holds('Complete') || holds('Failed')) return holds('Complete') ? 'Complete' : 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return words.find(holds) ?? 'Running';
}

function completions(job: StoredObject): string {
  return `${at(job, 'status', 'succeeded') ?? 0}/${at(job, 'spec', 'completions') ?? 1}`;
}

function duration(job: StoredObject, now: Date): string {
  const start = at(job, 'status', 'startTime');
  if (typeof start !== 'string') return '';
  const failed = objectsOf(at(job, 'status', 'conditions')).find((one) => one['type'] === 'Failed');
  const end = at(job, 'status', 'completionTime') ?? failed?.['lastTransitionTime'];
  const until = typeof end === 'string' ? Date.parse(end) : now.getTime();
  return humanDuration((until - Date.parse(start)) / 1000);
}

function readyContainers(pod: StoredObject): string {
  const ready = objectsOf(at(pod, 'status', 'containerStatuses')).filter((one) => one['ready'] === true).length;
  return `${ready}/${listOf(at(pod, 'spec', 'containers')).length}`;
}

function podStatus(pod: StoredObject): string {
  const [status] = objectsOf(at(pod, 'status', 'containerStatuses'));
  const reason = at(status, 'state', 'waiting', 'reason') ?? at(status, 'state', 'terminated', 'reason');
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  return String(reason ?? at(pod, 'status', 'reason') ?? at(pod, 'status', 'phase') ?? 'Unknown');
}

function restarts(pod: StoredObject): string {
  const statuses = objectsOf(at(pod, 'status', 'containerStatuses'));
  return String(statuses.reduce((sum, one) => sum + Number(one['restartCount'] ?? 0), 0));
}
