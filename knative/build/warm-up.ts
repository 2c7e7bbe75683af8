/**
 * Makes the code cache of a bundle: a process of its own, which answers a few calls and keeps what V8 compiled for them.
 * That is more than loading alone compiles, and less than everything (https://v8.dev/blog/improved-code-caching).
 * V8 takes the cache only in the same version of Node, so it is made by the one that will serve.
 *
 *     node knative/build/warm-up.ts dist/function-{hash}.cjs
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheContent, cacheOf, compile } from './compile.ts';
import { payload, tinyApi } from './tiny-api.ts';

const bundle = resolve(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'warm-up-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

const api = tinyApi().listen(0, '127.0.0.1');
await once(api, 'listening');
const port = await freePort();
Object.assign(process.env, {
  PORT: String(port),
  USE_IN_CLUSTER: 'false',
  AUTHENTICATE_PAYLOAD: 'true',
  KUBECONFIG: kubeconfig(`http://127.0.0.1:${(api.address() as AddressInfo).port}`),
});

const script = compile(bundle);
script.runInThisContext()({}, createRequire(bundle), {}, bundle, dirname(bundle));
const ready = await firstAnswer(`http://127.0.0.1:${port}/health/readiness`);
const verdicts = [];
for (let calls = 0; calls < 3; calls++) {
  verdicts.push(await call(`http://127.0.0.1:${port}/pre-rollout`));
}
if (ready !== 200 || !verdicts.includes(200)) {
  console.error(`the warm-up ended with ${ready}, ${verdicts.join(', ')}`);
  // The function outlives whatever is thrown.
  process.exit(1);
}
writeFileSync(cacheOf(bundle), cacheContent(script, bundle));
process.exit(0);

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}

/** The token in a file, as in a pod. */
function kubeconfig(server: string): string {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'token');
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  const config = {
    clusters: [{ name: 'warm-up', cluster: { server } }],
    users: [{ name: 'warm-up', user }],
    contexts: [{ name: 'warm-up', context: { cluster: 'warm-up', user: 'warm-up' } }],
    'current-context': 'warm-up',
  };
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function firstAnswer(url: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return response.status;
    await sleep(20);
  }
  throw new Error('the bundle does not listen');
}

async function call(url: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) });
  await response.text();
  return response.status;
}
