import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Canary } from '../../../function/api/canary.ts';
import { HookError } from '../../../function/errors.ts';
import { jobName, labelValue, runKey, runOf, runToTry } from '../../../function/run/id.ts';

const name = fc
  .stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?){0,3}$/)
  .filter((text) => text.length <= 253);
const checksum = fc.stringMatching(/^[456789bcdf]{1,10}$/);

describe('The name of a Job', () => {
  it('is e2e-{canary}-{checksum}, as the contract says', () => {
    assert.equal(jobName('my-app', '85d557f47b', ''), 'e2e-my-app-85d557f47b');
  });

  it('is cut and ends with a hash for a hook with metadata of its own', () => {
    assert.match(jobName('my-app', '85d557f47b', 'a1'), /^e2e-my-app-85d557f47b-[0-9a-f]{10}$/);
  });

  it('is whole with 48 characters of canary, and cut with 49', () => {
    assert.equal(jobName('n'.repeat(48), '85d557f47b', ''), `e2e-${'n'.repeat(48)}-85d557f47b`);
    assert.match(jobName('n'.repeat(49), '85d557f47b', ''), /^e2e-n{37}-85d557f47b-[0-9a-f]{10}$/);
  });

  it('is a valid name of at most 63 characters for every canary', () => {
    fc.assert(
      fc.property(name, checksum, fc.constantFrom('', 'a1b2'), (canary, sum, hook) => {
        const made = jobName(canary, sum, hook);
        assert.ok(made.length <= 63);
        assert.match(made, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
      }),
    );
  });

  it('differs wherever the canary, the checksum or the hook differs', () => {
    const run = fc.tuple(name, checksum, fc.constantFrom('', 'a1', 'b2'));
    fc.assert(
      fc.property(run, run, (a, b) => {
        fc.pre(a.join('/') !== b.join('/'));
        assert.notEqual(jobName(...a), jobName(...b));
      }),
    );
  });

  it('differs where two hooks differ in their metadata alone, and where what two canaries differ in is cut off', () => {
    assert.notEqual(jobName('my-app', '85d557f47b', 'a1'), jobName('my-app', '85d557f47b', 'b2'));
    const long = 'n'.repeat(50);
    assert.notEqual(jobName(`${long}a`, '85d557f47b', ''), jobName(`${long}b`, '85d557f47b', ''));
  });

  const cuts: [string, string][] = [
    ['a dash', `${'n'.repeat(36)}-app-of-a-team`],
    ['a dot', `${'n'.repeat(36)}.app-of-a-team`],
    ['two dashes', `${'n'.repeat(35)}--app-of-a-team`],
  ];
  for (const [what, canary] of cuts) {
    it(`is cut before ${what}: nothing after it would be left`, () => {
      assert.match(jobName(canary, '85d557f47b', ''), /^e2e-n{35,36}-85d557f47b-[0-9a-f]{10}$/);
    });
  }

  it('stays a label value', () => {
    fc.assert(
      fc.property(name, (canary) => {
        assert.match(labelValue(canary), /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it('is a label value as it is with 63 characters, and cut with 64', () => {
    assert.equal(labelValue('n'.repeat(63)), 'n'.repeat(63));
    assert.match(labelValue('n'.repeat(64)), /^n{52}-[0-9a-f]{10}$/);
  });
});

describe('The run a payload asks for', () => {
  const payload = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b', metadata: {} };
  const of = (metadata: Record<string, string>) => runKey({ ...payload, metadata });

  it('is named after its canary', () => assert.equal(of({}).e2eSpec, 'podinfo'));
  it('is of the E2ESpec that metadata.e2espec names', () => assert.equal(of({ e2espec: 'smoke' }).e2eSpec, 'smoke'));

  for (const e2espec of ['../secrets', 'Smoke', '']) {
    it(`is none where metadata.e2espec is "${e2espec}": it becomes a part of a path`, () => {
      const refused = { kind: 'BadRequest', message: /metadata.e2espec must be the name of an E2ESpec/ };
      assert.throws(() => of({ e2espec }), refused);
    });
  }

  for (const metadata of [{ eventMessage: 'x' }, { eventType: 'Normal' }, { timestamp: '1' }, { token: 's3cret' }]) {
    it(`is the same with ${Object.keys(metadata)}`, () => assert.deepEqual(of(metadata), of({})));
  }
  for (const metadata of [{ e2espec: 'smoke' }, { suite: 'a' }, { suite: 'b' }]) {
    it(`is another with ${JSON.stringify(metadata)}`, () => assert.notEqual(of(metadata).jobName, of({}).jobName));
  }
  it('does not hang on the order of keys', () => assert.deepEqual(of({ a: '1', b: '2' }), of({ b: '2', a: '1' })));
});

describe('The rollout of a run', () => {
  const key = runKey({ name: 'podinfo', namespace: 'test', phase: '', checksum: 'c4', metadata: {} });
  const canaryWith = (...conditions: object[]) =>
    ({
      metadata: { name: 'podinfo', namespace: 'test', uid: 'c1' },
      spec: {},
      status: { conditions },
    }) as unknown as Canary;
  const promoted = (lastTransitionTime?: string) => ({ type: 'Promoted', status: 'Unknown', lastTransitionTime });

  it('is the time at which the condition Promoted changed', () => {
    const { canaryUid, rollout } = runOf(key, canaryWith({ type: 'Ready' }, promoted('2026-11-21T09:00:00Z')));
    assert.deepEqual([canaryUid, rollout], ['c1', '2026-11-21T09:00:00Z']);
  });

  it('is a dash without a Canary, and without one only', () => {
    assert.deepEqual([runOf(key, undefined).canaryUid, runOf(key, undefined).rollout], ['-', '-']);
  });

  it('is a dash for a dry run, with or without a Canary', () => {
    const canary = canaryWith(promoted('2026-11-21T09:00:00Z'));
    assert.deepEqual([runToTry(key, canary).canaryUid, runToTry(key, canary).rollout], ['c1', '-']);
    assert.deepEqual([runToTry(key, undefined).canaryUid, runToTry(key, undefined).rollout], ['-', '-']);
  });

  const unknown: [string, Canary][] = [
    ['has no such condition', canaryWith({ type: 'Ready', lastTransitionTime: '2026-11-21T09:00:00Z' })],
    ['has no conditions', canaryWith()],
    ['has no status', { ...canaryWith(), status: undefined } as unknown as Canary],
    ...[undefined, '', '-', 'now', '0'].map((time): [string, Canary] => [
      `has "${time}" as its time`,
      canaryWith(promoted(time)),
    ]),
  ];
  for (const [what, canary] of unknown) {
    it(`is a fault where the Canary ${what}: an earlier pass would answer for it`, () => {
      assert.throws(
        () => runOf(key, canary),
        (error) => error instanceof HookError && error.kind === 'ServiceUnavailable' && /Promoted/.test(error.message),
      );
    });

    it(`is not needed for a dry run, where the Canary ${what}`, () =>
      assert.equal(runToTry(key, canary).canaryUid, 'c1'));
  }
});
