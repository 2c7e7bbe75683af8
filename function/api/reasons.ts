/**
 * Every reason: the word with which an answer, an Event or a record begins. What it means, which verdict it comes with,
 * who has to act, and what to do. Answers take their advice from here; `npm run generate` writes docs/reasons.md
 * from it.
 */
import type { ErrorKind } from '../errors.ts';
import { oneLine } from '../text.ts';

/** Who has to do something about it, if anybody. */
export type Matter = 'nobody' | 'test' | 'cluster' | 'wiring' | 'person' | 'schedule';

interface Entry {
  meaning: string;
  /** A verdict, and when it changes; or where else the word stands. */
  verdict: string;
  matter: Matter;
  action: string;
  /** What the message itself advises: the first whose pattern fits it. */
  advice: readonly Advice[];
}

type Advice = readonly [pattern: RegExp, advice: string];

const anything = /(?:)/;
const always = (advice: string): readonly Advice[] => [[anything, advice]];

const image: readonly Advice[] = [
  [/image pull secrets/, 'create that Secret, or correct spec.imagePullSecrets of the E2ESpec'],
  [/\b40[13]\b|unauthorized|denied|authoriz/i, 'check spec.imagePullSecrets and spec.image of the E2ESpec'],
  [/not found/i, 'there is no such image: check the name and the tag in spec.image of the E2ESpec'],
  [/\bdial\b|timeout|refused|unreachable|\bEOF\b/i, "check the registry's name in spec.image, and the node's network"],
  [anything, 'check spec.image and spec.imagePullSecrets of the E2ESpec'],
];
const reference: readonly Advice[] = [
  [/runAsNonRoot/, 'set runAsUser in podTemplate.spec.securityContext, or use an image with a user of its own'],
  [/find key/, 'add the key, or correct the E2ESpec'],
  [anything, 'create what it names, or correct the E2ESpec'],
];
const creation: readonly Advice[] = [
  [/exceeded quota/, 'let other pods of the namespace end, or raise the ResourceQuota'],
  [/failed quota/, 'set what it names in spec.resources of the E2ESpec'],
  [/ usage per | ratio per /, "keep spec.resources of the E2ESpec within the namespace's LimitRange"],
  [
    /violates PodSecurity/,
    'set these in spec.podTemplate.spec of the E2ESpec: securityContext, and containers, name: e2e',
  ],
  [/service ?account/, 'create the ServiceAccount, or correct spec.serviceAccountName of the E2ESpec'],
  [/admission webhook/, 'change the E2ESpec as the admission webhook wants it'],
  [anything, 'make room for the pod, or create what it names'],
];
const node: readonly Advice[] = [
  [/persistentvolumeclaim "[^"]*" not found/, 'create the claim, or correct podTemplate.spec.volumes of the E2ESpec'],
  [/Insufficient/, 'lower spec.resources.requests of the E2ESpec, or make room on a node'],
  [
    /^(?=.*affinity\/selector)(?=.*taint)/s,
    'check node selection and tolerations in podTemplate.spec of the E2ESpec, or add such a node',
  ],
  [/affinity\/selector/, 'check the node selection in podTemplate.spec of the E2ESpec, or add such a node'],
  [/taint/, 'add tolerations to podTemplate.spec of the E2ESpec, or a node without taints'],
  [anything, 'check spec.resources and the node selection of the E2ESpec, or add a node'],
];
const command = always('check spec.command of the E2ESpec: the image must have it');
const postStart = always('check lifecycle.postStart in podTemplate.spec.containers of the E2ESpec');
const sidecar: readonly Advice[] = [
  [/^the test itself/, 'write it as an init container with restartPolicy: Always, or switch it off'],
  [/^init container/, 'see what it waits for, or raise spec.activeDeadlineSeconds of the E2ESpec'],
];
const lostResult: readonly Advice[] = [
  [/deadline/, 'make the test faster, or raise spec.activeDeadlineSeconds of the E2ESpec'],
  [
    /was deleted/,
    'find out who deletes the pods of running Jobs (kubectl, a node that is scaled down or drained by force)',
  ],
  [
    anything,
    'find out who deletes the pods of finished Jobs (a cleanup job, a node scaled down), shorten analysis.interval, or gate with /pre-rollout, which asks every few seconds',
  ],
];
const stuck: readonly Advice[] = [
  [/held by pod /, 'see whether its node is there: a pod goes only when its kubelet or its Node does'],
  [anything, 'find out who has to take that finalizer away, and why it does not'],
];
const disruption: readonly Advice[] = [
  [/exceed/, 'let the test write less, or raise its limits of ephemeral storage in the E2ESpec'],
  [anything, 'give the test a priority class or a place on quieter nodes in podTemplate.spec when it happens often'],
];

