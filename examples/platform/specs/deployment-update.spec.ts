// The pods of a Deployment are replaced by those of another image.
import { type Deployment, haveDeployment, untilReady } from './deployments.ts';
import { hasPods } from './nodes.ts';
import { suite } from './suite.ts';
import { type Update, untilAllNew, untilFormerGone, update } from './update.ts';

suite('deployment-update', { makes: ['deployments'] }, (step) => {
  let deployment: Deployment;
  let changed: Update;

  step("Create a deployment if it's not there", async (test) => {
    deployment = await haveDeployment('deployment-update');
    if (await hasPods(test)) await untilReady(deployment);
  });

  step('update deployment to a different image', async () => {
    changed = await update(deployment);
  });

  step('Check old pods are deleted', async (test) => {
    if (await hasPods(test)) await untilFormerGone(deployment, changed);
  });

  step('validate that all pods update to new image', async (test) => {
    if (!(await hasPods(test))) return;
    await untilAllNew(deployment, changed);
    changed.done();
  });
});
