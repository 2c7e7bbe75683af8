/**
 * A cluster on a bad night, as E2ESpecs and Canaries with a status: one of each state that the page tells apart.
 */
import type { LatestRun, RunRecord } from '../../../function/api/e2espec.ts';
import type { Kubernetes, KubernetesObject } from '../kubernetes.ts';

export interface World {
  namespaces: string[];
  specs: KubernetesObject[];
  canaries: KubernetesObject[];
}

interface Told {
  verdict: RunRecord['verdict'];
  /** Minutes since its end, or since its start where it runs. */
  ago: number;
  reason?: string;
  message?: string;
  seconds?: number;
  counts?: [failed: number, total: number];
  links?: { name: string; url: string }[];
  logUrl?: string;
}

interface SpecOptions {
  /** None: the test is run outside of rollouts. */
  canary?: string;
  /** Newest first. */
  runs?: Told[];
  staleAfterSeconds?: number;
  mode?: 'Observe';
}

interface CanaryOptions {
  phase: string;
  weight?: number;
  webhooks?: { name: string; type: string; url: string; metadata?: Record<string, string> }[];
  /** Minutes since its phase changed. */
  ago?: number;
  annotations?: Record<string, string>;
}

/** `now`: of the API server. */
export function objectsAt(now: Date) {
  const before = (minutes: number) => `${new Date(now.getTime() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
  const rollout = before(60);

  function spec(namespace: string, name: string, options: SpecOptions = {}): KubernetesObject {
    const { canary = name, runs = [], mode } = options;
    const records = runs.map((told, index) => recordOf(told, { canary, index, mode }));
    const [newest] = records;
    return {
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { namespace, name },
      spec: { image: 'registry.example.com/tests:7', ...(mode && { mode }) },
      ...(newest && { status: { runs: records, latest: [latestOf(newest, runs[0]?.counts)] } }),
    };
  }

  function recordOf(
    told: Told,
    { canary, index, mode }: { canary: string; index: number; mode?: 'Observe' | undefined },
  ) {
    const { verdict, ago, reason, message, seconds = 40, counts, links, logUrl } = told;
    const isRunning = verdict === 'Running';
    const checksum = `7f4c9d6b${index}`;
    const [failed = 0, total = 0] = counts ?? [];
    const record: RunRecord = {
      canary,
      canaryUID: `uid-${canary}`,
      checksum,
      rollout: index === 0 ? rollout : before(60 + ago),
      hook: '',
      attempt: 1,
      verdict,
      job: `e2e-${canary || 'run'}-${checksum}`,
      startedAt: before(ago + (isRunning ? 0 : seconds / 60)),
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
      ...(!isRunning && { finishedAt: before(ago), durationSeconds: seconds }),
      ...(counts && { counts: { total, failed, passed: total - failed } }),
      ...(links && { links }),
      ...(logUrl !== undefined && { logUrl }),
      ...(mode && { mode }),
      ...(canary === '-' && { trigger: 'request', id: `every-5-minutes-${index}` }),
    };
    return record;
  }

  function latestOf(record: RunRecord, counts: Told['counts']): LatestRun {
    const { canary, canaryUID = '', verdict, reason = verdict, message, checksum, logUrl } = record;
    const [failed = 0, total = 0] = counts ?? [];
    return {
      canary,
      canaryUID,
      hook: canary === '-' ? '/run' : 'e2e',
      verdict,
      reason,
      checksum: record.trigger === undefined ? checksum : '',
      trigger: record.trigger ?? 'rollout',
      mode: record.mode ?? 'Enforce',
      time: record.finishedAt ?? record.startedAt ?? rollout,
      lastPassedAt: before(26 * 60),
      ...(message !== undefined && { message: message.slice(0, 300) }),
      ...(record.durationSeconds !== undefined && { durationSeconds: record.durationSeconds }),
      ...(counts && { total, failed }),
      ...(logUrl !== undefined && { logUrl }),
    };
  }

  function canary(namespace: string, name: string, options: CanaryOptions): KubernetesObject {
    const { phase, weight = 0, webhooks = [], ago = 3, annotations } = options;
    return {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { namespace, name, ...(annotations && { annotations }) },
      spec: {
        // So that a real Flagger leaves its status alone.
        suspend: true,
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 80 },
        analysis: { interval: '30s', threshold: 5, iterations: 10, webhooks },
      },
      status: {
        phase,
        failedChecks: 0,
        canaryWeight: weight,
        iterations: 0,
        lastAppliedSpec: '6d5f4b7c98',
        lastPromotedSpec: phase === 'Succeeded' ? '6d5f4b7c98' : '5bd8764d4f',
        lastTransitionTime: before(ago),
        conditions: [
          {
            type: 'Promoted',
            status: phase === 'Succeeded' ? 'True' : phase === 'Failed' ? 'False' : 'Unknown',
            reason: phase,
            message: `${phase}.`,
            lastUpdateTime: before(ago),
            lastTransitionTime: rollout,
          },
        ],
      },
    };
  }

  return { spec, canary, before };
}

export const passes = (from: number, step: number, many = 9): Told[] =>
  Array.from({ length: many }, (_, index) => ({
    verdict: 'Passed',
    ago: from + step * index,
    seconds: 38 + ((index * 7) % 24),
  }));

const report = { name: 'report', url: 'https://reports.example.com/cart/7f4c9d6b0/index.html' };
const gate = { name: 'a-person-looks', type: 'confirm-promotion', url: 'http://e2e-verifier.default/gate/check' };

export function badNight(now: Date): World {
  const { spec, canary } = objectsAt(now);
  const quiet = [
    'accounts',
    'banner',
    'delivery',
    'invoices',
    'login',
    'prices',
    'recommendations',
    'returns',
    'wishlist',
  ];
  const flaky: Told = {
    verdict: 'Passed',
    reason: 'PassedOnRetry',
    ago: 900,
    message: 'passed at its second try; first: 1 of 18 failed',
    seconds: 95,
  };
  return {
    namespaces: ['payments', 'platform', 'shop', 'staging'],
    specs: [
      spec('payments', 'checkout', {
        runs: [
          {
            verdict: 'PromotedUnverified',
            reason: 'NoPassedRun',
            ago: 12,
            message:
              "checksum 7f4c9d6b0 was promoted without a passed test of its own rollout (the run of pre-rollout had no verdict). Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set",
          },
          ...passes(1500, 1440),
        ],
      }),
      spec('payments', 'ledger', {
        runs: [{ verdict: 'Passed', ago: 44, seconds: 75, counts: [0, 31] }, ...passes(1500, 900)],
      }),
      spec('shop', 'cart', {
        runs: [
          {
            verdict: 'Failed',
            reason: 'TestsFailed',
            ago: 4,
            seconds: 61,
            counts: [3, 42],
            message:
              '3 of 42 tests failed: a voucher is taken off the total; an empty cart has no checkout; shipping is free from 50 EUR',
            links: [report],
            logUrl: 'https://logs.example.com/?namespace=shop&pod=e2e-cart-7f4c9d6b0-x2x9k',
          },
          {
            verdict: 'Failed',
            reason: 'Error',
            ago: 51,
            seconds: 12,
            message: 'exit code 1: Error: connect ECONNREFUSED 10.96.14.2:80',
          },
          flaky,
          ...passes(1500, 700, 6),
          { ...flaky, ago: 9000 },
        ],
      }),
      spec('shop', 'search', {
        runs: [
          {
            verdict: 'Inconclusive',
            reason: 'ImagePullBackOff',
            ago: 9,
            message:
              'Back-off pulling image "registry.example.com/search-tests:8": 401 Unauthorized; check spec.imagePullSecrets and spec.image of the E2ESpec',
          },
          ...passes(2000, 800),
        ],
      }),
      spec('shop', 'catalog', {
        runs: [{ verdict: 'Running', reason: 'Running', ago: 2, message: 'the test is running' }, ...passes(1000, 900)],
      }),
      spec('shop', 'mail', {
        runs: [
          {
            verdict: 'Running',
            reason: 'Unschedulable',
            ago: 5,
            message: '0/6 nodes are available: 6 Insufficient memory',
          },
          ...passes(1000, 900),
        ],
      }),
      spec('platform', 'dns', { canary: '-', runs: [{ verdict: 'Passed', ago: 190, seconds: 2 }, ...passes(195, 5)] }),
      spec('platform', 'deployment', { canary: '-', runs: passes(4, 5, 10) }),
      spec('staging', 'vouchers'),
      ...quiet.map((name, index) => spec('shop', name, { runs: passes(200 + index * 37, 1440, 10) })),
    ],
    canaries: [
      canary('payments', 'checkout', { phase: 'Succeeded', ago: 12 }),
      canary('payments', 'ledger', { phase: 'WaitingPromotion', weight: 50, ago: 41, webhooks: [gate] }),
      canary('shop', 'cart', { phase: 'Failed', ago: 4 }),
      canary('shop', 'search', { phase: 'Progressing', ago: 11 }),
      canary('shop', 'catalog', { phase: 'Progressing', weight: 20, ago: 2 }),
      canary('shop', 'mail', { phase: 'Progressing', ago: 5 }),
      ...quiet.map((name) => canary('shop', name, { phase: 'Succeeded', ago: 300 })),
    ],
  };
}

export async function create(kubernetes: Kubernetes, { namespaces, specs, canaries }: World): Promise<void> {
  for (const name of namespaces) {
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const object of [...specs, ...canaries]) await kubernetes.apply(object);
}