function entry(
  verdict: string,
  matter: Matter,
  meaning: string,
  action: string,
  advice: readonly Advice[] = [],
): Entry {
  return { verdict, matter, meaning, action, advice };
}

const minute = 'running for a minute, then inconclusive';
const deadline = 'running, then inconclusive at the deadline';

/** The verifier's own words, in the order of a rollout. */
export const ownReasons = {
  Ready: entry(
    'answer',
    'nobody',
    '`/confirm-rollout`: the API server accepts the Job. It cannot tell whether Secrets, images and nodes are there.',
    'nothing',
  ),
  NotTried: entry(
    'answer, Warning Event',
    'cluster',
    '`/confirm-rollout` cannot tell whether the test can run, because the verifier lacks a right in this namespace, a quota is used up, or an admission webhook does not support dry run. That is not a refusal: the rollout begins, and if a right is missing, its gate says so.',
    'bind the role that the message names; nothing if the quota has room when the test begins',
  ),
  DoesNotGate: entry(
    'Warning Event',
    'wiring',
    "Something in the Canary's webhooks does not gate. The message says what.",
    'change the Canary as the message says',
  ),
  SpecMissing: entry(
    'error',
    'wiring',
    "There is no E2ESpec of that name in the Canary's namespace. From `/confirm-rollout` also as a Warning Event: the rollout waits.",
    "create it, or correct the hook's `metadata.e2espec`; `kubectl get crd e2especs.remarkable.com` says whether the CRD is there",
  ),
  Invalid: entry(
    'error',
    'test',
    "The API server refuses the Job; its words follow. Or a Service of the canary selects pods by a label of `podTemplate`, or the deadline leaves the test no time, or a gate's metadata will be refused at each call. Or the Canary or the E2ESpec lacks a field that the verifier reads. From `/confirm-rollout` also as a Warning Event.",
    'correct what the message names',
  ),
  Forbidden: entry(
    'error',
    'cluster',
    "The verifier lacks a right in this namespace; the message names the rule. If the call carried a token, its owner lacks the right, and the message is the API server's.",
    'add the [RoleBinding for this namespace](install.md#other-namespaces); or ask whoever grants rights in the namespace',
  ),
  NotStarted: entry('running', 'nobody', 'Flagger called `/rollback` before a gate started the run.', 'nothing'),
  NoGate: entry('running', 'wiring', '`/rollback` is wired, but no webhook of the Canary starts a test.', 'add a gate'),
  Started: entry('running', 'nobody', 'The Job was created. If it was created again, the message says why.', 'nothing'),
  E2ETestStarted: entry('Event', 'nobody', 'The Event for `Started`.', 'nothing'),
  E2ETestBlocked: entry(
    'Warning Event',
    'cluster',
    'Something keeps the test from running: its pod cannot start, or a quota on Jobs has no room for its Job. The reason follows, and what to do. Reported once for each cause and Job.',
    'look up the reason that follows',
  ),
  E2ESpecEdited: entry(
    'Event',
    'person',
    'Somebody edited the E2ESpec while its test runs. This run goes on unchanged; the edit counts from the next one on.',
    'run it again, as the message says, if this rollout should be tested with the edit',
  ),
  TargetNotReady: entry(
    'running, then inconclusive after `activeDeadlineSeconds`',
    'cluster',
    "The pods of the canary's Deployment or DaemonSet or the Knative revision are not ready, or the canary's Service has no ready endpoint. The test begins when there is something to test.",
    'look at the revision or the pods of the canary',
  ),
  E2ETestWaiting: entry('Event', 'cluster', 'The Event for `TargetNotReady`.', 'see TargetNotReady'),
  Deleting: entry(
    'running',
    'nobody',
    'The run begins when the Job of an earlier run or try is gone, and its pods with it.',
    'nothing',
  ),
  JobStuck: entry(
    'inconclusive, until the Job is gone',
    'cluster',
    'The Job of an earlier run or try is still there a minute after it should be gone. The message says what holds it. This never rolls back by itself.',
    'do as the message says',
    stuck,
  ),
  Starting: entry(
    'running',
    'nobody',
    "The test's pod is starting, and nothing is known to stop it.",
    'nothing; `kubectl describe job` if it takes long',
  ),
  Running: entry(
    'running',
    'nobody',
    'The test runs. Also while an evicted pod is still there, and when another pod has taken its place.',
    'nothing',
  ),
  Passed: entry('passed', 'nobody', 'The test passed.', 'nothing'),
  PassedOnRetry: entry(
    'passed',
    'test',
    'The test passed, but not at the first try: its pod was run again (`backoffLimit`), or some single tests were, as the [result](write-a-test.md#say-how-many-tests-failed) says. What failed first follows.',
    'fix the test: one that fails now and then will hold up a good revision',
  ),
  E2ETestPassed: entry('Event', 'nobody', 'The Event for `Passed`.', 'nothing'),
  Skipped: entry(
    'passed',
    'person',
    'The revision was let through [by hand](by-hand.md#let-one-revision-through), without its test; the reason follows.',
    'nothing',
  ),
  E2ETestSkipped: entry('Event', 'person', 'The Warning Event for `Skipped`.', 'nothing'),
  TestsFailed: entry(
    'failed',
    'test',
    'The test ended with exit code 0, but the [result it handed over](write-a-test.md#say-how-many-tests-failed) says that something failed.',
    'read what failed; let the test end with another exit code too',
  ),
  NoTestsRun: entry(
    'inconclusive',
    'test',
    'The result says that there was no test, that all were skipped, or why there was nothing to judge.',
    "do what its words say; where it has none, check the test's selection of tests",
  ),
  ResultUnreadable: entry(
    'inconclusive',
    'test',
    'The test ended with 0 and wrote something that begins with `{`, but is no result.',
    'write the JSON whole and below 4096 bytes',
  ),
  E2ETestFailed: entry(
    'Warning Event',
    'test',
    'The test failed. The reason follows, and its last words.',
    'read its last words; `kubectl logs job/…` has the rest',
  ),
  E2ETestInconclusive: entry(
    'Warning Event',
    'cluster',
    'The test could not run, or nothing proves how it ended. The reason follows.',
    'look up the reason that follows',
  ),
  ResultLost: entry(
    'inconclusive',
    'cluster',
    'The Job has ended, but its pod was deleted, and what its test said went with it. Nobody knows whether the test had ended by itself. It is run again, and never rolls back by itself.',
    'do as the message says',
    lostResult,
  ),
  PodDisrupted: entry(
    'inconclusive',
    'cluster',
    'The pod was taken away while its test ran: evicted, drained, preempted, deleted, or lost with its node. Its exit code means nothing, whatever it is. It is run again, and never rolls back by itself.',
    'nothing, unless it happens often',
    disruption,
  ),
  JobRemoved: entry(
    'inconclusive',
    'cluster',
    'The Job was deleted twice before its verdict was read.',
    'find out what deletes it, then start the rollout again',
  ),
  TargetChanged: entry(
    'error',
    'nobody',
    'The canary is no longer what the run tested.',
    'nothing: Flagger begins anew. If the change was a step back, see `TargetReverted`',
  ),
  TargetReverted: entry(
    'failed',
    'nobody',
    'The canary was changed back to what was promoted last.',
    'nothing: `/rollback` ends the rollout',
  ),
  AlreadyExists: entry(
    'error',
    'person',
    "A Job of that name is not this run's: not the Canary's, of another webhook's run, changed by an admission webhook, or not the one on record. The message says what differs.",
    'do as the message says',
  ),
  Closed: entry(
    'answer',
    'nobody',
    '`/post-rollout`: the rollout is over, its records are closed; a test that still ran is cancelled.',
    'nothing',
  ),
  E2ETestClosed: entry('Event', 'nobody', 'The Event for `Closed`.', 'nothing'),
  RolloutFailed: entry(
    'record',
    'nobody',
    'The rollout failed before the test had a verdict; the test was stopped.',
    'nothing',
  ),
  RolloutOver: entry(
    'record',
    'wiring',
    'The revision was promoted, or a later rollout began, before the test had a verdict; the test was stopped.',
    'check the webhooks with `lint`: something promotes before the test ends',
  ),
  CanaryDeleted: entry(
    'record',
    'nobody',
    'The Canary was deleted before the test had a verdict, and its Job with it. The next call that writes the status of the E2ESpec records it: one of another Canary that shares it, or of a run on request.',
    'nothing',
  ),
  Observing: entry(
    'answer',
    'nobody',
    'The E2ESpec has `mode: Observe`, and its test runs or waits; its state follows. No gate waits for it.',
    'nothing',
  ),
  WouldHaveFailed: entry(
    'answer',
    'test',
    'With `mode: Observe`: the test failed, which would have ended the rollout. What it says follows.',
    'fix the test or the revision; then `mode: Enforce`',
  ),
  E2ETestWouldHaveFailed: entry(
    'Warning Event',
    'test',
    'The Warning Event for `WouldHaveFailed`.',
    'see WouldHaveFailed',
  ),
  WouldHaveBeenInconclusive: entry(
    'answer, Warning Event',
    'cluster',
    'With `mode: Observe`: the test could not be run, which would have held up or ended the rollout. Why follows.',
    'look up the reason that follows',
  ),
  PromotedObserved: entry(
    'answer, Event',
    'nobody',
    'A revision was promoted while its test was only observed. What the test said follows. It does not count as verified.',
    '`mode: Enforce`, once its verdicts have been right for a while',
  ),
  PromotedUnverified: entry(
    'answer, Warning Event, record',
    'wiring',
    'A revision was promoted without a passed test of its own rollout.',
    'check the webhooks with `lint`, and `skipAnalysis`',
  ),
  NoPassedRun: entry(
    'record',
    'wiring',
    'Why a record is `PromotedUnverified`: no run of its rollout has passed.',
    'see PromotedUnverified',
  ),
  Forwarded: entry(
    'answer',
    'nobody',
    'The call of an event hook, which the verifier passes on to the sink.',
    'nothing',
  ),
  Ignored: entry('answer', 'nobody', 'There was nothing to do: an event, or no Canary.', 'nothing'),
  CanaryMismatch: entry(
    'error',
    'wiring',
    "The payload does not fit the Canary: the Canary is not there, is in another phase or at another checksum, or none of its webhooks that call the verifier has this metadata. The answer does not say which, so that a stranger learns nothing; the verifier's log does, as `detail`.",
    "for a webhook of your own, see [call it yourself](troubleshooting.md#call-it-yourself); from Flagger: does the path fit the hook's `type`?",
  ),
  ServiceUnavailable: entry(
    'error',
    'cluster',
    'The API server is away, slow or busy, or a quota for Jobs is used up; or the verifier is at its limit of calls, or is shutting down. Never a pass.',
    'nothing: Flagger asks again; read the log if it lasts',
  ),
  BadRequest: entry(
    'error',
    'wiring',
    'The payload is not what Flagger sends, or two metadata keys become the same variable.',
    'correct what the message names',
  ),
  InternalError: entry(
    'error',
    'person',
    'A bug in the verifier. Never a pass, and never a rollback.',
    'the log has the details; please report it',
  ),
  Approved: entry(
    'answer',
    'nobody',
    '`/gate/check` or `/rollback/check`: a person has opened it. Also `/gate/approve`, which is always open and says `OK`.',
    'nothing',
  ),
  Halted: entry(
    'answer',
    'wiring',
    "`/gate/halt`, which never opens. Its text begins with `Forbidden`, as the load tester's does.",
    "change the webhook's URL to `/gate/check`, which a person opens",
  ),
  GateWaits: entry(
    'Event',
    'person',
    'A gate that [a person opens](by-hand.md#gates-that-a-person-opens) is closed and holds the rollout. The message says which, why, and the command that opens it. Reported once for each rollout and gate.',
    'open it as the message says, or leave it closed',
  ),
  GateOpened: entry(
    'Event',
    'nobody',
    'Somebody has opened a gate through `/gate/open` or `/rollback/open`.',
    'nothing',
  ),
  GateClosed: entry(
    'answer, Event',
    'person',
    "`/gate/check` or `/rollback/check`: nobody has opened it; the text begins with `Forbidden`, as the load tester's does. As an Event: somebody has closed it.",
    'open it as the message says, or leave it closed',
  ),
  NoRollout: entry(
    'error',
    'person',
    'Somebody tried to open a gate for the current rollout, but there is none.',
    'open it while a rollout waits',
  ),
  IgnoredByHand: entry(
    'Warning Event',
    'person',
    'An annotation that somebody has [written by hand](by-hand.md) does nothing: a skip of another revision, an opened gate for which no webhook asks, a name or a value that is misspelt. The message says why. Answers say so too, as long as the test has not passed.',
    'write what the message says, or remove the annotation',
  ),
  Unauthorized: entry(
    'error',
    'person',
    'The call needs a token of the cluster: it had none, or one that the API server does not accept.',
    'send `Authorization: Bearer TOKEN`; `kubectl create token` makes one for a service account',
  ),
  NotFound: entry(
    'error',
    'wiring',
    'No hook has this path; or the object that a call with a token names is not there.',
    'correct the URL of the webhook, or the name',
  ),
  MethodNotAllowed: entry('error', 'wiring', 'Hooks take `POST`.', 'use `POST`'),
  UnsupportedMediaType: entry('error', 'wiring', 'The body is not `Content-Type: application/json`.', 'send JSON'),
  RequestEntityTooLarge: entry('error', 'wiring', 'The payload is over 64 KiB.', "shorten the webhook's metadata"),
};

