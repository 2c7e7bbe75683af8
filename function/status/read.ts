/**
 * Reads what the page shows, anew for each request. What may not be read is named, and the rest is shown.
 */
import { allInOrder } from '../errors.ts';
import type { Listed, Overview as Reader } from '../kube/overview.ts';
import type { Clock } from './rows.ts';
import type { Problem } from './snapshot.ts';
import { type Rollout, rolloutOf, type Test, testOf } from './subject.ts';

export interface Seen {
  tests: Test[];
  rollouts: Rollout[];
  problems: Problem[];
}

export type Now = Pick<Clock, 'now'>;

/** `namespaces`: none for all of them. */
export async function readAll(kube: Reader, namespaces: readonly string[]): Promise<Seen> {
  const wanted = namespaces.length === 0 ? [null] : namespaces;
  const seen = await Promise.all(wanted.map((namespace) => readNamespace(kube, namespace)));
  return {
    tests: seen.flatMap(({ tests }) => tests),
    rollouts: seen.flatMap(({ rollouts }) => rollouts),
    problems: distinct(seen.flatMap(({ problems }) => problems)),
  };
}

async function readNamespace(kube: Reader, namespace: string | null): Promise<Seen> {
  const [specs, canaries] = await allInOrder([
    kube.listE2ESpecs(namespace, testOf),
    kube.listCanaries(namespace, rolloutOf),
  ]);
  return seenIn(namespace, specs, canaries);
}

/** One test, and the Canaries that may run it; no test where there is none of that name. */
export async function readOne(kube: Reader, namespace: string, name: string): Promise<Seen> {
  const [specs, canaries] = await allInOrder([
    kube.findE2ESpec(namespace, name, testOf),
    kube.listCanaries(namespace, rolloutOf),
  ]);
  return seenIn(namespace, specs, canaries);
}

function seenIn(namespace: string | null, specs: Listed<Test>, canaries: Listed<Rollout>): Seen {
  return {
    tests: specs.kind === 'listed' ? specs.items : [],
    rollouts: canaries.kind === 'listed' ? canaries.items : [],
    problems: [...problemsWith('e2especs', specs, namespace), ...problemsWith('canaries', canaries, namespace)],
  };
}

function problemsWith(plural: 'e2especs' | 'canaries', listed: Listed<unknown>, namespace: string | null): Problem[] {
  const where = namespace === null ? 'all namespaces' : `namespace ${namespace}`;
  switch (listed.kind) {
    case 'listed':
      return listed.unreadable.map((message) => ({ namespace: namespace ?? '', message }));
    case 'forbidden':
      return [
        { namespace: namespace ?? '', message: `this page may not list ${plural} in ${where}, so those are not shown` },
      ];
    case 'notInstalled':
      return [{ namespace: '', message: notInstalled[plural] }];
  }
}

const notInstalled = {
  e2especs: 'the cluster does not know E2ESpecs: install their definition (kubectl apply --server-side -f crds/)',
  canaries: 'Flagger is not installed in this cluster, so what users are on is not known',
};

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.namespace} ${problem.message}`, problem])).values()];
}
