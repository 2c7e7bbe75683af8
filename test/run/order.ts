/**
 * Which suites run apart from the others, and why; and which of the others begin first, because they take longest. Those
 * run side by side: a suite has what it works on to itself (a namespace, a port, a folder) and waits for what is to happen, not
 * for as long as it usually takes.
 */

export interface Apart {
  /** More than one where they stand each other. */
  suites: string[];
  why: string;
}

/** One after another, when all others have ended. */
export const apart: Apart[] = [
  { suites: ['test/faults/faults.test.ts'], why: 'its own processes take all that there is' },
  {
    suites: [
      'test/function/faults.test.ts',
      'test/function/deployed/process-ends.test.ts',
      'test/function/deployed/process-tells.test.ts',
    ],
    why: 'how many milliseconds a call, and the end of a process, take: they wait for most of them, so not for each other',
  },
  {
    suites: ['test/cluster/causes.test.ts'],
    why: 'a kubelet that has much to do is late for the deadlines of pods, which are what it is about',
  },
  { suites: ['test/cluster/overlays.test.ts'], why: 'it replaces the verifier in default, whom the others ask' },
  { suites: ['test/cluster/processes-die.test.ts'], why: 'it kills Flagger, and the verifier in default' },
  {
    suites: ['test/cluster/rolling.test.ts'],
    why: 'a load of calls, of which none may be lost, through the gateway of all',
  },
];

/** Those that take longest; on the cluster, of those with twenty rollouts one at a time, because they all begin at once. */
export const first: string[] = [
  'test/function/deployed/cli-run.test.ts',
  'test/function/behaviour.test.ts',
  'test/function/notifications.test.ts',
  'test/docs/platform-leftovers.test.ts',
  'test/docs/platform-rights.test.ts',
  'test/function/deployed/cli-specs.test.ts',
  'test/function/deployed/cli-rollouts.test.ts',
  'test/function/records.test.ts',
  'test/docs/patterns.test.ts',
  'test/function/deployed/run.test.ts',
  'test/function/manual-gates.test.ts',
  'test/function/deployed/status-browser.test.ts',
  'test/docs/spec-runner.test.ts',
  'test/docs/platform.test.ts',
  'test/unit/handlers/shapes.test.ts',
  'test/cluster/revisions-changing.test.ts',
  'test/cluster/by-hand.test.ts',
  'test/cluster/rollout.test.ts',
  'test/cluster/behaviour.test.ts',
  'test/cluster/scale-to-zero.test.ts',
  'test/cluster/manual-gates.test.ts',
  'test/cluster/taken-away.test.ts',
  'test/cluster/without-knative.test.ts',
  'test/cluster/no-silent-wait.test.ts',
  'test/cluster/break-glass.test.ts',
  'test/cluster/tasks.test.ts',
  'test/cluster/fleet.test.ts',
];
