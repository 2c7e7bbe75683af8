/**
 * Takes one container through its states: image, configuration, running, terminated, and again where it restarts
 * (kuberuntime's startContainer).
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from './clock.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import { type ContainerProcess, launch } from './container-process.ts';
import { expand, resolveEnvironment } from './environment.ts';
import { obtainImage } from './image-wait.ts';
import type { Images } from './images.ts';
import { at } from './json.ts';
import { quantityOf } from './quantity.ts';
import type { Recorder } from './recorder.ts';
import type { Store } from './store.ts';
import { createOutput, terminationMessage } from './termination-message.ts';
import { pathRewriter } from './volumes.ts';
import type { Container, ContainerState, ContainerStatus, Pod, Terminated } from './workloads.ts';

/** How soon the kubelet looks again at a container that waits; restarts back off from 10 s to 5 min. */
const RESYNC_SECONDS = 1;
const BACKOFF_SECONDS = 10;
const MAXIMUM_BACKOFF_SECONDS = 300;
/** What the entrypoint of an image, which is not here, seems to take. */
const ENTRYPOINT_SECONDS = 0.1;

export interface ContainerRunner {
  /** Nothing before its container has begun. */
  log(): ContainerLog | undefined;
  /** Resolves when the container will not run again; `stopping` ends its waits. */
  run(folders: Map<string, string>): Promise<void>;
  /** Resolves once it runs or has run. */
  started: Promise<void>;
  terminate(): void;
  kill(): void;
}

interface Parts {
  clock: Clock;
  store: Store;
  images: Images;
  recorder: Recorder;
  pod: Pod;
  container: Container;
  status: ContainerStatus;
  root: string;
  stopping: AbortSignal;
  restarts: (exitCode: number) => boolean;
  publish: () => void;
}

export function createContainerRunner(parts: Parts): ContainerRunner {
  const { clock, store, images, recorder, pod, container, status, root, stopping, restarts, publish } = parts;
  const output = createOutput();
  let log: ContainerLog | undefined;
  let markStarted = () => {};
  const started = new Promise<void>((resolve) => {
    markStarted = resolve;
  });
  const terminationLog = join(root, 'termination', container.name);
  let current: ContainerProcess | undefined;
  let terminating = false;

  const event = (type: 'Normal' | 'Warning', reason: string, message: string) => {
    const list = (pod.spec.initContainers ?? []).includes(container) ? 'initContainers' : 'containers';
    recorder.event(pod, 'kubelet', type, reason, message, `spec.${list}{${container.name}}`);
  };
  const put = (state: ContainerState) => {
    status.state = state;
    status.ready = status.started = state.running !== undefined;
    publish();
  };
  const wait = (reason: string, message: string) => {
    event('Warning', 'Failed', `Error: ${reason}`);
    put({ waiting: { reason, message } });
  };

  const obtainEnvironment = async (): Promise<Record<string, string> | undefined> => {
    while (!stopping.aborted) {
      const environment = resolveEnvironment(store, pod, container);
      const refusal = environment.ok ? rootRefusal(pod, container) : environment.message;
      if (environment.ok && refusal === undefined) return environment.values;
      event('Warning', 'Failed', `Error: ${refusal}`);
      put({ waiting: { reason: 'CreateContainerConfigError', message: refusal ?? '' } });
      await clock.sleep(RESYNC_SECONDS, stopping);
    }
    return undefined;
  };

  const begin = (startedAt: string) => {
    event('Normal', 'Started', `Started container ${container.name}`);
    put({ running: { startedAt } });
    markStarted();
  };
  const execute = async (values: Record<string, string>, folders: Map<string, string>): Promise<Terminated> => {
    const containerID = `containerd://${randomBytes(32).toString('hex')}`;
    status.containerID = containerID;
    status.imageID = container.image;
    event('Normal', 'Created', `Created container: ${container.name}`);
    const ended = container.command?.length ? await runCommand(values, folders) : await runEntrypoint();
    return { ...ended, finishedAt: clock.timestamp(), containerID };
  };
  const runEntrypoint = async (): Promise<Run> => {
    const startedAt = clock.timestamp();
    begin(startedAt);
    await clock.sleep(ENTRYPOINT_SECONDS, stopping);
    return { exitCode: 0, reason: 'Completed', startedAt };
  };
  const runCommand = async (values: Record<string, string>, folders: Map<string, string>): Promise<Run> => {
    const rewrite = pathRewriter(container, folders, terminationLog);
    mkdirSync(dirname(terminationLog), { recursive: true });
    writeFileSync(terminationLog, '');
    output.clear();
    const written = createContainerLog(clock.now);
    const startedAt = clock.timestamp();
    const launched = await launch({
      command: [...(container.command ?? []), ...(container.args ?? [])].map((part) => rewrite(expand(part, values))),
      environment: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rewrite(value)])),
      folder: root,
      memoryLimit: quantityOf(container.resources?.limits?.['memory'] ?? ''),
      onOutput(chunk) {
        output.add(chunk);
        written.add(chunk);
      },
    });
    if (!launched.ok) {
      event('Warning', 'Failed', `Error: ${launched.message}`);
      return { exitCode: 128, reason: 'StartError', message: launched.message, startedAt: '1970-01-01T00:00:00Z' };
    }
    current = launched.process;
    log = written;
    if (terminating) current.terminate();
    begin(startedAt);
    const { exitCode, outOfMemory } = await current.ended;
    current = undefined;
    written.end();
    const message = terminationMessage(container, terminationLog, output, exitCode);
    return {
      exitCode,
      reason: reasonOf(exitCode, outOfMemory),
      ...(message === undefined ? {} : { message }),
      startedAt,
    };
  };

  const backOff = async (terminated: Terminated) => {
    status.lastState = { terminated };
    const seconds = Math.min(BACKOFF_SECONDS * 2 ** status.restartCount, MAXIMUM_BACKOFF_SECONDS);
    const { name, namespace, uid } = pod.metadata;
    const message = `back-off ${seconds}s restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
    event(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
    );
    put({ waiting: { reason: 'CrashLoopBackOff', message } });
    await clock.sleep(seconds, stopping);
    if (!stopping.aborted) status.restartCount++;
    else put({ terminated });
  };

  return {
    log: () => log,
    started,
    async run(folders) {
      while (!stopping.aborted) {
        if (!(await obtainImage({ clock, images, container, stopping, event, wait }))) break;
        const values = await obtainEnvironment();
        if (!values) break;
        const terminated = await execute(values, folders);
        put({ terminated });
        if (stopping.aborted || !restarts(terminated.exitCode)) break;
        await backOff(terminated);
      }
      markStarted();
    },
    terminate() {
      terminating = true;
      if (current) event('Normal', 'Killing', `Stopping container ${container.name}`);
      current?.terminate();
    },
    kill() {
      current?.kill();
      rmSync(terminationLog, { force: true });
    },
  };
}

type Run = Omit<Terminated, 'finishedAt' | 'containerID'>;

function reasonOf(exitCode: number, outOfMemory: boolean): string {
  if (outOfMemory) return 'OOMKilled';
  return exitCode === 0 ? 'Completed' : 'Error';
}

/** What can be told without the image: a user that is root although the pod says it must not be. */
function rootRefusal(pod: Pod, container: Container): string | undefined {
  const setting = (name: string) => at(container, 'securityContext', name) ?? at(pod.spec, 'securityContext', name);
  if (setting('runAsNonRoot') !== true || setting('runAsUser') !== 0) return undefined;
  return `container's runAsUser breaks non-root policy (pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
}
