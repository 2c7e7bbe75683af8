/**
 * Clones a test of nGrinder, starts it, and waits for its end, as the webhook's metadata says: `type: ngrinder` of the load
 * tester. https://github.com/naver/ngrinder/wiki/REST-API-PerfTest
 *
 * metadata: server, clone, username; passwd in base64, or the password in the file /secrets/password; pollInterval as `5s`
 * (1s).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const {
  CANARY_METADATA_SERVER: server,
  CANARY_METADATA_CLONE: clone,
  CANARY_METADATA_USERNAME: username,
  CANARY_METADATA_PASSWD: passwd,
  CANARY_METADATA_POLLINTERVAL: pollInterval = '1s',
} = process.env;

const passwordFile = process.env.PASSWORD_FILE ?? '/secrets/password';
const name = 'the test of nGrinder';
const ended = { FINISHED: 'passed', STOP_BY_ERROR: 'failed', CANCELED: 'stopped', UNKNOWN: 'stopped' };

/** Whatever could not be tried is no failed test: a result without a test. */
function notTried(message) {
  console.error(message);
  handOver({ total: 0, failed: 0, failures: [{ name: message }] });
}

function handOver(result) {
  writeFileSync(process.env.TERMINATION_LOG ?? '/dev/termination-log', JSON.stringify(result));
}

function password() {
  return existsSync(passwordFile)
    ? readFileSync(passwordFile, 'utf8').trim()
    : Buffer.from(passwd, 'base64').toString();
}

async function ask(path, method = 'GET') {
  const url = new URL(path, server);
  const authorization = `Basic ${Buffer.from(`${username}:${password()}`).toString('base64')}`;
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(url, { method, headers: { Authorization: authorization }, signal });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** One answer that does not come is no end. */
async function askAgain(path, interval) {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(path);
    } catch (error) {
      if (tries === 5) throw error;
      await sleep(interval);
    }
  }
}

async function run() {
  const missing = Object.entries({ server, clone, username }).filter(([, value]) => !value);
  if (missing.length > 0) return notTried(`the webhook's metadata lacks ${missing.map(([key]) => key).join(', ')}`);
  if (!passwd && !existsSync(passwordFile))
    return notTried(`there is no password: neither ${passwordFile} nor metadata.passwd`);
  const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(pollInterval) ?? [];
  if (!Number(number)) return notTried(`pollInterval ${pollInterval}: write it as 5s`);
  const interval = Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit];
  const { id } = await ask(`/perftest/api/${encodeURIComponent(clone)}/clone_and_start`, 'POST');
  console.log(`test ${id} has begun`);
  // The E2ESpec's activeDeadlineSeconds bounds it: nGrinder has no end of its own to wait for.
  for (;;) {
    const { status: [{ status_id: status } = {}] = [] } = await askAgain(`/perftest/api/${id}/status`, interval);
    const end = ended[status];
    if (end === 'passed') return handOver({ total: 1, failed: 0 });
    if (end === 'failed') {
      console.error(`test ${id}: ${status}`);
      return handOver({ total: 1, failed: 1, failures: [{ name, message: `${id}: ${status}` }] });
    }
    if (end === 'stopped') return notTried(`test ${id} was stopped: ${status}`);
    await sleep(interval);
  }
}

await run().catch((error) => notTried(`${name} could not be followed: ${error.cause?.message ?? error.message}`));
