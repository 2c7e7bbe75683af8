/**
 * The embedded Kubernetes leaves a Job, its pods and its warnings as the real one did: `test/fixtures/`.
 */
import assert from 'node:assert/strict';
import { capture } from '../../capture.ts';
import { at, read } from '../../documents.ts';
import type { Kubernetes } from '../../kubernetes.ts';
import type { Snapshot } from '../../scenario.ts';
import { scenarios } from '../../scenarios.ts';
import { sideBySide } from '../../side-by-side.ts';
import { startEmbeddedKubernetes } from '../index.ts';

/** What it cannot do, or does too quickly to be seen. */
const leftOut: Record<string, string> = {
  'evicted-while-stopping': 'no Eviction API',
  'evicted-until-gone': 'no Eviction API',
  'evicted-and-made-again': 'no Eviction API',
  'evicted-and-ended-with-0': 'no Eviction API',
  'evicted-and-kept-when-it-ended-with-0': 'no Eviction API',
  'deleted-and-kept-when-it-ended-with-0': 'its pods do not get the finalizers of their template',
  'out-of-memory': 'a limit of memory is looked at now and then, too late for who takes all there is',
  quota: 'a quota is in force at once and has no status',
  'limit-range': 'no LimitRanges',
  'pod-security': 'no Pod Security admission',
  'pod-security-until-deadline': 'no Pod Security admission',
  'unschedulable-for-a-taint': 'no Nodes',
  'preempted-until-gone': 'no Nodes',
  'preempted-and-waiting': 'no Nodes',
  'sidecar-not-ready': 'no probes',
  'volume-claim-missing': 'no PersistentVolumeClaims',
  'image-not-found': 'no registry is asked',
  'image-pull-denied': 'no registry is asked',
  'image-pull-secret-missing': 'no registry is asked',
  'run-as-non-root': 'its containers are processes of one user',
  'post-start-hook-fails': 'no lifecycle hooks',
  'deleted-while-running': 'its shells end at the first SIGTERM, before it can be seen',
  'success-criteria-met': 'the interim condition stands for a moment only',
};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Without names, times and what depends on who is quicker. */
function shapeOf({ job, pods, events }: Snapshot): unknown {
  const said = (condition: unknown) => ['type', 'status', 'reason', 'message'].map((field) => at(condition, field));
  const conditions = list(at(job, 'status', 'conditions'));
  // The Job controller tells its own decision as a Warning too, a moment later.
  const isDecision = (reason: unknown) => conditions.some((condition) => at(condition, 'reason') === reason);
  const warnings = events
    .filter(({ type, reason }) => type === 'Warning' && !isDecision(reason))
    .map(({ reason }) => reason);
  return {
    conditions: conditions.map(said),
    counts: ['succeeded', 'failed', 'terminating'].map((field) => at(job, 'status', field)),
    pods: pods.map((pod) => ({
      phase: at(pod, 'status', 'phase'),
      reason: at(pod, 'status', 'reason'),
      isLeaving: pod.metadata?.deletionTimestamp !== undefined,
      finalizers: pod.metadata?.finalizers,
      conditions: list(at(pod, 'status', 'conditions'))
        .filter((condition) => at(condition, 'type') !== 'PodReadyToStartContainers')
        .map((condition) => ['type', 'status', 'reason'].map((field) => at(condition, field)).join(' '))
        .sort(),
      container: stateOf(at(pod, 'status', 'containerStatuses', 0, 'state')),
    })),
    warnings: [...new Set(warnings)].sort(),
  };
}

function stateOf(state: unknown): unknown {
  if (at(state, 'running')) return 'running';
  if (at(state, 'waiting')) return `waiting: ${at(state, 'waiting', 'reason')}`;
  if (!at(state, 'terminated')) return state;
  const [reason, exitCode, startedAt] = ['reason', 'exitCode', 'startedAt'].map((field) =>
    at(state, 'terminated', field),
  );
  return `terminated: ${reason} ${exitCode} ${Date.parse(String(startedAt)) > 0 ? 'after a start' : 'without a start'}`;
}

const cases = Object.entries(scenarios)
  .filter(([name]) => leftOut[name] === undefined)
  .map(([name, scenario]) => ({
    title: name,
    async run(kubernetes: Kubernetes) {
      const real: Snapshot = JSON.parse(read(`test/fixtures/${name}.json`));
      assert.deepEqual(shapeOf(await capture(kubernetes, scenario)), shapeOf(real));
    },
  }));

describe('The embedded Kubernetes does as the real one did', function () {
  this.timeout(60_000);
  let kubernetes: Kubernetes;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ speed: 4 });
  });
  after(() => kubernetes.stop());
  sideBySide(8, async () => kubernetes, cases);
});
