/**
 * Looks at the cluster and the verifier at the same time, and makes of both what a page shows.
 */
import { HookError } from '../errors.ts';
import type { Overview as Reader } from '../kube/overview.ts';
import { type Detail, detailOf } from './detail.ts';
import { readAll, readOne, type Seen } from './read.ts';
import { rowsOf } from './rows.ts';
import { countsOf, type Overview, type Snapshot } from './snapshot.ts';
import type { Standing } from './verifier.ts';

export interface Look {
  all(): Promise<Overview>;
  /** Throws HookError NotFound where there is no such test, or it is not shown here. */
  one(namespace: string, name: string): Promise<{ detail: Detail; snapshot: Snapshot }>;
}

export interface LookOptions {
  kube: Reader;
  askVerifier(): Promise<Standing>;
  /** The API server's time. */
  now(): Date;
  namespaces: readonly string[];
  clusterName: string;
  silence: number;
}

export function lookAt({ kube, askVerifier, now, namespaces, clusterName, silence }: LookOptions): Look {
  async function see<T>(read: Promise<Seen>, make: (seen: Seen, snapshot: Snapshot) => T): Promise<T> {
    const [seen, verifier] = await Promise.all([read, askVerifier()]);
    const { problems } = seen;
    return make(seen, { cluster: clusterName, asOf: now().toISOString(), verifier, problems });
  }

  return {
    all: () =>
      see(readAll(kube, namespaces), ({ tests, rollouts }, snapshot) => {
        const rows = rowsOf(tests, rollouts, { now: new Date(snapshot.asOf), silence });
        return { ...snapshot, counts: countsOf(rows), rows };
      }),
    async one(namespace, name) {
      if (namespaces.length > 0 && !namespaces.includes(namespace)) {
        throw new HookError('NotFound', `namespace ${namespace} is not shown here`);
      }
      return see(readOne(kube, namespace, name), ({ tests, rollouts, problems }, snapshot) => {
        const [test] = tests;
        if (test === undefined) {
          const [why] = problems;
          throw new HookError('NotFound', why?.message ?? `there is no E2ESpec ${namespace}/${name}`);
        }
        return { snapshot, detail: detailOf(test, rollouts, { now: new Date(snapshot.asOf), silence }) };
      });
    },
  };
}
