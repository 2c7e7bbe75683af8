// A Deployment that gets another image and another text, and the pods before and after.
import { api, type Look, until } from './api.ts';
import { type Deployment, hasCondition, type Pod, podsOf, texts, untilPods, wordsFor } from './deployments.ts';
import { settings } from './settings.ts';
import { stopwatch } from './statsd.ts';

export interface Update {
  /** The pods before. */
  former: Pod[];
  image: string;
  /** When all pods are new. */
  done(): void;
}

export async function update(deployment: Deployment): Promise<Update> {
  const former = await podsOf(deployment);
  const watch = stopwatch('deployment', 'update');
  const [container] = deployment.spec.template.spec.containers;
  // One that stays from run to run has the other image each time.
  const image = container?.image === settings.otherImage ? settings.image : settings.otherImage;
  const containers = [{ name: container?.name, image, env: [{ name: 'TEXT', value: texts.updated }] }];
  const body = { spec: { template: { spec: { containers } } } };
  await api('patch', 'deployments', { name: deployment.metadata.name, body });
  return { former, image, done: watch.done };
}

export function untilFormerGone(deployment: Deployment, { former }: Update): Promise<true> {
  const wait = { resource: 'pod', area: 'k8s', error: 'not_deleted', what: 'old pods are deleted' } as const;
  const isFormer = (pod: Pod) => former.some(({ metadata }) => metadata.uid === pod.metadata.uid);
  return until(wait, async (): Promise<Look<true>> => {
    const pods = await podsOf(deployment);
    const left = pods.filter(isFormer).length;
    if (left === 0) return { found: true };
    const made = pods.filter((pod) => !isFormer(pod));
    return { instead: `${left} are there, and of the new ones ${wordsFor(made, made.filter(isReady))}` };
  });
}

export function untilAllNew(deployment: Deployment, { image }: Update): Promise<Pod[]> {
  const isNew = (pod: Pod) => isReady(pod) && pod.spec.containers[0]?.image === image;
  return untilPods(deployment, `pods of ${image} are ready`, isNew);
}

const isReady = (pod: Pod): boolean => hasCondition(pod, 'Ready');
