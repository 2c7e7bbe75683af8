// A Deployment comes, its pods are spread over nodes and data centres, and it goes.
import { api, untilGone } from './api.ts';
import { createDeployment, type Deployment, hasCondition, type Pod, podsOf, untilPods } from './deployments.ts';
import { areEnough, hasPods, nodesFor, zoneOf } from './nodes.ts';
import { Problem } from './problem.ts';
import { settings } from './settings.ts';
import { stopwatch, timed } from './statsd.ts';
import { suite } from './suite.ts';

const nodeOf = ({ spec }: Pod): string => spec.nodeName ?? '';

suite('deployment', { makes: ['deployments'] }, (step) => {
  let deployment: Deployment;
  let start: { done(): void };

  step(
    'create deployment (some simple http container), N (default: 3) instances, DC anti affinity enabled',
    async () => {
      start = stopwatch('pod', 'run');
      deployment = await createDeployment('deployment');
    },
  );

  step('check pods have been scheduled', async (test) => {
    if (!(await hasPods(test))) return;
    await timed('pod', 'schedule', () =>
      untilPods(deployment, 'pods are scheduled', (pod) => hasCondition(pod, 'PodScheduled')),
    );
  });

  step('check pods have been started', async (test) => {
    if (!(await hasPods(test))) return;
    await untilPods(deployment, 'pods are running', ({ status }) => status.phase === 'Running');
    start.done();
  });

  step('check each pod is on a different node', async (test) => {
    const nodes = await nodesFor(test);
    if (nodes === undefined || !areEnough(test, 'node', nodes.length)) return;
    const used = (await podsOf(deployment)).map(nodeOf);
    if (new Set(used).size < settings.replicas)
      throw new Problem('pod', 'k8s', 'same_node', `they are on ${used.join(', ')}`);
  });

  step("check each pod's node is in a different data centre", async (test) => {
    const nodes = await nodesFor(test);
    if (nodes === undefined) return;
    const zones = new Map(nodes.map((node) => [node.metadata.name, zoneOf(node)]));
    if (!areEnough(test, 'zone', new Set([...zones.values()].filter(Boolean)).size)) return;
    const used = (await podsOf(deployment)).map((pod) => ({ name: nodeOf(pod), zone: zones.get(nodeOf(pod)) }));
    const outside = used.find(({ zone }) => zone === undefined);
    if (outside !== undefined)
      throw new Problem(
        'pod',
        'k8s',
        'no_zone_label_on_node',
        `node ${outside.name} has no topology.kubernetes.io/zone`,
      );
    const words = `they are in ${used.map(({ zone }) => zone).join(', ')}`;
    if (new Set(used.map(({ zone }) => zone)).size < settings.replicas)
      throw new Problem('pod', 'k8s', 'same_data_centre', words);
  });

  step('delete deployment', () =>
    timed('deployment', 'delete', async () => {
      await api('delete', 'deployments', { name: settings.deployment });
      await untilGone('deployments', settings.deployment);
    }),
  );
});
