/**
 * Whether the verifier has its rights in a namespace, by who is bound to what there: said only where it is sure.
 */
import type { Canary } from '../../api/canary.ts';
import { likelyWebhooks } from '../../flagger/webhooks.ts';
import type { Binding } from '../../kube/bindings.ts';
import { type ClusterOptions, flagsOf, quoted } from '../options.ts';

/** A ServiceAccount. */
export interface Account {
  name: string;
  namespace: string;
}

export interface Unserved {
  namespace: string;
  account: Account;
  /** The ClusterRole that it lacks. */
  role: string;
}

/** The account of the verifier that a Canary calls, which has the name of its Service as it is installed. Nothing where the URL does not say. */
export function verifierOf(canary: Canary): Account | undefined {
  const [first] = likelyWebhooks(canary);
  const { host, prefix } = first?.address ?? {};
  const { name, namespace } = host?.service ?? {};
  // Behind a prefix it is a gateway's.
  return prefix !== '' || name === undefined || namespace === undefined ? undefined : { name, namespace };
}

export interface Known {
  /** Of all namespaces. */
  roles: readonly Binding[];
  ofCluster: readonly Binding[];
}

/** The ClusterRole that has to be bound; nothing where it may have its rights, or where its account may be another one. */
export function missingRole(account: Account, namespace: string, { roles, ofCluster }: Known): string | undefined {
  if (roles.some((each) => each.metadata.namespace === namespace && mayServe(each, account))) return undefined;
  if (ofCluster.some((each) => mayServe(each, account))) return undefined;
  // As kustomize and the chart name it: knative/chart/templates/_helpers.tpl.
  const own = [account.name, `${account.name}:${account.namespace}`];
  const elsewhere = roles.find(
    ({ roleRef, subjects = [] }) =>
      roleRef.kind === 'ClusterRole' && own.includes(roleRef.name) && subjects.some((each) => isAccount(each, account)),
  );
  return elsewhere?.roleRef.name;
}

/** Whether it is among the subjects; what the role allows is not looked at, but Kubernetes' own for everybody allow nothing of this. */
export function mayServe({ roleRef, subjects = [] }: Binding, account: Account): boolean {
  return !roleRef.name.startsWith('system:') && subjects.some((each) => isAmong(each, account));
}

type Subject = NonNullable<Binding['subjects']>[number];

// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
function isAmong(subject: Subject, account: Account): boolean {
  const { kind, name } = subject;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  if (kind === 'Group') return groups.includes(name);
  return isAccount(subject, account);
}

function isAccount({ kind, name, namespace }: Subject, account: Account): boolean {
  if (kind === 'User') return name === `system:serviceaccount:${account.namespace}:${account.name}`;
  return kind === 'ServiceAccount' && name === account.name && namespace === account.namespace;
}

/** What the verifier that this Canary calls lacks. */
export function lackedBy(canary: Canary, unserved: readonly Unserved[]): Unserved | undefined {
  const account = verifierOf(canary);
  return unserved.find(
    (each) =>
      each.namespace === canary.metadata.namespace &&
      each.account.name === account?.name &&
      each.account.namespace === account.namespace,
  );
}

/** A sentence without its end. */
export function unservedInWords({ namespace }: Unserved): string {
  return `the verifier has no RoleBinding in namespace ${namespace}, so its gates there are answered Forbidden`;
}

/** What mends it. */
export function commandFor({ namespace, account, role }: Unserved, cluster: ClusterOptions): string {
  const binds = `--clusterrole=${quoted(role)} --serviceaccount=${account.namespace}:${account.name}`;
  return `kubectl create rolebinding ${quoted(role)} ${binds}${flagsOf({ ...cluster, namespace })}`;
}
