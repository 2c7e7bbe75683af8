/**
 * What is kept of the cluster's objects, and what belongs together: an E2ESpec and one Canary that its test was run for.
 */
import type { Canary, CanaryPhase, Webhook } from '../api/canary.ts';
import { defaults, type E2ESpec, type LatestRun, type RunRecord } from '../api/e2espec.ts';
import { type Strategy, strategyOf } from '../flagger/canary.ts';

export interface Test {
  namespace: string;
  name: string;
  createdAt: string | undefined;
  activeDeadlineSeconds: number;
  staleAfterSeconds: number | undefined;
  latest: LatestRun[];
  /** Newest first. */
  runs: RunRecord[];
}

export interface Rollout {
  namespace: string;
  name: string;
  annotations: Record<string, string>;
  phase: CanaryPhase | undefined;
  strategy: Strategy;
  /** Percent. */
  weight: number;
  applied: string;
  promoted: string;
  /** When the phase or the weight last changed. */
  changedAt: string | undefined;
  /** The time of the condition Promoted: by it a record says of which rollout it is. */
  rollout: string | undefined;
  webhooks: Webhook[];
}

/** One row of the page. */
export interface Subject {
  test: Test;
  /** Empty for runs outside of a rollout. */
  canary: string;
  rollout: Rollout | undefined;
  /** Whether no rollout is known to run this test. */
  isOnlyRequested: boolean;
  entries: LatestRun[];
  /** Newest first. */
  runs: RunRecord[];
}

export function testOf({ metadata, spec, status }: E2ESpec): Test {
  const { staleAfterSeconds } = spec;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    createdAt: metadata.creationTimestamp,
    activeDeadlineSeconds: spec.activeDeadlineSeconds ?? defaults.activeDeadlineSeconds,
    staleAfterSeconds,
    latest: status?.latest ?? [],
    runs: status?.runs ?? [],
  };
}

export function rolloutOf(canary: Canary): Rollout {
  const { metadata, spec, status = {} } = canary;
  const { name, namespace, annotations = {} } = metadata;
  const promoted = status.conditions?.find(({ type }) => type === 'Promoted');
  return {
    namespace,
    name,
    annotations,
    phase: status.phase,
    strategy: strategyOf(canary),
    weight: status.canaryWeight ?? 0,
    applied: status.lastAppliedSpec ?? '',
    promoted: status.lastPromotedSpec ?? '',
    changedAt: status.lastTransitionTime,
    rollout: promoted?.lastTransitionTime,
    webhooks: spec.analysis?.webhooks ?? [],
  };
}

/** Every test has a row at least, and one for each Canary that is known of it. */
export function subjectsOf(tests: readonly Test[], rollouts: readonly Rollout[]): Subject[] {
  const byName = new Map(rollouts.map((rollout) => [`${rollout.namespace}/${rollout.name}`, rollout]));
  return tests.flatMap((test) => {
    const find = (canary: string) => byName.get(`${test.namespace}/${canary}`);
    const told = [...test.latest, ...test.runs].map(canaryOf);
    const own = find(test.name) ? [test.name] : [];
    const canaries = new Set([...told, ...own]);
    if (canaries.size === 0) canaries.add('');
    return [...canaries].map((canary) => ({
      test,
      canary,
      rollout: find(canary),
      isOnlyRequested: canaries.size === 1 && canary === '',
      entries: test.latest.filter((each) => canaryOf(each) === canary),
      runs: test.runs.filter((each) => canaryOf(each) === canary),
    }));
  });
}

/** Of a run outside of a rollout no Canary is recorded. */
function canaryOf({ canary }: { canary?: string }): string {
  return canary === undefined || canary === '-' ? '' : canary;
}
