/**
 * What `wire` prints passes lint, in every strategy: with the very retries that lint asks for.
 */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Analysis, Canary } from '../../../../function/api/canary.ts';
import type { Spec } from '../../../../function/api/e2espec.ts';
import { addressFor, othersOf, testsFor } from '../../../../function/cli/wire/subjects.ts';
import { toYaml } from '../../../../function/cli/wire/to-yaml.ts';
import { keptAsIs, webhooksFor } from '../../../../function/cli/wire/webhooks.ts';
import { lint } from '../../../../function/lint/lint.ts';
import { canary, hook, preRollout, rollback } from '../../lint/canary-fixture.ts';

const match = [{ headers: { 'x-canary': { exact: 'insider' } } }];

const strategies: Record<string, { subject: Canary; confirm: string | undefined }> = {
  weights: { subject: canary({ interval: '10s', threshold: 3 }, []), confirm: 'confirm-traffic-increase' },
  'mirrored weights': {
    subject: canary({ interval: '10s', threshold: 3, mirror: true }, []),
    confirm: 'confirm-traffic-increase',
  },
  'A/B': { subject: canary({ interval: '10s', threshold: 3, iterations: 2, match }, []), confirm: undefined },
  'blue/green': { subject: canary({ interval: '10s', threshold: 3, iterations: 2 }, []), confirm: 'confirm-promotion' },
  'blue/green with provider kubernetes': {
    subject: canary({ interval: '10s', threshold: 3, iterations: 2, mirror: true }, [], { provider: 'kubernetes' }),
    confirm: 'confirm-promotion',
  },
  'mirrored blue/green': {
    subject: canary({ interval: '10s', threshold: 3, iterations: 2, mirror: true }, []),
    confirm: undefined,
  },
};

const specs: Partial<Spec>[] = [
  {},
  { activeDeadlineSeconds: 120 },
  { activeDeadlineSeconds: 7200, inconclusiveRetries: 0 },
  { activeDeadlineSeconds: 10, inconclusiveRetries: 10 },
  { mode: 'Enforce', onInconclusive: 'Hold' },
];

const url = 'http://e2e-verifier.default';

interface Wish {
  confirms?: boolean;
  e2eSpec?: string;
}

/** What is printed, read as what is pasted. */
function wire(subject: Canary, all: Record<string, Partial<Spec>>, { confirms = false, e2eSpec }: Wish = {}): Canary {
  const known = new Map(Object.entries(all).map(([name, spec]) => [name, { image: 'x', ...spec }]));
  const tests = testsFor(subject, { canaries: [subject], specs: known }, e2eSpec);
  const text = toYaml(webhooksFor(subject, tests, { url, confirms, retryAfterSeconds: 10 }), ['A Canary']);
  const analysis: Analysis = { ...subject.spec.analysis, ...parse(text) };
  return { ...subject, spec: { ...subject.spec, analysis } };
}

function says(wired: Canary, all: Record<string, Partial<Spec>>): string[] {
  const specOf = (name: string) => (all[name] ? { image: 'x', ...all[name] } : undefined);
  const input = { specOf, specNames: Object.keys(all), knowsAllSpecs: true, retryAfterSeconds: 10 };
  return lint(wired, input).map(({ message }) => message);
}

const typesOf = ({ spec }: Canary) => spec.analysis?.webhooks?.map(({ type }) => type);

const wishes = Object.entries(strategies).flatMap(([strategy, { subject, confirm }]) =>
  specs.flatMap((spec) =>
    [false, true].map((confirms) => ({
      title: `${strategy}${confirms ? ', --confirm' : ''}: ${JSON.stringify(spec)}`,
      subject,
      spec,
      confirms,
      gate: confirms || spec.onInconclusive === 'Hold' ? confirm : 'pre-rollout',
    })),
  ),
);

