/**
 * Flagger's part: for each revision the hooks of its analysis, in the order in which Flagger asks them.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { type PlayedCanary, playFlagger } from '../../test/support/canary.ts';
import type { Kubernetes, KubernetesObject } from '../../test/support/kubernetes.ts';
import { type Answered, print, printCall, printJob } from './print.ts';

interface Revision {
  title: string;
  spec: string;
  /** What /pre-rollout must answer in the end, and words that must be in it. */
  status: number;
  words: string[];
  /** What Flagger's rollback hook must hear then. */
  rollback: number;
}

const revisions: Revision[] = [
  { title: 'its test passes', spec: 'e2espec-passes.yaml', status: 200, words: ['Passed'], rollback: 403 },
  {
    title: 'its test fails',
    spec: 'e2espec-fails.yaml',
    status: 412,
    words: ['exit code 1', 'checkout accepts an expired card'],
    rollback: 200,
  },
  {
    title: 'its test cannot run',
    spec: 'e2espec-cannot-run.yaml',
    status: 424,
    words: ['registry.invalid/podinfo-e2e:1.0', 'spec.image'],
    rollback: 200,
  },
];

const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'demo', name: 'podinfo' };

/** Every answer that was not the right one. */
export async function playRollouts(kubernetes: Kubernetes, url: string): Promise<string[]> {
  const canary = await playDemoCanary(kubernetes);
  const wrong: string[] = [];
  for (const [index, revision] of revisions.entries()) {
    print(`\nRevision ${index + 1} of the canary podinfo: ${revision.title} (examples/demo/${revision.spec})`);
    await applyFile(kubernetes, revision.spec);
    await canary.begin(`revision-${index + 1}`);
    wrong.push(...(await oneRollout(kubernetes, url, canary, revision)));
  }
  return wrong;
}

/** The canary of the demo, idle, and its E2ESpec where a file is given. */
export async function playDemoCanary(kubernetes: Kubernetes, spec?: string): Promise<PlayedCanary> {
  for (const file of ['namespace.yaml', 'canary.yaml', ...(spec ? [spec] : [])]) await applyFile(kubernetes, file);
  return playFlagger(kubernetes, key, (revision) => changeTarget(kubernetes, revision));
}

async function oneRollout(
  kubernetes: Kubernetes,
  url: string,
  canary: PlayedCanary,
  { status, words, rollback }: Revision,
): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (answered: Answered, wanted: number, said: string[] = []) => {
    const missing = said.filter((word) => !answered.body.includes(word));
    if (answered.status !== wanted || missing.length > 0) {
      wrong.push(
        `${answered.path} answered ${answered.status} ${answered.body}; expected ${wanted} ${missing.join(', ')}`,
      );
    }
  };
  const ask = (path: string) => call(url, path, canary);

  expect(await ask('/rollback'), 403);
  let answer = await ask('/pre-rollout');
  expect(answer, 429);
  while (answer.status === 429) {
    await printJob(kubernetes);
    await sleep(Number(answer.retryAfter) * 1000);
    answer = await ask('/pre-rollout');
  }
  expect(answer, status, words);
  await printJob(kubernetes);
  const last = await ask('/rollback');
  expect(last, rollback);
  const isRolledBack = last.status === 200;
  await canary.end(isRolledBack ? 'Failed' : 'Succeeded');
  print(isRolledBack ? '  Flagger rolls back: no user has met this revision.' : '  Flagger goes on and promotes.');
  return wrong;
}

async function call(url: string, path: string, canary: PlayedCanary): Promise<Answered> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(canary.payload()),
  });
  const { status, headers } = response;
  const answered = { path, status, retryAfter: headers.get('retry-after'), body: (await response.text()).trimEnd() };
  printCall(answered);
  return answered;
}

async function applyFile(kubernetes: Kubernetes, file: string): Promise<void> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  for (const document of parseAllDocuments(text)) await kubernetes.apply(document.toJS() as KubernetesObject);
}

async function changeTarget(kubernetes: Kubernetes, revision: string): Promise<void> {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'podinfo' };
  await kubernetes.patch(target, { spec: { template: { metadata: { annotations: { revision } } } } });
}
