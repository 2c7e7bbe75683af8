/**
 * A way to the verifier in `default` that falters: for the calls of one namespace it answers 503 for a while, as a verifier
 * does that cannot be reached. Everything else it passes on, as a gateway does.
 */
import type { Kubernetes } from '../support/kubernetes.ts';
import { kubectl } from './kubectl.ts';
import { patiently } from './patience.ts';
import { scriptedServer } from './scripted-server.ts';

export interface Faltering {
  /** The namespace in which hooks find it as `e2e-verifier`. */
  home: string;
  /** From the next call of this namespace on that is not `/confirm-rollout`. */
  falter(namespace: string, seconds: number): Promise<void>;
}

const name = 'e2e-verifier';

const pass = `
const { createServer, request: ask } = require('node:http');
const wanted = new Map();
const until = new Map();
createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const payload = JSON.parse(body.toString() || '{}');
  if (request.url === '/falter') {
    wanted.set(payload.namespace, payload.seconds);
    return response.end();
  }
  const { namespace } = payload;
  if (wanted.has(namespace) && request.url !== '/confirm-rollout') {
    until.set(namespace, Date.now() + wanted.get(namespace) * 1000);
    wanted.delete(namespace);
  }
  if (Date.now() < (until.get(namespace) ?? 0)) return response.writeHead(503).end('upstream connect error');
  const { host, ...headers } = request.headers;
  const there = { host: '${name}.default.svc.cluster.local', method: request.method, path: request.url };
  const call = ask({ ...there, headers: { ...headers, host: '${name}.default', 'x-forwarded-host': host } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  call.on('error', (error) => response.writeHead(503).end(String(error)));
  call.end(body);
}).listen(8080);`;

/** Goes with its namespace. */
export async function startFaltering(kubernetes: Kubernetes): Promise<Faltering> {
  const home = await kubernetes.namespace();
  for (const object of scriptedServer(name, home, pass)) await kubernetes.apply(object);
  await kubectl(['wait', `pod/${name}`, '-n', home, '--for=condition=Ready', patiently]);
  return {
    home,
    async falter(namespace, seconds) {
      const call = `fetch('http://127.0.0.1:8080/falter', {method: 'POST', body: process.argv[1]})`;
      const wish = JSON.stringify({ namespace, seconds });
      await kubectl(['exec', '-n', home, name, '--', 'node', '-e', call, wish]);
    },
  };
}