describe('What wire prints', () => {
  for (const { title, subject, spec, confirms, gate } of wishes.filter((each) => each.gate !== undefined)) {
    it(`passes lint: ${title}`, () => {
      const wired = wire(subject, { podinfo: spec }, { confirms });
      assert.deepEqual(typesOf(wired), ['confirm-rollout', gate, 'rollback']);
      assert.deepEqual(says(wired, { podinfo: spec }), []);
    });
  }

  for (const { title, subject, spec, confirms } of wishes.filter((each) => each.gate === undefined)) {
    it(`is refused with what to do: ${title}`, () => {
      const remedy = confirms ? /Leave out --confirm/ : /write onInconclusive: Rollback/;
      assert.throws(() => wire(subject, { podinfo: spec }, { confirms }), remedy);
    });
  }

  it('has no retry more than lint asks for', () => {
    const { subject } = strategies['weights'] ?? assert.fail();
    const wired = wire(subject, { podinfo: { activeDeadlineSeconds: 120 } });
    const gate = wired.spec.analysis?.webhooks?.[1];
    assert.equal(gate?.retries, 60);
    assert.ok(gate);
    gate.retries = 59;
    assert.match(says(wired, { podinfo: { activeDeadlineSeconds: 120 } })[0] ?? '', /Use 60 or more/);
  });

  const { subject } = strategies['blue/green'] ?? assert.fail();

  it('names the one E2ESpec that is there, or that was named, where it has another name', () => {
    for (const e2eSpec of [undefined, 'true']) {
      const all = { true: {} };
      const wired = wire(subject, all, e2eSpec === undefined ? {} : { e2eSpec });
      assert.deepEqual(wired.spec.analysis?.webhooks?.[1]?.metadata, { e2espec: 'true' });
      assert.deepEqual(says(wired, all), []);
    }
  });

  it('keeps a gate for each test that the Canary has, with its metadata', () => {
    const smoke = { ...preRollout, name: 'smoke', metadata: { suite: 'smoke' } };
    const full = hook('pre-rollout', '/pre-rollout', {
      name: 'full',
      metadata: { e2espec: 'full', note: '# "quoted": yes' },
    });
    const before = canary({ interval: '10s', threshold: 3, iterations: 2 }, [smoke, full, rollback]);
    const all = { podinfo: {}, full: { activeDeadlineSeconds: 60 } };
    const wired = wire(before, all);
    const gates = wired.spec.analysis?.webhooks?.slice(1, -1) ?? [];
    assert.deepEqual(
      gates.map(({ name, metadata }) => [name, metadata]),
      [
        ['smoke', smoke.metadata],
        ['full', full.metadata],
      ],
    );
    assert.notEqual(gates[0]?.retries, gates[1]?.retries);
    assert.deepEqual(says(wired, all), []);
  });

  it('keeps what the Canary has of the verifier beside, as it is: the gates that people open, and notices', () => {
    const of = (type: string, path: string, more: object = {}) => hook(type, path, { name: `${type}${path}`, ...more });
    const beside = [
      of('confirm-rollout', '/gate/check', { timeout: '7s', muteAlert: true }),
      of('confirm-promotion', '/gate/check', { metadata: { gate: 'promote' } }),
      of('confirm-promotion', '/gate/approve'),
      of('rollback', '/rollback/check'),
      of('event', '/event'),
      of('post-rollout', '/post-rollout'),
      of('pre-rollout', '/pre-rollout', { metadata: { e2espec: 'Not a name' } }),
    ];
    const load = hook('rollout', '/', { name: 'load', url: 'http://flagger-loadtester.test/' });
    const anew = [of('confirm-rollout', '/confirm-rollout'), preRollout, rollback];
    const subject = canary({ iterations: 2 }, [...beside, load, ...anew]);
    assert.deepEqual(othersOf(subject), { own: beside, foreign: [load] });
    assert.deepEqual(parse(toYaml(keptAsIs(othersOf(subject).own), [])), { webhooks: beside });
  });

  it('leads to the usual place where no webhook is surely of the verifier, and leaves those alone', () => {
    const elsewhere = (type: string, path: string) => hook(type, path, { url: `http://slack-bridge.ops${path}` });
    const others = [
      elsewhere('event', '/event'),
      elsewhere('pre-rollout', '/webhook'),
      elsewhere('confirm-promotion', '/gate/check'),
      elsewhere('post-rollout', '/post-rollout'),
    ];
    for (const other of others) {
      const subject = canary({ iterations: 2 }, [other]);
      assert.equal(addressFor(subject), url, other.url);
      assert.deepEqual(othersOf(subject), { own: [], foreign: [other] });
      assert.deepEqual(
        testsFor(subject, { canaries: [subject], specs: new Map() }, undefined).map((each) => each.hook),
        ['e2e'],
      );
    }
    assert.equal(addressFor(canary({}, [elsewhere('pre-rollout', '/pre-rollout')])), 'http://slack-bridge.ops');
  });

  it('is refused where a paste would carry what nobody sees', () => {
    const bad = hook('pre-rollout', '/pre-rollout', { metadata: { note: `a${String.fromCharCode(0x202e)}b` } });
    assert.throws(() => wire(canary({ iterations: 2 }, [bad]), { podinfo: {} }), /cannot be seen/);
  });

  it('has comments that fit the terminal, and is the same beside', () => {
    const wired = webhooksFor(subject, testsFor(subject, { canaries: [subject], specs: new Map() }, undefined), {
      url,
      confirms: false,
      retryAfterSeconds: 10,
    });
    const head = [`Canary ${'long-'.repeat(10)}: ${'word '.repeat(30).trim()}`];
    for (const width of [100, 60]) {
      const text = toYaml(wired, head, width);
      for (const line of text.split('\n').filter((each) => each.includes('#'))) assert.ok(line.length <= width, line);
      assert.deepEqual(parse(text), parse(toYaml(wired, [])));
    }
  });

  it('has no line that a name could have written', () => {
    const wired = webhooksFor(subject, [{ e2eSpec: 'podinfo', spec: undefined, hook: 'e2e', metadata: {} }], {
      url,
      confirms: false,
      retryAfterSeconds: 10,
    });
    const text = toYaml(wired, ['Canary a\nwebhooks: []']);
    assert.match(text, /^# Canary a \| webhooks: \[\]$/m);
  });
});
