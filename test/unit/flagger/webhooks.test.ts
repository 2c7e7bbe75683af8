/**
 * Which of a Canary's webhooks are this verifier's, by the host and the path at which a call arrived.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import { authenticate } from '../../../function/flagger/authenticate.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import {
  type Call,
  gateCalls,
  likelyWebhooks,
  mostGates,
  ownWebhooks,
  refusedGate,
  refuseTooManyGates,
  webhooksBehind,
} from '../../../function/flagger/webhooks.ts';
import { effortOf } from '../../support/effort.ts';

type Metadata = Record<string, string>;

const hook = (name: string, type: string, url: string, metadata?: Metadata): Webhook => ({
  name,
  type,
  url,
  ...(metadata && { metadata }),
});

function canary(...webhooks: Webhook[]): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks } },
    status: { phase: 'Progressing', lastAppliedSpec: 'one' },
  };
}

function call(host: string, path: string, metadata: Metadata = {}): Call {
  const payload = {
    name: 'podinfo',
    namespace: 'test',
    phase: '',
    checksum: checksumOf({ lastAppliedSpec: 'one' }),
    metadata,
  };
  return { payload, origin: { hosts: host.split(','), path } };
}

const names = (canary: Canary, from: Call) => ownWebhooks(canary, from).map(({ webhook }) => webhook.name);

const own = 'http://e2e-verifier.default';
const gate = hook('gate', 'pre-rollout', `${own}/pre-rollout`);
const rollback = hook('rollback', 'rollback', `${own}/rollback`);
const relay = hook('relay', 'event', 'http://slack-relay.tools/webhook');
const foreignRollback = hook('foreign', 'rollback', 'http://loadtester.test/rollback');

const gateway = 'https://gw.example.com';
const behind = [
  hook('slack', 'event', `${gateway}/slack/webhook`),
  hook('gate', 'pre-rollout', `${gateway}/e2e/pre-rollout`),
  hook('rollback', 'rollback', `${gateway}/e2e/rollback/`),
];

describe('The verifier’s own webhooks', () => {
  it('are known beside one of a type that is no word of Flagger’s, but one of JavaScript’s', () => {
    const strange = hook('strange', 'constructor', `${own}/pre-rollout`);
    assert.deepEqual(names(canary(strange, gate), call('e2e-verifier.default', '/pre-rollout')), ['strange', 'gate']);
  });

  const rows: { what: string; canary: Canary; from: Call; own: string[] }[] = [
    {
      what: 'those at the host of the call, not another receiver’s /webhook or /rollback',
      canary: canary(relay, gate, foreignRollback, rollback),
      from: call('e2e-verifier.default', '/confirm-rollout'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'every form of a Service’s name, with and without a port',
      canary: canary(
        relay,
        hook('short', 'pre-rollout', 'http://e2e-verifier/pre-rollout'),
        hook('port', 'rollback', 'http://e2e-verifier.default:80/rollback'),
        hook('svc', 'confirm-promotion', 'http://e2e-verifier.default.svc/confirm-promotion'),
        hook('full', 'post-rollout', 'http://E2E-Verifier.default.svc.cluster.local:8080/post-rollout'),
        hook('other', 'rollback', 'http://e2e-verifier.staging/rollback'),
      ),
      from: call('e2e-verifier.default.svc.cluster.local', '/pre-rollout'),
      own: ['short', 'port', 'svc', 'full'],
    },
    {
      what: 'Knative’s outer name, when the call says so',
      canary: canary(
        relay,
        hook('outer', 'pre-rollout', 'https://e2e-verifier.default.example.com/pre-rollout'),
        rollback,
      ),
      from: call('e2e-verifier.default.example.com', '/pre-rollout'),
      own: ['outer', 'rollback'],
    },
    {
      what: 'those behind the same prefix of a gateway that leaves it',
      canary: canary(...behind),
      from: call('gw.example.com', '/e2e/pre-rollout'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'those behind the prefix that a gateway takes off',
      canary: canary(...behind),
      from: call('gw.example.com', '/pre-rollout'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'those behind the prefix of the call, of two receivers that could both be meant',
      canary: canary(
        hook('a gate', 'pre-rollout', `${gateway}/a/pre-rollout`),
        hook('a', 'rollback', `${gateway}/a/rollback`),
        hook('b', 'rollback', `${gateway}/b/rollback`),
      ),
      from: call('gw.example.com', '/b/rollback'),
      own: ['b'],
    },
    {
      what: 'those behind the prefix of the webhook with the metadata of the call, where a gateway takes it off',
      canary: canary(
        hook('a gate', 'pre-rollout', `${gateway}/a/pre-rollout`, { suite: 'a' }),
        hook('b gate', 'pre-rollout', `${gateway}/b/pre-rollout`, { suite: 'b' }),
        hook('b', 'rollback', `${gateway}/b/rollback`),
      ),
      from: call('gw.example.com', '/pre-rollout', { suite: 'b' }),
      own: ['b gate', 'b'],
    },
    {
      what: 'those where the called path leads, when a gateway has put a Host of its own',
      canary: canary(...behind, relay),
      from: call('10.1.2.3:8080', '/rollback'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'those at the host that a gateway has kept in X-Forwarded-Host',
      canary: canary(...behind, relay),
      from: call('10.1.2.3:8080,gw.example.com', '/post-rollout'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'of two receivers with that path the one that has gates, when nothing fits the host',
      canary: canary(
        foreignRollback,
        hook('gate', 'pre-rollout', 'http://tests.qa/pre-rollout'),
        hook('own', 'rollback', 'http://tests.qa/rollback'),
      ),
      from: call('127.0.0.1:45678', '/rollback'),
      own: ['gate', 'own'],
    },
    {
      what: 'those at the usual name, for a call by hand on a path that is not wired',
      canary: canary(relay, hook('a', 'pre-rollout', 'http://other.qa/webhook'), gate, rollback),
      from: call('127.0.0.1:45678', '/confirm-promotion'),
      own: ['gate', 'rollback'],
    },
    {
      what: 'those at the usual name, beside one at an IP address',
      canary: canary(hook('ip', 'rollout', 'http://10.1.2.4/webhook'), gate, rollback),
      from: call('127.0.0.1:45678', '/confirm-promotion'),
      own: ['gate', 'rollback'],
    },
    { what: 'none where there are none', canary: canary(), from: call('e2e-verifier.default', '/rollback'), own: [] },
  ];
  for (const { what, canary: subject, from, own: expected } of rows) {
    it(`are ${what}`, () => assert.deepEqual(names(subject, from), expected));
  }

  it('are looked for in no time among 4,000, each at a place of its own', () => {
    const many = Array.from({ length: 4000 }, (_, index) =>
      hook(`${index}`, 'pre-rollout', `http://h${index}.a/x${index}/webhook`),
    );
    const effort = effortOf(() => names(canary(...many), call('nowhere', '/webhook')));
    assert.ok(effort < 1000, `${effort} ms`);
  });

  it('are those at the likeliest place, where only the Canary is known', () => {
    const likely = (...webhooks: Webhook[]) => likelyWebhooks(canary(...webhooks)).map(({ webhook }) => webhook.name);
    assert.deepEqual(likely(relay, foreignRollback, gate, rollback), ['gate', 'rollback']);
    assert.deepEqual(likely(...behind), ['gate', 'rollback']);
    assert.deepEqual(likely(relay, hook('gate', 'pre-rollout', 'http://tests.qa/pre-rollout')), ['gate']);
    assert.deepEqual(likely(), []);
  });

  it('are where a gate is, and not where more hooks are that gate nothing', () => {
    const theirs = [
      hook('approve', 'confirm-rollout', 'http://slack-relay.tools/confirm-rollout'),
      hook('undo', 'rollback', 'http://slack-relay.tools/rollback'),
      hook('done', 'post-rollout', 'http://slack-relay.tools/post-rollout'),
    ];
    const subject = canary(...theirs, hook('gate', 'pre-rollout', 'http://tests.qa/pre-rollout'));
    assert.deepEqual(
      likelyWebhooks(subject).map(({ webhook }) => webhook.name),
      ['gate'],
    );
  });

  it('are none in a Canary without webhooks or without an analysis', () => {
    const { metadata, spec } = canary();
    const from = call('e2e-verifier.default', '/rollback');
    assert.deepEqual(ownWebhooks({ metadata, spec: { targetRef: spec.targetRef, analysis: {} } }, from), []);
    assert.deepEqual(ownWebhooks({ metadata, spec: { targetRef: spec.targetRef } }, from), []);
  });
});

describe('The webhooks behind a URL', () => {
  const rows: [url: string, names: string[]][] = [
    [own, ['own gate', 'own rollback']],
    ['http://e2e-verifier.default.svc.cluster.local:80', ['own gate', 'own rollback']],
    [`${gateway}/e2e`, ['gate', 'rollback']],
    [`${gateway}/e2e/`, ['gate', 'rollback']],
    [gateway, []],
    ['http://loadtester.test', []],
    ['e2e-verifier.default', []],
    ['', []],
  ];
  for (const [url, expected] of rows) {
    it(`"${url}" are ${expected.join(' and ') || 'none'}`, () => {
      const subject = canary({ ...gate, name: 'own gate' }, ...behind, { ...rollback, name: 'own rollback' });
      const found = webhooksBehind(url, subject).map(({ webhook }) => webhook.name);
      assert.deepEqual(found, expected);
    });
  }
});

describe('A call is Flagger’s', () => {
  const foreign = hook('foreign', 'pre-rollout', 'http://other.qa/webhook', { e2espec: 'theirs' });
  const isTaken = (subject: Canary, from: Call) => {
    try {
      authenticate(from, subject, ['Progressing']);
      return true;
    } catch {
      return false;
    }
  };

  it('with the metadata of a webhook that leads here', () => {
    assert.ok(isTaken(canary(foreign, gate), call('e2e-verifier.default', '/pre-rollout')));
  });

  it('not with the metadata of another receiver’s', () => {
    assert.ok(!isTaken(canary(foreign, gate), call('e2e-verifier.default', '/webhook', { e2espec: 'theirs' })));
  });

  it('through a gateway that changes host and prefix', () => {
    assert.ok(isTaken(canary(...behind), call('10.1.2.3', '/pre-rollout')));
    assert.ok(!isTaken(canary(...behind), call('10.1.2.3', '/pre-rollout', { e2espec: 'mine' })));
  });
});

describe('The calls of a Canary’s gates', () => {
  const smoke = hook('smoke', 'pre-rollout', `${own}/pre-rollout`, { suite: 'smoke' });

  it('are one for each run, and none of another receiver’s', () => {
    const again = hook('again', 'confirm-promotion', `${own}/confirm-promotion`);
    const other = { ...rollback, metadata: { suite: 'no gate' } };
    const subject = canary(relay, { ...relay, metadata: { e2espec: 'theirs' } }, gate, again, smoke, rollback, other);
    const calls = gateCalls(subject, call('e2e-verifier.default', '/rollback'));
    assert.deepEqual(
      calls.map(({ metadata }) => metadata),
      [{}, { suite: 'smoke' }],
    );
  });

  it('are that of the payload alone where there is no Canary', () => {
    const from = call('e2e-verifier.default', '/rollback', { suite: 'smoke' });
    assert.deepEqual(gateCalls(undefined, from), [from.payload]);
  });

  const gates = (number: number) =>
    canary(...Array.from({ length: number }, (_, index) => ({ ...gate, metadata: { suite: `${index}` } })));

  it('may be twenty', () => {
    assert.equal(mostGates, 20);
    refuseTooManyGates(gates(20), call('e2e-verifier.default', '/pre-rollout'));
    refuseTooManyGates(undefined, call('e2e-verifier.default', '/pre-rollout'));
    assert.equal(gateCalls(gates(20), call('e2e-verifier.default', '/rollback')).length, 20);
  });

  it('are refused where they are more', () => {
    assert.throws(() => refuseTooManyGates(gates(21), call('e2e-verifier.default', '/pre-rollout')), {
      kind: 'Invalid',
    });
    assert.throws(() => gateCalls(gates(21), call('e2e-verifier.default', '/rollback')), {
      kind: 'Invalid',
      message:
        'Canary podinfo has gates with 21 different metadata, each a test of its own, and at most 20 are looked at in one rollout. Nothing is started; give several gates the same metadata, or put their tests into one',
    });
  });

  const refused: [what: string, metadata: Metadata, says: RegExp][] = [
    ['an empty e2espec', { e2espec: '' }, /metadata\.e2espec must be the name of an E2ESpec. Remove the key/],
    ['an e2espec that is no name', { e2espec: 'My_Tests' }, /metadata\.e2espec must be the name of an E2ESpec/],
    ['an e2espec with two dots', { e2espec: 'a..b' }, /metadata\.e2espec must be the name of an E2ESpec/],
    ['keys that become one variable', { 'a-b': '1', a_b: '2' }, /a-b and a_b would both become CANARY_METADATA_A_B/],
    ['a value that is too long', { a: 'x'.repeat(16_385) }, /metadata\.a must be .* at most 16384 characters/],
    ['65 keys', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])), /at most 64 strings/],
    ['NUL', { a: '\0' }, /without NUL/],
    [
      'more than a body may have',
      Object.fromEntries([...'abcd'].map((key) => [key, 'x'.repeat(16_000)])),
      /is 6\d{4} bytes/,
    ],
  ];
  for (const [what, metadata, says] of refused) {
    it(`are without that of a gate with ${what}, which is told`, () => {
      const subject = canary({ ...smoke, metadata }, gate);
      const from = call('e2e-verifier.default', '/rollback');
      assert.deepEqual(
        gateCalls(subject, from).map((each) => each.metadata),
        [{}],
      );
      assert.match(refusedGate(subject, from) ?? '', says);
      assert.match(refusedGate(subject, from) ?? '', /^webhook smoke: /);
    });
  }

  it('are all there otherwise, and nothing is told', () => {
    assert.equal(refusedGate(canary(gate, smoke, relay), call('e2e-verifier.default', '/rollback')), undefined);
    assert.equal(refusedGate(undefined, call('e2e-verifier.default', '/rollback')), undefined);
    const noGate = { ...rollback, metadata: { e2espec: '' } };
    assert.equal(refusedGate(canary(gate, noGate), call('e2e-verifier.default', '/rollback')), undefined);
  });
});
