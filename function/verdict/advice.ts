/**
 * What to do about a run that could not test anything, by Kubernetes' own reason words; where one word has many causes,
 * also by its message. The first that fits counts.
 */
type Advice = readonly [says: RegExp, advice: string];

const anything = /(?:)/;

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
const refusal: readonly Advice[] = [
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
  [/persistentvolumeclaim .* not found/, 'create the claim, or correct podTemplate.spec.volumes of the E2ESpec'],
  [/Insufficient/, 'lower spec.resources.requests of the E2ESpec, or make room on a node'],
  [
    /affinity\/selector.*taint/,
    'check node selection and tolerations in podTemplate.spec of the E2ESpec, or add such a node',
  ],
  [/affinity\/selector/, 'check the node selection in podTemplate.spec of the E2ESpec, or add such a node'],
  [/taint/, 'add tolerations to podTemplate.spec of the E2ESpec, or a node without taints'],
  [anything, 'check spec.resources and the node selection of the E2ESpec, or add a node'],
];
const command: readonly Advice[] = [[anything, 'check spec.command of the E2ESpec: the image must have it']];
const hook: readonly Advice[] = [[anything, 'check lifecycle.postStart in podTemplate.spec.containers of the E2ESpec']];
const sidecar: readonly Advice[] = [
  [/^the test itself/, 'write it as an init container with restartPolicy: Always, or switch it off'],
  [/^init container/, 'see what it waits for, or raise spec.activeDeadlineSeconds of the E2ESpec'],
];

const sweeper: readonly Advice[] = [
  [
    anything,
    'find out who deletes the pods of finished Jobs (a cleanup job, a node scaled down), shorten analysis.interval, or gate with /pre-rollout, which asks every few seconds',
  ],
];
const disruption: readonly Advice[] = [
  [anything, 'give the test a priority class or a place on quieter nodes in podTemplate.spec when it happens often'],
];

const advices: Record<string, readonly Advice[]> = {
  InvalidImageName: [[anything, 'correct spec.image of the E2ESpec']],
  ErrImageNeverPull: [[anything, 'put the image on the node, or change spec.imagePullPolicy of the E2ESpec']],
  ErrImagePull: image,
  ImagePullBackOff: image,
  ImageInspectError: image,
  RegistryUnavailable: [[anything, 'find out why the node does not reach the registry']],
  SignatureValidationFailed: image,
  CreateContainerConfigError: reference,
  FailedMount: reference,
  FailedAttachVolume: reference,
  FailedCreate: refusal,
  StartError: command,
  ContainerCannotRun: command,
  FailedPostStartHook: hook,
  PostStartHookError: hook,
  Unschedulable: node,
  FailedScheduling: node,
  ContainersNotReady: sidecar,
  DeadlineExceeded: sidecar,
  ResultLost: sweeper,
  PodDisrupted: disruption,
};

/** The message with what to do behind it, where that is known. */
export function withAdvice(reason: string, message: string): string {
  const advice = advices[reason]?.find(([says]) => says.test(message))?.[1];
  return advice === undefined ? message : `${message.replace(/\.$/, '')}; ${advice}`;
}
