/**
 * An embedded API and the real function in front of it, for the tests of one `describe`: there before them, gone after.
 */
import { type EmbeddedKubernetes, type EmbeddedOptions, startEmbeddedKubernetes } from './embedded/index.ts';
import type { World } from './environment.ts';
import { startVerifier, type Verifier, type VerifierOptions } from './verifier.ts';

export interface EmbeddedWorld extends World {
  kubernetes: EmbeddedKubernetes;
}

/** For use from `before` on. */
export interface Stage {
  readonly kubernetes: EmbeddedKubernetes;
  readonly verifier: Verifier;
  /** With a namespace of its own. */
  enter(): Promise<EmbeddedWorld>;
}

export function embeddedStage(options: EmbeddedOptions & Omit<VerifierOptions, 'kubeconfig'> = {}): Stage {
  let kubernetes: EmbeddedKubernetes | undefined;
  let verifier: Verifier | undefined;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes(options);
    verifier = await startVerifier({ ...options, kubeconfig: kubernetes.kubeconfig });
  });
  after(async () => {
    await verifier?.stop();
    await kubernetes?.stop();
  });
  const stage: Stage = {
    get kubernetes() {
      return kubernetes ?? notYet();
    },
    get verifier() {
      return verifier ?? notYet();
    },
    enter: async () => ({
      kubernetes: stage.kubernetes,
      verifier: stage.verifier,
      namespace: await stage.kubernetes.namespace(),
    }),
  };
  return stage;
}

function notYet(): never {
  throw new Error('the stage is there from `before` on');
}
