/**
 * The record of what `up` started, written before each step: `down` must also work after a half-failed `up`.
 * `cluster.json` in the state folder.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Versions } from '../support/cluster-versions.ts';
import { identify, type StartedProcess } from './processes.ts';
import { checkout, kubeconfig, stateFolder } from './settings.ts';

export interface ClusterState {
  checkout: string;
  kubeconfig: string;
  /** The machine's end of the link into the cluster, and the cluster's end: the API server listens there. */
  hostAddress: string;
  clusterAddress: string;
  /** First process of the cluster's namespaces: when it ends, everything in the cluster ends. */
  first?: StartedProcess;
  processes: StartedProcess[];
  /** The `up` that writes this, and whether it came to its end. */
  startedBy: { pid: number; startTime: string };
  complete: boolean;
  /** Those that `up` was told; of the rest it is made of what `components/` pins. */
  versions: Versions;
}

const file = join(stateFolder, 'cluster.json');

export function readState(): ClusterState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ClusterState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeState(state: ClusterState): void {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`);
}

export function newState(hostAddress: string, clusterAddress: string, versions: Versions): ClusterState {
  const startedBy = identify(process.pid);
  return { checkout, kubeconfig, hostAddress, clusterAddress, processes: [], startedBy, complete: false, versions };
}
