/**
 * The lines that a person copies from the page, which itself writes nothing.
 */
import type { RunRecord } from '../api/e2espec.ts';
import { annotation, manager, testContainer } from '../api/labels.ts';
import { isObjectName } from '../api/names.ts';
import { oneLine } from '../text.ts';
import type { Row } from './row.ts';
import type { Rollout } from './subject.ts';
import { verdictWord } from './words.ts';

export interface Command {
  what: string;
  line: string;
}

export interface About {
  row: Row;
  rollout: Rollout | undefined;
  /** What the row speaks of. */
  own: RunRecord | undefined;
  /** The newest that has a Job. */
  logged: RunRecord | undefined;
}

export function commandsOf({ row, rollout, own, logged }: About): Command[] {
  const { namespace, name, canary } = row;
  const isOfRollout = canary !== undefined && isObjectName(canary);
  return [
    ...(logged === undefined ? [] : logOf(namespace, logged, logged === own)),
    { what: 'Full record', line: `kubectl describe -n ${namespace} e2e ${name}` },
    ...(isOfRollout
      ? [{ what: "The rollout's Events", line: `kubectl describe -n ${namespace} canary ${canary}` }]
      : []),
    ...nextRun(row, rollout),
    ...(row.gates ?? []).flatMap(({ hook, command }) =>
      command === undefined ? [] : [{ what: `Open the gate ${hook}`, line: command }],
    ),
  ];
}

function logOf(namespace: string, { job, verdict, ...run }: RunRecord, isOwn: boolean): Command[] {
  if (job === undefined || !isObjectName(job)) return [];
  const what = isOwn ? 'The log' : `The log of the run before: ${verdictWord(verdict)}, ${nameOfRun(run)}`;
  return [{ what, line: `kubectl logs -n ${namespace} job/${job} -c ${testContainer}` }];
}

// Bytes.
const longestName = 120;

/** By what people know it. */
export function nameOfRun({ id, checksum = '' }: Pick<Row, 'id' | 'checksum'>): string {
  return id === undefined ? `checksum ${oneLine(checksum, longestName)}` : `id ${oneLine(id, longestName)}`;
}

/** What has it run next, or not: in its rollout, or where none asks for it, against what is live. */
function nextRun(row: Row, rollout: Rollout | undefined): Command[] {
  switch (rollout?.phase) {
    case 'Progressing':
    case 'WaitingPromotion':
      return inRollout(row, rollout);
    case undefined:
    case 'Initialized':
    case 'Succeeded':
    case 'Failed': {
      const what = rollout === undefined ? 'Run it now' : 'Test what is live now';
      return [{ what, line: `kubectl e2e run ${row.name} -n ${row.namespace}` }];
    }
    // Its first run is still to come, or comes too late.
    case 'Initializing':
    case 'Waiting':
    case 'Promoting':
    case 'Finalising':
    case 'Terminating':
    case 'Terminated':
      return [];
  }
}

function inRollout({ namespace, name, checksum = '', state, verdict }: Row, rollout: Rollout): Command[] {
  const annotate = `kubectl annotate --field-manager=${manager} -n ${namespace} e2e ${name}`;
  const again = {
    what: 'Run it again, in its rollout',
    // A skip of the same revision would win against it.
    line: `${annotate} ${annotation.requestedAt}="$(date -u +%FT%TZ)" ${annotation.skip}- --overwrite`,
  };
  const { applied } = rollout;
  const [revision, source] =
    applied === '' ? [checksum, 'its checksum'] : [applied, "the Canary's status.lastAppliedSpec"];
  const isHeldUp = (state === 'failing' || state === 'running') && /^[\w:-]{1,63}$/.test(revision);
  const skip = {
    what: `Let this revision through without its test (${revision} is ${source})`,
    line: `${annotate} ${annotation.skip}="${rollout.name}/${revision}: say why" --overwrite`,
  };
  return [...(verdict === 'NotBegun' ? [] : [again]), ...(isHeldUp ? [skip] : [])];
}
