/**
 * What each Canary is linted with, of all that was found.
 */
import assert from 'node:assert/strict';
import type { Webhook } from '../../../function/api/canary.ts';
import { check, type Subject, type Subjects } from '../../../function/cli/check.ts';

const hook = (type: string, host = 'e2e-verifier.default', more: Partial<Webhook> = {}): Webhook => ({
  name: type,
  type,
  url: `http://${host}/${type}`,
  ...more,
});
const gating = [hook('pre-rollout', undefined, { retries: 60, timeout: '30s' }), hook('rollback')];

interface Options {
  isNamed?: boolean;
  file?: string;
}

function subject<T>(object: T, namespace: string | undefined, { isNamed = false, file }: Options = {}): Subject<T> {
  const placeOf = (path: readonly unknown[]) => ({ file: file ?? '', line: path.length + 1, column: 1 });
  return { object, namespace, isNamed, ...(file !== undefined && { placeOf }) };
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
    const webhooks = [
      hook('pre-rollout', undefined, { timeout: '1h', retries: 300 }),
      hook('post-rollout', undefined, { timeout: '2h' }),
    ];
    const [{ findings } = assert.fail()] = check(
      { ...none, canaries: [canary('a', 'b', webhooks)] },
      undefined,
    ).checked;
    assert.deepEqual(
      findings.map(({ webhook }) => webhook),
      [undefined, 'pre-rollout', 'post-rollout'],
    );
  });
});

describe('A Canary that was found', () => {
  const load = { name: 'load', url: 'http://loadtester.test/' };
  const cases: { what: string; webhooks: Webhook[]; spec?: string; isChecked: boolean }[] = [
    { what: 'without webhooks', webhooks: [], isChecked: false },
    { what: 'with hooks of others', webhooks: [load], isChecked: false },
    {
      what: 'with an event hook of somebody else at a path that the verifier has too',
      webhooks: [hook('event', 'slack.tools', { url: 'http://slack.tools/webhook' })],
      isChecked: false,
    },
    { what: 'with a gate, wherever it leads', webhooks: [hook('pre-rollout', 'tests.qa')], isChecked: true },
    {
      what: 'with an unknown path at the verifier',
      webhooks: [{ name: 'e2e', url: 'http://e2e-verifier.default/verify' }],
      isChecked: true,
    },
    { what: 'whose E2ESpec is there', webhooks: [load], spec: 'podinfo', isChecked: true },
    { what: 'beside the E2ESpec of another', webhooks: [load], spec: 'other', isChecked: false },
  ];
  for (const { what, webhooks, spec, isChecked } of cases) {
    it(`${what} is ${isChecked ? 'linted' : 'one of the others'}, and linted where it was asked for`, () => {
      const e2eSpecs = spec === undefined ? [] : [e2eSpec(spec, 'shop', 120)];
      const outcomeOf = (isNamed: boolean) =>
        check({ ...none, canaries: [canary('podinfo', 'shop', webhooks, { isNamed })], e2eSpecs }, undefined);
      const { checked, others } = outcomeOf(false);
      assert.deepEqual([checked.length, others], isChecked ? [1, []] : [0, ['shop/podinfo']]);
      assert.equal(outcomeOf(true).checked.length, 1);
    });
  }
});
