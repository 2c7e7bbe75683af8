/**
 * A wiring that does not gate is told once, in the log and on the Canary; one that gates is told nothing of.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { warnOnce } from '../../../function/actions/warn.ts';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import type { E2ESpec, Spec } from '../../../function/api/e2espec.ts';
import type { Event } from '../../../function/api/kubernetes.ts';
import { HookError } from '../../../function/errors.ts';
import { now, specOf } from '../run-fixture.ts';

const webhook = (type: string, more: Partial<Webhook> = {}): Webhook => {
  return {
    name: `e2e-${type}`,
    type,
    url: `http://e2e-verifier.default/${type}`,
    timeout: '30s',
    retries: 60,
    ...more,
  };
};
const gate = webhook('pre-rollout');
const rollback = webhook('rollback');

function canaryWith(webhooks: Webhook[], more: Partial<Canary['spec']> = {}): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'c1' },
    spec: {
      targetRef: { kind: 'Deployment', name: 'podinfo' },
      provider: 'kubernetes',
      analysis: { webhooks },
      ...more,
    },
  };
}

function named(name: string, spec: Partial<Spec>): E2ESpec {
  const found = specOf(spec);
  return { ...found, metadata: { ...found.metadata, name } };
}
// 60 retries outlast it, and no longer one.
const short = named('podinfo', { activeDeadlineSeconds: 120 });
const long = named('soak', { activeDeadlineSeconds: 3600 });

async function warned(canary: Canary, specs: E2ESpec[], createEvent?: () => Promise<never>) {
  const warnings: unknown[] = [];
  const events: Event[] = [];
  const kube = {
    async createEvent(event: Event) {
      events.push(event);
      await createEvent?.();
    },
  };
  const log = {
    info: () => undefined,
    warn: (...warning: unknown[]) => void warnings.push(warning),
    error: () => undefined,
  };
  const payload = { name: 'podinfo', namespace: 'test', phase: '', checksum: 'c', metadata: {} };
  const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };
  const context = { kube, log, payload, origin, retryAfterSeconds: 10 } as unknown as Context;
  await warnOnce(canary, specs, now, context);
  return { warnings, events };
}

const nothing = { warnings: [], events: [] };
const noRollback =
  /^the Canary: no rollback hook calls \/rollback: a failed test ends the rollout only by the threshold/;

describe('A wiring that gates', () => {
  it('is told nothing of', async () => assert.deepEqual(await warned(canaryWith([gate, rollback]), [short]), nothing));

  it('is told nothing of where another E2ESpec takes longer', async () =>
    assert.deepEqual(await warned(canaryWith([gate, rollback]), [long, short]), nothing));

  it('is told nothing of where its E2ESpec is not there: that is said elsewhere', async () =>
    assert.deepEqual(await warned(canaryWith([gate, rollback]), []), nothing));

  it('is told nothing of beside the webhooks of other receivers', async () => {
    const foreign = webhook('pre-rollout', { name: 'load', url: 'http://loadtester.test/rollback', timeout: '1h' });
    assert.deepEqual(await warned(canaryWith([gate, rollback, foreign]), [short]), nothing);
  });
});

describe('A wiring of which something better is known', () => {
  it('is told nothing of: advice is for lint', async () => {
    const analysis = { threshold: 3, alerts: [{ name: 'on-call', severity: 'error' }], webhooks: [gate, rollback] };
    const impatient = { ...analysis, webhooks: [{ ...gate, retries: 59 }, rollback] };
    for (const each of [analysis, impatient])
      assert.deepEqual(await warned(canaryWith([], { analysis: each }), [short]), nothing);
  });
});

describe('A wiring that does not gate', () => {
  it('is a Warning on the Canary and in the log, with the name of each webhook and what to do', async () => {
    const { warnings, events } = await warned(canaryWith([gate]), [named('podinfo', long.spec)]);
    const [event] = events;
    const message = event?.message ?? '';
    assert.match(message, noRollback);
    assert.match(
      message,
      /\. e2e-pre-rollout: retries: 60 ends the waiting before the run can end: .*\. Use \d+ or more/,
    );
    assert.deepEqual(warnings, [[message, { canary: 'podinfo', namespace: 'test', reason: 'DoesNotGate' }]]);
    assert.equal(events.length, 1);
    assert.deepEqual([event?.type, event?.reason, event?.involvedObject.kind], ['Warning', 'DoesNotGate', 'Canary']);
    assert.match(event?.metadata.name ?? '', /^e2e-wiring\./);
  });

  it('is told with a slip in the end of a host, by which nobody is called', async () => {
    for (const end of ['scv', 'svc.cluster', 'svc.cluster.locl', 'svc.cluster.local.']) {
      const base = `http://e2e-verifier.default.${end}`;
      const { events } = await warned(canaryWith([{ ...gate, url: `${base}/pre-rollout` }, rollback]), [short]);
      const message = events[0]?.message ?? '';
      assert.ok(message.startsWith(`e2e-pre-rollout: it calls ${base}, `), message);
      assert.ok(message.endsWith('. Write url: http://e2e-verifier.default/pre-rollout'), message);
    }
  });

  it('is told with the URL by which the verifier was called, and what is wrong with an E2ESpec under its name', async () => {
    const astray = { ...rollback, url: 'http://u:s3cret@e2e-verifier.staging/rollback?s3cret' };
    const brief = named('podinfo', {
      activeDeadlineSeconds: 30,
      podTemplate: { spec: { terminationGracePeriodSeconds: 30 } },
    });
    const { events } = await warned(canaryWith([gate, astray]), [brief]);
    assert.equal(
      events[0]?.message,
      'e2e-rollback: it calls http://e2e-verifier.staging, and the verifier was called at http://e2e-verifier.default. Write url: http://e2e-verifier.default/rollback (and keep its user and its query). E2ESpec podinfo: activeDeadlineSeconds: 30 with a terminationGracePeriodSeconds of 30 leaves the test 0 s. Use activeDeadlineSeconds: 38 or more, or a shorter grace',
    );
  });

  it('is told once for all that is wrong with it, and anew for something else', async () => {
    const nameOf = async (canary: Canary) =>
      (await warned(canary, [short])).events.map(({ metadata }) => metadata.name);
    const names = await nameOf(canaryWith([gate]));
    assert.deepEqual(await nameOf(canaryWith([gate])), names);
    assert.notDeepEqual(await nameOf(canaryWith([gate], { skipAnalysis: true })), names);
  });

  it('is no reason to keep a test back where it cannot be told', async () => {
    const createEvent = () => Promise.reject(new HookError('Forbidden', 'the verifier lacks the rule'));
    const { warnings } = await warned(canaryWith([gate]), [short], createEvent);
    assert.deepEqual(warnings.at(-1), ['not written', { error: 'the verifier lacks the rule' }]);
  });
});
