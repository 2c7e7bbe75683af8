/**
 * Applies objects as Flux's kustomize-controller does, by its own library.
 */
import { join } from 'node:path';
import { build } from './build.ts';
import { run } from './command.ts';
import { components } from './components.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

/** `objects`: YAML. */
export async function reconcile(objects: string): Promise<void> {
  const program = join(await build(components.fluxApply), 'flux-apply');
  await run(program, [externalKubeconfig ?? kubeconfig], { input: objects });
}
