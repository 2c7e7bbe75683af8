/**
 * Rollouts by Flagger, one after another, of revisions that are good, bad or cannot be tested, while everything around them
 * is killed, evicted, deleted and stopped: `npm run test:soak -- --canaries 6 --minutes 15`. Ends with the counts, and with
 * exit status 1 when one of them must be 0 and is not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { at } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { isTrue } from '../support/scenario.ts';
import { connect } from './kubernetes.ts';
import { canaryOf, eventsOf, jobsOf, type World } from './rollout.ts';
import { begin, editSpec, recordsOf, setVersion, wiringOf } from './rollout-moves.ts';
import { chaos } from './soak-chaos.ts';
import type { Wiring } from './wirings.ts';

const wirings = [
  wiringOf('blue/green'),
  wiringOf('blue/green with a gate before the promotion'),
  wiringOf('weights with /webhook before the gate'),
];

const kinds = ['good', 'good', 'bad', 'unrunnable'] as const;
type Kind = (typeof kinds)[number];

// Three attempts, each taken away once, and the API server away in between.
const LONGEST_ROLLOUT_SECONDS = 420;
const RECORDED_WITHIN_MS = 60_000;

const counts = {
  rollouts: 0,
  promoted: 0,
  refused: 0,
  'promoted without a completed run': 0,
  'bad promoted': 0,
  'good refused': 0,
  stuck: 0,
  'verdicts without record': 0,
};
type Count = keyof typeof counts;
const mustBeZero: Count[] = ['promoted without a completed run', 'bad promoted', 'stuck', 'verdicts without record'];

async function soak(canaries: number, minutes: number): Promise<number> {
  const began = Date.now();
  const tell = (line: string) =>
    console.log(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${line}`);
  const cluster = patient(await connect());
  const over = new AbortController();
  try {
    const sites = await Promise.all(
      Array.from({ length: canaries }, async (_, index) => {
        const world = { kubernetes: cluster, namespace: await cluster.namespace() };
        const wiring = wirings[index % wirings.length] ?? wiringOf('blue/green');
        await begin(world, wiring);
        return { world, wiring };
      }),
    );
    tell(`${canaries} canaries are initialized`);
    const ends = Date.now() + minutes * 60_000;
    const troubles = chaos({ cluster, namespaces: sites.map(({ world }) => world.namespace) }, over.signal, tell);
    await Promise.all(sites.map((site) => rollUntil(ends, site, tell)));
    over.abort();
    await troubles;
  } finally {
    over.abort();
    await cluster.stop();
  }
  console.table(counts);
  return mustBeZero.some((count) => counts[count] > 0) ? 1 : 0;
}

interface Site {
  world: World;
  wiring: Wiring;
}

async function rollUntil(ends: number, site: Site, tell: (line: string) => void): Promise<void> {
  for (let revision = 2; Date.now() < ends; revision++) {
    const kind = kinds[Math.floor(Math.random() * kinds.length)] ?? 'good';
    const said = await rollOnce(site, revision, kind);
    tell(`${site.wiring.name} in ${site.world.namespace}, revision ${revision}, ${kind}: ${said}`);
  }
}

/** Makes one revision and waits until Flagger has done with it; counts what came of it, and says it. */
async function rollOnce(site: Site, revision: number, kind: Kind): Promise<string> {
  const known = new Set((await recordsOf(site.world, site.wiring)).map(identityOf));
  const end = await watch(site, () => change(site, revision, kind));
  counts.rollouts++;
  const faults = await faultsOf(site, kind, end, known);
  for (const fault of faults) counts[fault]++;
  const said = `${end.outcome} after ${end.seconds} s`;
  return faults.length === 0 ? said : `${said}: ${faults.join(', ').toUpperCase()}\n${await storyOf(site)}`;
}

async function change({ world, wiring }: Site, revision: number, kind: Kind): Promise<void> {
  await patiently(() => editSpec(world, wiring, specOf(kind)));
  await patiently(() => setVersion(world, wiring, kind === 'bad' ? `broken-${revision}` : `${revision}`));
}

interface End {
  outcome: 'promoted' | 'refused' | 'stuck';
  seconds: number;
  /** How many Jobs of this rollout were seen complete. */
  completed: number;
}