/** Kubernetes' words, handed on as they are. What is not here is handed on as well. */
export const kubernetesReasons = {
  Suspended: entry(
    'running',
    'cluster',
    'Kueue, or whatever else suspends Jobs, has not admitted the Job. Its deadline does not run.',
    'let the queue admit it',
  ),
  Error: entry(
    'failed; inconclusive where it was another container',
    'test',
    'The test ended with an exit code other than 0, or by a signal (over 128); its last words follow. Or an init container or a sidecar did, and the test never started.',
    'read its last words; `kubectl logs job/…` has the rest',
  ),
  OOMKilled: entry('failed', 'test', 'The test used more memory than its limit.', 'raise `resources.limits.memory`'),
  DeadlineExceeded: entry(
    'failed, inconclusive; running while it is being stopped',
    'test',
    'The test was still running when its time was over. Inconclusive if an init container or a sidecar took so long, or if the test had not started. If the Job reached its deadline before the pod did, see `ResultLost`.',
    "make the test faster, or `activeDeadlineSeconds` longer (and the hook's `retries` with it)",
    sidecar,
  ),
  BackoffLimitExceeded: entry(
    'inconclusive',
    'cluster',
    'The pod failed, and does not say why.',
    '`kubectl describe job`',
  ),
  ErrImagePull: entry(
    minute,
    'test',
    'The node cannot pull the image: no such registry, no such image, no login.',
    'do as the message says',
    image,
  ),
  ImagePullBackOff: entry(
    minute,
    'test',
    'The node could not pull the image, and waits before it tries again.',
    'do as the message says',
    image,
  ),
  InvalidImageName: entry(
    'inconclusive, at once',
    'test',
    'That is not a valid image name.',
    'correct `image`',
    always('correct spec.image of the E2ESpec'),
  ),
  ErrImageNeverPull: entry(
    'inconclusive, at once',
    'test',
    'With `imagePullPolicy: Never` the image has to be on the node.',
    'do as the message says',
    always('put the image on the node, or change spec.imagePullPolicy of the E2ESpec'),
  ),
  ImageInspectError: entry(
    minute,
    'cluster',
    'The container runtime cannot look at the image.',
    'read the message',
    image,
  ),
  SignatureValidationFailed: entry(
    minute,
    'test',
    "The container runtime does not accept the image's signature.",
    'read the message',
    image,
  ),
  RegistryUnavailable: entry(
    minute,
    'cluster',
    'The registry does not answer.',
    'find out why',
    always('find out why the node does not reach the registry'),
  ),
  CreateContainerConfigError: entry(
    minute,
    'test',
    'A Secret or a ConfigMap for a variable is not there, or lacks the key; or the image would run as root.',
    'do as the message says',
    reference,
  ),
  CreateContainerError: entry(
    minute,
    'test',
    'The container could not be made.',
    'read the message; usually it is `command`',
  ),
  RunContainerError: entry(
    minute,
    'test',
    'The container could not be started.',
    'read the message; usually it is `command`',
  ),
  FailedMount: entry(
    minute,
    'test',
    'A Secret or a ConfigMap to be mounted is not there.',
    'do as the message says',
    reference,
  ),
  FailedAttachVolume: entry(
    minute,
    'cluster',
    'A volume cannot be brought to the node.',
    'read the message',
    reference,
  ),
  StartError: entry('inconclusive', 'test', 'The image has no such command.', 'correct `command`', command),
  ContainerCannotRun: entry(
    'inconclusive',
    'test',
    'The container could not be started.',
    'read the message; usually it is `command`',
    command,
  ),
  FailedPostStartHook: entry(
    'inconclusive',
    'test',
    'The kubelet kills a container whose `postStart` hook fails.',
    'fix the hook',
    postStart,
  ),
  PostStartHookError: entry(
    minute,
    'test',
    'The `postStart` hook has failed, and the container waits to be started again.',
    'fix the hook',
    postStart,
  ),
  PodInitializing: entry(deadline, 'test', 'The test waits for an init container.', '`kubectl logs job/… -c NAME`'),
  ContainersNotReady: entry(
    'running, then the verdict when the pod has ended, at the latest at the deadline',
    'test',
    'The test runs beside a sidecar that says it is not ready; or it has ended, and an ordinary sidecar keeps the pod, and with it the Job, from ending.',
    'do as the message says; `sidecar.istio.io/inject: "false"` for Istio\'s',
    sidecar,
  ),
  FailedCreate: entry(
    deadline,
    'cluster',
    'The API server refuses the pod: a ResourceQuota, a LimitRange, a Pod Security standard, a ServiceAccount that is not there, an admission webhook.',
    'do as the message says',
    creation,
  ),
  Unschedulable: entry(
    deadline,
    'cluster',
    'No node accepts the pod: labels, capacity, taints, a volume claim.',
    'do as the message says',
    node,
  ),
  FailedScheduling: entry(
    'inconclusive',
    'cluster',
    'No node accepted the pod before the deadline.',
    'do as the message says',
    node,
  ),
  EvictionByEvictionAPI: entry(
    'running',
    'nobody',
    'The pod was evicted, as `kubectl drain` does. The test starts over.',
    'nothing',
  ),
  PreemptionByScheduler: entry(
    'running',
    'nobody',
    'A pod of higher priority takes its place.',
    'nothing; a priority class for the test if it happens often',
  ),
  TerminationByKubelet: entry(
    'running',
    'cluster',
    'The node ran out of memory, disk or process ids, or is shut down.',
    'set `resources.requests`',
  ),
  DeletionByTaintManager: entry(
    'running',
    'cluster',
    'The node is lost, or was tainted `NoExecute`.',
    'look at the node',
  ),
  DeletionByPodGC: entry('running', 'nobody', 'The node is gone.', 'nothing'),
  DisruptionTarget: entry('running', 'nobody', 'The pod is taken away; Kubernetes does not say why.', 'nothing'),
  Evicted: entry(
    'running, inconclusive',
    'cluster',
    'The node has evicted the pod: it ran out of memory or disk, or the pod wrote more than its limit.',
    'set `resources`',
  ),
  NodeAffinity: entry(
    'running, inconclusive',
    'cluster',
    'The node has refused the pod: its labels have changed.',
    'nothing',
  ),
  OutOfcpu: entry(
    'running, inconclusive',
    'cluster',
    'The node has refused the pod: something else has taken its room. `OutOfmemory` and `OutOfpods` likewise.',
    'nothing; `resources.requests` when it happens often',
  ),
  UnexpectedAdmissionError: entry(
    'running, inconclusive',
    'cluster',
    'The node has refused the pod, for example for a device that it could not give.',
    'look at the node',
  ),
  NodeNotReady: entry(
    'running',
    'cluster',
    'The node does not report. Kubernetes waits for five minutes before it takes the pod away.',
    'look at the node',
  ),
  Terminating: entry(
    'running',
    'nobody',
    'Somebody deleted the Job or its pod while the test ran.',
    'nothing: a Job that was deleted is made again, see `JobRemoved`',
  ),
  ContainerStatusUnknown: entry(
    'inconclusive',
    'cluster',
    'The node lost sight of the container before it started.',
    'look at the node',
  ),
  BackOff: entry(
    'as the message says',
    'test',
    'A container of the pod fails again and again, for example a native sidecar.',
    'read the message',
  ),
  Failed: entry(
    'as the message says',
    'cluster',
    'A Warning Event of the pod, whose message follows.',
    'read the message',
  ),
  Warning: entry(
    'as the message says',
    'cluster',
    'A Warning Event of the pod without a reason, whose message follows.',
    'read the message',
  ),
};

