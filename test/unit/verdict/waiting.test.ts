/**
 * How long a container that cannot start is waited for: a minute of that very waiting, and for nothing that has healed.
 */
import assert from 'node:assert/strict';
import type { Event, Job, Pod } from '../../../function/api/kubernetes.ts';
import { judge } from '../../../function/verdict/judge.ts';
import { effortOf } from '../../support/effort.ts';
import { permutations } from '../../support/permutations.ts';
import { ago, now } from '../run-fixture.ts';

type State = NonNullable<NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state']>;
type Status = NonNullable<Pod['status']>;

const container = (name: string, state: State) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
});
const waits = (reason: string): State => ({ waiting: { reason, message: 'no' } });
const ended = (seconds: number): State => ({
  terminated: { exitCode: 0, startedAt: ago(900), finishedAt: ago(seconds) },
});
const since = (type: string, seconds: number) => ({ type, status: 'True', lastTransitionTime: ago(seconds) });

const initContainers = (...names: string[]) => ({
  spec: { containers: [{ name: 'e2e' }], initContainers: names.map((name) => ({ name })) },
});
const unseen = { name: 'later', image: '', imageID: '', ready: false, restartCount: 0 };

/** A pod that was scheduled ten minutes ago. `test`: the state of the test's container. */
function pod(test: State, more: Partial<Status> = {}): Pod {
  return {
    metadata: { name: 'p', creationTimestamp: ago(601) },
    status: {
      phase: 'Pending',
      containerStatuses: [container('e2e', test)],
      ...more,
      conditions: [since('PodScheduled', 600), ...(more.conditions ?? [])],
    },
  };
}

/** The same pod, of which these conditions are all that is known. */
const of = ({ status, ...rest }: Pod, conditions: ReturnType<typeof since>[]): Pod => ({
  ...rest,
  status: { ...status, conditions },
});

/** `first`, `last`: seconds ago. */
function told(reason: string, first: number, last = first, of: 'pod' | 'e2e' | 'proxy' | 'seed' = 'e2e'): Event {
  const isWarning = /^Failed|^BackOff/.test(reason);
  const list = of === 'seed' ? 'initContainers' : 'containers';
  return {
    metadata: { creationTimestamp: ago(first) },
    involvedObject: { kind: 'Pod', name: 'p', ...(of !== 'pod' && { fieldPath: `spec.${list}{${of}}` }) },
    type: isWarning ? 'Warning' : 'Normal',
    reason,
    message: `${reason} of ${of}`,
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
  };
}
const mount = (first: number, last = first) => told('FailedMount', first, last, 'pod');

interface Row {
  what: string;
  pod: Pod;
  events?: Event[];
  verdict: 'running' | 'inconclusive';
  says?: RegExp;
}

const creating = waits('ContainerCreating');
const initialized = { conditions: [since('Initialized', 30)] };

const eleven = Array.from({ length: 11 }, (_, index) => `init-${index}`);

const healing: [step: string, reasons: string[]][] = [
  ['Pulled', ['ImagePullBackOff', 'ImageInspectError', 'RegistryUnavailable', 'SignatureValidationFailed']],
  ['Created', ['CreateContainerConfigError', 'CreateContainerError']],
];

