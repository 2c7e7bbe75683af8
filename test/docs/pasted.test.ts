/**
 * Commands of the pages that nothing else runs, pasted into a shell: kubectl, on the embedded API, with a rollout behind it.
 * commands-pasted.ts has them. Names that a reader puts in are put in here.
 */
import assert from 'node:assert/strict';
import { exec, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../support/documents.ts';
import { jobsIn, passing, rollOut, untilDecided } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';
import { pasted } from './commands-pasted.ts';

/** As Knative has them, but that they end. */
const podOf = (app: string, namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: app, namespace, labels: { app } },
  spec: { restartPolicy: 'Never', containers: [{ ...passing, name: 'user-container' }] },
});

describe('Pasted into a shell,', function () {
  this.timeout(30_000);
  const stage = embeddedStage();
  let job: string;

  before(async function () {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) {
      console.log('      no kubectl on this machine: its commands are not pasted');
      return this.skip();
    }
    const { kubernetes } = stage;
    for (const name of ['shop', 'monitoring', 'my-namespace', 'knative-serving'])
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const rolledOut = async (namespace: string, name: string): Promise<string> => {
      const world = { ...stage, kubernetes, namespace };
      const canary = await rollOut(world, passing, { name });
      assert.equal((await untilDecided(world, canary.payload())).status, 200);
      return String((await jobsIn(world))[0]?.metadata.name);
    };
    [job] = await Promise.all([rolledOut('default', 'my-app'), rolledOut('shop', 'blue-green')]);
    await kubernetes.apply(podOf('e2e-verifier', 'default'));
    await kubernetes.apply(podOf('activator', 'knative-serving'));
  });

  function paste(command: string): Promise<{ stdout: string }> {
    const own = command
      .replace(/job\/(JOB|…)/, `job/${job}`)
      .replace('-c NAME', '-c e2e')
      .replace('NAMESPACE', 'shop');
    const env = { ...process.env, KUBECONFIG: stage.kubernetes.kubeconfig };
    return promisify(exec)(own.replace('NAME', 'my-app'), { cwd: root, env });
  }

  for (const { command, goesOn = '', says } of pasted)
    it(`${command} does what it is there for`, async () => {
      assert.match((await paste(command + goesOn)).stdout, says);
    });
});
