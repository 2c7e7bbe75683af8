/**
 * The verifier by an install file, in a namespace of a test's own.
 */
import { inNamespace, installFiles, isOfCluster } from '../../knative/build/install-files.ts';
import { deployedImage, untilReady } from './installation.ts';
import { apply, kubectl } from './kubectl.ts';
import { notifying } from './notifications.ts';
import { patiently } from './patience.ts';

/** But for what belongs to the whole cluster: there the verifier in `default` has it already. */
export async function installFile(
  file: 'install.yaml' | 'install-knative.yaml',
  home: string,
  sink?: string,
): Promise<void> {
  const found = installFiles(await deployedImage()).find(({ name }) => name === file);
  const objects = found?.objects.filter((object) => !isOfCluster(object)) ?? [];
  const here = objects.map((object) => inNamespace(home, object));
  await apply(sink === undefined ? here : here.map((object) => notifying(object, sink)));
  await (file === 'install.yaml' ? untilRolledOut(home) : untilReady(home));
}

export async function untilRolledOut(home: string): Promise<void> {
  await kubectl(['rollout', 'status', 'deployment/e2e-verifier', '-n', home, patiently]);
}
