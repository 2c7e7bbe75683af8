/**
 * Flagger's part: for each revision the hooks of its analysis, in the order in which Flagger asks them.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { Status } from '../../function/api/e2espec.ts';
import { type PlayedCanary, playFlagger } from '../../test/support/canary.ts';
import type { Kubernetes, KubernetesObject } from '../../test/support/kubernetes.ts';
import { newestJob } from './job.ts';
import type { Path } from './meaning.ts';
import type { Answered, Outcome, Printer } from './print.ts';
import { behind, speed } from './stage.ts';

interface Revision {
  title: string;
  spec: string;
  /** What /pre-rollout must answer in the end, and words that must be in it. */
  status: number;
  words: string[];
  /** What Flagger's rollback hook must hear then. */
  rollback: number;
  /** What must be on record. */
  verdict: string;
}

const revisions: Revision[] = [
  {
    title: 'passes',
    spec: 'e2espec-passes.yaml',
    status: 200,
    words: ['Passed'],
    rollback: 403,
    verdict: 'Passed',
  },
  {
    title: 'fails',
    spec: 'e2espec-fails.yaml',
    status: 412,
    words: ['exit code 1', 'checkout accepts an expired card'],
    rollback: 200,
    verdict: 'Failed',
  },
  {
    title: 'cannot run',
    spec: 'e2espec-cannot-run.yaml',
    status: 424,
    words: ['registry.invalid/podinfo-e2e:1.0', 'spec.image'],
    rollback: 200,
    verdict: 'Inconclusive',
  },
];

const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'demo', name: 'podinfo' };

/** Every answer that was not the right one. */
export async function playRollouts(kubernetes: Kubernetes, url: string, printer: Printer): Promise<string[]> {
  printer.text(
    'The real verifier, on a Kubernetes API that is embedded here. Flagger is played: the demo makes the calls that ' +
      `Flagger makes for three revisions of the canary podinfo. ${speed} seconds pass there in one of yours.`,
  );
  const canary = await playDemoCanary(kubernetes, { clockSkew: -behind * 1000 });
  const outcomes: Played[] = [];
  for (const [index, revision] of revisions.entries()) {
    printer.revision(`Revision ${index + 1}: its test ${revision.title} (examples/demo/${revision.spec})`);
    await applyFile(kubernetes, revision.spec);
    await canary.begin(`revision-${index + 1}`);
    outcomes.push(await oneRollout({ kubernetes, url, printer, canary }, revision));
  }
  printer.outcomes(outcomes);
  const wrong = outcomes.flatMap((outcome) => outcome.wrong);
  printer.text('');
  if (wrong.length === 0)
    printer.text('Every answer was the right one: one revision promoted, two kept from the users.');
  else for (const each of wrong) printer.text(`Not the right answer: ${each}`);
  return wrong;
}

/** The canary of the demo, idle, and its E2ESpec where a file is given. `clockSkew`: milliseconds. */
export async function playDemoCanary(
  kubernetes: Kubernetes,
  { spec, clockSkew = 0 }: { spec?: string; clockSkew?: number } = {},
): Promise<PlayedCanary> {
  for (const file of ['namespace.yaml', 'canary.yaml', ...(spec ? [spec] : [])]) await applyFile(kubernetes, file);
  return playFlagger(kubernetes, key, (revision) => changeTarget(kubernetes, revision), clockSkew);
}

interface Play {
  kubernetes: Kubernetes;
  url: string;
  printer: Printer;
  canary: PlayedCanary;
}

interface Played extends Outcome {
  /** Answers that were not the right ones. */
  wrong: string[];
}

async function oneRollout(play: Play, revision: Revision): Promise<Played> {
  const { kubernetes, printer, canary } = play;
  const wrong: string[] = [];
  const expect = ({ path, status, body }: Answered, wanted: number, said: string[] = []) => {
    const missing = said.filter((word) => !body.includes(word));
    if (status !== wanted || missing.length > 0)
      wrong.push(`${path} answered ${status} ${body}; expected ${wanted} ${missing.join(', ')}`);
  };
  const ask = (path: Path) => call(play, path);

  expect(await ask('/rollback'), 403);
  let answer = await ask('/pre-rollout');
  expect(answer, 429);
  while (answer.status === 429) {
    await sleep((Number(answer.retryAfter) * 1000) / speed);
    answer = await ask('/pre-rollout');
  }
  expect(answer, revision.status, revision.words);
  printer.job(await newestJob(kubernetes));
  const last = await ask('/rollback');
  expect(last, revision.rollback);
  const isRolledBack = last.status === 200;
  await canary.end(isRolledBack ? 'Failed' : 'Succeeded');
  printer.end(isRolledBack ? 'rolls back: no user has met this revision.' : 'goes on, and promotes this revision.');

  const verdict = await verdictOnRecord(kubernetes, canary.payload().checksum);
  if (verdict !== revision.verdict) wrong.push(`on record is ${verdict}; expected ${revision.verdict}`);
  return { title: revision.title, preRollout: answer.status, rollback: last.status, verdict, isRolledBack, wrong };
}

async function verdictOnRecord(kubernetes: Kubernetes, checksum: string): Promise<string> {
  const spec = await kubernetes.get({ ...key, apiVersion: 'remarkable.com/v1', kind: 'E2ESpec' });
  const { runs = [] } = (spec?.['status'] ?? {}) as Status;
  return runs.find((run) => run.checksum === checksum)?.verdict ?? '';
}

async function call({ url, printer, canary }: Play, path: Path): Promise<Answered> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(canary.payload()),
  });
  const { status, headers } = response;
  const answered = { path, status, retryAfter: headers.get('retry-after'), body: (await response.text()).trimEnd() };
  printer.call(answered);
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
