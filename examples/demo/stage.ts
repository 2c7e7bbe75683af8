/**
 * The embedded Kubernetes API and the deployed bundle, for one play of the demo.
 */
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../test/support/embedded/index.ts';
import { startFunction } from './function.ts';

/** Seconds of the cluster in a real one: deadlines and graces are those of a real cluster, the waiting is not. */
export const speed = 10;

/** Seconds before real time at which the cluster's begins, so that it has not overtaken it when the play is over. */
export const behind = 300;

export interface Stage {
  kubernetes: EmbeddedKubernetes;
  /** Of the verifier. */
  url: string;
  stop(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const kubernetes = await startEmbeddedKubernetes({ speed, behind });
  const verifier = await startFunction(kubernetes.kubeconfig);
  return {
    kubernetes,
    url: verifier.url,
    async stop() {
      await verifier.stop();
      await kubernetes.stop();
    },
  };
}
