/**
 * Other definitions of the status of an E2ESpec than that of crds/e2especs.yaml.
 */
import { at } from './documents.ts';

export type Properties = Record<string, unknown>;

const ofRecord = (status: Properties): Properties => at(status, 'runs', 'items', 'properties') as Properties;

/** With a list more, as a later version may have one, and a field more in each record. */
export function withMore(status: Properties): void {
  const text = { type: 'string', maxLength: 2048 };
  const properties = { canary: text, hook: text, verdict: text };
  status['trend'] = {
    type: 'array',
    maxItems: 100,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['canary', 'hook'],
    items: { type: 'object', required: ['canary', 'hook'], properties },
  };
  ofRecord(status)['logUrl'] = text;
}

/** Without some of the fields of a record, and of what is made of the records, as before they were thought of. */
export const lacking =
  (...names: string[]) =>
  (status: Properties): void => {
    for (const name of names) delete ofRecord(status)[name];
    delete status['latest'];
    delete status['conditions'];
    for (const name of ['message', 'trigger', 'attempt'])
      delete (at(status, 'lastRun', 'properties') as Properties)[name];
  };
