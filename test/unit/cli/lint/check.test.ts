/**
 * What each Canary is linted with, of all that was found.
 */
import assert from 'node:assert/strict';
import type { Webhook } from '../../../../function/api/canary.ts';
import { check, type Subject, type Subjects } from '../../../../function/cli/lint/check.ts';

const hook = (type: string, host = 'e2e-verifier.default', more: Partial<Webhook> = {}): Webhook => ({
  name: type,
  type,
  url: `http://${host}/${type}`,
  ...more,
});
const gating = [hook('pre-rollout', undefined, { retries: 60, timeout: '30s' }), hook('rollback')];

interface Options {
  file?: string;
}

function subject<T>(object: T, namespace: string | undefined, { file }: Options = {}): Subject<T> {
  const placeOf = (path: readonly unknown[]) => ({ file: file ?? '', line: path.length + 1, column: 1 });
  return { object, namespace, ...(file !== undefined && { file, placeOf }) };
}

function canary(name: string, namespace: string | undefined, webhooks: Webhook[], options?: Options) {
  const metadata = { name, namespace: namespace ?? 'default', uid: 'u' };
  const spec = { targetRef: { kind: 'Deployment', name }, analysis: { webhooks } };
  return subject({ metadata, spec }, namespace, options);
}

/** With 120 s the 60 retries are enough; with 3600 s they are not. */
function e2eSpec(name: string, namespace: string | undefined, activeDeadlineSeconds: number, options?: Options) {
  const metadata = { name, namespace: namespace ?? 'default', uid: 'u', resourceVersion: '1', generation: 1 };
  return subject({ metadata, spec: { image: 'x', activeDeadlineSeconds } }, namespace, options);
}

const none: Subjects = { canaries: [], e2eSpecs: [], namespaces: [], knowsAllSpecs: false };

/** Whether the retries are found too few, by the title of each Canary. */
function tooFew(subjects: Partial<Subjects>): Record<string, boolean> {
  const { checked } = check({ ...none, ...subjects }, undefined);
  return Object.fromEntries(
    checked.map(({ name, namespace, findings }) => [
      `${namespace}/${name}`,
      findings.some(({ message }) => /retries: 60/.test(message)),
    ]),
  );
}

