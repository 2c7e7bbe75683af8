/**
 * The contract with Flagger, written out a second time and by hand: a slip in one of the two shows.
 */
import assert from 'node:assert/strict';
import type { Verdict } from '../../../function/api/verdict.ts';
import { type ErrorKind, errorKinds, HookError, toHookError } from '../../../function/errors.ts';
import {
  asksForToken,
  asksToRetry,
  type Hook,
  type HookPath,
  healthPaths,
  healthy,
  hookAt,
  hooks,
  isManualHook,
  isRunPath,
  isVerdictHook,
  pathsOf,
  runHook,
  statusOfError,
  statusOfVerdict,
  typesOf,
} from '../../../function/flagger/hooks.ts';

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
  '/gate/approve': [],
  '/gate/halt': [],
  '/gate/check': ['Initialized', 'Succeeded', 'Failed', 'Waiting', 'Progressing', 'WaitingPromotion'],
  '/gate/open': [],
  '/gate/close': [],
  '/rollback/check': ['Progressing', 'WaitingPromotion'],
  '/rollback/open': [],
  '/rollback/close': [],
};

// As Flagger's load tester answers: open, closed.
const byHand: Record<string, [open: number | undefined, closed: number | undefined]> = {
  '/gate/approve': [200, undefined],
  '/gate/halt': [undefined, 403],
  '/gate/check': [200, 403],
  '/gate/open': [202, undefined],
  '/gate/close': [202, undefined],
  '/rollback/check': [200, 403],
  '/rollback/open': [202, undefined],
  '/rollback/close': [202, undefined],
};

const types: Record<string, string[]> = {
  'confirm-rollout': ['/confirm-rollout', '/gate/check', '/gate/approve', '/gate/halt'],
  'pre-rollout': ['/pre-rollout', '/webhook'],
  rollout: ['/rollout', '/webhook'],
  'confirm-traffic-increase': ['/confirm-traffic-increase', '/gate/check', '/gate/approve', '/gate/halt'],
  'confirm-promotion': ['/confirm-promotion', '/gate/check', '/gate/approve', '/gate/halt'],
  rollback: ['/rollback', '/rollback/check'],
  'post-rollout': ['/post-rollout'],
  event: ['/event'],
};

const errors: Record<ErrorKind, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  CanaryMismatch: 403,
  Forbidden: 403,
  NotFound: 404,
  SpecMissing: 404,
  MethodNotAllowed: 405,
  AlreadyExists: 409,
  NoRollout: 409,
  TargetChanged: 409,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  ServiceUnavailable: 503,
};

function hook(path: string): Hook {
  const found = hookAt(path);
  assert.ok(found, path);
  return found;
}

function verdictStatus(path: string, kind: Verdict['kind'], isOnHold: boolean): number {
  const found = hook(path);
  assert.ok(isVerdictHook(found), path);
  return statusOfVerdict(found, kind, isOnHold);
}

