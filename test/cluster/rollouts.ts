/**
 * A suite of rollouts by Flagger, all at once, each in a namespace of its own, as long as the cluster is well.
 */
import type { Kubernetes } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import type { World } from './rollout.ts';
import { unlessBroken } from './unless-broken.ts';

export function rollouts(title: string, cases: Case<World>[]): void {
  describe(title, function () {
    this.timeout(longestTest);
    let kubernetes: Kubernetes;
    before(async () => {
      kubernetes = await connect();
    });
    after(() => kubernetes?.stop());
    const enter = async (): Promise<World> => ({ kubernetes, namespace: await unlessBroken(kubernetes.namespace()) });
    const guarded = cases.map(({ title, run }) => ({ title, run: (world: World) => unlessBroken(run(world)) }));
    sideBySide(cases.length, enter, guarded);
  });
}