describe('A Canary is linted with', () => {
  it('the E2ESpec of its own namespace, whichever stands first', () => {
    const canaries = ['a', 'b'].map((namespace) => canary('podinfo', namespace, gating));
    const e2eSpecs = [e2eSpec('podinfo', 'a', 3600), e2eSpec('podinfo', 'b', 120)];
    assert.deepEqual(tooFew({ canaries, e2eSpecs }), { 'a/podinfo': true, 'b/podinfo': false });
    assert.deepEqual(tooFew({ canaries, e2eSpecs: e2eSpecs.reverse() }), { 'a/podinfo': true, 'b/podinfo': false });
  });

  it('none of another namespace', () => {
    const canaries = [canary('podinfo', 'a', gating)];
    assert.deepEqual(tooFew({ canaries, e2eSpecs: [e2eSpec('podinfo', 'b', 3600)] }), { 'a/podinfo': false });
  });

  it('one without a namespace, unless there is one of its own', () => {
    const canaries = [canary('podinfo', 'a', gating)];
    const anywhere = e2eSpec('podinfo', undefined, 3600);
    assert.deepEqual(tooFew({ canaries, e2eSpecs: [anywhere] }), { 'a/podinfo': true });
    assert.deepEqual(tooFew({ canaries, e2eSpecs: [anywhere, e2eSpec('podinfo', 'a', 120)] }), { 'a/podinfo': false });
  });

  it('the one of its own file, where several are of its name', () => {
    const canaries = [canary('podinfo', undefined, gating, { file: 'b.yaml' })];
    const e2eSpecs = [
      e2eSpec('podinfo', undefined, 3600, { file: 'a.yaml' }),
      e2eSpec('podinfo', undefined, 120, { file: 'b.yaml' }),
    ];
    assert.deepEqual(tooFew({ canaries, e2eSpecs }), { 'undefined/podinfo': false });
  });

  const nearest: { canary: string; specs: [string, ...string[]]; what: string }[] = [
    { what: 'of its own folder', canary: 'env/b/canary.yaml', specs: ['env/b/spec.yaml', 'env/a/spec.yaml'] },
    { what: 'above it', canary: 'env/b/eu/canary.yaml', specs: ['env/b/spec.yaml', 'env/a/spec.yaml', 'spec.yaml'] },
    { what: 'beneath it', canary: 'env/b/canary.yaml', specs: ['env/b/tests/spec.yaml', 'env/a/tests/spec.yaml'] },
    { what: 'beside it, however it is written', canary: './b/canary.yaml', specs: ['b/spec.yaml', 'a/spec.yaml'] },
    { what: 'in the same file', canary: 'b/all.yaml', specs: ['b/all.yaml', 'b/spec.yaml'] },
  ];
  for (const { what, canary: file, specs } of nearest) {
    it(`the nearest one, where several are of its name: ${what}`, () => {
      const canaries = [canary('podinfo', undefined, gating, { file })];
      const e2eSpecs = specs.map((each, index) =>
        e2eSpec('podinfo', undefined, index === 0 ? 120 : 3600, { file: each }),
      );
      assert.deepEqual(tooFew({ canaries, e2eSpecs }), { 'undefined/podinfo': false });
      assert.deepEqual(tooFew({ canaries, e2eSpecs: e2eSpecs.reverse() }), { 'undefined/podinfo': false });
    });
  }

  it('the webhooks behind the URL that is given', () => {
    const canaries = [canary('podinfo', 'a', gating)];
    const findingsWith = (url: string) => check({ ...none, canaries }, url).checked[0]?.findings ?? assert.fail();
    assert.deepEqual(findingsWith('http://e2e-verifier.default'), []);
    assert.match(findingsWith('http://verifier.tests')[0]?.message ?? '', /no webhook calls a gate/);
  });
});

describe('A finding', () => {
  it('stands where its object is written', () => {
    const subjects = {
      canaries: [canary('podinfo', undefined, gating, { file: 'canary.yaml' })],
      e2eSpecs: [e2eSpec('podinfo', undefined, 5, { file: 'e2espec.yaml' })],
    };
    const [{ findings } = assert.fail()] = check({ ...none, ...subjects }, undefined).checked;
    for (const { at, place } of findings) {
      const file = at.kind === 'E2ESpec' ? 'e2espec.yaml' : 'canary.yaml';
      assert.deepEqual(place, { file, line: at.path.length + 1, column: 1 });
    }
    assert.deepEqual([...new Set(findings.map(({ at }) => at.kind))], ['E2ESpec']);
  });

  it('comes in the order of the webhooks, what is about none of them first', () => {
    const webhooks = [hook('confirm-promotion'), hook('post-rollout', undefined, { timeout: '2h' })];
    const [{ findings } = assert.fail()] = check(
      { ...none, canaries: [canary('a', 'b', webhooks)] },
      undefined,
    ).checked;
    assert.deepEqual(
      findings.map(({ webhook }) => webhook),
      [undefined, 'confirm-promotion', 'post-rollout'],
    );
  });
});

