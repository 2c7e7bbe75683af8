// What pods and their Service answer, and that it is in the log of the pods.
import { api, type Look, until, type Wait } from './api.ts';
import { type Deployment, haveDeployment, type Pod, texts, untilReady } from './deployments.ts';
import { hasPods, isInside } from './nodes.ts';
import { type Answer, check, requestPods, requestService, requestServiceOften, userAgent } from './requests.ts';
import { haveService, type Service } from './services.ts';
import { suite } from './suite.ts';

/** What was written last is in it a moment later. */
function untilLogs(pods: Pod[], otherwise: string, isGood: (log: string) => boolean): Promise<true> {
  const wait: Wait = { resource: 'pod', area: 'k8s', error: 'log_incorrect', what: 'the logs are right' };
  return until(wait, async (): Promise<Look<true>> => {
    for (const { metadata } of pods) {
      const log = await api<string>('get', 'pods', { name: metadata.name, subresource: 'log' });
      if (!isGood(log)) return { instead: `${metadata.name} ${otherwise}` };
    }
    return { found: true };
  });
}

suite('http', { makes: ['services', 'deployments'] }, (step) => {
  let service: Service;
  let deployment: Deployment;
  let pods: Pod[] = [];
  let ofPods: Answer[] = [];
  let ofService: Answer[] = [];

  step("Create a service if it's not there", async () => {
    service = await haveService('http');
  });

  step("create a deployment if it's not there", async (test) => {
    deployment = await haveDeployment('http');
    if (await hasPods(test)) pods = await untilReady(deployment);
  });

  step('make http request to each pod individually', async (test) => {
    if (isInside(test)) ofPods = await requestPods(pods, texts.first);
  });

  step('check each pod log output non empty', async (test) => {
    if (isInside(test)) await untilLogs(pods, 'has nothing in its log', (log) => log.trim() !== '');
  });

  step('check pod log output includes http request to service/pod', async (test) => {
    const words = `has no request of ${userAgent} in its log`;
    if (isInside(test)) await untilLogs(pods, words, (log) => log.includes(userAgent));
  });

  step('make http request to service', async (test) => {
    if (isInside(test)) ofService = await requestService(service, texts.first);
  });

  step('check http request to each pod gets expected response', (test) => {
    if (isInside(test)) check('pod', ofPods, texts.first);
  });

  step('check http request to service gets expected response', (test) => {
    if (isInside(test)) check('service', ofService, texts.first);
  });

  step('make http request to service address N*2 times, get expected responses', async (test) => {
    if (isInside(test)) await requestServiceOften(service, texts.first);
  });
});
