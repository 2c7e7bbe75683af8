/**
 * All behaviours, on whichever Kubernetes: the embedded API and a real cluster are judged by the same sentences.
 */
import type { Kubernetes } from '../support/kubernetes.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';
import { badInput } from './bad-input.ts';
import { hooks } from './hooks.ts';
import { identity } from './identity.ts';
import { verdicts } from './verdicts.ts';
import type { World } from './world.ts';

export function suites(open: () => Promise<Kubernetes>, limits: { atOnce: number; seconds: number }): void {
  describe('The verifier', function () {
    this.timeout(limits.seconds * 1000);
    let kubernetes: Kubernetes;
    let verifier: Verifier;

    before(async () => {
      kubernetes = await open();
      verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
    });
    after(async () => {
      await verifier.stop();
      await kubernetes.stop();
    });
    const enter = async (): Promise<World> => ({ kubernetes, verifier, namespace: await kubernetes.namespace() });

    describe('Which run answers', () => sideBySide(limits.atOnce, enter, identity));
    describe('How a run ends', () => sideBySide(limits.atOnce, enter, verdicts));
    describe('Around the gates', () => sideBySide(limits.atOnce, enter, hooks));
    describe('What is no good call', () => sideBySide(limits.atOnce, enter, badInput));
  });
}
