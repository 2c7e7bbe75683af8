/**
 * What a run needs besides its Job: ConfigMaps, which the Job owns, so that they go with it.
 */
import type { Job } from '../../api/kubernetes.ts';
import type { ConfigMap } from '../../kube/config-maps.ts';
import type { Session } from '../session.ts';

type Content = Omit<ConfigMap, 'metadata'> & { metadata: Omit<ConfigMap['metadata'], 'namespace' | 'ownerReferences'> };

// Milliseconds.
const patience = 30_000;

/** The Job first, and then what it owns: whenever it ends in between, nothing is left that nobody takes away. */
export async function createBeside(
  { metadata: { namespace = '', name = '', uid = '' } = {} }: Job,
  contents: readonly Content[],
  { configMaps }: Pick<Session, 'configMaps'>,
): Promise<void> {
  const { create } = configMaps({ endsAt: Date.now() + patience });
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }];
  await Promise.all(
    contents.map((each) => create({ ...each, metadata: { ...each.metadata, namespace, ownerReferences } })),
  );
}
