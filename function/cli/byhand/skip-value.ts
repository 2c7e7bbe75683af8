/**
 * The annotation that lets this revision through, such that the verifier takes it: `CANARY/REVISION: reason`.
 */
import { annotation } from '../../api/labels.ts';
import { runOf } from '../../run/id.ts';
import { skipOf } from '../../run/requests.ts';
import { oneLine } from '../../text.ts';
import { CannotRun } from '../problem.ts';
import type { Asked } from './asked.ts';

// Bytes. The record keeps 512 characters of the whole.
const longestReason = 200;

/** `now`: told apart by it from a skip in the same words that an earlier rollout has used up. */
export function skipFor({ canary, gate, spec }: Asked, reason: string, now: string): string {
  const run = runOf(gate.key, canary);
  const why = oneLine(reason, longestReason);
  const named = [run.revision, run.checksum].filter((each) => each !== undefined);
  const values = named.flatMap((each) => [`${run.canary}/${each}: ${why}`, `${run.canary}/${each}: ${why} (${now})`]);
  const isTaken = (value: string) => {
    const annotations = { ...spec.metadata.annotations, [annotation.skip]: value };
    return skipOf({ ...spec, metadata: { ...spec.metadata, annotations } }, run) !== undefined;
  };
  const found = values.find(isTaken);
  if (found !== undefined) return found;
  throw new CannotRun(
    `the revision of Canary ${run.canary} is already skipped, or cannot be named. Nothing was written`,
  );
}
