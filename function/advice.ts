/**
 * What to do about a run that could not test anything, by Kubernetes' own reason words.
 */
const image = 'check spec.image and spec.imagePullSecrets of the E2ESpec';
const reference = 'create what it names, or correct the E2ESpec';

const advices: Record<string, string> = {
  InvalidImageName: image,
  ErrImageNeverPull: image,
  ErrImagePull: image,
  ImagePullBackOff: image,
  ImageInspectError: image,
  RegistryUnavailable: 'find out why the node does not reach the registry',
  SignatureValidationFailed: image,
  CreateContainerConfigError: reference,
  FailedMount: reference,
  FailedAttachVolume: reference,
  FailedCreate: 'make room for the pod, or create what it names',
  StartError: 'check spec.command of the E2ESpec: the image must have it',
  ContainerCannotRun: 'check spec.command of the E2ESpec: the image must have it',
  Unschedulable: 'check spec.resources and the node selection of the E2ESpec, or add a node',
  FailedScheduling: 'check spec.resources and the node selection of the E2ESpec, or add a node',
};

/** The message with what to do behind it, where that is known. */
export function withAdvice(reason: string, message: string): string {
  const advice = advices[reason];
  return advice === undefined ? message : `${message.replace(/\.$/, '')}; ${advice}`;
}
