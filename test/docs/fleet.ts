// What tests of examples/fleet/ share: kustomize, lint and the schemas.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { at, type Resource, resources, root } from '../support/documents.ts';
import { coreProblems } from './core.ts';
import { checker, customResources } from './schema.ts';

const checkers = new Map(
  ['crds/e2especs.yaml', 'test/fixtures/crds/flagger.yaml']
    .flatMap(customResources)
    .map((resource) => [resource.kind, checker(resource)]),
);

/** What the API server would refuse. */
export function problems(document: Resource): string[] {
  const check = checkers.get(document.kind);
  return check ? check(document).map(({ message }) => message) : coreProblems(document);
}

export function kustomize(folder: string) {
  return spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
}

export function rendered(folder: string): Resource[] {
  return resources(renderedText(folder));
}

export function renderedText(folder: string): string {
  const { stdout, stderr } = kustomize(folder);
  assert.equal(stderr, '');
  return stdout;
}

export const ofKind = (objects: Resource[], kind: string) => objects.filter((each) => each.kind === kind);
export const name = ({ kind, metadata }: Resource) =>
  [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
export const webhooksOf = (canary: unknown) =>
  at(canary, 'spec', 'analysis', 'webhooks') as { name: string; retries?: number }[];
export const namesOf = (canary: unknown) => webhooksOf(canary).map((webhook) => webhook.name);

/** As the command line does it, with nothing of a cluster at hand. */
export function lintRendered(text: string) {
  const { HOME, PATH } = process.env;
  const options = { input: text, encoding: 'utf8', cwd: root, env: { HOME, PATH, COLUMNS: '200' } } as const;
  return spawnSync(process.execPath, ['dist/cli.cjs', 'lint', '-'], options);
}

export function skipWithoutKubectl(context: Mocha.Context): void {
  if (spawnSync('kubectl', ['version', '--client']).status === 0) return;
  console.log('      no kubectl on this machine: what examples/fleet renders to is not tested');
  context.skip();
}