describe('A Canary', () => {
  const load = { name: 'load', url: 'http://loadtester.test/' };
  const cases: { what: string; webhooks: Webhook[]; spec?: string; isChecked: boolean }[] = [
    { what: 'without webhooks', webhooks: [], isChecked: false },
    { what: 'with hooks of others', webhooks: [load], isChecked: false },
    {
      what: 'with an event hook of somebody else at a path that the verifier has too',
      webhooks: [hook('event', 'slack.tools', { url: 'http://slack.tools/webhook' })],
      isChecked: false,
    },
    { what: 'with a path that others have as well', webhooks: [hook('pre-rollout', 'tests.qa')], isChecked: false },
    {
      what: 'with a gate and a rollback hook, wherever they lead',
      webhooks: [hook('pre-rollout', 'tests.qa'), hook('rollback', 'tests.qa')],
      isChecked: true,
    },
    {
      what: 'with an unknown path at the verifier',
      webhooks: [{ name: 'e2e', url: 'http://e2e-verifier.default/verify' }],
      isChecked: true,
    },
    { what: 'whose E2ESpec is there', webhooks: [load], spec: 'podinfo', isChecked: true },
  ];
  for (const { what, webhooks, spec, isChecked } of cases) {
    it(`${what} is ${isChecked ? 'linted' : 'one of the others'}`, () => {
      const e2eSpecs = spec === undefined ? [] : [e2eSpec(spec, 'shop', 120)];
      const subjects = { ...none, canaries: [canary('podinfo', 'shop', webhooks)], e2eSpecs };
      const { checked, others } = check(subjects, undefined);
      assert.deepEqual([checked.length, others], isChecked ? [1, []] : [0, ['shop/podinfo']]);
      if (isChecked && spec !== undefined)
        assert.match(checked[0]?.findings[0]?.message ?? '', /no webhook calls a gate/);
    });
  }

  it('of somebody else is known by the verifier’s URL, or by all E2ESpecs of a cluster', () => {
    const canaries = [canary('podinfo', 'shop', [hook('pre-rollout', 'tests.qa'), hook('rollback', 'tests.qa')])];
    const e2eSpecs = [e2eSpec('shop', 'shop', 120)];
    const isChecked = (subjects: Partial<Subjects>, url?: string) =>
      check({ ...none, canaries, ...subjects }, url).checked.length === 1;
    assert.ok(isChecked({ e2eSpecs }));
    assert.ok(!isChecked({ e2eSpecs, knowsAllSpecs: true }));
    assert.ok(!isChecked({ e2eSpecs }, 'http://e2e-verifier.default'));
    assert.ok(isChecked({ e2eSpecs }, 'http://tests.qa'));
    assert.ok(isChecked({ e2eSpecs: [e2eSpec('podinfo', 'shop', 120)] }, 'http://e2e-verifier.default'));
  });

  const missing = (subjects: Partial<Subjects>) =>
    check({ ...none, ...subjects }, undefined).checked.map(({ findings }) =>
      findings.map(({ message }) => /its test is E2ESpec podinfo, which does not exist/.test(message)),
    );

  it('has no E2ESpec where a cluster has none of its name in the namespace', () => {
    const canaries = [canary('podinfo', 'shop', gating)];
    const e2eSpecs = [e2eSpec('podinfo', 'staging', 120)];
    assert.deepEqual(missing({ canaries, e2eSpecs, knowsAllSpecs: true }), [[true]]);
  });

  it('may have its E2ESpec in another file, unless its own has one that nobody asks for', () => {
    const canaries = [canary('podinfo', 'shop', gating, { file: 'a' }), canary('api', 'shop', gating, { file: 'b' })];
    const api = e2eSpec('api', 'shop', 120, { file: 'a' });
    assert.deepEqual(missing({ canaries, e2eSpecs: [api] }), [[], []]);
    const misspelt = (file: string) => e2eSpec('podinf', 'shop', 120, { file });
    assert.deepEqual(missing({ canaries, e2eSpecs: [api, misspelt('a')] })[0], [true]);
    assert.deepEqual(missing({ canaries, e2eSpecs: [api, misspelt('c')] }), [[], []]);
  });

  it('is linted with the labels of its namespace', () => {
    const subjects = {
      ...none,
      canaries: [canary('podinfo', 'shop', gating)],
      e2eSpecs: [e2eSpec('podinfo', 'shop', 120)],
    };
    const inNamespace = (name: string) => {
      const labels = { 'istio-injection': 'enabled' };
      const [{ findings } = assert.fail()] = check(
        { ...subjects, namespaces: [{ metadata: { name, labels } }] },
        undefined,
      ).checked;
      return findings.map(({ severity, at }) => [severity, at.kind]);
    };
    assert.deepEqual(inNamespace('shop'), [['advice', 'E2ESpec']]);
    assert.deepEqual(inNamespace('staging'), []);
  });
});
