/**
 * One process of the bundle for each test, before an embedded cluster, and what is done to it. Ends all of it, whatever the
 * test came to.
 */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayedCanary } from '../../support/canary.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { rollOut, type World } from '../../support/environment.ts';
import { startVerifier } from '../../support/verifier.ts';
import { build, type Deployed, emptyFolder, type Folder, start } from './deployed.ts';

export const json = { 'Content-Type': 'application/json' };

/** The exit code; `still there` after five seconds. */
export const endOf = ({ ended }: Pick<Deployed, 'ended'>): Promise<number | null | string> =>
  Promise.race([ended, sleep(5000, 'still there')]);

export const terminate = (deployed: Deployed): Promise<number | null | string> => {
  deployed.child.kill('SIGTERM');
  return endOf(deployed);
};

export interface Processes {
  /** The folder of the bundle. */
  folder(): string;
  bundle(): string;
  kubernetes(): EmbeddedKubernetes;
  /** Resolves once it listens. */
  started(env?: Record<string, string>): Promise<Deployed>;
  keepingAlive(): Agent;
  /** In a namespace of its own, by a verifier of this process. */
  rolledOut(spec?: { command: string[] }): Promise<{ world: World; canary: PlayedCanary }>;
  /** At the end of the test. */
  cleanUp(each: () => unknown): void;
}

/** To be called in a `describe`. */
export function deployedProcesses(): Processes {
  let folder: Folder;
  let bundle: string;
  let kubernetes: EmbeddedKubernetes;
  before(async function () {
    // A build, on a machine that may be busy.
    this.timeout(120_000);
    folder = await emptyFolder();
    bundle = await build(folder);
    kubernetes = await startEmbeddedKubernetes();
  });
  after(async () => {
    await kubernetes.stop();
    await folder.remove();
  });
  // A test that fails must not leave anything that keeps this process alive.
  let cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of cleanUp) await each();
    cleanUp = [];
  });

  return {
    folder: () => folder.path,
    bundle: () => bundle,
    kubernetes: () => kubernetes,
    async started(env = {}) {
      const cluster = { KUBECONFIG: kubernetes.kubeconfig, AUTHENTICATE_PAYLOAD: 'true' };
      const deployed = await start(bundle, { ...cluster, ...env });
      cleanUp.push(() => deployed.child.kill('SIGKILL'));
      return deployed;
    },
    keepingAlive() {
      const agent = new Agent({ keepAlive: true });
      cleanUp.push(() => agent.destroy());
      return agent;
    },
    async rolledOut(spec = { command: ['sleep', '60'] }) {
      const namespace = await kubernetes.namespace();
      const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
      cleanUp.push(verifier.stop);
      const world = { kubernetes, verifier, namespace };
      return { world, canary: await rollOut(world, { image: 'busybox:1.36', ...spec }) };
    },
    cleanUp(each) {
      cleanUp.push(each);
    },
  };
}
