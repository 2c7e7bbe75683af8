/**
 * Obtaining a container's image, with the kubelet's waiting reasons, events and back-off (pkg/kubelet/images).
 */
import type { Clock } from './clock.ts';
import type { Images, Pull } from './images.ts';
import type { Container } from './workloads.ts';

const RESYNC_SECONDS = 1;
const BACKOFF_SECONDS = 10;
const MAXIMUM_BACKOFF_SECONDS = 300;

export interface ImageWait {
  clock: Clock;
  images: Images;
  container: Container;
  stopping: AbortSignal;
  event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  wait: (reason: string, message: string) => void;
}

/** Tries until the image is there; false when the pod ends first. */
export async function obtainImage(parts: ImageWait): Promise<boolean> {
  const { images, container, stopping, event } = parts;
  for (let attempt = 0; !stopping.aborted; attempt++) {
    const pull = images.obtain(container);
    if (pull.kind === 'pulled' || pull.kind === 'failed')
      event('Normal', 'Pulling', `Pulling image "${container.image}"`);
    if (pull.kind === 'present')
      event('Normal', 'Pulled', `Container image "${container.image}" already present on machine`);
    if (pull.kind === 'pulled') event('Normal', 'Pulled', pulled(container.image));
    if (pull.kind === 'present' || pull.kind === 'pulled') return true;
    await waitFor(pull, attempt, parts);
  }
  return false;
}

function pulled(image: string): string {
  return `Successfully pulled image "${image}" in 1ms (1ms including waiting). Image size: 0 bytes.`;
}

async function waitFor(
  pull: Exclude<Pull, { kind: 'present' | 'pulled' }>,
  attempt: number,
  { clock, container, stopping, event, wait }: ImageWait,
): Promise<void> {
  if (pull.kind !== 'failed') {
    const invalid = pull.kind === 'invalid';
    event('Warning', invalid ? 'InspectFailed' : 'ErrImageNeverPull', pull.message);
    wait(invalid ? 'InvalidImageName' : 'ErrImageNeverPull', pull.message);
    return clock.sleep(BACKOFF_SECONDS, stopping);
  }
  event('Warning', 'Failed', `Failed to pull image "${container.image}": ${pull.message}`);
  wait('ErrImagePull', pull.message);
  await clock.sleep(RESYNC_SECONDS, stopping);
  if (stopping.aborted) return;
  const backOff = `Back-off pulling image "${container.image}"`;
  event('Normal', 'BackOff', backOff);
  wait('ImagePullBackOff', `${backOff}: ErrImagePull: ${pull.message}`);
  const seconds = Math.min(BACKOFF_SECONDS * 2 ** attempt, MAXIMUM_BACKOFF_SECONDS);
  await clock.sleep(seconds - RESYNC_SECONDS, stopping);
}
