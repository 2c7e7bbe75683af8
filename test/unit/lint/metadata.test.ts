/**
 * What a webhook's payload would be refused for, or misunderstood.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../function/api/canary.ts';
import { looksLike } from '../../../function/looks-like.ts';
import { canary, findings, inputWith, places, preRollout, rollback, weights } from './canary-fixture.ts';

const gateWith = (metadata: Record<string, unknown>) =>
  canary(weights, [{ ...preRollout, metadata: metadata as Record<string, string> }, rollback]);
const knowing = (...specNames: string[]) => ({ ...inputWith({}, { specNames }), specOf: () => undefined });

const sizes =
  'must be at most 64 strings of at most 16384 characters, under keys of at most 253, without NUL and half surrogate pairs';
const name =
  'metadata.e2espec must be the name of an E2ESpec. Remove the key where the one with the name of the Canary is meant';

const refused: { what: string; metadata: Record<string, unknown>; says: string }[] = [
  { what: 'an empty e2espec', metadata: { e2espec: '' }, says: name },
  { what: 'an e2espec in capitals', metadata: { e2espec: 'Full' }, says: name },
  {
    what: 'keys that become one variable',
    metadata: { 'a-b': '', a_b: '' },
    says: 'metadata keys a-b and a_b would both become CANARY_METADATA_A_B. Rename one',
  },
  { what: 'a value that is too long', metadata: { a: 'x'.repeat(20_000) }, says: `metadata.a ${sizes}` },
  { what: 'a value with NUL', metadata: { a: '\0' }, says: `metadata.a ${sizes}` },
  {
    what: 'too many keys',
    metadata: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, ''])),
    says: `metadata ${sizes}`,
  },
  ...[
    ['a number', 60],
    ['a boolean', true],
    ['a list', ['a']],
  ].map(([what, value]) => ({
    what: `${what} where Flagger wants a string`,
    metadata: { suite: value },
    says: 'metadata.suite must be a string. Put it in quotes',
  })),
];

const inOtherLetters = ['e2eSpec', 'e2e-spec', 'E2ESpec', 'E2ESPEC', 'e2e_spec', 'e2eSpecName', 'e2e-spec-name'];
const near = ['e2especs', 'e2spec', 'e2espce', 'e2eSpecs', 'e2eset'];
const another = [
  'suite',
  'aspect',
  'respect',
  'specs',
  'specFile',
  'e2e',
  'e2eSuite',
  'e2eEnvironment',
  'eventType',
  'eventMessage',
  'event',
  'message',
];

describe('The metadata of a webhook', () => {
  for (const { what, metadata, says } of refused) {
    it(`is refused with ${what}`, () => {
      assert.deepEqual(findings(gateWith(metadata)), [`pre-rollout: ${says}`]);
      assert.deepEqual(places(gateWith(metadata)), ['Canary podinfo spec.analysis.webhooks.0.metadata']);
    });
  }

  it('is refused in any of the verifier’s webhooks', () => {
    const metadata = { 'a-b': '', a_b: '' };
    const [says = ''] = findings(canary(weights, [preRollout, { ...rollback, metadata }]));
    assert.match(says, /^rollback: metadata keys a-b and a_b/);
  });

  const says = (key: string, remedy: string) =>
    `pre-rollout: metadata.${key} names no E2ESpec: it is handed to the test. ${remedy}`;
  const alone = { specOf: () => undefined, retryAfterSeconds: 10 };

  for (const key of [...inOtherLetters, ...near]) {
    it(`names no E2ESpec under ${key}`, () => {
      const subject = gateWith({ [key]: 'full' });
      assert.deepEqual(findings(subject), [says(key, 'Write e2espec: full')]);
      assert.deepEqual(places(subject), [`Canary podinfo spec.analysis.webhooks.0.metadata.${key}`]);
    });
  }

  for (const key of inOtherLetters) {
    it(`names no E2ESpec under ${key}, also where none is at hand`, () =>
      assert.deepEqual(findings(gateWith({ [key]: 'full' }), alone), [says(key, 'Write e2espec: full')]));

    it(`may name none under ${key}: that is advice where it is the Canary’s own, or no name`, () => {
      assert.deepEqual(findings(gateWith({ [key]: 'podinfo' })), [
        `advice: ${says(key, 'If one is meant, write e2espec: podinfo')}`,
      ]);
      assert.deepEqual(findings(gateWith({ [key]: 'The full suite' })), [
        `advice: ${says(key, 'If one is meant, write e2espec and its name')}`,
      ]);
    });
  }

  for (const key of near) {
    it(`may name none under ${key}: that is advice where no E2ESpec of that name is at hand`, () => {
      const subject = gateWith({ [key]: 'a' });
      const expected = [`advice: ${says(key, 'If one is meant, write e2espec: a')}`];
      assert.deepEqual(findings(subject, alone), expected);
      assert.deepEqual(
        findings(subject, { ...inputWith(), specOf: () => undefined, specNames: ['podinfo'] }),
        expected,
      );
    });

    it(`may have a key of the test’s own under ${key}, where the value can be no E2ESpec’s name`, () => {
      const subject = gateWith({ [key]: 'cypress/e2e/login.cy.ts' });
      assert.deepEqual(findings(subject), []);
    });
  }

  const events: [key: string, right: string, variable: string][] = [
    ['eventmessage', 'eventMessage', 'EVENTMESSAGE'],
    ['EventMessage', 'eventMessage', 'EVENTMESSAGE'],
    ['event-message', 'eventMessage', 'EVENT_MESSAGE'],
    ['EventType', 'eventType', 'EVENTTYPE'],
    ['event_type', 'eventType', 'EVENT_TYPE'],
  ];
  for (const [key, right, variable] of events) {
    it(`is the test’s own under ${key}: that is advice`, () => {
      const subject = gateWith({ [key]: 'x' });
      assert.deepEqual(findings(subject), [
        `advice: pre-rollout: metadata.${key} is handed to the test as CANARY_METADATA_${variable}, and makes a run of its own. If the event's is meant, write ${right}`,
      ]);
      assert.deepEqual(places(subject), [`Canary podinfo spec.analysis.webhooks.0.metadata.${key}`]);
      assert.deepEqual(findings(gateWith({ [key]: 'x', [right]: 'y' })), []);
    });
  }

  for (const key of another) {
    it(`may have a key of the test’s own: ${key}`, () => {
      assert.ok(!looksLike(key, 'e2espec'));
      assert.deepEqual(findings(gateWith({ [key]: 'full' }), knowing('podinfo', 'full')), []);
    });
  }

  it('may have such a key beside e2espec', () =>
    assert.deepEqual(findings(gateWith({ e2espec: 'full', e2eSpec: 'x', spec: 'full' }), knowing('full')), []));

  it('names no E2ESpec under spec, where there is one of that name', () => {
    const says = 'pre-rollout: metadata.spec names no E2ESpec: it is handed to the test. Write e2espec: full';
    assert.deepEqual(findings(gateWith({ spec: 'full' }), knowing('full')), [says]);
    assert.deepEqual(findings(gateWith({ spec: 'full' }), { ...knowing(), specNames: ['podinfo', 'full'] }), [says]);
  });

  it('names no E2ESpec under spec, where one of that name is at hand', () => {
    const [says = ''] = findings(gateWith({ spec: 'full' }), inputWith());
    assert.match(says, /^pre-rollout: metadata\.spec names no E2ESpec: .* Write e2espec: full$/);
  });

  it('may have the Canary’s own E2ESpec under spec, which is asked for anyway', () => {
    for (const input of [inputWith(), knowing('podinfo'), alone])
      assert.deepEqual(findings(gateWith({ spec: 'podinfo' }), { ...input, specOf: inputWith().specOf }), []);
  });

  it('may have a spec of the test’s own', () => {
    for (const spec of ['login.spec.ts', 'tests/checkout', 'smoke', '']) {
      assert.deepEqual(findings(gateWith({ spec }), knowing('podinfo', 'full')), [], spec);
    }
  });

  it('shows the test what is not under token: that is advice', () => {
    for (const key of ['Token', 'TOKEN', '_token'])
      assert.deepEqual(findings(gateWith({ [key]: 't' })), [
        `advice: pre-rollout: metadata.${key} is handed to the test, and can be read in its pod. Write token, which is not`,
      ]);
    assert.deepEqual(findings(gateWith({ token: 't', tokens: 't', API_TOKEN: 't' })), []);
  });
});

describe('The name of a Canary', () => {
  const named = (metadata: { name?: string; namespace?: string }) => {
    const subject = canary(weights, [preRollout, rollback]);
    return { ...subject, metadata: { ...subject.metadata, ...metadata } };
  };

  const wrong = [
    { what: 'capitals', metadata: { name: 'PodInfo' }, field: 'name', says: 'the name of a Canary' },
    { what: '254 characters', metadata: { name: 'a'.repeat(254) }, field: 'name', says: 'the name of a Canary' },
    { what: 'a namespace with a dot', metadata: { namespace: 'a.b' }, field: 'namespace', says: 'a namespace' },
    { what: '64 characters of namespace', metadata: { namespace: 'a'.repeat(64) }, field: 'namespace', says: 'a name' },
  ];
  for (const { what, metadata, field, says } of wrong) {
    it(`is refused in every payload with ${what}`, () => {
      const [found = '', ...others] = findings(named(metadata));
      assert.ok(found.startsWith(`: metadata.${field} must be the name of ${says.replace('the name of ', '')}`), found);
      assert.deepEqual(others, []);
      assert.deepEqual(places(named(metadata)), [`Canary ${metadata.name ?? 'podinfo'} metadata.${field}`]);
    });
  }

  it('may stand in a file without a namespace', () => {
    const { namespace: _, ...metadata } = named({}).metadata;
    assert.deepEqual(findings({ ...named({}), metadata } as Canary), []);
  });

  it('may have dots and 253 characters', () => {
    for (const name of ['shop.v2', `${'a'.repeat(63)}.${'b'.repeat(189)}`])
      assert.deepEqual(findings(named({ name })), []);
  });
});
