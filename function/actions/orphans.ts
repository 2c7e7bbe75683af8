/**
 * Looks whether the other Canaries are still there that have an open run in an E2ESpec.
 */
import type { E2ESpec } from '../api/e2espec.ts';
import { HookError } from '../errors.ts';
import type { Reader } from '../kube/read.ts';
import { type Owner, othersOpen } from '../run/orphans.ts';
import { within } from './within.ts';

// The record that is about to be written is worth more; the next write makes up for it.
const patienceMs = 1000;

/** Those that are proven to be gone. Asks for nothing where no other Canary has an open run. */
export async function deletedCanaries(
  { metadata: { namespace }, status }: E2ESpec,
  ownUid: string | undefined,
  kube: Pick<Reader, 'getCanary'>,
): Promise<Owner[]> {
  const looks = othersOpen(status, ownUid).map(async (owner) =>
    (await isGone(owner, namespace, kube)) ? [owner] : [],
  );
  if (looks.length === 0) return [];
  const gone = Promise.all(looks.map((look) => within(patienceMs, look, [])));
  return (await gone).flat();
}

async function isGone({ name, uid }: Owner, namespace: string, kube: Pick<Reader, 'getCanary'>): Promise<boolean> {
  try {
    const { value } = await kube.getCanary(namespace, name);
    return value?.metadata.uid !== uid;
  } catch (error) {
    if (error instanceof HookError) return false;
    throw error;
  }
}
