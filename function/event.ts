/**
 * What the person on call reads in `kubectl describe canary`: one Event for each step of a run.
 * Written in every wiring, because Flagger's own events stop after 25 and gates do not show a body.
 */
import type { V1ObjectReference } from '@kubernetes/client-node';
import type { Canary } from './canary.ts';
import type { Event } from './diagnosis.ts';
import { type E2ESpec, e2eSpecResource } from './e2espec.ts';
import { manager, type Run } from './run.ts';
import type { Verdict } from './verdict.ts';
import { oneLine } from './words.ts';

const reasons: Record<Verdict['kind'], string> = {
  running: 'E2ETestStarted',
  passed: 'E2ETestPassed',
  failed: 'E2ETestFailed',
  inconclusive: 'E2ETestInconclusive',
};

/** On the Canary and on the E2ESpec; the names make each be created once, whoever comes first. `now`: the API server's. */
export function eventsOf(
  run: Run & { jobUid: string },
  verdict: Verdict,
  canary: Canary | undefined,
  spec: E2ESpec,
  now: Date,
): Event[] {
  const { jobName, namespace, jobUid } = run;
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const event = (suffix: string, involvedObject: V1ObjectReference): Event => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: `${jobName}.${jobUid.slice(0, 8)}.${verdict.kind}${suffix}` },
    involvedObject: { ...involvedObject, namespace },
    type: verdict.kind === 'running' || verdict.kind === 'passed' ? 'Normal' : 'Warning',
    reason: reasons[verdict.kind],
    message: oneLine(`Job ${jobName}: ${sayVerdict(verdict)}`),
    source: { component: manager },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  });
  const { group, version, kind } = e2eSpecResource;
  const onSpec = event('.e2espec', {
    apiVersion: `${group}/${version}`,
    kind,
    name: spec.metadata.name,
    uid: spec.metadata.uid,
  });
  if (canary === undefined) return [onSpec];
  const { name: canaryName, uid: canaryUid } = canary.metadata;
  return [event('', { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: canaryName, uid: canaryUid }), onSpec];
}

/** Reason first, then the sentence. */
export function sayVerdict(verdict: Verdict): string {
  return verdict.kind === 'passed' ? verdict.message : `${verdict.reason}: ${verdict.message}`;
}
