// A Deployment is scaled to 0, and its pods go.
import { type Look, until, type Wait } from './api.ts';
import { type Deployment, haveDeployment, isLeaving, type Pod, podsOf, scale, untilReady } from './deployments.ts';
import { hasPods } from './nodes.ts';
import { settings } from './settings.ts';
import { stopwatch } from './statsd.ts';
import { suite } from './suite.ts';

suite('deployment-scale', { makes: ['deployments'] }, (step) => {
  let deployment: Deployment;
  let scaling: { done(): void };

  function untilNoneIs(state: string, error: string, isLeft: (pod: Pod) => boolean): Promise<true> {
    const wait: Wait = { resource: 'pod', area: 'k8s', error, what: `pods are ${state}` };
    return until(wait, async (): Promise<Look<true>> => {
      const left = (await podsOf(deployment)).filter(isLeft);
      const held = left.flatMap(({ metadata }) => metadata.finalizers ?? []);
      const by = held.length === 0 ? '' : `, held by ${[...new Set(held)].join(', ')}`;
      const names = left.map(({ metadata }) => metadata.name).join(', ');
      return left.length === 0 ? { found: true } : { instead: `${names} is not${by}` };
    });
  }

  step("Create a deployment if it's not there", async (test) => {
    deployment = await haveDeployment('deployment-scale');
    // One that stays has been left at 0.
    await scale(deployment, settings.replicas);
    if (await hasPods(test)) await untilReady(deployment);
  });

  step('scale deployment to 0', async () => {
    scaling = stopwatch('deployment', 'scale');
    await scale(deployment, 0);
  });

  step('check pods are marked for deletion', async (test) => {
    if (await hasPods(test)) await untilNoneIs('marked for deletion', 'not_marked', (pod) => !isLeaving(pod));
  });

  step('check pods are deleted', async (test) => {
    if (!(await hasPods(test))) return;
    await untilNoneIs('deleted', 'not_deleted', () => true);
    scaling.done();
  });
});
