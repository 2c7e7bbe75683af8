/**
 * Every cause for which a run is not passed, and what the verdict on it is: on the fixtures
 * (`test/unit/verdict/fixtures.test.ts`) and on a real cluster (`test/cluster/causes.test.ts`).
 * docs/reasons.md has the sentences.
 */
import { readEvidence } from '../../function/actions/read.ts';
import type { Verdict } from '../../function/api/verdict.ts';
import type { Reader } from '../../function/kube/read.ts';
import { judge } from '../../function/verdict/judge.ts';
import type { Snapshot } from './scenario.ts';

export interface Cause {
  /** The name of the scenario and of the fixture; `synthetic-`: written by hand, for one node alone cannot make it. */
  fixture: string;
  /** Seconds after it was captured, everything being as it was. */
  later?: number;
  verdict: Verdict['kind'];
  says?: RegExp;
}

export const causes: Cause[] = [
  { fixture: 'complete', verdict: 'passed', says: /^the test passed in \d+ s$/ },
  { fixture: 'success-criteria-met', verdict: 'passed' },
  { fixture: 'native-sidecar', verdict: 'passed' },

  {
    fixture: 'exit-code',
    verdict: 'failed',
    says: /^Error: the test ended with exit code 3 in \d+ s: checkout rejects an/,
  },
  {
    fixture: 'backoff-limit-1',
    verdict: 'failed',
    says: /^Error: the test ended with exit code 1 in \d+ s: not this time$/,
  },
  {
    fixture: 'killed-by-signal',
    verdict: 'failed',
    says: /^Error: .* exit code 139 \(SIGSEGV\) in \d+ s: looking at the checkout$/,
  },
  { fixture: 'out-of-memory', verdict: 'failed', says: /^OOMKilled: the test ran out of memory in \d+ s; / },
  {
    fixture: 'pod-deadline-while-running',
    verdict: 'failed',
    says: /^DeadlineExceeded: the test ran into its deadline after \d+ s: looking at the checkout$/,
  },
  {
    fixture: 'sidecar-never-ends-beside-a-failed-test',
    verdict: 'failed',
    says: /exit code 3 in \d+ s: checkout rejects/,
  },

  { fixture: 'running', verdict: 'running', says: /^Running: .* s left until its deadline$/ },
  { fixture: 'suspended', verdict: 'running', says: /^Suspended: / },
  {
    fixture: 'job-deadline-while-stopping',
    verdict: 'running',
    says: /^DeadlineExceeded: .*the test is being stopped$/,
  },

  { fixture: 'image-pull-fails', verdict: 'running', says: /^ErrImagePull: .*registry\.invalid\/no-such-image:1/ },
  {
    fixture: 'image-pull-fails',
    later: 60,
    verdict: 'inconclusive',
    says: /^ErrImagePull: .*check the registry's name/,
  },
  { fixture: 'image-pull-backs-off', verdict: 'running', says: /^ImagePullBackOff: .*registry\.invalid/ },
  {
    fixture: 'image-pull-backs-off',
    later: 60,
    verdict: 'inconclusive',
    says: /^ImagePullBackOff: .*the node's network/,
  },
  { fixture: 'image-not-found', verdict: 'running', says: /^ImagePullBackOff: .*not found; there is no such image/ },
  { fixture: 'image-not-found', later: 60, verdict: 'inconclusive', says: /there is no such image/ },
  {
    fixture: 'image-pull-denied',
    verdict: 'running',
    says: /^ImagePullBackOff: .*(401|authoriz).*; check spec\.imagePullS/,
  },
  {
    fixture: 'image-pull-denied',
    later: 60,
    verdict: 'inconclusive',
    says: /(401|authoriz).*; check spec\.imagePullS/,
  },
  {
    fixture: 'image-pull-secret-missing',
    verdict: 'running',
    says: /pull secrets \(no-such-secret\).*; create that Secret/,
  },
  {
    fixture: 'image-pull-secret-missing',
    later: 60,
    verdict: 'inconclusive',
    says: /\(no-such-secret\).*; create that/,
  },
  { fixture: 'image-name-invalid', verdict: 'inconclusive', says: /^InvalidImageName: .*UPPERCASE:tag/ },
  { fixture: 'image-never-pulled', verdict: 'inconclusive', says: /^ErrImageNeverPull: .*registry\.invalid/ },
  {
    fixture: 'pod-deadline-before-the-image',
    verdict: 'inconclusive',
    says: /^(ErrImagePull|ImagePullBackOff): .*no-such-image:1/,
  },

  ...missing('secret-for-variable-missing', /^CreateContainerConfigError: .*secret "no-such-secret" not found; create/),
  ...missing('secret-key-missing', /^CreateContainerConfigError: .*no-such-key in Secret \S+\/shop; add the key/),
  ...missing('secret-to-mount-missing', /^FailedMount: .*secret "no-such-secret" not found; create/),
  ...missing(
    'config-map-for-variables-missing',
    /^CreateContainerConfigError: .*configmap "no-such-map" not found; create/,
  ),
  ...missing(
    'config-map-key-missing',
    /^CreateContainerConfigError: .*no-such-key in ConfigMap \S+\/shop; add the key/,
  ),
  ...missing('config-map-to-mount-missing', /^FailedMount: .*configmap "no-such-map" not found; create/),
  ...missing(
    'run-as-non-root',
    /^CreateContainerConfigError: .*has runAsNonRoot and image will run as root.*; set runAsUser/,
  ),

  ...heals(
    'volume-claim-missing',
    /^Unschedulable: .*persistentvolumeclaim "no-such-claim" not found.*; create the claim/,
  ),
  ...heals('service-account-missing', /^FailedCreate: .*no-such-account.*; create the ServiceAccount/),
  {
    fixture: 'service-account-missing-until-deadline',
    verdict: 'inconclusive',
    says: /^FailedCreate: .*no-such-account.*; create the ServiceAccount/,
  },
  ...heals('quota', /^FailedCreate: .*exceeded quota: no-pods.*; let other pods/),
  ...heals(
    'limit-range',
    /^FailedCreate: .*maximum memory usage per Container is 16Mi, but limit is 64Mi; keep spec\.resour/,
  ),
  ...heals(
    'pod-security',
    /^FailedCreate: .*must set securityContext\.runAsNonRoot=true.*; set these in spec\.podTempl/,
  ),
  {
    fixture: 'pod-security-until-deadline',
    verdict: 'inconclusive',
    says: /^FailedCreate: .*must set securityContext\.runAsNonRoot=true.*; set these in spec\.podTemplate/,
  },
  ...heals('unschedulable', /^Unschedulable: 0\/\d+ nodes are available: .*; check .*node selection/),
  ...heals('unschedulable-for-its-size', /^Unschedulable: .* Insufficient cpu.*; lower spec\.resources\.requests/),
  ...heals('unschedulable-for-a-taint', /^Unschedulable: .* untolerated taint.*; check node selection and tolerations/),
  {
    fixture: 'unschedulable-until-deadline',
    verdict: 'inconclusive',
    says: /^FailedScheduling: .*nodes are available.*; check .*node selection/,
  },

  { fixture: 'command-not-found', verdict: 'inconclusive', says: /^StartError: .*no-such-program/ },
  {
    fixture: 'post-start-hook-fails',
    verdict: 'inconclusive',
    says: /^FailedPostStartHook: the postStart hook failed, and with it the test: looking at the checkout; check lifec/,
  },
  {
    fixture: 'init-container-fails',
    verdict: 'inconclusive',
    says: /^Error: init container seed ended with exit code 2: the database is not there$/,
  },
  ...heals('init-container-runs', /^PodInitializing: init container seed has not ended yet/),
  {
    fixture: 'init-container-never-ends',
    verdict: 'inconclusive',
    says: /^DeadlineExceeded: init container seed had not ended at the deadline: waiting for the database; see what/,
  },
  ...heals(
    'sidecar-still-runs',
    /^ContainersNotReady: .* ended with exit code 0, container proxy still runs; write it as/,
  ),
  ...heals('sidecar-not-ready', /^ContainersNotReady: the test runs; containers with unready status: \[proxy\]/),
  ...heals(
    'sidecar-still-runs-beside-a-failed-test',
    /^ContainersNotReady: .* exit code 3, container proxy still runs/,
  ),
  {
    fixture: 'sidecar-never-ends',
    verdict: 'inconclusive',
    says: /^DeadlineExceeded: the test itself ended with 0, but container proxy had not ended at the deadline; write it as/,
  },

  // Complete, and nothing proves that the test ended by itself.
  {
    fixture: 'evicted-and-ended-with-0',
    verdict: 'inconclusive',
    says: /^ResultLost: the Job is complete, but its pod is gone.*; find out who deletes/,
  },
  {
    fixture: 'evicted-and-kept-when-it-ended-with-0',
    verdict: 'inconclusive',
    says: /^PodDisrupted: the test ended with 0 while its pod was taken away \(Eviction API: evicting\); give the test/,
  },
  {
    fixture: 'deleted-and-kept-when-it-ended-with-0',
    verdict: 'inconclusive',
    says: /^PodDisrupted: the test ended with 0 while its pod was taken away \(pod \S+ was deleted\); give the test/,
  },
  { fixture: 'swept-after-its-pass', verdict: 'inconclusive', says: /^ResultLost: / },

  // Failed, and nothing proves that the test would have.
  {
    fixture: 'job-deadline-pod-gone',
    verdict: 'inconclusive',
    says: /^ResultLost: pod \S+ was removed at its Job's deadline, and with it what its test said .*; make the test faster/,
  },
  {
    fixture: 'synthetic-deleted-by-hand-until-gone',
    verdict: 'inconclusive',
    says: /^ResultLost: pod \S+ was deleted, and with it what its test said \(Job has reached.*; find out who deletes/,
  },
  {
    fixture: 'synthetic-own-disk-filled',
    verdict: 'inconclusive',
    says: /^PodDisrupted: the test was taken away .*Evicted: .*local storage usage exceeds .*; let the test write less/,
  },
  {
    fixture: 'synthetic-refused-by-its-node',
    verdict: 'inconclusive',
    says: /^NodeAffinity: pod \S+: Pod was rejected: .*node affinity\/selector$/,
  },
  {
    fixture: 'synthetic-node-restarted',
    verdict: 'inconclusive',
    says: /^PodDisrupted: .*its node lost sight of its container/,
  },

  // The Job still counts it as ready; the next question finds it going.
  { fixture: 'evicted-while-stopping', verdict: 'running' },
  ...heals('evicted-until-gone', /^EvictionByEvictionAPI: .*; the Job makes another one; /),
  { fixture: 'evicted-and-made-again', verdict: 'running', says: /^Running: / },
  ...heals('preempted-until-gone', /^PreemptionByScheduler: .*; the Job makes another one; /),
  ...heals('preempted-and-waiting', /^Unschedulable: .*; pod \S+ was taken away before \(evicted, drained, preempted/),
  ...heals('deleted-while-running', /^Terminating: pod \S+ is being deleted; /),

  // Made one at a time, and not by the suite: scenarios/nodes.ts.
  ...heals('node-silent', /^NodeNotReady: node \S+ does not answer/),
  ...heals('node-lost', /^DeletionByTaintManager: .*deleting due to NoExecute taint.*; the Job makes another one; /),
  { fixture: 'node-back-and-ended-with-0', verdict: 'inconclusive', says: /^ResultLost: / },
  { fixture: 'node-back-and-ended-with-an-error', verdict: 'running', says: /^Running: / },

  // The kubelet under test finds no disk and no memory of its own to be short of.
  ...heals(
    'synthetic-node-pressure',
    /^TerminationByKubelet: .*low on resource: memory.*; the Job makes another one; /,
  ),
  {
    fixture: 'synthetic-node-pressure-until-deadline',
    verdict: 'inconclusive',
    says: /^PodDisrupted: the test was taken away .*Evicted: .*low on resource: memory/,
  },
];

/** May appear, and gets a minute to do so. */
function missing(fixture: string, says: RegExp): Cause[] {
  return [
    { fixture, verdict: 'running', says },
    { fixture, later: 60, verdict: 'inconclusive', says },
  ];
}

/** Is waited for until the deadline. */
function heals(fixture: string, says: RegExp): Cause[] {
  return [
    { fixture, verdict: 'running', says },
    { fixture, later: 60, verdict: 'running', says },
  ];
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The verdict as the function itself reads it of what the API server has. */
export async function verdictOn({ at, job, pods, events }: Snapshot, later = 0): Promise<Verdict> {
  const now = new Date(new Date(at).getTime() + later * 1000);
  const reader: Pick<Reader, 'listPods' | 'listEvents'> = {
    listPods: async () => pods,
    listEvents: async (_, { field, value }) => events.filter(({ involvedObject }) => involvedObject[field] === value),
  };
  return judge(job, await readEvidence(job, reader, silent), now);
}

export function sentenceOf(verdict: Verdict): string {
  return verdict.kind === 'passed' ? verdict.message : `${verdict.reason}: ${verdict.message}`;
}
