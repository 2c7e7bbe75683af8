/**
 * The kubelet's worker for one pod: volumes, init containers in order, the containers side by side, the deadline, the end.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { ContainerLog } from './container-log.ts';
import { type ContainerRunner, createContainerRunner } from './container-runner.ts';
import type { Images } from './images.ts';
import { initialStatus, type PodState, podStatusOf } from './pod-status.ts';
import type { Recorder } from './recorder.ts';
import { resources } from './resources.ts';
import type { Store } from './store.ts';
import { mountVolumes } from './volumes.ts';
import type { Container, ContainerStatus, Pod } from './workloads.ts';

const SANDBOX_SECONDS = 0.1;
const MOUNT_RETRY_SECONDS = 1;

export interface PodWorker {
  /** The pod has been deleted: its containers get this long. */
  terminate(graceSeconds: number): void;
  /** The server stops: everything ends now. */
  kill(): void;
  log(container: string | undefined): ContainerLog | undefined;
  /** Resolves when every container has ended and the status says so. */
  done: Promise<void>;
}

export interface NodeParts {
  clock: Clock;
  store: Store;
  images: Images;
  recorder: Recorder;
  folder: string;
}

export function startPodWorker(parts: NodeParts, pod: Pod): PodWorker {
  const { clock, store, recorder } = parts;
  const root = join(parts.folder, pod.metadata.uid);
  mkdirSync(root, { recursive: true });
  const stopping = new AbortController();
  const sidecarsStopping = new AbortController();
  const init = pod.spec.initContainers ?? [];
  const waiting = init.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const state: PodState = {
    initialized: init.length === 0,
    sandbox: false,
    finished: false,
    startTime: clock.timestamp(),
    init: init.map((one) => initialStatus(one, 'PodInitializing')),
    main: pod.spec.containers.map((one) => initialStatus(one, waiting)),
    sidecars: new Set(init.filter((one) => one.restartPolicy === 'Always').map((one) => one.name)),
  };
  const runners = new Map<string, ContainerRunner>();
  const sidecarRuns: Promise<void>[] = [];
  const timers: (() => void)[] = [];

  const publish = () => {
    const current = store.get(resources.pods, pod.metadata.namespace, pod.metadata.name) as Pod | undefined;
    if (current?.metadata.uid !== pod.metadata.uid) return;
    store.edit(resources.pods, current, (draft) => {
      draft['status'] = podStatusOf(current, state, clock.timestamp());
    });
  };
  const runnerOf = (container: Container, status: ContainerStatus | undefined) => {
    const sidecar = state.sidecars.has(container.name);
    const { restartPolicy } = pod.spec;
    const runner = createContainerRunner({
      ...parts,
      pod,
      container,
      status: status ?? initialStatus(container, waiting),
      root,
      stopping: sidecar ? AbortSignal.any([stopping.signal, sidecarsStopping.signal]) : stopping.signal,
      restarts: (exitCode) =>
        sidecar ||
        (restartPolicy === 'Always' && init.every((one) => one !== container)) ||
        (restartPolicy !== 'Never' && exitCode !== 0),
      publish,
    });
    runners.set(container.name, runner);
    return runner;
  };

  const mount = async (): Promise<Map<string, string> | undefined> => {
    while (!stopping.signal.aborted) {
      const mounted = mountVolumes(store, pod, root);
      if (mounted.ok) return mounted.folders;
      const message = `MountVolume.SetUp failed for volume "${mounted.volume}" : ${mounted.message}`;
      recorder.event(pod, 'kubelet', 'Warning', 'FailedMount', message);
      await clock.sleep(MOUNT_RETRY_SECONDS, stopping.signal);
    }
    return undefined;
  };
  /** False when an init container failed for good. */
  const initialize = async (folders: Map<string, string>): Promise<boolean> => {
    for (const [index, container] of init.entries()) {
      const status = state.init[index];
      const runner = runnerOf(container, status);
      const ran = runner.run(folders);
      if (state.sidecars.has(container.name)) sidecarRuns.push(ran);
      await (state.sidecars.has(container.name) ? runner.started : ran);
      if (stopping.signal.aborted) return false;
      if (!state.sidecars.has(container.name) && status?.state.terminated?.exitCode !== 0) return false;
    }
    state.initialized = true;
    return true;
  };
  const end = () => {
    for (const cancel of timers) cancel();
    for (const status of [...state.init, ...state.main]) {
      // before its init containers are through the others stay waiting; later, when the pod was ended, they are accounted for
      const isDue = state.initialized || state.init.includes(status);
      if (stopping.signal.aborted && isDue && !status.state.terminated) status.state = { terminated: neverLocated };
      status.ready = status.started = false;
    }
    state.finished = true;
    state.sandbox = false;
    publish();
  };
  const stopSidecars = async (running: Promise<void>[]) => {
    sidecarsStopping.abort();
    for (const name of state.sidecars) runners.get(name)?.terminate();
    const cancel = clock.after(pod.spec.terminationGracePeriodSeconds, () => {
      for (const name of state.sidecars) runners.get(name)?.kill();
    });
    await Promise.all(running);
    cancel();
  };
  const live = async () => {
    publish();
    const deadline = pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) timers.push(clock.after(deadline, exceed));
    const folders = await mount();
    await clock.sleep(SANDBOX_SECONDS, stopping.signal);
    state.sandbox = folders !== undefined;
    if (folders && (await initialize(folders))) {
      await Promise.all(pod.spec.containers.map((one, index) => runnerOf(one, state.main[index]).run(folders)));
    }
    await stopSidecars(sidecarRuns);
    end();
  };
  const terminate = (graceSeconds: number) => {
    if (state.finished) return;
    if (!stopping.signal.aborted) {
      stopping.abort();
      for (const runner of runners.values()) runner.terminate();
    }
    timers.push(
      clock.after(graceSeconds, () => {
        for (const runner of runners.values()) runner.kill();
      }),
    );
  };
  const exceed = () => {
    const message = 'Pod was active on the node longer than the specified deadline';
    state.ending = { reason: 'DeadlineExceeded', message };
    recorder.event(pod, 'kubelet', 'Normal', 'DeadlineExceeded', message);
    terminate(pod.spec.terminationGracePeriodSeconds);
  };

  return {
    terminate,
    kill() {
      stopping.abort();
      for (const runner of runners.values()) runner.kill();
      for (const cancel of timers) cancel();
    },
    log: (container) => runners.get(container ?? pod.spec.containers[0]?.name ?? '')?.log(),
    // not before the kubelet knows this worker: its first publication is a change of the pod
    done: Promise.resolve()
      .then(live)
      .finally(() => rmSync(root, { recursive: true, force: true })),
  };
}

const neverLocated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  startedAt: null,
  finishedAt: null,
};