export type OwnReason = keyof typeof ownReasons;

declare const handedOn: unique symbol;

/** A word that is in the tables, or one that Kubernetes has said. */
export type Reason = OwnReason | keyof typeof kubernetesReasons | (string & { readonly [handedOn]: true });

// What the definition allows (crds/e2especs.yaml).
const longestReason = 128;

/** A reason as the API server has it: in the table or not. */
export function fromKubernetes(word: string): Reason {
  return oneLine(word, longestReason) as Reason;
}

// What any run may go through.
const ordinary: readonly string[] = ['Suspended', 'PodInitializing', 'ContainersNotReady', 'DeadlineExceeded'];

/** Whether a test that has not ended waits for somebody to do something. A word that is in no table is a Warning's. */
export function isTrouble(reason: string): boolean {
  return !ordinary.includes(reason) && entryOf(reason)?.matter !== 'nobody';
}

/** The message with what to do behind it, where that is known. */
export function withAdvice(reason: string, message: string): string {
  const found = entryOf(reason)?.advice.find(([pattern]) => pattern.test(message))?.[1];
  return found === undefined ? message : `${message.replace(/\.$/, '')}; ${found}`;
}

/** Who has to act; nothing for a word that is in no table. */
export function matterOf(reason: string): Matter | undefined {
  return entryOf(reason)?.matter;
}

/** What to do about it, in Markdown; nothing for a word that is in no table. */
export function actionOf(reason: string): string | undefined {
  return entryOf(reason)?.action;
}

// Each kind of error has to have a row.
const all: Record<string, Entry> & Record<ErrorKind, Entry> = { ...kubernetesReasons, ...ownReasons };

function entryOf(reason: string): Entry | undefined {
  return Object.hasOwn(all, reason) ? all[reason] : undefined;
}
