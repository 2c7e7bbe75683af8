/**
 * The log of a run as far as it is written, of each pod that its Job has made.
 */
import type { Pod } from '../../api/kubernetes.ts';
import { testContainer } from '../../api/labels.ts';
import type { ReadLog } from '../../kube/pod-log.ts';
import { newestFirst } from '../../verdict/conditions.ts';
import { boundedLog } from '../follow/bounded-log.ts';
import { lineReader } from '../follow/log-lines.ts';
import { write } from '../follow/show.ts';

/** What of it cannot be shown is told, one sentence for each pod. */
export async function showLogs(pods: Pod[], read: ReadLog, signal: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  for (const pod of newestFirst(pods).reverse()) {
    const problem = await showLog(pod, read, signal);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function showLog({ metadata }: Pod, read: ReadLog, signal: AbortSignal): Promise<string | undefined> {
  const { name = '', namespace = '' } = metadata ?? {};
  const log = await read({ namespace, pod: name, container: testContainer }, signal);
  if (log.kind === 'gone') return `pod ${name} is gone`;
  if (log.kind === 'notYet') return `pod ${name} has no log yet: ${log.message}`;
  const lines = lineReader();
  const shown = boundedLog(`kubectl logs ${name} -n ${namespace} -c ${testContainer}`);
  const texts = (found: ReturnType<typeof lines.end>) => found.map(({ text }) => text);
  for await (const part of log.parts) await write(shown.take(texts(lines.take(part))));
  await write([...shown.take(texts(lines.end())), ...shown.end()]);
  return undefined;
}
