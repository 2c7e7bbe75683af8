/**
 * The lines that a person copies from the page, which itself writes nothing.
 */
import type { RunRecord } from '../api/e2espec.ts';
import { annotation, manager, testContainer } from '../api/labels.ts';
import { isObjectName } from '../api/names.ts';
import type { Row } from './row.ts';

export interface Command {
  what: string;
  line: string;
}

/** `newest`: its newest run that has a Job. */
export function commandsOf(row: Row, newest: RunRecord | undefined): Command[] {
  const { namespace, name } = row;
  return [
    ...logs(namespace, newest?.job),
    { what: 'Full record', line: `kubectl describe -n ${namespace} e2e ${name}` },
    ...(row.canary !== undefined && isObjectName(row.canary) ? ofRollout(row, row.canary) : []),
    ...(row.gates ?? []).flatMap(({ hook, command }) =>
      command === undefined ? [] : [{ what: `Open the gate ${hook}`, line: command }],
    ),
  ];
}

function logs(namespace: string, job: string | undefined): Command[] {
  if (job === undefined || !isObjectName(job)) return [];
  return [{ what: 'The log', line: `kubectl logs -n ${namespace} job/${job} -c ${testContainer}` }];
}

function ofRollout({ namespace, name, checksum = '', state }: Row, canary: string): Command[] {
  const annotate = `kubectl annotate --field-manager=${manager} -n ${namespace} e2e ${name}`;
  const seen = { what: "The rollout's Events", line: `kubectl describe -n ${namespace} canary ${canary}` };
  const again = {
    what: 'Run it again, in its rollout',
    // A skip of the same revision would win against it.
    line: `${annotate} ${annotation.requestedAt}="$(date -u +%FT%TZ)" ${annotation.skip}- --overwrite`,
  };
  const isHeldUp = (state === 'failing' || state === 'running') && /^[\w-]{1,63}$/.test(checksum);
  const skip = {
    what: 'Let this revision through without its test',
    line: `${annotate} ${annotation.skip}="${canary}/${checksum}: say why" --overwrite`,
  };
  return isHeldUp ? [seen, again, skip] : [seen, again];
}
