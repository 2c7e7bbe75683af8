/**
 * examples/platform, applied to an embedded Kubernetes as people apply it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../embedded/index.ts';
import { HARNESS } from '../embedded/server.ts';
import { type Ran, runSteps, runSuite, type Told } from './run-suite.ts';
import { folder, namespaceOf, type SuiteName } from './suites.ts';

type RunOptions = Omit<Parameters<typeof runSuite>[0], 'suite' | 'url'>;

export interface Platform {
  kubernetes: EmbeddedKubernetes;
  /** As an administrator, unless with a token. */
  run(suite: SuiteName, options?: RunOptions): Promise<Ran>;
  /** The same without the runner of spec files. */
  runSteps(suite: SuiteName, options?: RunOptions): Promise<Told>;
  /** What is labelled as a suite's, whatever else is made to misbehave. */
  left(): Promise<string[]>;
}

/** As its E2ESpec has it. */
export const testNamespace = (suite: SuiteName): string =>
  suite === 'namespace' ? 'kubee2etests' : namespaceOf(suite);

export async function startPlatform(): Promise<Platform> {
  const kubernetes = await startEmbeddedKubernetes();
  await applyFolder(kubernetes);
  const complete = (suite: SuiteName, options: RunOptions = {}) => {
    const env = { TEST_NAMESPACE: testNamespace(suite), ...options.env };
    return { ...options, suite, url: kubernetes.url, env };
  };
  return {
    kubernetes,
    run: (suite, options) => runSuite(complete(suite, options)),
    runSteps: (suite, options) => runSteps(complete(suite, options)),
    left: async () => {
      const kinds = ['/api/v1/namespaces', '/api/v1/services', '/apis/apps/v1/deployments'];
      const headers = { 'User-Agent': HARNESS };
      const lists = kinds.map((path) => fetch(`${kubernetes.url}${path}?labelSelector=e2etest-suite`, { headers }));
      const found = await Promise.all(lists.map(async (list) => (await (await list).json()) as List));
      return found.flatMap(({ kind, items }) => items.map(({ metadata }) => `${kind} ${metadata.name}`));
    },
  };
}

interface List {
  kind: string;
  items: { metadata: { name: string } }[];
}

async function applyFolder({ kubeconfig }: EmbeddedKubernetes): Promise<void> {
  const args = ['--kubeconfig', kubeconfig, 'apply', '-k', folder];
  const problem = await new Promise<string>((resolve) => {
    execFile('kubectl', args, (error, _, stderr) => resolve(error === null ? '' : stderr || error.message));
  });
  assert.equal(problem, '');
}
