/**
 * Which suites run by themselves, and why; and which of the others begin first, because they take longest. All others run
 * side by side: a suite has what it works on to itself (a namespace, a port, a folder) and waits for what is to happen, not
 * for as long as it usually takes.
 */

export const alone: Record<string, string> = {
  'test/faults/faults.test.ts': 'its own processes take all that there is',
  'test/function/faults.test.ts': 'a second and a half for each call, sixteen of them at once',
  'test/function/deployed/process.test.ts':
    'how many milliseconds a process takes to end, and to let go of its callers',
  'test/cluster/causes.test.ts':
    'a kubelet that has much to do is late for the deadlines of pods, which are what it is about',
  'test/cluster/overlays.test.ts': 'it replaces the verifier in default, whom the others ask',
  'test/cluster/processes-die.test.ts': 'it kills Flagger, and the verifier in default',
  'test/cluster/rolling.test.ts': 'a load of calls, of which none may be lost, through the gateway of all',
};

/** Those that take longest; on the cluster, of those with twenty rollouts one at a time, because they all begin at once. */
export const first: string[] = [
  'test/function/deployed/cli-rollouts.test.ts',
  'test/function/deployed/cli-specs.test.ts',
  'test/function/records.test.ts',
  'test/function/behaviour.test.ts',
  'test/function/deployed/cli-run.test.ts',
  'test/docs/platform-leftovers.test.ts',
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
