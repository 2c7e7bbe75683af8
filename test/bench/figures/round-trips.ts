/**
 * How many requests to the API server wait for one another in a call; test/function/round-trips.test.ts holds each to it.
 */
import { trace } from '../../function/round-trips.ts';
import { startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { failing, lasting, rollOut, until, type World } from '../../support/environment.ts';
import { startVerifier } from '../../support/verifier.ts';
import { bounded, type Measured } from '../table.ts';

interface Traced {
  call: string;
  roundTrips: string[][];
}

const bounds: Record<string, number> = {
  'start of a run': 5,
  'poll of a run whose pod is ready': 2,
  'first sight of a verdict (failed)': 4,
  'recorded verdict': 2,
  '/rollback': 2,
};

export async function roundTrips(): Promise<Measured> {
  const traced = await traceAll();
  const rows = traced.map(({ call, roundTrips }) => {
    const bound = bounds[call] ?? 0;
    const name = `round trips to the API server: ${call}`;
    return bounded(name, String(roundTrips.length), `${bound}`, roundTrips.length <= bound);
  });
  const listing = (what: string) =>
    traced.filter(({ roundTrips }) => roundTrips.flat().includes(`list ${what}`)).map(({ call }) => call);
  const isOnlyInStart = listing('jobs').every((call) => call === 'start of a run');
  rows.push(bounded('calls that LIST Jobs', told(listing('jobs')), 'the start of a run', isOnlyInStart));
  for (const what of ['pods', 'events']) {
    rows.push({ ...bounded(`calls that LIST ${what}`, told(listing(what)), '-', true), reached: '-' });
  }
  const why =
    'A LIST of pods or events is of one Job, by label or field: the last words and the result of a test stand in its pod, whose name nothing else tells.';
  return { rows, notes: [...traced.map(({ call, roundTrips }) => `${call}: ${sentence(roundTrips)}.`), why] };
}

function told(calls: readonly string[]): string {
  return calls.join(', ') || 'none';
}

function sentence(roundTrips: string[][]): string {
  return roundTrips.map((requests) => requests.join(' + ')).join(' → ');
}

async function traceAll(): Promise<Traced[]> {
  const kubernetes = await startEmbeddedKubernetes();
  const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  const enter = async (): Promise<World> => ({ kubernetes, verifier, namespace: await kubernetes.namespace() });
  try {
    const failed = await enter();
    const canary = await rollOut(failed, failing);
    const traces: Traced[] = [];
    const add = async (world: World, call: string, path: string, payload = canary.payload()) => {
      const { roundTrips } = await trace(kubernetes, world.namespace, () => verifier.post(path, payload));
      traces.push({ call, roundTrips });
    };
    await add(failed, 'start of a run', '/pre-rollout');
    const waiting = await enter();
    const running = await rollOut(waiting, lasting);
    await until(
      () => verifier.post('/pre-rollout', running.payload()),
      ({ body }) => body.includes('the test runs'),
    );
    await add(waiting, 'poll of a run whose pod is ready', '/pre-rollout', running.payload());
    await untilFailed(failed);
    await add(failed, 'first sight of a verdict (failed)', '/pre-rollout');
    await add(failed, 'recorded verdict', '/pre-rollout');
    await add(failed, '/rollback', '/rollback');
    return traces;
  } finally {
    await verifier.stop();
    await kubernetes.stop();
  }
}

async function untilFailed({ kubernetes, namespace }: World): Promise<void> {
  await until(
    async () => JSON.stringify(await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace })),
    (jobs) => jobs.includes('"type":"Failed"'),
  );
}
