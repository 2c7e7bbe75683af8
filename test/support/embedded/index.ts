/**
 * The embedded Kubernetes API: an HTTP server with the rules of the real one, a Job controller and a node that runs
 * containers as local processes. Deployments and DaemonSets have a status here, and no pods.
 * Starts here, ends with stop(), leaves nothing behind.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../client.ts';
import type { Kubernetes } from '../kubernetes.ts';
import { createAccounts } from './accounts.ts';
import { kindsOf } from './admitted-kinds.ts';
import { createApi } from './api.ts';
import type { Verb } from './call.ts';
import { startClock } from './clock.ts';
import { type CustomKinds, loadCustomKinds } from './crd.ts';
import { createFaults, type Fault, type Match } from './faults.ts';
import { startGarbageCollector } from './garbage.ts';
import { createImages } from './images.ts';
import { startJobController } from './job-controller.ts';
import { startJobTtl } from './job-ttl.ts';
import { startKubelet } from './kubelet.ts';
import { startNamespaceController } from './namespaces.ts';
import { createRecorder } from './recorder.ts';
import { resources } from './resources.ts';
import { type Answer, createRoutes } from './routes.ts';
import { startScheduler } from './scheduler.ts';
import { answerPlainly, createHttpServer, HARNESS, type PlainRequest } from './server.ts';
import { createStore } from './store.ts';
import { createUpdates } from './updates.ts';
import { streamChanges } from './watches.ts';
import { startWorkloadControllers } from './workload-status.ts';

export type { Fault } from './faults.ts';

export interface EmbeddedOptions {
  /** How many embedded seconds pass in a real one (default 1): deadlines, graces, TTLs and the Date header follow it. */
  speed?: number;
  /**
   * Seconds before real time at which it starts (default: at real time). Its speed makes up for them, and it is never ahead:
   * so the ages that kubectl reckons are right.
   */
  behind?: number;
  /** CRD files or a folder; default: the repository's crds/. */
  crds?: string;
  /** Default 0: any free one. */
  port?: number;
  /** Images that cannot be pulled, besides those from hosts that end in .invalid. */
  unpullable?: readonly string[];
  /** False: Jobs have no controller and pods no node, so that a test moves them by hand. */
  runsJobs?: boolean;
  log?: (line: string) => void;
}

export interface LoggedRequest {
  verb: Verb;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  /** With which it was sent, if any. */
  authorization?: string;
  dryRun: boolean;
  /** 0 where nothing was answered. */
  status: number;
  startedAt: number;
  endedAt: number;
}

export interface EmbeddedKubernetes extends Kubernetes {
  readonly url: string;
  /** Every API request answered since start, but those of this object's own methods. */
  readonly requests: readonly LoggedRequest[];
  /** Makes matching calls misbehave until the returned function is called or `times` is used up; not this object's own. */
  misbehave(match: Match, fault: Fault): () => void;
  /** The same API without HTTP, log and faults. */
  answer(request: PlainRequest): Answer;
  /** Lets seconds of embedded time pass at once (timers due fire). */
  advance(seconds: number): Promise<void>;
  now(): Date;
}

const repositoryCrds = fileURLToPath(new URL('../../../crds', import.meta.url));
// Once in a process, as reading them is half of a start.
let repositoryKinds: CustomKinds | undefined;
function customKindsOf(crds: string): CustomKinds {
  if (crds !== repositoryCrds) return loadCustomKinds(crds);
  repositoryKinds ??= loadCustomKinds(crds);
  return repositoryKinds;
}

const firstNamespaces = ['default', 'kube-system', 'kube-public'];

export async function startEmbeddedKubernetes(options: EmbeddedOptions = {}): Promise<EmbeddedKubernetes> {
  const {
    speed = 1,
    behind,
    crds = repositoryCrds,
    port = 0,
    unpullable = [],
    runsJobs = true,
    log = () => {},
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'embedded-kubernetes-'));
  const clock = startClock(speed, behind);
  const store = createStore();
  const customKinds = customKindsOf(crds);
  const kinds = kindsOf(customKinds);
  const api = createApi(store, clock, kinds);
  const updates = createUpdates(store, api, kinds);
  const recorder = createRecorder(store, clock);
  const faults = createFaults();
  const requests: LoggedRequest[] = [];

  startNamespaceController(store, clock, api);
  startGarbageCollector(store, clock);
  const images = createImages(unpullable);
  startWorkloadControllers(store, clock, images);
  if (runsJobs) {
    startJobController(store, clock, api, recorder);
    startJobTtl(store, clock);
    startScheduler(store, clock, recorder);
  }
  const kubelet = startKubelet({ clock, store, recorder, images, folder });
  for (const name of firstNamespaces) api.create(resources.namespaces, undefined, { metadata: { name } });

  const accounts = createAccounts(store, clock);
  const routes = createRoutes({ store, api, accounts, updates, customKinds, now: clock.now, log: kubelet.log });
  const server = createHttpServer({
    clock,
    faults,
    routes,
    requests,
    log,
    watch: (response, call) =>
      streamChanges(response, call, store, clock, customKinds(call.resource), routes.selected(call)),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(url));
  const client = await connect(kubeconfig, { flavour: 'embedded', userAgent: HARNESS });
  log(`embedded Kubernetes API at ${url}`);

  return {
    ...client,
    url,
    requests,
    misbehave: faults.add,
    answer: (request) => answerPlainly({ routes, log }, request),
    advance: clock.advance,
    now: clock.now,
    async stop() {
      await client.stop();
      server.close();
      server.closeAllConnections();
      await kubelet.stop();
      clock.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'embedded', cluster: { server } }],
    users: [{ name: 'admin', user: {} }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user: 'admin', namespace: 'default' } }],
    'current-context': 'embedded',
  });
}
