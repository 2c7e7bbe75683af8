// A Service finds the pods of a Deployment.
import { haveDeployment } from './deployments.ts';
import { hasPods } from './nodes.ts';
import { haveService, type Service, untilEndpoints } from './services.ts';
import { settings } from './settings.ts';
import { suite } from './suite.ts';

suite('deployment-service', { makes: ['services', 'deployments'] }, (step) => {
  let service: Service;

  step("Create a service if it's not there", async () => {
    service = await haveService('deployment-service');
  });

  step("create a deployment if it's not there", async () => {
    await haveDeployment('deployment-service');
  });

  step('check service has N endpoints following deployment creation', async (test) => {
    if (await hasPods(test)) await untilEndpoints(service, settings.replicas);
  });
});
