/**
 * What /rollback makes of two gates: one that is decided is enough, and whatever is not known ends no rollout.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { annotation } from '../../../function/api/labels.ts';
import { HookError } from '../../../function/errors.ts';
import type { Ask } from '../../../function/kube/response.ts';
import { runKey } from '../../../function/run/id.ts';
import { ago } from '../run-fixture.ts';
import { answerTo, apiWith, checksum, clusterWith, type Json } from './cluster-fixture.ts';

const names = ['smoke', 'full'];
const namespace = 'test';

const keyOf = (e2espec: string) =>
  runKey({ name: 'podinfo', namespace, phase: '', checksum, metadata: { e2espec, token: 't' } });

/** How a gate stands. */
interface Gate {
  record?: Partial<RunRecord>;
  spec?: Json;
  annotations?: Record<string, string>;
  /** The E2ESpec is not there, or cannot be read. */
  fault?: 'missing' | 'unreadable';
}

const gates = {
  failed: { record: { verdict: 'Failed' } },
  inconclusive: { record: { verdict: 'Inconclusive' } },
  held: { record: { verdict: 'Inconclusive' }, spec: { onInconclusive: 'Hold' } },
  lost: { record: { verdict: 'Inconclusive', reason: 'ResultLost' } },
  passed: { record: { verdict: 'Passed' } },
  skipped: { record: { verdict: 'Skipped' } },
  superseded: { record: { verdict: 'Superseded' } },
  ofAnotherRollout: { record: { verdict: 'Failed', rollout: ago(9000) } },
  ofADeletedCanary: { record: { verdict: 'Failed', canaryUID: 'c0' } },
  waiting: { record: { verdict: 'Running' } },
  changed: { record: { verdict: 'Failed', target: 'another' } },
  notBegun: {},
  askedAgain: { record: { verdict: 'Failed' }, annotations: { [annotation.requestedAt]: 'now' } },
  edited: { record: { verdict: 'Inconclusive', specGeneration: 0 } },
  missing: { fault: 'missing' },
  unreadable: { fault: 'unreadable' },
} satisfies Record<string, Gate>;

function specOf(name: string, { record, spec, annotations = {} }: Gate): Json {
  const identity = { canary: 'podinfo', canaryUID: 'uid-of-podinfo', checksum, rollout: ago(900) };
  const run = { ...identity, hook: keyOf(name).metadataHash, specGeneration: 1, ...record };
  return {
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { name, namespace, uid: `uid-of-${name}`, resourceVersion: '1', generation: 1, annotations },
    spec: { image: 'busybox', ...spec },
    status: { runs: record ? [run] : [] },
  };
}

/** The API server that has these two gates. */
function apiOf(two: readonly Gate[]): Ask {
  const cluster = clusterWith('deployments', 'Progressing', {});
  const analysis = Object(Object(cluster['canaries']?.[0])['spec'])['analysis'];
  const [first] = analysis.webhooks;
  analysis.webhooks = [
    ...names.map((e2espec) => ({ ...first, name: e2espec, metadata: { e2espec, token: 't' } })),
    ...analysis.webhooks.slice(1),
  ];
  const api = apiWith(cluster);
  const now = new Date('2026-11-21T10:00:00Z');
  return async (request) => {
    const { verb, resource, name = '' } = request;
    if (resource.plural !== 'e2especs' || verb !== 'get') return api(request);
    const gate = two[names.indexOf(name)] ?? { fault: 'missing' as const };
    if (gate.fault === 'unreadable') throw new HookError('ServiceUnavailable', 'no e2especs');
    if (gate.fault === 'missing')
      return { code: 404, body: { kind: 'Status', reason: 'NotFound', details: { name } }, now };
    return { code: 200, body: specOf(name, gate), now };
  };
}

type Name = keyof typeof gates;
/** The gates whose own say ends the rollout. */
const ending: Name[] = ['failed', 'inconclusive'];
/** Those of which nothing is known but that something is wrong. */
const faulty: Partial<Record<Name, number>> = { unreadable: 503, changed: 409 };
/** Decided, but nobody is to be rolled back for it. */
const holding: Name[] = ['held', 'lost'];

function expected(two: Name[]): number {
  if (two.some((each) => ending.includes(each))) return 200;
  if (two.some((each) => holding.includes(each))) return 403;
  return two.flatMap((each) => faulty[each] ?? [])[0] ?? 403;
}

describe('/rollback of a Canary with two gates', () => {
  const all = Object.keys(gates) as Name[];
  for (const one of all) {
    it(`is answered by the one that is decided, beside one that is ${one}`, async () => {
      for (const other of all) {
        const { status, body } = await answerTo('/rollback', apiOf([gates[one], gates[other]]));
        assert.equal(status, expected([one, other]), `${one} and ${other}: ${body}`);
      }
    });
  }

  it('tells a missing E2ESpec under the Job of the gate that needs it', async () => {
    const { status, body } = await answerTo('/rollback', apiOf([gates.passed, gates.missing]));
    assert.deepEqual([status, body.split(': ').slice(0, 2)], [403, ['SpecMissing', `Job ${keyOf('full').jobName}`]]);
  });
});
