/**
 * The contract with Flagger, written out a second time and by hand: a slip in one of the two shows.
 */
import assert from 'node:assert/strict';
import { type Fault, isFault } from '../../function/fault.ts';
import {
  asksToRetry,
  type Hook,
  healthPaths,
  healthy,
  hookAt,
  statusOfFault,
  statusOfVerdict,
} from '../../function/hooks.ts';
import type { Verdict } from '../../function/verdict.ts';

const said = { reason: 'R', message: 'm' };
const kinds = ['passed', 'failed', 'inconclusive', 'running'] as const;

// Paths, then what is answered to: passed, failed, inconclusive, inconclusive with Hold, running.
const gates: [string, number, number, number, number, number][] = [
  ['/webhook', 200, 500, 500, 500, 202],
  ['/pre-rollout', 200, 412, 424, 424, 429],
  ['/rollout', 200, 412, 424, 424, 429],
  ['/confirm-traffic-increase', 200, 403, 403, 403, 403],
  ['/confirm-promotion', 200, 403, 403, 403, 403],
  ['/rollback', 403, 200, 200, 403, 403],
];

const phases: Record<string, string[]> = {
  '/webhook': ['Progressing', 'WaitingPromotion'],
  '/pre-rollout': ['Progressing', 'WaitingPromotion'],
  '/rollout': ['Progressing', 'WaitingPromotion'],
  '/confirm-traffic-increase': ['Progressing', 'WaitingPromotion'],
  '/confirm-promotion': ['Progressing', 'WaitingPromotion'],
  '/rollback': ['Progressing', 'WaitingPromotion'],
  '/confirm-rollout': ['Initialized', 'Succeeded', 'Failed', 'Waiting'],
  '/post-rollout': ['Succeeded', 'Failed'],
  '/event': [],
};

const faults: Record<Fault['kind'], number> = {
  invalid: 400,
  notFlagger: 403,
  denied: 403,
  unknownPath: 404,
  specMissing: 404,
  wrongMethod: 405,
  nameTaken: 409,
  targetChanged: 409,
  tooLarge: 413,
  wrongMediaType: 415,
  refused: 422,
  internalError: 500,
  unavailable: 503,
};

function isKind(kind: string): kind is Fault['kind'] {
  return Object.hasOwn(faults, kind);
}

const everyFault = Object.keys(faults)
  .filter(isKind)
  .map((kind): Fault => ({ kind, message: 'm' }));

function hook(path: string): Hook {
  const found = hookAt(path);
  assert.ok(found, path);
  return found;
}

function verdictStatus(path: string, kind: Verdict['kind'], isHeld: boolean): number {
  const found = hook(path);
  assert.ok('answers' in found, path);
  return statusOfVerdict(found, { kind, ...said }, isHeld);
}

describe('The answer table', () => {
  for (const [path, passed, failed, inconclusive, held, running] of gates) {
    it(`${path} answers ${passed}, ${failed}, ${inconclusive} (with Hold ${held}), ${running}`, () => {
      const expected = { passed, failed, inconclusive, running };
      for (const kind of kinds) assert.equal(verdictStatus(path, kind, false), expected[kind], kind);
      for (const kind of kinds) {
        assert.equal(verdictStatus(path, kind, true), kind === 'inconclusive' ? held : expected[kind], `${kind}, held`);
      }
    });
  }

  for (const path of ['/confirm-rollout', '/post-rollout', '/event']) {
    it(`${path} answers 200 when it is done, and has no verdict`, () => {
      const found = hook(path);
      assert.ok(!('answers' in found) && found.done === 200);
    });
  }

  for (const [path, allowed] of Object.entries(phases)) {
    it(`${path} is asked in ${allowed.join(', ') || 'any phase'}`, () => assert.deepEqual(hook(path).phases, allowed));
  }

  it('/rollback and the hooks without a verdict start no run', () => {
    const starting = Object.keys(phases).filter((path) => hook(path).asks === 'gate');
    assert.deepEqual(
      starting,
      gates.map(([path]) => path).filter((path) => path !== '/rollback'),
    );
  });

  for (const fault of everyFault) {
    it(`${fault.kind} is ${faults[fault.kind]} on every path, but on /confirm-rollout 403 where the run could not be`, () => {
      for (const path of Object.keys(phases)) {
        const holds = path === '/confirm-rollout' && ['specMissing', 'refused'].includes(fault.kind);
        assert.equal(statusOfFault(fault, hook(path)), holds ? 403 : faults[fault.kind], path);
      }
      assert.equal(statusOfFault(fault, undefined), faults[fault.kind]);
    });
  }

  it('no fault is ever what Flagger counts as passed, nor 204', () => {
    const answers = everyFault.flatMap((fault) => [
      statusOfFault(fault, undefined),
      ...Object.keys(phases).map((path) => statusOfFault(fault, hook(path))),
    ]);
    for (const status of answers) assert.ok(status > 202 && status !== 204, String(status));
  });

  it('Retry-After goes with 429 and 503 alone', () => {
    for (let status = 100; status < 600; status++) assert.equal(asksToRetry(status), status === 429 || status === 503);
  });

  it('health is 200 on four paths, of which none is a hook', () => {
    assert.equal(healthy, 200);
    assert.deepEqual([...healthPaths].sort(), ['/', '/health/liveness', '/health/readiness', '/healthz']);
    for (const path of healthPaths) assert.equal(hookAt(path), undefined);
  });

  for (const path of ['/webhook/', '/Webhook', 'webhook', '/constructor', '/__proto__', '/toString', '']) {
    it(`"${path}" is no hook`, () => assert.equal(hookAt(path), undefined));
  }

  it('knows a fault from everything else', () => {
    for (const fault of everyFault) assert.ok(isFault(fault));
    for (const value of [undefined, null, 'exists', {}, { kind: 'passed' }, { kind: 'Job' }, { kind: 'toString' }]) {
      assert.ok(!isFault(value), JSON.stringify(value));
    }
  });
});
