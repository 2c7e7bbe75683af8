/**
 * Every right of every suite, one by one, so that a test can take it away and see the suite say so.
 */
import { at, type Resource } from '../documents.ts';
import { namespaceOf, type SuiteName, suiteNames } from './suites.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

export interface Right {
  suite: SuiteName;
  /** The Role or ClusterRole that gives it. */
  role: Resource;
  group: string;
  /** With its subresource, as pods/log. */
  resource: string;
  verb: string;
}

/** Those that the suite's service account has by a binding; the verifier's are not among them. */
export function rightsOf(objects: Resource[]): Right[] {
  return suiteNames.flatMap((suite) =>
    objects.filter((each) => isBoundTo(each, suite)).flatMap((binding) => givenBy(roleOf(binding, objects), suite)),
  );
}

function isBoundTo({ kind, ...binding }: Resource, suite: SuiteName): boolean {
  const subjects = at(binding, 'subjects') as { name: string; namespace: string }[] | undefined;
  const isBinding = kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
  return (
    isBinding && subjects?.some(({ name, namespace }) => name === suite && namespace === namespaceOf(suite)) === true
  );
}

function roleOf(binding: Resource, objects: Resource[]): Resource {
  const name = at(binding, 'roleRef', 'name');
  const kind = at(binding, 'roleRef', 'kind');
  const { namespace } = binding.metadata;
  const found = objects.find(
    (each) =>
      each.kind === kind &&
      each.metadata.name === name &&
      (kind === 'ClusterRole' || each.metadata.namespace === namespace),
  );
  if (found === undefined) throw new Error(`${binding.kind} ${binding.metadata.name}: there is no ${kind} ${name}`);
  return found;
}

function givenBy(role: Resource, suite: SuiteName): Right[] {
  const rules = role['rules'] as Rule[];
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ suite, role, group, resource, verb }))),
    ),
  );
}

/** The role without that right, and with all its others. */
export function without({ role, group, resource, verb }: Right): Resource {
  const rules = (role['rules'] as Rule[]).flatMap((rule) => {
    if (!rule.apiGroups.includes(group) || !rule.resources.includes(resource)) return [rule];
    const others = rule.resources.filter((each) => each !== resource);
    const verbs = rule.verbs.filter((each) => each !== verb);
    return [
      { ...rule, resources: others },
      { ...rule, resources: [resource], verbs },
    ].filter((each) => each.resources.length > 0 && each.verbs.length > 0);
  });
  return { ...role, rules };
}

/** What the failed step says of it; where nothing fails, the steps that are skipped say so. */
export function saysWithout({ suite, resource, verb }: Right): { verdict: 'failed' | 'passed'; words: string } {
  const verdict = suite === 'deployment' && resource === 'nodes' ? 'passed' : 'failed';
  return { verdict, words: `api.forbidden: ${verb} ${resource}: ` };
}
