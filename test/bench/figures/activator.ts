/**
 * Through the real activator, from no pods to the first verdict.
 */
import { connect } from '../../cluster/kubernetes.ts';
import { type ClusterState, readState } from '../../cluster/state.ts';
import type { CanaryPayload } from '../../support/canary.ts';
import { passing, rollOut } from '../../support/environment.ts';
import type { Kubernetes } from '../../support/kubernetes.ts';
import type { Bench } from '../figure.ts';
import { type Caller, callerInside, containers, deploy, remove, until, untilAtZero } from '../knative.ts';
import { inTurns } from '../measure.ts';
import { expect } from '../requests.ts';
import { compared, leftOut, type Measured } from '../table.ts';

/** A round takes about half a minute. */
const mostRounds = 20;
const figure = 'scaled to zero → first verdict through the activator';
const services = { verifier: 'bench-verifier', empty: 'bench-empty', loadtester: 'bench-loadtester' };

export async function activator(bench: Bench): Promise<Measured> {
  const rounds = Math.min(bench.rounds, mostRounds);
  const first = readState()?.first;
  if (first === undefined) {
    return { rows: [leftOut(figure, 'npm run cluster up && npm run cluster deploy')], notes: [] };
  }
  const kubernetes = await connect();
  const caller = await callerInside(kubernetes, first);
  try {
    return await measured(kubernetes, first, caller, rounds);
  } finally {
    for (const name of Object.values(services)) await remove(kubernetes, name);
    await caller.end();
    await kubernetes.stop();
  }
}

async function measured(
  kubernetes: Kubernetes,
  first: NonNullable<ClusterState['first']>,
  caller: Caller,
  rounds: number,
): Promise<Measured> {
  const images = await containers(kubernetes, first);
  await deploy(kubernetes, services.verifier, images.verifier);
  await deploy(kubernetes, services.empty, images.empty);
  await deploy(kubernetes, services.loadtester, images.loadtester);
  const payload = await recordedVerdict(kubernetes, caller);
  const fromZero = (name: string, path: string, status: number) => async (): Promise<number> => {
    await untilAtZero(kubernetes, name);
    const answered = await caller.post(name, path, payload);
    expect(status, [answered]);
    return answered.took;
  };
  const taken = await inTurns(rounds, {
    verifier: fromZero(services.verifier, '/pre-rollout', 200),
    empty: fromZero(services.empty, '/pre-rollout', 200),
    loadtester: fromZero(services.loadtester, '/gate/check', 403),
  });
  const against = (name: string, values: number[]) =>
    compared({ figure, unit: 'ms', ours: taken.verifier, against: { name, values }, atMost: 1.15 });
  return {
    rows: [
      against('an empty Node function', taken.empty),
      against('Flagger’s loadtester /gate/check (Go)', taken.loadtester),
    ],
    notes: [
      `Through the activator: ${rounds} rounds; the three Knative Services differ in image and arguments alone. The verdict is on record.`,
    ],
  };
}

/** A rollout in a namespace of its own, bound to the verifier, whose test has passed. */
async function recordedVerdict(kubernetes: Kubernetes, caller: Caller): Promise<CanaryPayload> {
  const namespace = await kubernetes.namespace();
  await kubernetes.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name: 'e2e-verifier' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'e2e-verifier' },
    subjects: [{ kind: 'ServiceAccount', name: 'e2e-verifier', namespace: 'default' }],
  });
  const canary = await rollOut({ kubernetes, namespace }, passing);
  const payload = canary.payload();
  await until('the test has passed', async () => {
    return (await caller.post(services.verifier, '/pre-rollout', payload)).status === 200;
  });
  return payload;
}
