/**
 * `run`: by a Job of one's own, of which nothing is left.
 */
import { withDefaults } from '../../api/e2espec.ts';
import type { Job } from '../../api/kubernetes.ts';
import { offRecord } from '../follow/report.ts';
import type { Show } from '../follow/show.ts';
import { CannotRun } from '../problem.ts';
import type { Session } from '../session.ts';
import { readFiles, type SpecFile } from '../specs/folder.ts';
import type { Asked } from './asked.ts';
import { createBeside } from './beside.ts';
import type { Ended } from './finish.ts';
import { showingOption, verdictOfOption } from './image-words.ts';
import { jobFor, mayHaveUrl, type Tested } from './job.ts';
import { runOnce } from './once.ts';
import { fieldsMeant } from './settings.ts';
import { appliedSpec, besides, specInFile } from './source.ts';
import { laidOver, type Sync } from './sync.ts';

// Milliseconds, of what is read before.
const patience = 30_000;

/** `problem`: why it is not known whether there is a Canary. */
export async function testedBy(
  session: Session,
  name: string | undefined,
  { file, namespace }: Pick<Asked, 'file' | 'namespace'>,
): Promise<Tested & { problem?: string }> {
  const budget = { endsAt: Date.now() + patience };
  const kube = session.kube(budget);
  const e2eSpec =
    file === undefined
      ? await appliedSpec(namespace ?? session.namespace, name ?? '', kube, session.inventory(budget))
      : specInFile(file, name, { namespace, fallback: session.namespace });
  return { e2eSpec, ...(await besides(e2eSpec, kube)) };
}

/** Throws what keeps the folder from being laid over another. */
export function filesOf({ folder }: Sync): SpecFile[] {
  const { files } = readFiles(folder);
  if (files.length > 0) return files;
  throw new CannotRun(
    `there is no file in ${folder}, except for what is left out: dot files, node_modules, what .gitignore names`,
  );
}

/** To be said once, however often it runs. */
export function notesOn(tested: Tested & { problem?: string }, asked: Pick<Asked, 'url' | 'set'>): string[] {
  const missing = urlMissing(tested, asked);
  return [...fieldsMeant(asked.set ?? []), ...(missing === undefined ? [] : [missing])];
}

/** Why the test gets no CANARY_URL: nothing where it may get one. */
function urlMissing(
  { problem, ...tested }: Tested & { problem?: string },
  { url, set: variables = [] }: Pick<Asked, 'url' | 'set'>,
): string | undefined {
  if (mayHaveUrl(jobFor(tested, { variables, ...(url !== undefined && { url }) }))) return undefined;
  if (problem !== undefined) {
    return `no CANARY_URL, as the Canary cannot be looked up: ${problem}; or say --url`;
  }
  const { name, namespace } = tested.e2eSpec.metadata;
  return tested.canary === undefined
    ? `no CANARY_URL, as there is no Canary ${name} in namespace ${namespace}: --url sets it`
    : `no CANARY_URL, as Canary ${name} has no live address yet: --url sets it`;
}

export async function runOffRecord(
  tested: Tested,
  { image, url, set: variables = [], sync }: Pick<Asked, 'image' | 'url' | 'set' | 'sync'>,
  session: Session,
  show: Show,
  signal: AbortSignal,
): Promise<Ended> {
  const wanted = { variables, ...(image !== undefined && { image }), ...(url !== undefined && { url }) };
  const plain = jobFor(tested, wanted);
  const { job, configMap } = sync === undefined ? { job: plain } : laidOver(plain, filesOf(sync), sync.path);
  const beside = (made: Job) => createBeside(made, configMap === undefined ? [] : [configMap], session);
  const shown = image === undefined ? show : showingOption(show);
  const outcome = await runOnce(job, session, shown, signal, beside);
  switch (outcome.kind) {
    case 'interrupted':
      return 'interrupted';
    case 'noVerdict':
      throw new CannotRun(session.explained(outcome.message));
    case 'verdict': {
      const { metadata, spec } = tested.e2eSpec;
      const place = { name: metadata.name, namespace: metadata.namespace, job: job.metadata?.name ?? '' };
      const verdict = image === undefined ? outcome.verdict : verdictOfOption(outcome.verdict);
      const report = offRecord(place, verdict, withDefaults(spec));
      return { report, failures: outcome.failures };
    }
  }
}
