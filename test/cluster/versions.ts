/**
 * Which versions a cluster is made of: those that `components/` pins, or those that `npm run cluster up` was told:
 * `-- --kubernetes 1.37.2 --flagger 1.36.1 --knative 0.49.0`. A cluster keeps its versions until `down`.
 */
import type { Versioned, Versions } from '../support/cluster-versions.ts';
import { readState } from './state.ts';

/** Folder in `components/` to the part whose version is chosen, and its module. Kourier stays as pinned: its newer modules cannot be had. */
export const versioned: Record<string, { part: Versioned; module: string }> = {
  kubernetes: { part: 'kubernetes', module: 'k8s.io/kubernetes' },
  flagger: { part: 'flagger', module: 'github.com/fluxcd/flagger' },
  'knative-serving': { part: 'knative', module: 'knative.dev/serving' },
};

let told: Versions | undefined;

/** Before `up` has written its record, and while it works. */
export function choose(versions: Versions): void {
  told = versions;
}

export function chosenVersions(): Versions {
  return told ?? readState()?.versions ?? {};
}

export function chosenVersion(componentName: string): string | undefined {
  const found = versioned[componentName];
  return found && chosenVersions()[found.part];
}