async function watch({ world, wiring }: Site, begin: () => Promise<void>): Promise<End> {
  const former = new Set((await jobsOf(world)).map(({ metadata }) => metadata.uid));
  await begin();
  const began = Date.now();
  const completed = new Set<string | undefined>();
  let hasBegun = false;
  for (;;) {
    const canary = await canaryOf(world, wiring);
    const own = (await jobsOf(world)).filter(({ metadata }) => !former.has(metadata.uid));
    for (const job of own) if (isTrue(job, 'Complete')) completed.add(job.metadata.uid);
    const seconds = Math.round((Date.now() - began) / 1000);
    const phase = String(at(canary, 'status', 'phase'));
    hasBegun ||= duringRollout.includes(phase);
    const outcome = hasBegun ? outcomes[phase] : undefined;
    if (outcome !== undefined) return { outcome, seconds, completed: completed.size };
    if (seconds > LONGEST_ROLLOUT_SECONDS) return { outcome: 'stuck', seconds, completed: completed.size };
    await sleep(1000);
  }
}

const duringRollout: readonly string[] = ['Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'];
const outcomes: Record<string, End['outcome']> = { Succeeded: 'promoted', Failed: 'refused' };

async function faultsOf(site: Site, kind: Kind, end: End, known: Set<string>): Promise<Count[]> {
  switch (end.outcome) {
    case 'stuck':
      return ['stuck'];
    case 'promoted':
      counts.promoted++;
      return [
        ...when(end.completed === 0, 'promoted without a completed run'),
        ...when(kind !== 'good', 'bad promoted'),
        ...when(!(await isRecorded(site, known, ['Passed'])), 'verdicts without record'),
      ];
    case 'refused':
      counts.refused++;
      return [
        ...when(kind === 'good', 'good refused'),
        ...when(!(await isRecorded(site, known, ['Failed', 'Inconclusive', 'Passed'])), 'verdicts without record'),
      ];
  }
}

function when(is: boolean, count: Count): Count[] {
  return is ? [count] : [];
}

async function isRecorded({ world, wiring }: Site, known: Set<string>, verdicts: string[]): Promise<boolean> {
  for (const limit = Date.now() + RECORDED_WITHIN_MS; Date.now() < limit; await sleep(1000)) {
    const records = (await recordsOf(world, wiring)).filter((each) => !known.has(identityOf(each)));
    if (records.some(({ verdict }) => verdicts.includes(String(verdict)))) return true;
  }
  return false;
}

function identityOf({ rollout, checksum, hook }: Record<string, unknown>): string {
  return JSON.stringify([rollout, checksum, hook]);
}

/** A test of some seconds, which ends with 0 when it is asked to go as often as not. */
function specOf(kind: Kind): Record<string, unknown> {
  const script = [
    Math.random() < 0.5 ? 'trap "exit 0" TERM' : ':',
    `sleep ${Math.round(3 + Math.random() * 20)} & wait $!`,
    'for try in 1 2 3 4 5; do page=$(wget -q -T 5 -O - "$CANARY_URL") && break; sleep 2; done',
    'echo "$page"',
    'case $page in "version "[0-9]*) ;; *) exit 1 ;; esac',
  ];
  const image = kind === 'unrunnable' ? 'UPPERCASE:tag' : 'busybox:1.36';
  return { image, args: [script.join('\n')] };
}

async function storyOf({ world, wiring }: Site): Promise<string> {
  const records = (await recordsOf(world, wiring)).slice(0, 3).map((each) => JSON.stringify(each));
  const events = (await eventsOf(world, wiring)).slice(-12);
  return [...records, ...events].map((line) => `         ${line}`).join('\n');
}

/** The API server is stopped now and then. */
function patient(cluster: Kubernetes): Kubernetes {
  return {
    ...cluster,
    get: (key) => patiently(() => cluster.get(key)),
    list: (kind, selector) => patiently(() => cluster.list(kind, selector)),
  };
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const limit = Date.now() + 90_000; ; await sleep(1000)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > limit) throw error;
    }
  }
}

const { values } = parseArgs({
  options: { canaries: { type: 'string', default: '6' }, minutes: { type: 'string', default: '15' } },
});
process.exitCode = await soak(Number(values.canaries), Number(values.minutes));
