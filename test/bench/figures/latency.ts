/**
 * How soon Flagger goes on when a test has ended: from the Job's decisive condition to what Flagger writes on its Canary next,
 * both as a watch tells them. By the real Flagger, for each wiring and two intervals. A `timeout` of 5 s leaves a call no time
 * to be held, so that is how it is without. The targets are ExternalName Services, which have no pods.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { install } from '../../cluster/installation.ts';
import { connect } from '../../cluster/kubernetes.ts';
import { externalKubeconfig } from '../../cluster/settings.ts';
import { readState } from '../../cluster/state.ts';
import { openTo } from '../../cluster/wirings.ts';
import { at } from '../../support/documents.ts';
import { image } from '../../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../../support/kubernetes.ts';
import { until } from '../knative.ts';
import { median, quantile } from '../measure.ts';
import { leftOut, type Measured, type Row, yesNo } from '../table.ts';
import { type Heard, watch } from '../watch.ts';

const figure = 'test has ended → Flagger goes on';

interface Status {
  phase?: string;
  iterations?: number;
  failedChecks?: number;
  canaryWeight?: number;
}

interface Wiring {
  name: string;
  /** Of the webhook; its path is the same. */
  type: string;
  fails?: boolean;
  /** Whether its calls may be held. */
  holds: boolean;
  provider?: string;
  /** Ticks from one call to the next, where each call is of a tick of its own. */
  ticks?: number;
  /** What Flagger writes when it goes on. */
  steps: Record<string, (status: Status) => boolean>;
}

const reaches = (number: number | undefined, least: number): boolean => (number ?? 0) >= least;

const wirings: Wiring[] = [
  {
    name: 'pass',
    type: 'pre-rollout',
    holds: true,
    steps: { '`/pre-rollout` passes → first iteration': ({ iterations }) => reaches(iterations, 1) },
  },
  {
    name: 'fail',
    type: 'pre-rollout',
    fails: true,
    holds: true,
    steps: {
      '`/pre-rollout` fails → failed check': ({ failedChecks }) => reaches(failedChecks, 1),
      '`/pre-rollout` fails → rolled back by `/rollback`': ({ phase }) => phase === 'Failed',
    },
  },
  {
    name: 'rollout',
    type: 'rollout',
    holds: true,
    steps: { '`/rollout` passes → next iteration': ({ iterations }) => reaches(iterations, 2) },
  },
  {
    name: 'traffic',
    type: 'confirm-traffic-increase',
    holds: false,
    provider: 'gatewayapi:v1',
    ticks: 1,
    steps: { '`/confirm-traffic-increase` passes → first weight': ({ canaryWeight }) => reaches(canaryWeight, 1) },
  },
  {
    name: 'promotion',
    type: 'confirm-promotion',
    holds: false,
    ticks: 2,
    steps: {
      '`/confirm-promotion` passes → promotion': ({ phase = '' }) =>
        ['Promoting', 'Finalising', 'Succeeded'].includes(phase),
    },
  },
];

const seconds = { '10s': 10, '1m': 60 } as const;
type Interval = keyof typeof seconds;

/** One wiring at one interval, and how often. */
interface Series {
  wiring: Wiring;
  interval: Interval;
  isHeld: boolean;
  count: number;
}

export async function latency({ rounds }: { rounds: number }): Promise<Measured> {
  if (externalKubeconfig === undefined && readState()?.first === undefined) {
    return { rows: [leftOut(figure, 'npm run cluster up && npm run cluster deploy')], notes: [] };
  }
  const kubernetes = await connect();
  try {
    const home = await kubernetes.namespace();
    await install(home, { annotations: { 'autoscaling.knative.dev/min-scale': '1' } });
    return await measured(kubernetes, home, rounds);
  } finally {
    await kubernetes.stop();
  }
}

