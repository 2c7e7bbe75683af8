/**
 * One run of a folder of specs in the cluster: a Job, and the ConfigMaps that it owns, which go with it.
 */
import { basename, resolve } from 'node:path';
import type { Canary } from '../../api/canary.ts';
import { withDefaults } from '../../api/e2espec.ts';
import type { Job, Target } from '../../api/kubernetes.ts';
import { testContainer } from '../../api/labels.ts';
import { isObjectName } from '../../api/names.ts';
import type { Failure } from '../follow/failures.ts';
import { offRecord, type Report } from '../follow/report.ts';
import type { Show } from '../follow/show.ts';
import { CannotRun } from '../problem.ts';
import { createBeside } from '../run/beside.ts';
import { showingOption, verdictOfOption } from '../run/image-words.ts';
import { missing } from '../run/instead.ts';
import { jobFor, randomSuffix } from '../run/job.ts';
import { runOnce } from '../run/once.ts';
import { besides } from '../run/source.ts';
import type { Session } from '../session.ts';
import type { SpecFile } from './folder.ts';
import { objectsOf } from './objects.ts';
import { runner } from './runner.ts';

export interface Setting {
  namespace: string;
  /** Of the Canary; without one, of the folder. */
  name: string;
  canary: Canary | undefined;
  target: Target | undefined;
  image: string;
  serviceAccountName?: string;
  url?: string;
}

export type Ended =
  /** `failedIn`: the files. */
  { report: Report; failures: readonly Failure[]; failedIn: string[] } | 'interrupted';

// Milliseconds.
const patience = 30_000;

// Seconds: of a Job whose command line was killed, so that it could not take it away.
const secondsKept = 60;

/** `only`: files by their paths; all where there is none. */
export async function runSpecs(
  { files, only }: { files: SpecFile[]; only: string[] },
  setting: Setting,
  session: Session,
  show: Show,
  signal: AbortSignal,
): Promise<Ended> {
  const { namespace, name, canary, target, image, serviceAccountName, url } = setting;
  const suffix = randomSuffix();
  const asked = {
    name: `e2e-${name}-cli-${suffix}`,
    namespace,
    image,
    ...(serviceAccountName && { serviceAccountName }),
  };
  const { configMaps, e2eSpec } = objectsOf(files, runner, asked);
  const spec = { ...e2eSpec.spec, command: [...(e2eSpec.spec.command ?? []), ...only] };
  const tested = { e2eSpec: { metadata: { name, namespace }, spec }, canary, target };
  const manifest = passing(jobFor(tested, url === undefined ? {} : { url }, suffix), canary !== undefined);
  const beside = (job: Job) => createBeside(job, configMaps, session);
  const failedIn: string[] = [];
  const outcome = await runOnce(manifest, session, hearing(showingOption(show), failedIn), signal, beside);
  if (outcome.kind === 'interrupted') return 'interrupted';
  if (outcome.kind === 'noVerdict') throw new CannotRun(session.explained(outcome.message));
  const { verdict, failures } = outcome;
  const place = { name, namespace, job: manifest.metadata?.name ?? '' };
  const report = offRecord(place, verdictOfOption(verdict), withDefaults(spec));
  const part = only.length === 0 ? [] : [`of ${only.join(', ')} alone`];
  return { report: { ...report, meaning: [...part, ...report.meaning] }, failures, failedIn };
}

/** Of a Canary the specs are told by `canary` alone: the name of a folder is none. */
function passing(job: Job, hasCanary: boolean): Job {
  const template = job.spec?.template;
  if (job.spec === undefined || template?.spec === undefined) return job;
  const isOf = (name: string) => hasCanary || !/^CANARY_(NAME|PHASE|CHECKSUM)$/.test(name);
  const containers = template.spec.containers.map((container) =>
    container.name === testContainer
      ? { ...container, env: (container.env ?? []).filter(({ name }) => isOf(name)) }
      : container,
  );
  return {
    ...job,
    spec: {
      ...job.spec,
      ttlSecondsAfterFinished: secondsKept,
      template: { ...template, spec: { ...template.spec, containers } },
    },
  };
}

/** The runner's last line, of examples/specs/runtime/specs.mjs. */
function hearing(show: Show, failedIn: string[]): Show {
  return {
    ...show,
    log: (lines) => {
      for (const line of lines) {
        const [, files] = /^ \| failed in (.+)$/.exec(line) ?? [];
        if (files !== undefined) failedIn.splice(0, failedIn.length, ...files.split(', '));
      }
      return show.log(lines);
    },
  };
}

/** Throws where a Canary is named that is not there. */
export async function canaryCalled(
  name: string | undefined,
  namespace: string,
  session: Session,
): Promise<Pick<Setting, 'canary' | 'target'>> {
  if (name === undefined) return { canary: undefined, target: undefined };
  const kube = session.kube({ endsAt: Date.now() + patience });
  const { problem, ...found } = await besides({ metadata: { name, namespace }, spec: { image: '' } }, kube);
  if (problem !== undefined) throw new CannotRun(problem);
  if (found.canary === undefined) {
    throw new CannotRun(
      await missing('Canary', { name, namespace }, session.inventory({ endsAt: Date.now() + patience })),
    );
  }
  return found;
}

/** The folder's, where it can be one of an object. */
export function nameOf(folder: string): string {
  const name = basename(resolve(folder)).toLowerCase();
  return isObjectName(name) ? name : 'specs';
}
