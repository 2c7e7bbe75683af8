// A Service comes, has no endpoints, and goes.
import { api, untilGone } from './api.ts';
import { createService, type Service, untilEndpoints } from './services.ts';
import { settings } from './settings.ts';
import { stopwatch } from './statsd.ts';
import { suite } from './suite.ts';

suite('service', { makes: ['services'] }, (step) => {
  let service: Service;
  let deletion: { done(): void };

  step('create service in namespace', async () => {
    service = await createService('service');
  });

  step('check service exists and has 0 endpoints', async () => {
    await api('get', 'services', { name: settings.service });
    await untilEndpoints(service, 0);
  });

  step('delete service', async () => {
    deletion = stopwatch('service', 'delete');
    await api('delete', 'services', { name: settings.service });
  });

  step('check service is deleted', async () => {
    await untilGone('services', settings.service);
    deletion.done();
  });
});
