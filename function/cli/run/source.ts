/**
 * The E2ESpec that is meant: the one that is applied, or one in a file.
 */
import { readTarget } from '../../actions/read.ts';
import { isObjectName } from '../../api/names.ts';
import { HookError } from '../../errors.ts';
import type { Reader } from '../../kube/read.ts';
import { plain, problemLine } from '../lint/report.ts';
import { gather, standardInput } from '../manifests/files.ts';
import { CannotRun } from '../problem.ts';
import { listed, missing, type Names, nearest } from './instead.ts';
import type { Tested } from './job.ts';

type Source = Tested['e2eSpec'];

/** Throws what is missing, and what there is instead. */
export async function appliedSpec(
  namespace: string,
  name: string,
  kube: Pick<Reader, 'getE2ESpec'>,
  inventory: Names,
): Promise<Source> {
  const { value } = await kube.getE2ESpec(namespace, name);
  if (value !== undefined) return value;
  const besides = '-f FILE runs one that is not applied';
  throw new CannotRun(await missing('E2ESpec', { name, namespace }, inventory, besides));
}

/** `name`: where there are several. `fallback`: the namespace, where neither the file nor the command line says one. */
export function specInFile(
  file: string,
  name: string | undefined,
  { namespace, fallback }: { namespace: string | undefined; fallback: string },
): Source {
  const { e2eSpecs, problems } = gather([file]);
  const [problem] = problems;
  if (problem !== undefined) throw new CannotRun(problemLine(problem, plain).replace(/(^|: )error: /, '$1'));
  const named = e2eSpecs.filter(({ object }) => name === undefined || object.metadata.name === name);
  const [found, another] = named;
  if (found === undefined)
    throw new CannotRun(
      nothingIn(
        file,
        name,
        e2eSpecs.map(({ object }) => object.metadata.name),
      ),
    );
  if (another !== undefined) {
    throw new CannotRun(
      `${shown(file)} has several E2ESpecs (${listed(named.map(({ object }) => object.metadata.name))}). Name one: run NAME -f ${file}`,
    );
  }
  const { metadata, spec, refusals = [] } = found.object;
  // Of one without a name: metadata as it is written.
  if (!isObjectName(metadata.name ?? '')) throw new CannotRun(`${shown(file)}: ${badName(metadata.name)}`);
  const [refusal] = refusals;
  if (refusal !== undefined || spec === undefined)
    throw new CannotRun(`${shown(file)}: E2ESpec ${metadata.name}: ${refusal?.message ?? 'it has no spec'}`);
  return { metadata: { name: metadata.name, namespace: namespace ?? found.namespace ?? fallback }, spec };
}

function badName(name: string | undefined): string {
  const what =
    name === undefined || name === '' ? 'the E2ESpec has no metadata.name' : `metadata.name "${name}" is not a name`;
  return `${what}. It takes lower case letters, digits, dots and dashes, and begins and ends with a letter or a digit`;
}

function shown(file: string): string {
  return file === '-' ? standardInput : file;
}

function nothingIn(file: string, name: string | undefined, names: string[]): string {
  if (names.length === 0) return `there is no E2ESpec in ${shown(file)}`;
  return `there is no E2ESpec ${name} in ${shown(file)}. ${nearest(name ?? '', names)}`;
}

/** The Canary of that name and its target, where they are there. `problem`: why they cannot be read. */
export async function besides(
  { metadata: { name, namespace } }: Source,
  kube: Reader,
): Promise<Pick<Tested, 'canary' | 'target'> & { problem?: string }> {
  try {
    const { value: canary } = await kube.getCanary(namespace, name);
    return { canary, target: await readTarget(canary, kube) };
  } catch (error) {
    if (!(error instanceof HookError) || error.kind !== 'Forbidden') throw error;
    return { canary: undefined, target: undefined, problem: error.message };
  }
}
