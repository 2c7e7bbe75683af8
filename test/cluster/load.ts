/**
 * A bounded load, to be run inside the cluster: a few callers, each with one call at a time, until a file is there, and
 * in no case for longer than three minutes. It prints how often each answer came: `{"403 CanaryMismatch": 12}`.
 * Arguments: the calls as JSON, callers, the file, and `kept` connections or a `new` one for each call.
 */
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadCall {
  method: 'GET' | 'POST';
  url: string;
  body?: object;
  /** Sends the last byte of the body so much later: the call is in flight for longer. */
  milliseconds?: number;
}

const PAUSE_MS = 30;
// What no answer may take: Flagger's own timeout.
const GIVE_UP_MS = 30_000;

const MOST_MS = 180_000;

const [calls = '[]', callers = '1', file = '', connections = 'kept'] = process.argv.slice(2);
const answers: Record<string, number> = {};
const agent = new Agent({ keepAlive: connections === 'kept' });
const end = Date.now() + MOST_MS;

function send({ method, url, body, milliseconds = 0 }: LoadCall): Promise<string> {
  return new Promise((resolve) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) };
    const asked = request(url, { method, agent, headers, timeout: GIVE_UP_MS }, (response) => {
      let said = '';
      response.on('data', (chunk) => {
        said += chunk;
      });
      response.on('end', () => resolve(`${response.statusCode} ${said.split(/[:\n]/)[0]}`));
      response.on('error', (error) => resolve(`cut off: ${error.message}`));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${GIVE_UP_MS} ms`)));
    asked.on('error', (error) => resolve(`lost: ${error.message}`));
    asked.write(text.slice(0, -1));
    setTimeout(() => asked.end(text.slice(-1)), milliseconds);
  });
}

async function caller(plan: LoadCall[], first: number): Promise<void> {
  for (let turn = first; !existsSync(file) && Date.now() < end; turn++) {
    const call = plan[turn % plan.length];
    if (call === undefined) return;
    const answer = await send(call);
    answers[answer] = (answers[answer] ?? 0) + 1;
    await sleep(PAUSE_MS);
  }
}

const plan = JSON.parse(calls) as LoadCall[];
await Promise.all(Array.from({ length: Number(callers) }, (_, first) => caller(plan, first)));
console.log(JSON.stringify(answers));
agent.destroy();
