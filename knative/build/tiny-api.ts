/**
 * As much of a Kubernetes API as the warm-up asks for: objects by path, one canary in the middle of a rollout.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { checksumOf } from '../../function/flagger/checksum.ts';

type Json = Record<string, unknown>;

const namespace = 'warm-up';
const name = 'canary';
const at = '2026-01-01T00:00:00Z';
const paths = {
  canary: `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/${name}`,
  spec: `/apis/remarkable.com/v1/namespaces/${namespace}/e2especs/${name}`,
  target: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
};

const status = {
  phase: 'Progressing',
  lastAppliedSpec: 'one',
  trackedConfigs: {},
  conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: at }],
};

const rolledOut = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const ended = { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at };
const jobUid = 'uid';
const pod = {
  metadata: {
    namespace,
    name,
    uid: 'Pod',
    creationTimestamp: at,
    ownerReferences: [{ kind: 'Job', name, uid: jobUid, controller: true }],
  },
  status: { phase: 'Succeeded', containerStatuses: [{ name: 'e2e', state: { terminated: ended } }] },
};

const hook = { name: 'e2e', type: 'pre-rollout', url: 'http://e2e-verifier.default/pre-rollout' };

/** What Flagger would post. */
export const payload = { name, namespace, phase: status.phase, checksum: checksumOf(status) };

export function tinyApi(): Server {
  const objects = new Map<string, Json>([
    [
      paths.canary,
      object('flagger.app/v1beta1', 'Canary', {
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          service: { port: 80 },
          analysis: { interval: '10s', threshold: 1, webhooks: [hook] },
        },
        status,
      }),
    ],
    [paths.spec, object('remarkable.com/v1', 'E2ESpec', { spec: { image: 'test' } })],
    [paths.target, object('apps/v1', 'Deployment', { spec: { replicas: 1, template: {} }, status: rolledOut })],
  ]);
  return createServer(async (request, response) => {
    const [code, body] = await answer(request, objects);
    response.writeHead(code, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
}

async function answer(request: IncomingMessage, objects: Map<string, Json>): Promise<[number, Json]> {
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method === 'POST') return create(path, await bodyOf(request), objects);
  const found = objects.get(path.replace(/\/status$/, ''));
  if (request.method === 'PATCH' && found) Object.assign(found, { status: (await bodyOf(request))['status'] });
  if (found) return [200, found];
  if (path.endsWith('/pods')) return [200, { kind: 'PodList', items: [pod] }];
  if (path.endsWith('/jobs')) return [200, { kind: 'JobList', items: [] }];
  if (path.endsWith('/events')) return [200, { kind: 'EventList', items: [] }];
  return [404, { kind: 'Status', apiVersion: 'v1', reason: 'NotFound', code: 404 }];
}

// The next call finds the Job complete.
function create(collection: string, given: Json, objects: Map<string, Json>): [number, Json] {
  const metadata = { ...Object(given['metadata']), uid: jobUid, creationTimestamp: at };
  const complete = { conditions: [{ type: 'Complete', status: 'True' }], startTime: at, completionTime: at };
  const created = { ...given, metadata, status: complete };
  objects.set(`${collection}/${metadata.name}`, created);
  return [201, created];
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  return Object(await json(request));
}

function object(apiVersion: string, kind: string, rest: Json): Json {
  const metadata = { namespace, name, uid: kind, resourceVersion: '1', generation: 1, creationTimestamp: at };
  return { apiVersion, kind, metadata, ...rest };
}
