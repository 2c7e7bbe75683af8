/**
 * Accounts that call /run: with a token of their own, and what they may do.
 */
import { type Place, until, type World } from './environment.ts';
import type { Answered } from './verifier.ts';

/** As docs/write-a-test.md has it, for one E2ESpec. */
function roleFor(namespace: string, e2eSpec: string, name: string) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { namespace, name },
    rules: [
      { apiGroups: ['remarkable.com'], resources: ['e2especs/run'], resourceNames: [e2eSpec], verbs: ['create'] },
    ],
  };
}

/** The token of a new account, which may have the test of this E2ESpec run; for somebody else where an audience is named. */
export async function tokenOf(
  { kubernetes, namespace }: Place,
  name: string,
  { may, audience }: { may?: string; audience?: string } = {},
): Promise<string> {
  await kubernetes.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
  if (may !== undefined) await allow({ kubernetes, namespace }, { namespace, name }, may);
  return kubernetes.token({ namespace, name }, audience);
}

/** Lets an account, of whatever namespace, have the test of this E2ESpec run. */
export async function allow(
  { kubernetes, namespace }: Place,
  account: { namespace: string; name: string },
  e2eSpec: string,
): Promise<void> {
  const { name } = account;
  await kubernetes.apply(roleFor(namespace, e2eSpec, name));
  await kubernetes.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
}

export function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

type Ask = (more?: Record<string, unknown>, headers?: Record<string, string>) => Promise<Answered>;

export interface Caller {
  token: string;
  run: Ask;
  /** Asks until the answer is no longer "later". */
  decided: Ask;
}

/** One that may have the test of this E2ESpec run. */
export async function callerOf(world: World, name = 'podinfo'): Promise<Caller> {
  const token = await tokenOf(world, 'ci', { may: name });
  const ask: Ask = (more = {}, headers = {}) =>
    world.verifier.post('/run', { namespace: world.namespace, name, ...more }, { ...bearer(token), ...headers });
  // A moment passes until the API server goes by a new binding.
  let isKnown = false;
  const run: Ask = async (more, headers) => {
    const answered = await until(
      () => ask(more, headers),
      ({ status }) => isKnown || status !== 403,
      10,
    );
    isKnown = true;
    return answered;
  };
  const isEnough = ({ status }: Answered) => status !== 429 && status !== 503;
  return { token, run, decided: (more, headers) => until(() => run(more, headers), isEnough) };
}
