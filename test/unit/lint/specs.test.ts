/**
 * The E2ESpecs of a Canary: a Canary and an E2ESpec that do not name each other, and what in one keeps a test from its verdict.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import type { Spec } from '../../../function/api/e2espec.ts';
import { askedBy, namesBeside } from '../../../function/lint/specs.ts';
import {
  blueGreen,
  canary,
  findings,
  inputWith,
  places,
  preRollout,
  promotion,
  rollback,
  suite,
  weights,
} from './canary-fixture.ts';

const specs: Record<string, Spec> = { podinfo: { image: 'x' }, full: { image: 'x' }, podinf: { image: 'x' } };
const knowing = (...specNames: string[]) => {
  const specOf = (name: string) => (specNames.includes(name) ? (specs[name] ?? { image: 'x' }) : undefined);
  return { specOf, specNames, retryAfterSeconds: 10 };
};
const asking = (e2espec: string, of: Webhook = preRollout): Webhook => ({ ...of, metadata: { e2espec } });
const plain = canary(weights, [preRollout, rollback]);
const full = canary(weights, [asking('full'), rollback]);

const found: { what: string; subject: Canary; there: string[]; says: string; at: string }[] = [
  {
    what: 'none of its name, but one that nobody asks for',
    subject: plain,
    there: ['shop'],
    says: 'E2ESpec podinfo, which does not exist. There is shop: add metadata.e2espec: shop, or call the E2ESpec podinfo',
    at: 'metadata.name',
  },
  {
    what: 'none of its name, but one with a slip in it',
    subject: plain,
    there: ['shop', 'podinf', 'cart'],
    says: 'E2ESpec podinfo, which does not exist. There is podinf: add metadata.e2espec: podinf, or call the E2ESpec podinfo',
    at: 'metadata.name',
  },
  {
    what: 'not the one that its webhook names',
    subject: full,
    there: ['fulll'],
    says: 'E2ESpec full, which does not exist. There is fulll: write metadata.e2espec: fulll, or call the E2ESpec full',
    at: 'spec.analysis.webhooks.0.metadata.e2espec',
  },
  {
    what: 'none, and several that it could mean',
    subject: plain,
    there: ['shop', 'cart'],
    says: 'E2ESpec podinfo, which does not exist. Create it, or name one that is there in metadata.e2espec',
    at: 'metadata.name',
  },
  {
    what: 'none at all',
    subject: plain,
    there: [],
    says: 'E2ESpec podinfo, which does not exist. Create it, or name one that is there in metadata.e2espec',
    at: 'metadata.name',
  },
];

describe('The E2ESpecs of a Canary', () => {
  for (const { what, subject, there, says, at } of found) {
    it(`are told when there is ${what}`, () => {
      assert.deepEqual(findings(subject, knowing(...there)), [`pre-rollout: its test is ${says}`]);
      assert.deepEqual(places(subject, knowing(...there)), [`Canary podinfo ${at}`]);
    });
  }

  it('are told once, however many gates ask for one', () => {
    const subject = canary(blueGreen, [suite('smoke', preRollout), suite('full', promotion), rollback]);
    const [told = '', ...others] = findings(subject, knowing('shop'));
    assert.match(told, /^pre-rollout-smoke: /);
    assert.deepEqual(others, []);
  });

  it('are told one by one, and one that a gate has already is no other’s', () => {
    const both = canary(blueGreen, [asking('full'), { ...promotion, metadata: { suite: 'own' } }, rollback]);
    const says = (name: string, gate: string) =>
      `${gate}: its test is E2ESpec ${name}, which does not exist. Create it, or name one that is there in metadata.e2espec`;
    assert.deepEqual(findings(both, knowing('podinfo')), [says('full', 'pre-rollout')]);
    assert.deepEqual(findings(both, knowing()), [says('full', 'pre-rollout'), says('podinfo', 'confirm-promotion')]);
  });

  it('are not told where a misspelt key says it already', () => {
    const subject = canary(weights, [{ ...preRollout, metadata: { e2eSpec: 'full' } }, rollback]);
    assert.deepEqual(findings(subject, knowing('full')), [
      'pre-rollout: metadata.e2eSpec names no E2ESpec: it is handed to the test. Write e2espec: full',
    ]);
  });

  it('are not told where the metadata has no name in it, which is told already', () => {
    for (const e2espec of ['', 'Full', 'a'.repeat(300)])
      assert.match(
        findings(canary(weights, [asking(e2espec), rollback]), knowing('full')).join('\n'),
        /^pre-rollout: metadata\.e2espec must be the name of an E2ESpec\. .*$/,
      );
  });

  it('are fine when all are there, with others beside them', () => {
    assert.deepEqual(findings(plain, knowing('podinfo', 'shop')), []);
    assert.deepEqual(findings(full, knowing('shop', 'full')), []);
  });

  it('are not missed where only the Canary was given', () => {
    const input = { specOf: () => undefined, retryAfterSeconds: 10 };
    assert.deepEqual(findings(plain, input), []);
    assert.deepEqual(findings(full, input), []);
  });

  describe('in files, which may not be all', () => {
    const shop = { ...canary(weights, [preRollout]), metadata: { name: 'shop', namespace: 'test', uid: 's' } };
    const misspelt = canary(weights, [{ ...preRollout, url: 'http://e2e-verifier.default/prerollout' }, rollback]);

    const beside = (subject: Canary, all: string[], inFile: string[], canaries: Canary[]) =>
      namesBeside(subject, { all, inFile }, new Set(canaries.flatMap(askedBy)));

    it('are missed where one in the Canary’s own file is asked for by no Canary', () => {
      const names = ['podinf', 'shop'];
      assert.deepEqual(beside(plain, names, names, [plain, shop]), ['podinf']);
      assert.deepEqual(beside(shop, names, ['podinf'], [plain, shop]), ['shop', 'podinf']);
      assert.deepEqual(beside(full, ['podinfo'], ['podinfo'], [full]), ['podinfo']);
    });

    it('are not missed where those that nobody asks for stand in other files', () => {
      assert.equal(beside(plain, ['frontend'], [], [plain]), undefined);
    });

    it('are not missed where each is asked for by a Canary, though it be by one with a slip', () => {
      assert.equal(beside(plain, ['shop'], ['shop'], [plain, shop]), undefined);
      assert.equal(beside(shop, ['podinfo'], ['podinfo'], [misspelt, shop]), undefined);
      assert.equal(beside(plain, [], [], [plain]), undefined);
    });
  });

  it('are told of a deadline that leaves the test no time, once for all gates', () => {
    const podTemplate = { spec: { terminationGracePeriodSeconds: 30 } };
    const input = inputWith({ activeDeadlineSeconds: 30, podTemplate });
    const subject = canary(blueGreen, [preRollout, promotion, rollback]);
    assert.deepEqual(findings(subject, input), [
      ': activeDeadlineSeconds: 30 with a terminationGracePeriodSeconds of 30 leaves the test 0 s. Use activeDeadlineSeconds: 38 or more, or a shorter grace',
    ]);
    assert.deepEqual(places(subject, input), ['E2ESpec podinfo spec.activeDeadlineSeconds']);
  });
});

describe('A namespace that injects sidecars', () => {
  const labels = (podLabels: Record<string, string>): Partial<Spec> => ({
    podTemplate: { metadata: { labels: podLabels } },
  });
  const annotations = (podAnnotations: Record<string, string>): Partial<Spec> => ({
    podTemplate: { metadata: { annotations: podAnnotations } },
  });
  const istio = 'labels: sidecar.istio.io/inject: "false"';
  const told: { namespace: Record<string, string>; spec?: Partial<Spec>; why: string; add: string }[] = [
    { namespace: { 'istio-injection': 'enabled' }, why: 'istio-injection: enabled', add: istio },
    { namespace: { 'istio.io/rev': 'stable' }, why: 'istio.io/rev: stable', add: istio },
    {
      namespace: { 'istio-injection': 'enabled' },
      spec: labels({ team: 'shop' }),
      why: 'istio-injection: enabled',
      add: istio,
    },
    ...['enabled', 'ingress'].map((inject) => ({
      namespace: { 'linkerd.io/inject': inject },
      why: `linkerd.io/inject: ${inject}`,
      add: 'annotations: linkerd.io/inject: disabled',
    })),
  ];
  for (const { namespace, spec, why, add } of told) {
    it(`is advice with ${why}${spec ? ', whatever else podTemplate says' : ''}`, () => {
      const input = inputWith(spec, { namespaceLabels: namespace });
      assert.deepEqual(findings(plain, input), [
        `advice: : the namespace has ${why}, so the test's pod gets a sidecar, which keeps its Job from ending unless it is a native sidecar. If it is not, add podTemplate.metadata.${add}`,
      ]);
      const [kind = ''] = add.split(':');
      assert.deepEqual(places(plain, input), [`E2ESpec podinfo spec.podTemplate.metadata.${kind}`]);
    });
  }

  const silent: { what: string; namespace: Record<string, string>; spec?: Partial<Spec> }[] = [
    { what: 'does not', namespace: { team: 'shop' } },
    { what: 'does not, as it says', namespace: { 'istio-injection': 'disabled', 'istio.io/rev': 'stable' } },
    { what: 'does not, as it says of Linkerd', namespace: { 'linkerd.io/inject': 'disabled' } },
    {
      what: 'does, and the test’s pod says no',
      namespace: { 'istio-injection': 'enabled' },
      spec: labels({ 'sidecar.istio.io/inject': 'false' }),
    },
    {
      what: 'does, and the test’s pod says yes',
      namespace: { 'istio.io/rev': 'stable' },
      spec: annotations({ 'sidecar.istio.io/inject': 'true' }),
    },
    {
      what: 'does, and the test’s pod has a revision of its own',
      namespace: { 'istio.io/rev': 'stable' },
      spec: labels({ 'istio.io/rev': 'canary' }),
    },
    {
      what: 'does, and the test’s pod says no to Linkerd',
      namespace: { 'linkerd.io/inject': 'enabled' },
      spec: annotations({ 'linkerd.io/inject': 'disabled' }),
    },
  ];
  for (const { what, namespace, spec } of silent) {
    it(`is not told where it ${what}`, () =>
      assert.deepEqual(findings(plain, inputWith(spec, { namespaceLabels: namespace })), []));
  }
});

describe('An E2ESpec that only observes', () => {
  const words =
    'advice: : mode: Observe lets every gate go whatever this test says. Write Enforce when its verdicts have been right for a while';
  it('is told once, as advice, and needs no retries', () => {
    const impatient = { ...preRollout, retries: 0 };
    assert.deepEqual(findings(canary(blueGreen, [impatient, promotion, rollback]), inputWith({ mode: 'Observe' })), [
      words,
    ]);
  });

  it('says what else of the Canary holds the rollout', () => {
    const load = { name: 'load', type: 'pre-rollout', url: 'http://loadtester.test/gate' };
    const approval = { name: 'approval', type: 'confirm-promotion', url: 'http://loadtester.test/gate/check' };
    const subject = canary(blueGreen, [preRollout, rollback, load, approval]);
    assert.deepEqual(findings(subject, inputWith({ mode: 'Observe' })), [
      `${words}. What else holds the rollout is not the verifier's: load, approval`,
    ]);
  });
});