/** By the verifier in that namespace. */
export async function measured(kubernetes: Kubernetes, home: string, rounds: number): Promise<Measured> {
  const seriesOf = (interval: Interval, most: number, ...names: string[]): Series[] =>
    wirings
      .filter(({ name }) => names.includes(name))
      .flatMap((wiring) =>
        (wiring.holds ? [true, false] : [false]).map((isHeld) => ({
          wiring,
          interval,
          isHeld,
          count: Math.min(rounds, most),
        })),
      );
  // Few at a time, so that what is measured is not how busy the machine is.
  const quick = [
    ...batches(seriesOf('10s', 20, 'pass'), 5),
    ...batches(seriesOf('10s', 10, 'fail'), 5),
    ...batches(seriesOf('10s', 10, 'rollout'), 5),
    ...batches(seriesOf('10s', 5, 'traffic', 'promotion'), 5),
  ];
  const slow = seriesOf('1m', 4, 'pass', 'fail', 'rollout', 'traffic', 'promotion');
  const inTurn = async () => {
    const taken = [];
    for (const batch of quick) taken.push(...(await takeAll(kubernetes, home, batch)));
    return taken;
  };
  const [short, long] = await Promise.all([inTurn(), takeAll(kubernetes, home, slow)]);
  return { rows: rows([...short, ...long]), notes };
}

/** The same, so many of each at a time. */
function batches(series: Series[], most: number): Series[][] {
  const rounds = Math.max(...series.map(({ count }) => Math.ceil(count / most)));
  return Array.from({ length: rounds }, (_, round) =>
    series.map((each) => ({ ...each, count: Math.min(most, each.count - round * most) })),
  );
}

const notes = [
  'Flagger goes on: from the moment in which a watch of Jobs tells of a decisive condition (SuccessCriteriaMet, Complete, FailureTarget or Failed, whichever is first) to the moment in which a watch of Canaries tells of Flagger’s next step. Seconds; median, and the longest of n. Tests take from 12 s on, spread evenly over the time from one call to the next. Without a hold: the webhook’s timeout is 5 s, which leaves no time for one. The webhooks that are held have timeout: 30s, and all have the RETRY_AFTER_SECONDS of 10.',
];

interface Taken extends Series {
  /** Milliseconds from the Job's end, by the name of the step. */
  waited: Record<string, number>;
}

/** All of them side by side, in one namespace. */
async function takeAll(kubernetes: Kubernetes, home: string, batch: Series[]): Promise<Taken[]> {
  const namespace = await kubernetes.namespace();
  await kubernetes.apply(openTo(namespace, home));
  const players = batch.flatMap((series, turn) =>
    Array.from({ length: series.count }, (_, index) =>
      newPlayer(series, `${series.wiring.name}-${turn}-${index}`, index),
    ),
  );
  const byName = new Map(players.map((player) => [player.name, player]));
  const ends = [
    await watch(kubernetes.kubeconfig, `/apis/batch/v1/namespaces/${namespace}/jobs`, (heard) => {
      const owner = heard.object.metadata?.ownerReferences?.[0]?.name ?? '';
      byName.get(owner)?.hearJob(heard);
    }),
    await watch(kubernetes.kubeconfig, `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`, (heard) =>
      byName.get(heard.object.metadata?.name ?? '')?.hearCanary(heard),
    ),
  ];
  try {
    // One after another, so that their ticks are not all at the same moment.
    const applyAll = async (revision: 1 | 2) => {
      for (const player of players) {
        for (const object of objectsOf(player, namespace, home, revision)) await kubernetes.apply(object);
      }
    };
    await applyAll(1);
    await until('all canaries are initialized', async () => players.every(({ phase }) => phase() === 'Initialized'));
    await applyAll(2);
    const limit = Date.now() + 15 * 60_000;
    while (players.some((player) => !player.isDone()) && Date.now() < limit) await sleep(500);
    const late = players.filter((player) => !player.isDone()).map(({ name }) => name);
    if (late.length > 0) console.error(`not over: ${late.join(', ')}`);
    return players.filter((player) => player.isDone()).map(({ series, waited }) => ({ ...series, waited: waited() }));
  } finally {
    for (const end of ends) end();
    await kubernetes.delete({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace });
  }
}

interface Player {
  name: string;
  series: Series;
  /** Seconds that its test takes. */
  lasts: number;
  hearJob(heard: Heard): void;
  hearCanary(heard: Heard): void;
  phase(): string | undefined;
  isDone(): boolean;
  waited(): Record<string, number>;
}

