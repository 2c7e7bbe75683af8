/**
 * A pod's status from its containers' states (pkg/kubelet/kubelet_pods.go, status/generate.go).
 */
import type { Condition, Container, ContainerStatus, Pod, PodStatus } from './workloads.ts';

export function initialStatus(container: Container, waiting: string): ContainerStatus {
  return {
    name: container.name,
    state: { waiting: { reason: waiting } },
    lastState: {},
    ready: false,
    started: false,
    restartCount: 0,
    image: container.image,
    imageID: '',
  };
}

export interface PodState {
  initialized: boolean;
  /** Set while the pod's volumes and sandbox are there. */
  sandbox: boolean;
  finished: boolean;
  startTime: string;
  init: ContainerStatus[];
  main: ContainerStatus[];
  /** Init containers that keep running beside the others. */
  sidecars: Set<string>;
  ending?: { reason: string; message: string };
}

export function podStatusOf(pod: Pod, state: PodState, now: string): PodStatus {
  const phase = phaseOf(state);
  const ending = phase === 'Failed' ? state.ending : undefined;
  return {
    ...pod.status,
    ...ending,
    phase,
    conditions: conditionsOf(pod, state, phase, now),
    hostIP: '127.0.0.1',
    ...(state.sandbox ? { podIP: '127.0.0.1' } : {}),
    startTime: state.startTime,
    ...(state.init.length > 0 ? { initContainerStatuses: structuredClone(state.init) } : {}),
    containerStatuses: structuredClone(state.main),
  };
}

type Held = Pick<Condition, 'status'> & Partial<Pick<Condition, 'reason' | 'message'>>;

function conditionsOf(pod: Pod, state: PodState, phase: PodStatus['phase'], now: string): Condition[] {
  const ready = readiness(state, phase);
  const wanted: Record<string, Held> = {
    PodReadyToStartContainers: { status: state.sandbox ? 'True' : 'False' },
    Initialized: initialization(state, phase),
    Ready: ready,
    ContainersReady: ready,
  };
  const before = pod.status.conditions ?? [];
  const conditions = Object.entries(wanted).map(([type, held]): Condition => {
    const same = before.find((one) => one.type === type && one.status === held.status);
    return { type, ...held, lastProbeTime: null, lastTransitionTime: same?.lastTransitionTime ?? now };
  });
  return [...conditions, ...before.filter(({ type }) => !(type in wanted))];
}

function readiness({ main }: PodState, phase: PodStatus['phase']): Held {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = main.filter((one) => !one.ready).map((one) => one.name);
  if (unready.length === 0) return { status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotReady', message };
}

function initialization(state: PodState, phase: PodStatus['phase']): Held {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (state.initialized) return { status: 'True' };
  const names = state.init.filter((one) => one.state.terminated?.exitCode !== 0).map((one) => one.name);
  const message = `containers with incomplete status: [${names.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

/** The phase says finished only when no container runs any more. */
function phaseOf({ finished, initialized, init, main, sidecars, ending }: PodState): PodStatus['phase'] {
  if (!finished)
    return initialized && main.some((one) => one.state.running || one.state.terminated) ? 'Running' : 'Pending';
  const counted = [...main, ...init.filter((one) => !sidecars.has(one.name))];
  const succeeded = counted.every((one) => one.state.terminated?.exitCode === 0);
  return succeeded && !ending ? 'Succeeded' : 'Failed';
}
