// What pods and their Service answer when another image has come: the new text, and the old one never again.
import { type Deployment, haveDeployment, type Pod, texts, untilReady } from './deployments.ts';
import { hasPods, isInside } from './nodes.ts';
import { check, requestPods, requestServiceOften } from './requests.ts';
import { haveService, type Service } from './services.ts';
import { suite } from './suite.ts';
import { type Update, untilAllNew, untilFormerGone, update } from './update.ts';

suite('http-update', { makes: ['services', 'deployments'] }, (step) => {
  let service: Service;
  let deployment: Deployment;
  let changed: Update;
  let pods: Pod[] = [];

  step("Create a service if it's not there", async () => {
    service = await haveService('http-update');
  });

  step("create a deployment if it's not there", async (test) => {
    deployment = await haveDeployment('http-update');
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
    pods = await untilAllNew(deployment, changed);
    changed.done();
  });

  step('make http request to each pod individually after update, get expected response', async (test) => {
    if (isInside(test)) check('pod', await requestPods(pods, texts.updated), texts.updated);
  });

  step('make http request to service address N*2 times after update, get expected responses', async (test) => {
    if (isInside(test)) await requestServiceOften(service, texts.updated);
  });
});
