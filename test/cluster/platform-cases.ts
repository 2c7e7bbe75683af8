/**
 * What is claimed of examples/platform, suite by suite, for a copy of it on the cluster.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import type { SuiteName } from '../support/platform/suites.ts';
import type { Case } from '../support/side-by-side.ts';
import { type Copy, made } from './platform-copy.ts';
import type { Fault } from './platform-faults.ts';
import { make, stranger } from './platform-injections.ts';
import { killInTheMiddle } from './platform-kill.ts';
import { begin, endOf, inWords, logOf, type Outcome, runSuite } from './platform-runs.ts';

export interface World {
  kubernetes: Kubernetes;
  copy: Copy;
}

const turns = new Map<SuiteName, Promise<void>>();

/** One thing at a time is done to a suite. */
async function inTurn(suite: SuiteName, work: () => Promise<void>): Promise<void> {
  const mine = (turns.get(suite) ?? Promise.resolve()).then(work);
  turns.set(
    suite,
    mine.catch(() => undefined),
  );
  return mine;
}

function ofSuite(suite: SuiteName, title: string, run: (world: World) => Promise<void>): Case<World> {
  return { title: `${suite} ${title}`, run: (world) => inTurn(suite, () => run(world)) };
}

function tell(text: string): void {
  console.log(`      ${text}`);
}

async function told({ kubernetes, copy }: World, suite: SuiteName): Promise<Outcome> {
  const outcome = await runSuite(kubernetes, copy, suite);
  tell(inWords(outcome));
  return outcome;
}

/** `keep`: takes the test's log. */
export function passes(suite: SuiteName, keep: (log: string) => void = () => {}): Case<World> {
  return ofSuite(suite, 'passes', async (world) => {
    const { verdict, end, counts, message, job } = await told(world, suite);
    assert.deepEqual([verdict, end, counts.failed], ['Passed', 'Complete', 0], message);
    keep(await logOf(world.copy.namespaceOf(suite), job, 'e2e'));
  });
}

export function failsOn({ suite, what, step, says, inject }: Fault): Case<World> {
  return ofSuite(suite, `fails on ${what}, at: ${step}`, async (world) => {
    const end = await inject({ ...world, suite, namespace: world.copy.namespaceOf(suite) });
    try {
      const { verdict, end, message, counts } = await told(world, suite);
      assert.deepEqual([verdict, end, counts.failed], ['Failed', 'Failed', 1], message);
      assert.ok(message.includes(`${suite} › ${step}`), message);
      assert.match(message, says);
    } finally {
      await end();
    }
  });
}

export function isInconclusive(suite: SuiteName): Case<World> {
  return ofSuite(suite, 'is inconclusive where its namespace is not there', async (world) => {
    const namespace = world.copy.namespaceOf(suite);
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: suite };
    const before = (await world.kubernetes.get(key))?.['spec'] as { env: { name: string }[] } | undefined;
    assert.ok(before);
    const env = before.env.map((each) =>
      each.name === 'TEST_NAMESPACE' ? { name: each.name, value: 'not-there' } : each,
    );
    await world.kubernetes.patch(key, { spec: { env } });
    try {
      const { verdict, message } = await told(world, suite);
      assert.equal(verdict, 'Inconclusive', message);
      assert.match(message, /namespace not-there is not there/);
    } finally {
      await world.kubernetes.patch(key, { spec: { env: before.env } });
    }
  });
}

/** `service` would have what it makes for some milliseconds alone: it is held up as long as a pod is there that it did not make. */
export function leavesNothing(suite: SuiteName): Case<World> {
  return ofSuite(suite, 'leaves nothing when the run after it has ended', async (world) => {
    const { kubernetes, copy } = world;
    const place = { ...world, suite, namespace: copy.namespaceOf(suite) };
    const letGo = suite === 'service' ? await make(place, stranger) : async () => {};
    const job = await begin(copy, suite);
    const killed = await killInTheMiddle(kubernetes, copy, suite).finally(letGo);
    const outcome = await endOf(kubernetes, copy, suite, job);
    assert.equal(outcome.verdict, 'Failed', outcome.message);
    assert.match(outcome.message, /137|SIGKILL/);
    const atVerdict = await made(copy, suite, killed.run);
    const next = await told(world, suite);
    const atNext = await made(copy, suite, killed.run);
    const counts = `${killed.made.length} when it was killed, ${atVerdict.length} when that was on record`;
    tell(`of ${suite}: ${counts}, ${atNext.length} when the next run had ended`);
    assert.equal(next.verdict, 'Passed', next.message);
    assert.deepEqual(atNext, []);
  });
}
