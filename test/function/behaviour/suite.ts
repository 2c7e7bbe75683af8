/**
 * All behaviours, on whichever Kubernetes: the embedded API and a real cluster are judged by the same sentences.
 */

import type { Behaviour, World } from '../../support/environment.ts';
import type { Kubernetes } from '../../support/kubernetes.ts';
import { sideBySide } from '../../support/side-by-side.ts';
import { startVerifier, type Verifier } from '../../support/verifier.ts';
import { badInput } from './bad-input.ts';
import { byHand } from './by-hand.ts';
import { callers } from './callers.ts';
import { closing } from './closing.ts';
import { evidence } from './evidence.ts';
import { hooks } from './hooks.ts';
import { identity } from './identity.ts';
import { manualGates } from './manual-gates.ts';
import { observe } from './observe.ts';
import { requested } from './run.ts';
import { status } from './status.ts';
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

type Play = (behaviours: Behaviour[]) => void;

/** Behaviours of one verifier, each in a namespace of its own: `declare` says which, in `describe`s or without. */
export function withVerifier(
  title: string,
  open: () => Promise<Kubernetes>,
  { atOnce, seconds, guard = (step) => step }: Limits,
  declare: (play: Play) => void,
): void {
  describe(title, function () {
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
    declare((behaviours) => {
      const guarded = behaviours.map(({ title, run }) => ({ title, run: (world: World) => guard(run(world)) }));
      sideBySide(atOnce, enter, guarded);
    });
  });
}

export function suites(open: () => Promise<Kubernetes>, limits: Limits): void {
  withVerifier('The verifier', open, limits, (play) => {
    const cleaned = (behaviours: Behaviour[]) =>
      play(
        behaviours.map(({ title, run }) => ({
          title,
          async run(world) {
            await run(world);
            await scaleDown(world);
          },
        })),
      );
    describe('Which run answers', () => cleaned(identity));
    describe('How a run ends', () => cleaned(verdicts));
    describe('What is said by hand', () => cleaned(byHand));
    describe('Around the gates', () => cleaned(hooks));
    describe('What waits for a person', () => cleaned(manualGates));
    describe('The end of a rollout', () => cleaned(closing));
    describe('What the status says', () => cleaned(status));
    describe('What is left to look at', () => cleaned(evidence));
    describe('What is only observed', () => cleaned(observe));
    describe('What stands behind a Service', () => cleaned(targets));
    describe('How a call gets here', () => cleaned(urls));
    describe('Who has only the port', () => cleaned(strangers));
    describe('What no rollout asks for', () => cleaned(requested));
    describe('Who may have a test run', () => cleaned(callers));
    describe('What is no good call', () => cleaned(badInput));
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
