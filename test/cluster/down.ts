/**
 * Ends exactly what `up` started and removes what it made. Nothing there: nothing to do.
 */
import { rmSync } from 'node:fs';
import { removeCgroup } from './cgroups.ts';
import { removeLink } from './netns.ts';
import { end } from './processes.ts';
import { stateFolder } from './settings.ts';
import { readState } from './state.ts';

export async function down(): Promise<void> {
  const state = readState();
  // The kernel ends every process of a PID namespace with its first one, containers included, and then their mounts.
  if (state?.first !== undefined) await end(state.first);
  for (const started of state?.processes ?? []) await end(started);
  await removeLink();
  await removeCgroup();
  rmSync(stateFolder, { recursive: true, force: true });
}
