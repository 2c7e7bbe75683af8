/**
 * All behaviours, on whichever Kubernetes: the embedded API and a real cluster are judged by the same sentences.
 */

import type { Behaviour, World } from '../../support/environment.ts';
import type { Kubernetes } from '../../support/kubernetes.ts';
import { sideBySide } from '../../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../../support/verifier.ts';
import { badInput } from './bad-input.ts';
import { byHand } from './by-hand.ts';
import { closing } from './closing.ts';
import { hooks } from './hooks.ts';
import { identity } from './identity.ts';
import { strangers } from './strangers.ts';
import { targets } from './targets.ts';
import { urls } from './urls.ts';
import { verdicts } from './verdicts.ts';

export interface Limits {
  atOnce: number;
  seconds: number;
  /** Waits for a case, or says why waiting is of no use. */
  guard?: <Result>(step: Promise<Result>) => Promise<Result>;
}

export function suites(open: () => Promise<Kubernetes>, { atOnce, seconds, guard = (step) => step }: Limits): void {
  describe('The verifier', function () {
    this.timeout(seconds * 1000);
    let kubernetes: Kubernetes;
    let verifier: Verifier;

    before(async () => {
      kubernetes = await open();
      verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    });
    after(async () => {
      await verifier?.stop();
      await kubernetes?.stop();
    });
    const enter = async (): Promise<World> => ({
      kubernetes,
      verifier,
      namespace: await guard(kubernetes.namespace()),
    });
    const guarded = (behaviours: Behaviour[]) =>
      behaviours.map(({ title, run }) => ({
        title,
        async run(world: World) {
          await guard(run(world));
          await guard(scaleDown(world));
        },
      }));

    describe('Which run answers', () => sideBySide(atOnce, enter, guarded(identity)));
    describe('How a run ends', () => sideBySide(atOnce, enter, guarded(verdicts)));
    describe('What is said by hand', () => sideBySide(atOnce, enter, guarded(byHand)));
    describe('Around the gates', () => sideBySide(atOnce, enter, guarded(hooks)));
    describe('The end of a rollout', () => sideBySide(atOnce, enter, guarded(closing)));
    describe('What stands behind a Service', () => sideBySide(atOnce, enter, guarded(targets)));
    describe('How a call gets here', () => sideBySide(atOnce, enter, guarded(urls)));
    describe('Who has only the port', () => sideBySide(atOnce, enter, guarded(strangers)));
    describe('What is no good call', () => sideBySide(atOnce, enter, guarded(badInput)));
  });
}

/** A namespace is there until the suite ends, and a node takes so many pods: those of its targets go before. */
async function scaleDown({ kubernetes, namespace }: World): Promise<void> {
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment', namespace };
  const deployments = await kubernetes.list(kind);
  await Promise.all(
    deployments.map(({ metadata: { name = '' } }) => kubernetes.patch({ ...kind, name }, { spec: { replicas: 0 } })),
  );
}
