/**
 * `npm run cluster up | down | status | deploy | logs | tools`: a real Kubernetes with Flagger and Knative, for tests
 * and development. README.md beside this file tells what it is made of, and how `up` is told other versions.
 */

import { versionsFrom } from '../support/cluster-versions.ts';
import { deploy } from './deploy.ts';
import { down } from './down.ts';
import { missingInExternalCluster } from './external.ts';
import { complaints } from './health.ts';
import { kubectlProgram } from './kubectl.ts';
import { logs } from './logs.ts';
import { buildAll, missingPrerequisites } from './prerequisites.ts';
import { part } from './progress.ts';
import { externalKubeconfig, kubeconfig, logFolder } from './settings.ts';
import { up } from './up.ts';

/** Each resolves to what is wrong: one sentence a line, none is success. */
const commands: Record<string, (args: string[]) => Promise<string[]>> = {
  up: async (args) => {
    const versions = versionsFrom(args);
    if (externalKubeconfig !== undefined) return lookAtExternal(externalKubeconfig);
    const missing = missingPrerequisites();
    if (missing.length > 0) return missing.map((what) => `missing: ${what}`);
    const start = Date.now();
    if (!(await up(versions))) console.log('The cluster is up already.');
    else console.log(`The cluster is up after ${Math.round((Date.now() - start) / 1000)} s.`);
    await tellWhatToTry();
    return [];
  },
  down: async () => {
    if (externalKubeconfig === undefined) await part('down', down);
    else console.log('E2E_KUBECONFIG is set: that cluster is left as it is.');
    return [];
  },
  status: async () => {
    if (externalKubeconfig !== undefined) return lookAtExternal(externalKubeconfig);
    const wrong = await complaints();
    if (wrong.length === 0) console.log(`Up and well. kubeconfig: ${kubeconfig}`);
    return wrong;
  },
  deploy: async () => {
    await part('deploy the function', deploy);
    return [];
  },
  logs: async () => {
    await logs();
    return [];
  },
  tools: async () => {
    if (externalKubeconfig === undefined) await buildAll(() => true);
    else console.log('E2E_KUBECONFIG is set: the tests take kn, func, helm and helm4 from the path.');
    return [];
  },
};

async function lookAtExternal(cluster: string): Promise<string[]> {
  const missing = await missingInExternalCluster();
  if (missing.length === 0) console.log(`The cluster of ${cluster} (E2E_KUBECONFIG) has what the tests need.`);
  return missing.map((what) => `the cluster of ${cluster} (E2E_KUBECONFIG) lacks ${what}`);
}

async function tellWhatToTry(): Promise<void> {
  console.log(`kubeconfig: ${kubeconfig}
logs:       ${logFolder}
Try:
  export KUBECONFIG=${kubeconfig}
  alias kubectl=${await kubectlProgram()}
  kubectl get pods -A
  npm run cluster deploy    # after a change of the function
  npm run cluster logs      # the function and Flagger together
  npm run cluster down`);
}

const command = commands[process.argv[2] ?? ''];
if (command === undefined) {
  console.error(`usage: npm run cluster ${Object.keys(commands).join(' | ')}`);
  process.exitCode = 2;
} else {
  try {
    const wrong = await command(process.argv.slice(3));
    for (const sentence of wrong) console.error(sentence);
    if (wrong.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
