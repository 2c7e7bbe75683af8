// CloudEvents of the verifier to a Slack webhook and, where the Canary says which commit it is of, to that commit's status.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const { SLACK_URL, GIT_URL = 'https://api.github.com', GIT_TOKEN, PORT = '8080' } = process.env;
const kubernetes = 'https://kubernetes.default.svc';
const states = { passed: 'success', failed: 'failure', inconclusive: 'error', unverified: 'error' };
const signs = { passed: ':white_check_mark:', failed: ':x:', waiting: ':raised_hand:', event: ':information_source:' };

async function call(url, token, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const request = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return response.headers.get('content-type')?.includes('json') ? response.json() : undefined;
}

async function pass({ type, source, data }) {
  const kind = type.split('.').pop();
  const text = [data.verdict ?? data.eventType, data.reason, data.message].filter(Boolean).join(': ');
  const token = readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
  // example.com/commit: OWNER/REPOSITORY@SHA, as the pipeline writes it that changes the Canary. `source` is its path.
  const canary = await call(kubernetes + source, token).catch((error) => console.error(error.message));
  const [repository, sha] = canary?.metadata.annotations?.['example.com/commit']?.split('@') ?? [];
  const where = `${data.namespace}/${data.canary}`;
  const status = { state: states[kind], context: `e2e/${where}`, description: text.slice(0, 140) };
  if (status.state && sha) await call(`${GIT_URL}/repos/${repository}/statuses/${sha}`, GIT_TOKEN, status);
  await call(SLACK_URL, '', { text: `${signs[kind] ?? ':warning:'} *${where}* ${text}` });
}

createServer(async (request, response) => {
  try {
    await pass(await json(request));
    response.writeHead(202).end();
  } catch (error) {
    // What is not passed on is not taken: the verifier sends it again.
    console.error(error.message);
    response.writeHead(503).end();
  }
}).listen(PORT);