describe('The answer table', () => {
  it('has every hook of the function, by hand a second time', () => {
    assert.deepEqual(Object.keys(phases).sort(), Object.keys(hooks).sort());
    const withVerdict = Object.entries(hooks).flatMap(([path, each]) => (isVerdictHook(each) ? [path] : []));
    assert.deepEqual(gates.map(([path]) => path).sort(), withVerdict.sort());
  });

  for (const [path, passed, failed, inconclusive, onHold, running] of gates) {
    it(`${path} answers ${passed}, ${failed}, ${inconclusive} (with Hold ${onHold}), ${running}`, () => {
      const expected = { passed, failed, inconclusive, running };
      for (const kind of kinds) assert.equal(verdictStatus(path, kind, false), expected[kind], kind);
      for (const kind of kinds) {
        const status = kind === 'inconclusive' ? onHold : expected[kind];
        assert.equal(verdictStatus(path, kind, true), status, `${kind}, on hold`);
      }
    });
  }

  it('holds the calls of those by which Flagger waits inside one call', () => {
    const held = (Object.keys(hooks) as HookPath[]).filter((path) => 'holds' in hook(path));
    assert.deepEqual(held, ['/pre-rollout', '/rollout']);
    for (const path of held) assert.equal(verdictStatus(path, 'running', false), 429);
  });

  for (const path of ['/confirm-rollout', '/post-rollout', '/event']) {
    it(`${path} answers 200 when it is done, and has no verdict`, () => {
      const found = hook(path);
      assert.ok('status' in found && found.status === 200);
    });
  }

  for (const [path, [open, closed]] of Object.entries(byHand)) {
    it(`${path} is answered ${open ?? 'never'} when it is open, or done, and ${closed ?? 'never'} when it is closed`, () => {
      const found = hook(path);
      assert.ok(isManualHook(found) && !isVerdictHook(found));
      const isHalted = found.kind === 'fixed' && found.reason === 'Halted';
      const expected = found.kind === 'check' ? found.statuses : { [isHalted ? 'closed' : 'open']: found.status };
      assert.deepEqual({ ...expected }, JSON.parse(JSON.stringify({ open, closed })));
    });
  }

  for (const [path, allowed] of Object.entries(phases)) {
    it(`${path} is asked in ${allowed.join(', ') || 'any phase'}`, () => assert.deepEqual(hook(path).phases, allowed));
  }

  for (const [type, paths] of Object.entries(types)) {
    it(`webhooks of type ${type} may call ${paths.join(' and ')}`, () => assert.deepEqual(pathsOf(type), paths));
  }

  for (const path of Object.keys(hooks) as HookPath[]) {
    const expected = Object.keys(types).filter((type) => types[type]?.includes(path));
    it(`${path} may be called by ${expected.join(' and ')}`, () => assert.deepEqual(typesOf(path), expected));
  }

  for (const type of ['', 'webhook', 'Rollback', 'constructor']) {
    it(`webhooks of type "${type}", which is none of Flagger's, may call nothing`, () => {
      assert.deepEqual(pathsOf(type), []);
    });
  }

  it('/rollback and the hooks without a verdict start no run', () => {
    const starting = Object.keys(phases).filter((path) => hook(path).kind === 'gate');
    assert.deepEqual(
      starting,
      gates.map(([path]) => path).filter((path) => path !== '/rollback'),
    );
  });

  it('names every kind of error', () => assert.deepEqual([...errorKinds].sort(), Object.keys(errors).sort()));

  for (const kind of errorKinds) {
    it(`${kind} is ${errors[kind]} on every path, but on /confirm-rollout 403 where the run could not be`, () => {
      for (const path of Object.keys(phases)) {
        const holds = path === '/confirm-rollout' && ['SpecMissing', 'Invalid'].includes(kind);
        assert.equal(statusOfError(kind, hook(path)), holds ? 403 : errors[kind], path);
      }
      assert.equal(statusOfError(kind, undefined), errors[kind]);
    });
  }

  it('no error is ever what Flagger counts as passed, nor 204', () => {
    const answers = errorKinds.flatMap((kind) => [
      statusOfError(kind, undefined),
      ...Object.keys(phases).map((path) => statusOfError(kind, hook(path))),
    ]);
    for (const status of answers) assert.ok(status > 202 && status !== 204, String(status));
  });

  it('WWW-Authenticate goes with 401 alone', () => {
    for (let status = 100; status < 600; status++) assert.equal(asksForToken(status), status === 401);
  });

  it('Retry-After goes with 429 and 503 alone', () => {
    for (let status = 100; status < 600; status++) assert.equal(asksToRetry(status), status === 429 || status === 503);
  });

  it('health is 200 on four paths, of which none is a hook', () => {
    assert.equal(healthy, 200);
    assert.deepEqual([...healthPaths].sort(), ['/', '/health/liveness', '/health/readiness', '/healthz']);
    for (const path of healthPaths) assert.equal(hookAt(path), undefined);
  });

  const ways = (path: string) => [path, `${path}/`, `/${path}`, `/e2e${path}`, `//e2e//a.b/${path}//`];
  for (const path of Object.keys(phases)) {
    it(`${path} is known behind a prefix, with slashes too many`, () => {
      for (const way of ways(path)) assert.equal(hookAt(way), hook(path), way);
    });
  }

  it('a path has at most 2,048 characters', () => {
    const long = (length: number) => `/${'e'.repeat(length - '//webhook'.length)}/webhook`;
    assert.equal(hookAt(long(2048)), hook('/webhook'));
    assert.equal(hookAt(long(2049)), undefined);
  });

  const none = [
    '/Webhook',
    'webhook',
    '/e2e',
    '/pre-rollout/e2e',
    '/prerollout',
    '/x-webhook',
    '/web/hook',
    '/',
    '//',
    '',
  ];
  // Words of the verifier's own are no prefix.
  const confused = [
    '/gate/rollback',
    '/gate/e2e/rollback',
    '/rollback/rollback',
    '/event/webhook',
    '/gate/gate/check',
    '/rollback/gate/open',
    '/gate/check/open',
    '/gate',
    '/check',
  ];
  for (const path of [...none, ...confused, '/constructor', '/e2e/__proto__', '/toString']) {
    it(`"${path}" is no hook`, () => assert.equal(hookAt(path), undefined));
  }

  it('/run is no hook of Flagger’s, and is known behind a prefix as they are', () => {
    for (const way of ways('/run')) assert.deepEqual([hookAt(way), isRunPath(way)], [undefined, true], way);
    for (const way of ['run', '/Run', '/run/x', '/gate/run', '/rollback/run', '/run/rollback/run', '/x-run', '/', '']) {
      assert.equal(isRunPath(way), false, way);
    }
    assert.equal(statusOfVerdict(runHook, 'inconclusive', true), 424);
  });

  it('knows an error of its own from everything else that is thrown, which is InternalError', () => {
    for (const error of errorKinds.map((kind) => new HookError(kind, 'm'))) assert.equal(toHookError(error), error);
    for (const thrown of [undefined, null, 'exists', {}, { kind: 'Invalid', message: 'm' }, new TypeError('Invalid')]) {
      const { kind, message, detail } = toHookError(thrown);
      assert.deepEqual([kind, message], ['InternalError', 'an error of the verifier itself; its log has the details']);
      assert.ok(
        detail?.includes(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)),
        detail,
      );
    }
  });
});
