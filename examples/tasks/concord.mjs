/**
 * Starts a process of Concord, as the webhook's metadata says, and waits for its end: `type: concord` of the load tester.
 * https://concord.walmartlabs.com/docs/api/process.html
 *
 * metadata: server, org, project, repo, entrypoint, endpoint; pollInterval and pollTimeout in seconds (5 and 30). More keys
 * of metadata are arguments of the process. The API key is the file /secrets/key, or metadata.apiKeyPath.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const own = [
  'SERVER',
  'ORG',
  'PROJECT',
  'REPO',
  'ENTRYPOINT',
  'ENDPOINT',
  'POLLINTERVAL',
  'POLLTIMEOUT',
  'APIKEYPATH',
  'TYPE',
];
const metadata = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith('CANARY_METADATA_') ? [[name.slice('CANARY_METADATA_'.length), value]] : [],
  ),
);

const name = 'the process of Concord';
const ended = { FINISHED: 'passed', FAILED: 'failed', CANCELLED: 'stopped', TIMED_OUT: 'failed' };

/** Whatever could not be tried is no failed test: a result without a test. */
function notTried(message) {
  console.error(message);
  handOver({ total: 0, failed: 0, failures: [{ name: message }] });
}

function handOver(result) {
  writeFileSync(process.env.TERMINATION_LOG ?? '/dev/termination-log', JSON.stringify(result));
}

async function ask(path, key, init = {}) {
  const url = new URL(path, metadata.SERVER);
  const response = await fetch(url, { ...init, headers: { Authorization: key }, signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** One answer that does not come is no end. */
async function askAgain(path, key, interval) {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(path, key);
    } catch (error) {
      if (tries === 5) throw error;
      await sleep(interval);
    }
  }
}

function form() {
  const { ORG, PROJECT, REPO, ENTRYPOINT, ENDPOINT } = metadata;
  const data = new FormData();
  for (const [field, value] of Object.entries({ org: ORG, project: PROJECT, repo: REPO, entryPoint: ENTRYPOINT }))
    data.set(field, value);
  data.set('arguments.endpoint', ENDPOINT ?? process.env.CANARY_URL ?? '');
  for (const [key, value] of Object.entries(metadata))
    if (!own.includes(key)) data.set(`arguments.${key.toLowerCase()}`, value);
  return data;
}

async function run() {
  const missing = ['SERVER', 'ORG', 'PROJECT', 'REPO', 'ENTRYPOINT'].filter((key) => !metadata[key]);
  if (missing.length > 0) return notTried(`the webhook's metadata lacks ${missing.join(', ').toLowerCase()}`);
  const interval = Number(metadata.POLLINTERVAL ?? 5);
  const timeout = Number(metadata.POLLTIMEOUT ?? 30);
  if (!(interval > 0) || !(timeout > 0)) return notTried('pollInterval and pollTimeout are numbers of seconds');
  const key = readFileSync(metadata.APIKEYPATH ?? '/secrets/key', 'utf8').trim();
  const { instanceId } = await ask('/api/v1/process', key, { method: 'POST', body: form() });
  console.log(`process ${instanceId} has begun`);
  const until = Date.now() + timeout * 1000;
  while (Date.now() < until) {
    const { status } = await askAgain(`/api/v1/process/${instanceId}`, key, interval * 1000);
    const end = ended[status];
    if (end === 'passed') return handOver({ total: 1, failed: 0 });
    if (end === 'failed') {
      console.error(`process ${instanceId}: ${status}`);
      return handOver({ total: 1, failed: 1, failures: [{ name, message: `${instanceId}: ${status}` }] });
    }
    if (end === 'stopped') return notTried(`process ${instanceId} was stopped: ${status}`);
    await sleep(Math.min(interval * 1000, Math.max(0, until - Date.now())));
  }
  await ask(`/api/v1/process/${instanceId}`, key, { method: 'DELETE' }).catch(() => undefined);
  handOver({ total: 1, failed: 1, failures: [{ name, message: `${instanceId}: no end within ${timeout} s` }] });
}

await run().catch((error) => notTried(`${name} could not be followed: ${error.cause?.message ?? error.message}`));
