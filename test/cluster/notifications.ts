/**
 * The verifier's sink in a cluster: `examples/notifications/` in a namespace of the verifier, behind a host that keeps each
 * CloudEvent as it came, and plays Slack and GitHub.
 */
import assert from 'node:assert/strict';
import { at, read, resources } from '../support/documents.ts';
import { until } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import type { ReceivedEvent } from '../support/sink.ts';
import { withKustomization } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { patiently } from './patience.ts';
import type { World } from './rollout.ts';
import type { Wiring } from './wirings.ts';

interface ReceivedRequest {
  path: string;
  authorization?: string;
  body: Record<string, unknown>;
}

export interface Hosts {
  /** For NOTIFY_URL. */
  url: string;
  /** What it has passed on to the bridge of this namespace of the canary, the oldest first. */
  events(namespace: string): Promise<ReceivedEvent[]>;
  /** What the bridge has sent, about a canary of this namespace. */
  sent(namespace: string): Promise<{ statuses: ReceivedRequest[]; texts: string[] }>;
}

const commit = { repository: 'shop/my-app', sha: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567' };
const token = 't0ken-of-git';

/** Takes CloudEvents for a bridge at `/events`, and anything else for itself; GET tells all. */
const script = `
const { createServer } = require('node:http');
const { json } = require('node:stream/consumers');
const requests = [];
createServer(async (request, response) => {
  if (request.method === 'GET') return response.end(JSON.stringify(requests));
  const { url: path, headers } = request;
  const body = await json(request);
  requests.push({ path, authorization: headers.authorization, body });
  if (path !== '/events') return response.end('ok');
  const passed = { method: 'POST', headers: { 'Content-Type': headers['content-type'] }, body: JSON.stringify(body) };
  const { status } = await fetch(process.env.BRIDGE, passed).catch(() => ({ status: 503 }));
  response.writeHead(status).end();
}).listen(8080);`;

/** The bridge goes into `home`, the hosts into a namespace of their own. */
export async function startHosts(kubernetes: Kubernetes, home: string): Promise<Hosts> {
  const away = await kubernetes.namespace();
  const runs = ['run', 'hosts', '-n', away, '--image=node:24', `--env=BRIDGE=http://e2e-bridge.${home}`];
  await kubectl([...runs, '--port=8080', '--expose', '--', 'node', '-e', script]);
  const host = `http://hosts.${away}:8080`;
  const secret = { SLACK_URL: `${host}/slack`, GIT_URL: `${host}/git`, GIT_TOKEN: token };
  await kubernetes.apply({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'e2e-bridge', namespace: home } },
    stringData: secret,
  });
  const change = { namespace: home };
  await withKustomization('examples/notifications', change, (folder) => kubectl(['apply', '-k', folder]));
  await kubectl(['rollout', 'status', 'deployment/e2e-bridge', '-n', home, patiently]);
  await kubectl(['wait', 'pod/hosts', '-n', away, '--for=condition=Ready', patiently]);
  const requests = async (): Promise<ReceivedRequest[]> => {
    const tell = `fetch('http://127.0.0.1:8080').then((all) => all.text()).then(console.log)`;
    return JSON.parse(await kubectl(['exec', '-n', away, 'hosts', '--', 'node', '-e', tell]));
  };
  return {
    url: `${host}/events`,
    async events(namespace) {
      const events = (await requests()).flatMap(({ path, body }) =>
        path === '/events' ? [body as ReceivedEvent] : [],
      );
      return events.filter(({ data }) => data['namespace'] === namespace);
    },
    async sent(namespace) {
      const all = (await requests()).filter(({ path }) => path !== '/events');
      const isOf = ({ body }: ReceivedRequest) => JSON.stringify(body).includes(`${namespace}/`);
      return {
        statuses: all.filter(isOf).filter(({ path }) => path.startsWith('/git')),
        texts: all.filter(isOf).flatMap(({ path, body }) => (path === '/slack' ? [String(body['text'])] : [])),
      };
    },
  };
}

/** Gives the Canary an event hook, a commit, and the bridge the right to read that. */
export async function wireSink({ kubernetes, namespace }: World, { name }: Wiring, home: string): Promise<void> {
  const roles = resources(read('examples/notifications/bridge.yaml')).filter(({ kind }) => kind.startsWith('Role'));
  for (const role of roles) {
    const subjects = { subjects: [{ kind: 'ServiceAccount', name: 'e2e-bridge', namespace: home }] };
    const metadata = { ...role.metadata, namespace };
    await kubernetes.apply({ ...role, metadata, ...(role.kind === 'RoleBinding' && subjects) } as KubernetesObject);
  }
  const hook = { name: 'send to Slack', type: 'event', url: `http://e2e-verifier.${home}/event` };
  const patch = [
    { op: 'add', path: '/spec/analysis/webhooks/-', value: hook },
    { op: 'add', path: '/metadata/annotations/example.com~1commit', value: `${commit.repository}@${commit.sha}` },
  ];
  await kubectl(['-n', namespace, 'patch', 'canary', name, '--type=json', '-p', JSON.stringify(patch)]);
}

export interface Expected {
  type: string;
  verdict: string;
  message: RegExp;
  /** Of the commit. */
  state: string;
}

/** That the sink was told this verdict once, what Flagger said, and that both got through the bridge. */
export async function assertNotified(hosts: Hosts, { namespace }: World, { name }: Wiring, expected: Expected) {
  const isOfFlagger = ({ type }: ReceivedEvent) => type === 'com.remarkable.e2e.event';
  const events = await until(
    () => hosts.events(namespace),
    (found) => found.some(isOfFlagger) && found.some((event) => !isOfFlagger(event)),
    30,
  );
  const [verdict, ...more] = events.filter((event) => !isOfFlagger(event));
  assert.deepEqual(
    more.filter(({ id }) => id !== verdict?.id),
    [],
  );
  assert.equal(verdict?.type, expected.type);
  assert.equal(verdict.source, `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/${name}`);
  assert.deepEqual([verdict.data['canary'], verdict.data['verdict']], [name, expected.verdict]);
  assert.match(String(verdict.data['message']), expected.message);
  const said = events.filter(isOfFlagger).map(({ data }) => String(data['message']));
  assert.ok(
    said.some((text) => text.startsWith('New revision detected!')),
    said.join('\n'),
  );
  const { statuses, texts } = await hosts.sent(namespace);
  assert.ok(
    texts.some((text) => text.includes(`*${namespace}/${name}* ${expected.verdict}: `) && expected.message.test(text)),
    texts.join('\n'),
  );
  const [status] = statuses;
  assert.equal(status?.path, `/git/repos/${commit.repository}/statuses/${commit.sha}`);
  assert.deepEqual([status.authorization, status.body['state']], [`Bearer ${token}`, expected.state]);
}

/** The verifier of a manifest, with this sink. */
export function notifying(object: KubernetesObject, url: string): KubernetesObject {
  if (object.kind !== 'Deployment') return object;
  const copy = structuredClone(object);
  const env = at(copy, 'spec', 'template', 'spec', 'containers', 0, 'env');
  assert.ok(Array.isArray(env));
  env.push({ name: 'NOTIFY_URL', value: url });
  return copy;
}