const rows: Row[] = [
  ...healing.flatMap(([step, reasons]) =>
    reasons.map(
      (reason): Row => ({
        what: `${reason}, of a container that was ${step} 30 s ago`,
        pod: pod(waits(reason)),
        events: [told('Failed', 300), told(step, 30)],
        verdict: 'running',
      }),
    ),
  ),
  ...['RunContainerError', 'PostStartHookError'].map(
    (reason): Row => ({
      what: `${reason}, of a container that was Created 30 s ago`,
      pod: pod(waits(reason)),
      events: [told('Created', 30)],
      verdict: 'running',
    }),
  ),
  {
    what: 'a volume that cannot be attached since 30 s, in a pod that has been there for longer',
    pod: pod(creating),
    events: [told('FailedAttachVolume', 30, 10, 'pod')],
    verdict: 'running',
    says: /^FailedAttachVolume/,
  },
  // The beginning of this waiting.
  { what: 'an image that was never there', pod: pod(waits('ErrImagePull')), verdict: 'inconclusive' },
  {
    what: 'an image that could not be pulled for the first time 59 s ago',
    pod: pod(waits('ErrImagePull')),
    events: [told('Pulling', 600), told('Failed', 59)],
    verdict: 'running',
  },
  {
    what: 'an image that could not be pulled for the first time 60 s ago, nor since',
    pod: pod(waits('ImagePullBackOff')),
    events: [told('Pulling', 600, 5), told('Failed', 60, 10)],
    verdict: 'inconclusive',
    says: /^ImagePullBackOff/,
  },
  {
    what: 'an image after an init container that took long',
    pod: pod(waits('ErrImagePull'), { initContainerStatuses: [container('seed', ended(30))] }),
    verdict: 'running',
  },
  {
    what: 'an image after an init container that ended a minute ago',
    pod: pod(waits('ErrImagePull'), { initContainerStatuses: [container('seed', ended(60))] }),
    verdict: 'inconclusive',
  },
  {
    what: 'an image of a pod that has just been initialized',
    pod: pod(waits('ErrImagePull'), initialized),
    verdict: 'running',
  },
  {
    what: 'an image of a pod whose volumes and network were late',
    pod: pod(waits('ErrImagePull'), { conditions: [since('PodReadyToStartContainers', 30)] }),
    verdict: 'running',
  },
  {
    what: 'the image of a second init container, after a first that took long',
    pod: pod(waits('PodInitializing'), {
      initContainerStatuses: [container('second', waits('ErrImagePull')), container('seed', ended(30))],
    }),
    verdict: 'running',
    says: /^ErrImagePull: container second/,
  },
  {
    what: 'a Secret for a variable, once the image was there',
    pod: pod(waits('CreateContainerConfigError')),
    events: [told('Failed', 600, 550), told('Pulled', 30, 5), told('Failed', 30, 5)],
    verdict: 'running',
  },
  {
    what: 'a Secret for a variable, a minute after the image was there',
    pod: pod(waits('CreateContainerConfigError')),
    events: [told('Pulled', 60, 5), told('Failed', 60, 5)],
    verdict: 'inconclusive',
  },
  {
    what: 'a volume that could not be mounted for the first time 59 s ago',
    pod: pod(creating),
    events: [mount(59, 1)],
    verdict: 'running',
    says: /^FailedMount/,
  },
  {
    what: 'a volume that could not be mounted for the first time 60 s ago',
    pod: pod(creating),
    events: [mount(60, 1)],
    verdict: 'inconclusive',
    says: /^FailedMount/,
  },
  {
    what: 'an image of a pod that waited for a node until now',
    pod: of(pod(waits('ErrImagePull')), [since('PodScheduled', 30)]),
    verdict: 'running',
  },
  {
    what: 'an image of a pod of which only is known when it was made',
    pod: of(pod(waits('ErrImagePull')), []),
    verdict: 'inconclusive',
  },
  {
    what: 'an image of a pod of which nothing is known',
    pod: { ...of(pod(waits('ErrImagePull')), []), metadata: { name: 'p' } },
    verdict: 'running',
  },
  {
    what: 'the image of an init container that was never there',
    pod: pod(waits('PodInitializing'), { initContainerStatuses: [container('seed', waits('ErrImagePull'))] }),
    verdict: 'inconclusive',
    says: /^ErrImagePull: container seed/,
  },
  {
    what: 'an image after a native sidecar that has just started',
    pod: pod(waits('ErrImagePull'), {
      initContainerStatuses: [container('proxy', { running: { startedAt: ago(30) } })],
    }),
    verdict: 'running',
  },
  {
    what: 'an image beside an init container that nobody has seen',
    pod: pod(waits('ErrImagePull'), { initContainerStatuses: [unseen] }),
    verdict: 'inconclusive',
  },
  {
    what: 'an image that is pulled again and again, and was never there',
    pod: pod(waits('ErrImagePull'), { conditions: [since('Initialized', 120)] }),
    events: [told('Pulling', 90), told('Pulling', 40)],
    verdict: 'inconclusive',
  },
  {
    what: 'an image that failed in several ways, for the first time 70 s ago',
    pod: pod(waits('ErrImagePull')),
    events: [told('Failed', 70, 10), told('Failed', 40, 5)],
    verdict: 'inconclusive',
  },
  {
    what: 'an image that failed, healed in the same second, and has failed again for 30 s',
    pod: pod(waits('ErrImagePull')),
    events: [told('Failed', 100), told('Pulled', 100), told('Failed', 30, 10)],
    verdict: 'running',
  },
  {
    what: 'an image of which the pod is told instead of the container',
    pod: pod(waits('ErrImagePull')),
    events: [told('Failed', 30, 5, 'pod')],
    verdict: 'running',
  },
  {
    what: 'an image after a mount that took long',
    pod: pod(waits('ErrImagePull')),
    events: [mount(590), told('Pulling', 589), told('Failed', 30, 5)],
    verdict: 'running',
  },
  {
    what: 'a volume that could not be mounted 30 s ago, in a pod that had no network before',
    pod: pod(creating),
    events: [told('FailedCreatePodSandBox', 120, 60, 'pod'), mount(30, 1)],
    verdict: 'running',
    says: /^FailedMount/,
  },
  {
    what: 'a pod that has had no network for ten minutes, which no table knows',
    pod: pod(creating),
    events: [told('FailedCreatePodSandBox', 590, 5, 'pod')],
    verdict: 'running',
    says: /^FailedCreatePodSandBox: container e2e: FailedCreatePodSandBox of pod/,
  },
  {
    what: 'a pull that has just failed, before the pod says so',
    pod: pod(creating),
    events: [told('Pulling', 10), told('Failed', 10)],
    verdict: 'running',
    says: /^Failed: container e2e: Failed of e2e/,
  },
  {
    what: 'an image whose Warning comes from a node with another clock',
    pod: pod(waits('ErrImagePull')),
    events: [told('Failed', -3600)],
    verdict: 'running',
  },
  {
    what: 'an image that nobody can ever pull, at once',
    pod: pod(waits('InvalidImageName'), { conditions: [since('Initialized', 0)] }),
    verdict: 'inconclusive',
  },

  // What has healed.
  {
    what: 'a mount that has healed, while the image is pulled',
    pod: pod(creating),
    events: [mount(590), told('Pulling', 589)],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a mount that has healed in the same second',
    pod: pod(creating),
    events: [mount(590), told('Pulled', 590)],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a mount that has healed by the word of the pod',
    pod: pod(creating, { conditions: [since('PodReadyToStartContainers', 589)] }),
    events: [mount(590)],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a mount that has healed in the same second by the word of the pod',
    pod: pod(creating, { conditions: [since('PodReadyToStartContainers', 590)] }),
    events: [mount(590)],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a mount that has healed, while an init container runs',
    pod: pod(waits('PodInitializing'), {
      initContainerStatuses: [container('seed', { running: { startedAt: ago(500) } })],
    }),
    events: [mount(590), told('Started', 500, 500, 'seed')],
    verdict: 'running',
    says: /^PodInitializing: init container seed has not ended yet/,
  },
  {
    what: 'a pull that had failed and is tried again',
    pod: pod(creating),
    events: [told('Failed', 590), told('Pulling', 595, 500)],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a pull of an init container that had failed once',
    pod: pod(creating, { initContainerStatuses: [container('seed', ended(300))] }),
    events: [told('Failed', 590, 590, 'seed'), told('Pulled', 580, 580, 'seed')],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a pod that no node took at first',
    pod: pod(creating),
    events: [told('FailedScheduling', 700, 650, 'pod')],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'a mount that heals and fails again',
    pod: pod(creating),
    events: [mount(590), told('Pulling', 589), mount(59, 1)],
    verdict: 'running',
    says: /^FailedMount/,
  },

  {
    what: 'a test that runs, whatever its pod has warned of',
    pod: pod({ running: { startedAt: ago(20) } }),
    events: [mount(30)],
    verdict: 'running',
    says: /^Starting/,
  },

  // Another container's trouble.
  {
    what: 'a container that is made, while the pull of another has failed',
    pod: pod(creating),
    events: [told('Failed', 30, 10, 'proxy')],
    verdict: 'running',
    says: /^Starting/,
  },
  {
    what: 'an image, beside another container that has started',
    pod: pod(waits('ErrImagePull')),
    events: [told('Failed', 90, 10), told('Pulled', 10, 10, 'proxy'), told('Started', 9, 9, 'proxy')],
    verdict: 'inconclusive',
  },
  {
    what: 'a volume of a pod with two init containers, the first of which comes first',
    pod: {
      ...pod(waits('PodInitializing'), {
        initContainerStatuses: [container('a', waits('PodInitializing')), container('seed', waits('PodInitializing'))],
      }),
      ...initContainers('seed', 'a'),
    },
    events: [mount(30, 1)],
    verdict: 'running',
    says: /^FailedMount: container seed/,
  },
  {
    what: 'a Secret of the third of eleven init containers',
    pod: {
      ...pod(waits('PodInitializing'), {
        initContainerStatuses: eleven.map((name, index) =>
          container(name, index < 2 ? ended(300) : waits('CreateContainerConfigError')),
        ),
      }),
      ...initContainers(...eleven),
    },
    verdict: 'inconclusive',
    says: /^CreateContainerConfigError: container init-2:/,
  },
  {
    what: 'a test that has ended beside a proxy without an image',
    pod: pod(ended(300), {
      containerStatuses: [container('proxy', waits('ErrImagePull')), container('e2e', ended(300))],
    }),
    verdict: 'running',
    says: /the test itself ended with exit code 0, container proxy still waits \(no\)/,
  },
  {
    what: 'a test beside a proxy without an image',
    pod: pod(creating, { containerStatuses: [container('e2e', creating), container('proxy', waits('ErrImagePull'))] }),
    verdict: 'inconclusive',
    says: /^ErrImagePull: container proxy/,
  },
  {
    what: 'the test and a proxy, both without an image',
    pod: pod(creating, {
      containerStatuses: [container('a-proxy', waits('ErrImagePull')), container('e2e', waits('ErrImagePull'))],
    }),
    verdict: 'inconclusive',
    says: /^ErrImagePull: container e2e/,
  },
];

const job: Job = {
  metadata: { name: 'e2e', namespace: 'test', uid: 'u' },
  spec: { activeDeadlineSeconds: 3600, template: {} },
  status: { startTime: ago(600) },
};

describe('Waiting for a container', () => {
  for (const { what, pod, events = [], verdict, says } of rows) {
    it(`is ${verdict} for ${what}, in whatever order it is told`, () => {
      for (const order of permutations(events)) {
        const judged = judge(job, { pods: [pod], events: order }, now);
        const said = `${judged.reason}: ${judged.message}`;
        assert.equal(judged.kind, verdict, said);
        if (says !== undefined) assert.match(said, says);
      }
    });
  }

  for (const [what, event] of [
    ['its pod', mount(40, 10)],
    ['its container', told('Failed', 40, 10)],
  ] as const) {
    it(`is told at once, however many Events of ${what} there are`, () => {
      const events = Array.from({ length: 20_000 }, (_, index) => ({ ...event, message: `${index}` }));
      const effort = effortOf(() => judge(job, { pods: [pod(creating)], events }, now));
      assert.ok(effort < 2000, `${effort} ms`);
    });
  }
});
