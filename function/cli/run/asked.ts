/**
 * What `run` is asked for, beyond the test's name.
 */
import type { V1EnvVar } from '@kubernetes/client-node';
import type { ClusterOptions, NamespaceOption, OutputOption } from '../options.ts';
import { UsageError } from '../problem.ts';
import type { Sync } from './sync.ts';

export interface Asked extends ClusterOptions, NamespaceOption, OutputOption {
  file?: string;
  image?: string;
  url?: string;
  set?: V1EnvVar[];
  junit?: string;
  record?: string | true;
  id?: string;
  sync?: Sync;
  watch?: true;
}

/** Throws UsageError for what does not go together. */
export function refuseContradictions(name: string | undefined, asked: Asked): void {
  const { record, file, id, sync, watch, junit, output } = asked;
  if (watch && sync === undefined)
    throw new UsageError('--watch runs again on a save: say of which folder, --sync DIR:PATH');
  if (watch && (output === 'json' || junit !== undefined)) {
    throw new UsageError('--watch has no end: leave out --output json and --junit');
  }
  if (id === '') throw new UsageError('--id takes the id of the run, as "build-$BUILD": it is empty');
  if (record === undefined) {
    if (id !== undefined) throw new UsageError('--id names a run that is on record: say --record as well');
    if (name === undefined && file === undefined) {
      throw new UsageError('say which test to run: the NAME of an E2ESpec, or -f FILE');
    }
    return;
  }
  const ownTest = (['file', 'image', 'set', 'sync'] as const).find((option) => asked[option] !== undefined);
  if (ownTest !== undefined) {
    throw new UsageError(`--${ownTest} and --record exclude each other: --record runs the E2ESpec as it is applied`);
  }
  if (name === undefined) throw new UsageError('say which test to run: the NAME of an E2ESpec');
}
