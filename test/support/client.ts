/**
 * A Kubernetes reached by a kubeconfig, over plain HTTP(S): the embedded API and a real cluster alike.
 * It reads tokens and client certificates; it knows no kind in advance but asks the discovery documents.
 */
import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Kubernetes, KubernetesObject, ObjectKey } from './kubernetes.ts';

export interface ClientOptions {
  flavour: Kubernetes['flavour'];
  userAgent?: string;
}

/** What the API server refused; the message is its Status message. */
export interface ApiError extends Error {
  code: number;
  reason: string;
}

interface Cluster {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
}

interface User {
  token?: string;
  tokenFile?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
}

interface KubeConfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: Cluster }[];
  users: { name: string; user: User }[];
}

interface Discovered {
  path: string;
  plural: string;
  namespaced: boolean;
  status: boolean;
}

type Send = (method: string, path: string, body?: unknown, contentType?: string) => Promise<KubernetesObject>;

export async function connect(kubeconfig: string, { flavour, userAgent }: ClientOptions): Promise<Kubernetes> {
  const { send, close } = await connection(kubeconfig, userAgent ?? 'behaviour-suite');
  const discover = discovery(send);
  const pathOf = async ({ apiVersion, kind, namespace, name }: Omit<ObjectKey, 'name'> & { name?: string }) => {
    const { path, plural, namespaced } = await discover(apiVersion, kind);
    const parts = [
      path,
      ...(namespaced && namespace ? ['namespaces', namespace] : []),
      plural,
      ...(name ? [name] : []),
    ];
    return parts.join('/');
  };
  const get: Kubernetes['get'] = async (key) => unlessMissing(send('GET', await pathOf(key)));
  const patch: Kubernetes['patch'] = async (key, change, subresource) => {
    const path = [await pathOf(key), ...(subresource ? [subresource] : [])].join('/');
    return send('PATCH', path, change, 'application/merge-patch+json');
  };

  return {
    flavour,
    kubeconfig,
    get,
    patch,
    async namespace() {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'test-' } };
      const created = await send('POST', '/api/v1/namespaces', body);
      const name = created.metadata.name ?? '';
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' };
      while (!(await get(account))) await wait(20);
      return name;
    },
    async apply(object) {
      const { status, ...rest } = object;
      const { apiVersion, kind } = object;
      const { namespace = 'default', name = '' } = object.metadata;
      const key = { apiVersion, kind, namespace, name };
      const subresource = (await discover(apiVersion, kind)).status;
      const main = subresource ? rest : object;
      const existing = name === '' ? undefined : await get(key);
      const written = existing
        ? await patch(key, main)
        : await send('POST', await pathOf({ apiVersion, kind, namespace }), main);
      if (status === undefined || !subresource) return written;
      return patch({ ...key, name: written.metadata.name ?? '' }, { status }, 'status');
    },
    async list(kind, labelSelector) {
      const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
      const { items } = await send('GET', (await pathOf(kind)) + query);
      const { apiVersion } = kind;
      // items of built-in kinds come without apiVersion and kind
      return (items as KubernetesObject[]).map((item) => ({ ...item, apiVersion, kind: kind.kind }));
    },
    async delete(key, propagationPolicy = 'Background') {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy };
      await unlessMissing(send('DELETE', await pathOf(key), body));
    },
    async token({ namespace, name }, audience) {
      const spec = { expirationSeconds: 3600, ...(audience === undefined ? {} : { audiences: [audience] }) };
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const { status } = await send('POST', path, body);
      return String(Object(status).token);
    },
    async stop() {
      close();
    },
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
    throw error;
  }
}

function discovery(send: Send): (apiVersion: string, kind: string) => Promise<Discovered> {
  const documents = new Map<string, Promise<KubernetesObject>>();
  return async (apiVersion, kind) => {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const document = documents.get(path) ?? send('GET', path);
    documents.set(path, document);
    // a document that could not be read is asked for again next time
    document.catch(() => documents.delete(path));
    const served = (await document)['resources'] as { name: string; kind: string; namespaced: boolean }[];
    const main = served.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!main) throw new Error(`${apiVersion} has no kind ${kind}`);
    const status = served.some((one) => one.name === `${main.name}/status`);
    return { path, plural: main.name, namespaced: main.namespaced, status };
  };
}

async function connection(kubeconfig: string, userAgent: string): Promise<{ send: Send; close: () => void }> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as KubeConfig;
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users.find(({ name }) => name === context?.user)?.user ?? {};
  if (!cluster) throw new Error(`${kubeconfig} has no current cluster`);
  const file = (path: string | undefined) => (path ? readFile(resolve(dirname(kubeconfig), path)) : undefined);
  const bytes = async (data: string | undefined, path: string | undefined) =>
    data ? Buffer.from(data, 'base64') : file(path);
  const ca = await bytes(cluster['certificate-authority-data'], cluster['certificate-authority']);
  const cert = await bytes(user['client-certificate-data'], user['client-certificate']);
  const key = await bytes(user['client-key-data'], user['client-key']);
  const token = user.token ?? (await file(user.tokenFile))?.toString('utf8').trim();
  const secure = cluster.server.startsWith('https:');
  const agent = secure
    ? new HttpsAgent({
        keepAlive: true,
        rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
      })
    : new HttpAgent({ keepAlive: true });

  const send: Send = async (method, path, body, contentType = 'application/json') => {
    const headers = {
      Accept: 'application/json',
      'User-Agent': userAgent,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined
        ? {}
        : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(JSON.stringify(body)) }),
    };
    const response = await new Promise<IncomingMessage>((settle, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(cluster.server + path, { method, headers, agent }, settle);
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return read(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'));
  };
  return { send, close: () => agent.destroy() };
}

function read(code: number, text: string): KubernetesObject {
  if (code >= 200 && code < 300) return JSON.parse(text);
  let status: { message?: string; reason?: string } = {};
  try {
    status = JSON.parse(text);
  } catch {
    status = { message: text.slice(0, 200) };
  }
  const error: ApiError = Object.assign(new Error(status.message ?? `HTTP ${code}`), {
    code,
    reason: status.reason ?? '',
  });
  throw error;
}