function newPlayer(series: Series, name: string, index: number): Player {
  const { wiring, interval, count } = series;
  const cycle = wiring.ticks === undefined ? 10 : wiring.ticks * seconds[interval];
  let phase: string | undefined;
  let hasBegun = false;
  let endedAt: number | undefined;
  const reachedAt: Record<string, number> = {};
  return {
    name,
    series,
    lasts: 12 + (cycle * index) / count,
    hearJob({ object, at: time }) {
      if (isDecided(object)) endedAt ??= time;
    },
    hearCanary({ object, at: time }) {
      const status = (object['status'] ?? {}) as Status;
      ({ phase } = status);
      hasBegun ||= phase === 'Progressing';
      if (!hasBegun) return;
      for (const [step, isReached] of Object.entries(wiring.steps)) if (isReached(status)) reachedAt[step] ??= time;
    },
    phase: () => phase,
    isDone: () => endedAt !== undefined && Object.keys(wiring.steps).every((step) => step in reachedAt),
    waited: () =>
      Object.fromEntries(Object.entries(reachedAt).map(([step, time]) => [step, time - (endedAt ?? Number.NaN)])),
  };
}

const decisive = ['SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed'];

function isDecided(job: KubernetesObject): boolean {
  const conditions = at(job, 'status', 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some((each) => at(each, 'status') === 'True' && decisive.includes(String(at(each, 'type'))))
  );
}

/** Its interval is a short one until it is initialized, which takes two ticks. */
function objectsOf({ name, series, lasts }: Player, namespace: string, home: string, revision: 1 | 2) {
  const { wiring, interval, isHeld } = series;
  const { type, fails = false, provider = 'kubernetes' } = wiring;
  const url = `http://e2e-verifier.${home}`;
  const blocks = { retries: 60, timeout: isHeld ? '30s' : '5s' };
  const gate = {
    name: 'e2e',
    type,
    url: `${url}/${type}`,
    ...(wiring.ticks ? { timeout: '30s', muteAlert: true } : blocks),
  };
  const webhooks = [gate, { name: 'e2e-failed', type: 'rollback', url: `${url}/rollback`, timeout: '30s' }];
  const analysis = { interval: revision === 1 ? '10s' : interval, threshold: 3, webhooks };
  const steps = provider === 'kubernetes' ? { iterations: 2 } : { maxWeight: 50, stepWeight: 25 };
  const route = provider === 'kubernetes' ? {} : { hosts: [`${name}.example.com`], gatewayRefs: [{ name: 'gateway' }] };
  const metadata = { name, namespace };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'ExternalName', externalName: `revision-${revision}.example.com` },
    },
    {
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata,
      spec: {
        image,
        command: ['sh', '-c', `sleep ${lasts}; exit ${fails ? 3 : 0}`],
        activeDeadlineSeconds: 300,
        inconclusiveRetries: 0,
      },
    },
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata,
      spec: {
        provider,
        targetRef: { apiVersion: 'v1', kind: 'Service', name },
        service: { port: 8080, ...route },
        analysis: { ...analysis, ...steps },
      },
    },
  ];
}

function rows(taken: Taken[]): Row[] {
  return (Object.keys(seconds) as Interval[]).flatMap((interval) =>
    wirings.flatMap((wiring) =>
      Object.keys(wiring.steps).map((step) => {
        const own = taken.filter((each) => each.wiring === wiring && each.interval === interval);
        const waited = (isHeld: boolean) =>
          own.filter((each) => each.isHeld === isHeld).map((each) => (each.waited[step] ?? Number.NaN) / 1000);
        return row(
          `${step}, interval ${interval}`,
          wiring.holds ? waited(true) : waited(false),
          wiring.holds ? waited(false) : [],
        );
      }),
    ),
  );
}

const target = { step: '`/pre-rollout` passes → first iteration, interval 10s', median: 1, longest: 3.5 };

function row(what: string, ours: number[], without: number[]): Row {
  const [middle, longest] = [median(ours), quantile(ours, 1)];
  const isHeldTo = what === target.step;
  return {
    figure: what,
    ours: spread(ours),
    against: without.length > 0 ? `not held: ${spread(without)}` : '-',
    ratio: without.length > 0 ? `${(middle / median(without)).toFixed(2)} x` : '-',
    target: isHeldTo ? `≤ ${target.median} s, longest ≤ ${target.longest} s` : '-',
    reached: isHeldTo ? yesNo(middle <= target.median && longest <= target.longest) : '-',
  };
}

function spread(values: number[]): string {
  return `${median(values).toFixed(1)} s (longest ${quantile(values, 1).toFixed(1)}, n = ${values.length})`;
}
