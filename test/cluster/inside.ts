/**
 * Calls from inside the cluster, where Flagger calls from: a pod with Node.js that runs what it is given.
 */
import { kubectl } from './kubectl.ts';
import { patiently } from './patience.ts';

const image = 'node:24';

export interface Inside {
  /** The text of an answer, and its status; 0 with the error's words when there was none. */
  ask(url: string, init?: RequestInit): Promise<Answer>;
  /** As Flagger posts a webhook. */
  post(url: string, payload: object): Promise<Answer>;
  /** Runs a TypeScript module there; resolves to what it prints. */
  run(source: string, ...args: string[]): Promise<string>;
}

export interface Answer {
  status: number;
  text: string;
}

const askingFor = `
const [url, init] = process.argv.slice(2);
try {
  const response = await fetch(url, JSON.parse(init));
  console.log(JSON.stringify({ status: response.status, text: (await response.text()).trim() }));
} catch (error) {
  console.log(JSON.stringify({ status: 0, text: String(error.cause ?? error) }));
}`;

/** Goes with its namespace. */
export async function goInside(namespace: string): Promise<Inside> {
  await kubectl(['run', 'inside', '-n', namespace, `--image=${image}`, '--restart=Never', '--', 'sleep', '3600']);
  await kubectl(['wait', 'pod/inside', '-n', namespace, '--for=condition=Ready', patiently]);
  const run = (source: string, ...args: string[]) => {
    const node = ['node', '--no-warnings', '--input-type=module-typescript', '-', ...args];
    return kubectl(['exec', '-i', '-n', namespace, 'inside', '--', ...node], { input: source });
  };
  const ask = async (url: string, init: RequestInit = {}) =>
    JSON.parse(await run(askingFor, url, JSON.stringify(init))) as Answer;
  return {
    ask,
    post: (url, payload) =>
      ask(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(payload),
      }),
    run,
  };
}
