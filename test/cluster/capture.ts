/**
 * Makes each scenario for real and keeps what the API server says of it in `test/fixtures/`: `npm run fixtures`, or with
 * names of scenarios only those.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture } from '../support/capture.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { nodeScenarios } from '../support/scenarios/nodes.ts';
import { scenarios } from '../support/scenarios.ts';
import { serviceScenes } from '../support/services.ts';
import { captureRollout } from './capture-rollout.ts';
import { captureServices } from './capture-services.ts';
import { evict } from './evict.ts';
import { connect } from './kubernetes.ts';
import { checkout } from './settings.ts';
import { readState } from './state.ts';

const folder = join(checkout, 'test/fixtures');

const withoutManagedFields = (key: string, value: unknown) => (key === 'managedFields' ? undefined : value);

/** Few at once: a busy kubelet changes what comes first. */
const AT_ONCE = 4;

async function captureAll(kubernetes: Kubernetes, names: string[]): Promise<void> {
  const captures: [name: string, capture: () => Promise<unknown>][] = [
    ['rollout/blue-green', () => captureRollout(kubernetes)],
    ...Object.entries(serviceScenes).map(([name, scene]): [string, () => Promise<unknown>] => [
      `services/${name}`,
      () => captureServices(kubernetes, scene),
    ]),
    ...Object.entries(scenarios).map(([name, scenario]): [string, () => Promise<unknown>] => [
      name,
      () => capture(kubernetes, scenario, evict),
    ]),
  ];
  const left = captures.filter(([name]) => names.length === 0 || names.includes(name));
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await keep(...next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // They take the whole node along: by name alone, and one at a time.
  const ofNodes = nodeScenarios({ silence: () => signal('SIGSTOP'), wake: () => signal('SIGCONT') });
  for (const name of names) {
    const scenario = ofNodes[name];
    if (scenario !== undefined) await keep(name, () => capture(kubernetes, scenario, evict));
  }
}

async function keep(name: string, make: () => Promise<unknown>): Promise<void> {
  try {
    const text = JSON.stringify(await make(), withoutManagedFields, 2);
    const file = join(folder, `${name}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
    console.log(name);
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

function signal(what: 'SIGSTOP' | 'SIGCONT'): void {
  const kubelet = readState()?.processes.find(({ name }) => name === 'kubelet');
  if (kubelet !== undefined) process.kill(kubelet.pid, what);
}

const kubernetes = await connect();
try {
  await captureAll(kubernetes, process.argv.slice(2));
} finally {
  await kubernetes.stop();
}
