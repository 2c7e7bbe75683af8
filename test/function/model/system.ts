/**
 * The whole function but its HTTP, on an API that is moved by hand: a Canary, its target, its E2ESpec, and a stranger's Job.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type fc from 'fast-check';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import { handle } from '../../../function/handlers/handle.ts';
import { boundHolds } from '../../../function/http/holds.ts';
import type { Response } from '../../../function/http/server.ts';
import { client } from '../../../function/kube/client.ts';
import { sharedMemory } from '../../../function/kube/memory.ts';
import type { Ask } from '../../../function/kube/response.ts';
import { exchange } from '../../../function/kube/response.ts';
import { TransientError } from '../../../function/kube/retry.ts';
import type { Message, Received } from '../../../function/kube/transport/message.ts';
import { defaultWebhooks } from '../../support/canary.ts';
import { templateOf } from '../../support/deployment.ts';
import type { EmbeddedKubernetes } from '../../support/embedded/index.ts';
import { resources } from '../../support/embedded/resources.ts';
import { type Hands, newNamespace } from '../../support/hands.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import type { Path, Trouble } from './commands.ts';
import { type Sender, withTrouble } from './trouble.ts';

export const retries = 1;

/** What the function writes, as it does it. */
export interface Observer {
  created(job: KubernetesObject): void;
}

export interface System {
  hands: Hands;
  /** What Flagger has written last. */
  flagger: {
    revision: string;
    /** Of what was promoted last. */
    promoted: string;
    rollout: string;
    phase: 'Progressing' | 'Succeeded' | 'Failed';
  };
  checksum(): string;
  /** The revision of the target, whatever Flagger knows of it. */
  target: string;
  write(): void;
  call(path: Path, trouble?: Trouble): Promise<Response | 'ended'>;
  /** Two at once: whose request is next is the scheduler's choice. */
  race(paths: [Path, Path], scheduler: fc.Scheduler): Promise<Response[]>;
  pass(seconds: number): Promise<void>;
}

const name = 'podinfo';
// As of a process that has only just started: a step of the model takes no time.
const holds = boundHolds(Number.POSITIVE_INFINITY);

export function createSystem(kubernetes: EmbeddedKubernetes, namespace: string, observer: Observer): System {
  const hands = newNamespace(kubernetes, namespace);
  const flagger: System['flagger'] = {
    revision: 'one',
    promoted: 'initial',
    rollout: rolloutAt(0),
    phase: 'Progressing',
  };
  const selector = { matchLabels: { app: name } };
  hands.create(resources.canaries, canary);
  hands.create(resources.deployments, {
    metadata: { name },
    spec: { replicas: 1, selector, template: templateOf(name, 'one', true) },
  });
  createE2ESpec(hands);
  hands.create(resources.jobs, strangersJob);

  const system: System = {
    hands,
    flagger,
    target: 'one',
    checksum: () => checksumOf({ lastAppliedSpec: flagger.revision, trackedConfigs: {} }),
    write() {
      const { phase, rollout, revision, promoted } = flagger;
      const isPromoted = { Progressing: 'Unknown', Succeeded: 'True', Failed: 'False' }[phase];
      const conditions = [{ type: 'Promoted', status: isPromoted, reason: phase, lastTransitionTime: rollout }];
      const revisions = { lastAppliedSpec: revision, lastPromotedSpec: promoted, trackedConfigs: {} };
      const status = { phase, ...revisions, conditions };
      hands.patch(resources.canaries, name, { status }, 'status');
      const { metadata } = hands.patch(resources.deployments, name, {
        spec: { template: templateOf(name, system.target, true) },
      });
      const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
      const rolledOut = { observedGeneration: metadata.generation, ...counts };
      hands.patch(resources.deployments, name, { status: rolledOut }, 'status');
    },
    async call(path, trouble = { kind: 'none' }) {
      let end = (_: 'ended'): void => undefined;
      const ended = new Promise<'ended'>((resolve) => {
        end = resolve;
      });
      const sendIn = withTrouble(trouble, send, () => end('ended'));
      return Promise.race([answerTo(path, askThrough(sendIn)), ended]);
    },
    async race(paths, scheduler) {
      const ask = askThrough(async (message) => {
        await scheduler.schedule(Promise.resolve(), `${message.method} ${message.path.split('?')[0]}`);
        return send(message);
      });
      const answers = Promise.all(paths.map((path) => answerTo(path, ask)));
      return scheduler.waitFor(answers);
    },
    async pass(seconds) {
      await kubernetes.advance(seconds);
      await turn();
    },
  };
  system.write();
  return system;

  function send({ method, path, headers, body }: Message): Received {
    const contentType = headers['Content-Type'];
    const said = kubernetes.answer({ method, url: path, headers: { 'content-type': contentType }, body });
    const isJob = method === 'POST' && path.includes('/jobs') && !path.includes('dryRun') && said.code === 201;
    if (isJob) observer.created(said.body as unknown as KubernetesObject);
    const date = kubernetes.now().toUTCString();
    return { status: said.code, headers: { date }, body: JSON.stringify(said.body) };
  }

  async function answerTo(path: Path, ask: Ask): Promise<Response> {
    const payload = { name, namespace, phase: 'Progressing', checksum: system.checksum() };
    const body = { kind: 'text', text: JSON.stringify(payload) } as const;
    const hosts = ['e2e-verifier.default'];
    const arrival = { since: Date.now(), onHangUp: () => undefined };
    const request = {
      method: 'POST',
      path,
      query: '',
      hosts,
      contentType: 'application/json',
      accept: '',
      authorization: '',
      body,
      ...arrival,
    };
    const settings = { log: silent, holds, authenticatesPayload: true, retryAfterSeconds: 10, callBudget: 60_000 };
    const authorize = async () => undefined;
    return (await handle(request, { ...settings, authorize, kube: () => client(ask), askAs: noCaller })).response;
  }
}

const noCaller = () => {
  throw new Error('nobody opens a gate here');
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Each rollout has a time of its own. */
export function rolloutAt(index: number): string {
  return `${new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().slice(0, 19)}Z`;
}

/** Tries again as the real one does, but at once. */
function askThrough(send: Sender): Ask {
  const memory = sharedMemory()(undefined);
  return async (request) => {
    try {
      return await exchange(request, memory, send);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return exchange(request, memory, send);
    }
  };
}

const canary = {
  metadata: { name },
  spec: {
    provider: 'kubernetes',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    service: { port: 8080 },
    analysis: { interval: '10s', threshold: 3, iterations: 2, webhooks: defaultWebhooks },
  },
};

export function createE2ESpec(hands: Hands): void {
  hands.create(resources.e2eSpecs, {
    metadata: { name },
    spec: { image: 'busybox:1.36', inconclusiveRetries: retries },
  });
}

/** It looks like one of another canary, and is nobody's business here. */
const strangersJob = {
  metadata: {
    name: 'e2e-other-85d64f8846',
    labels: { 'remarkable.com/managed-by': 'e2e-verifier', 'remarkable.com/canary': 'other' },
    annotations: { 'remarkable.com/canary': 'other', 'remarkable.com/checksum': 'other' },
  },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'e2e', image: 'busybox:1.36' }] } } },
};
