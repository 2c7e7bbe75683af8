/**
 * What a person has asked of a run by an annotation, while no call has answered it yet.
 */
import { rolloutOf } from '../../flagger/canary.ts';
import { runOf } from '../../run/id.ts';
import { isFinal } from '../../run/record.ts';
import { requestOf, type Skip, skipOf } from '../../run/requests.ts';
import type { Row } from './rows.ts';

export type Pending = { kind: 'skip'; skip: Skip } | { kind: 'rerun' };

/** As the verifier takes it: a skip comes first, and a run that has not begun answers a request by beginning. */
export function pendingOf({ canary, gate, spec, record }: Row): Pending | undefined {
  if (canary === undefined || gate === undefined || spec === undefined) return undefined;
  if (rolloutOf(canary) === undefined) return undefined;
  const skip = skipOf(spec, runOf(gate.key, canary));
  if (skip !== undefined) return { kind: 'skip', skip };
  const request = requestOf(spec);
  const hasBegun = record !== undefined && (isFinal(record) || record.attempt !== undefined);
  return request !== undefined && hasBegun && record.requestedAt !== request ? { kind: 'rerun' } : undefined;
}
