// A Service forgets the pods of a Deployment that is scaled to 0.
import { type Deployment, haveDeployment, scale, untilAvailable } from './deployments.ts';
import { hasPods } from './nodes.ts';
import { haveService, type Service, untilEndpoints } from './services.ts';
import { settings } from './settings.ts';
import { timed } from './statsd.ts';
import { suite } from './suite.ts';

suite('deployment-scale-service', { makes: ['services', 'deployments'] }, (step) => {
  let service: Service;
  let deployment: Deployment;

  step("Create a service if it's not there", async () => {
    service = await haveService('deployment-scale-service');
  });

  step("create a deployment if it's not there", async (test) => {
    deployment = await haveDeployment('deployment-scale-service');
    // One that stays has been left at 0.
    await scale(deployment, settings.replicas);
    if (await hasPods(test)) await untilAvailable(deployment);
  });

  step('scale the deployment', () => timed('deployment', 'scale', () => scale(deployment, 0)));

  step('check service has 0 endpoints following deployment scaling', () => untilEndpoints(service, 0));
});
