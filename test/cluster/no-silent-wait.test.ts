/**
 * Whatever a rollout waits for, it says so, where people look: with the real Flagger, which says nothing while it waits in a
 * call and shows nothing but the name of a confirm hook. What docs/troubleshooting.md shows of it is what is said here.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import { isTrue } from '../support/scenario.ts';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import type { Hook } from './alert-rollouts.ts';
import { shown, untilShown } from './console-blocks.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { canaryOf, eventsOf, jobsOf, story, untilInitialized, type World } from './rollout.ts';
import { begin, editCanary, editSpec, recordsOf, setVersion, untilPhase, wiringOf } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { inShell, onCommandLine } from './shell.ts';
import { applyExample } from './wirings.ts';

const wiring = wiringOf('blue/green');

/** Longer than an interval of Flagger. */
const A_WHILE = 12_000;

async function editHooks(world: World, change: (hook: Hook) => Hook, more: object = {}): Promise<void> {
  const hooks = at(await canaryOf(world, wiring), 'spec', 'analysis', 'webhooks') as Hook[];
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: world.namespace, name: wiring.name };
  await world.kubernetes.patch(key, { spec: { analysis: { webhooks: hooks.map(change), ...more } } });
}

async function untilTold(world: World, what: RegExp, seconds = patience.seconds): Promise<void> {
  const untold = async () => {
    const events = await eventsOf(world, wiring);
    return events.some((event) => what.test(event)) ? [] : events;
  };
  await until(`an Event ${what}`, untold, seconds * 1000);
}

/** A block of docs/troubleshooting.md, in the namespace of the test. */
async function untilAsShown({ namespace }: World, block: string, seconds = patience.seconds): Promise<void> {
  const say = async ([, ...args]: string[]) => {
    const told = await kubectl(args.map((arg) => (arg === 'shop' ? namespace : arg)));
    // The kubelet says the one and the other of the same image, in turns.
    return told.replaceAll(namespace, 'shop').replaceAll('ImagePullBackOff', 'ErrImagePull');
  };
  for (const each of shown(block)) await untilShown(each, () => say(each.command), seconds);
}

const isOfFlagger = (event: string) => event.startsWith('Synced: ');

async function assertSilent(world: World): Promise<void> {
  const former = (await eventsOf(world, wiring)).filter(isOfFlagger);
  await sleep(A_WHILE);
  assert.deepEqual((await eventsOf(world, wiring)).filter(isOfFlagger), former, 'Flagger says nothing');
  const status = at(await canaryOf(world, wiring), 'status');
  assert.deepEqual([at(status, 'phase'), at(status, 'failedChecks')], ['Progressing', 0]);
}

async function wrongHost(world: World): Promise<void> {
  const right = 'http://e2e-verifier.default/pre-rollout';
  const wrong = 'http://e2e-verifer.default/pre-rollout';
  await applyExample(world.kubernetes, world.namespace, wiring);
  // 1 + 2 + 4 + 8 + 16 + 30 s of pauses between the tries.
  const mistype = (hook: Hook) => (hook.url === right ? { ...hook, url: wrong, retries: 6 } : hook);
  await editHooks(world, mistype, { iterations: 1 });
  await untilInitialized(world, wiring);

  await setVersion(world, wiring, '2');
  await untilTold(world, /^Synced: Starting canary analysis/);
  await untilAsShown(world, 'host');
  // Its URL alone does not help.
  await editHooks(world, (hook) => (hook.url === wrong ? { ...hook, url: right } : hook));
  await assertSilent(world);
  await untilAsShown(world, 'way-out');
  await untilTold(world, /^E2ETestStarted: /);
  assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded', await story(world, wiring, []));
  await untilAsShown(world, 'stale');
  assert.equal(at(await canaryOf(world, wiring), 'status', 'failedChecks'), 1);
}

async function noSpec(world: World): Promise<void> {
  await begin(world, wiring);
  await kubectl(['delete', 'e2e', wiring.name, '-n', world.namespace]);
  await setVersion(world, wiring, '2');
  await untilAsShown(world, 'waiting');
}

async function noRights(world: World): Promise<void> {
  await begin(world, wiring);
  await editHooks(world, (hook) => hook, { threshold: 30 });
  await kubectl(['delete', 'rolebinding', 'e2e-verifier', '-n', world.namespace]);
  await setVersion(world, wiring, '2');
  await untilAsShown(world, 'rights');
  await untilTold(world, /^Synced: Confirm-rollout check e2e-preflight passed/);
  const missing = /the verifier has no RoleBinding in namespace/;
  const why = await onCommandLine(world, 'why', wiring.name);
  assert.match(why, missing);
  const [command] = why.match(/kubectl create rolebinding .*/) ?? [];
  assert.ok(command, why);
  await inShell(command, world.kubernetes.kubeconfig);
  assert.doesNotMatch(await onCommandLine(world, 'why', wiring.name), missing);
  await untilTold(world, /^E2ETestStarted: /);
}

async function noImage(world: World): Promise<void> {
  await begin(world, wiring);
  await editSpec(world, wiring, { image: 'registry.invalid/e2e:1' });
  await setVersion(world, wiring, '2');
  await until('its Job', async () => ((await jobsOf(world)).length > 0 ? [] : ['none']), patience.ms);
  await untilAsShown(world, 'image', 15);
}

/** Its test fails after the promotion, when nobody asks any more; then the next rollout begins. */
async function closedByTheNext(world: World): Promise<void> {
  await applyExample(world.kubernetes, world.namespace, wiring);
  const alone = (hook: Hook) => ({ ...hook, url: hook.url.replace('/pre-rollout', '/webhook') });
  await editHooks(world, alone, { iterations: 1 });
  await editSpec(world, wiring, { args: ['sleep 20; echo checkout answers 500; exit 1'] });
  await untilInitialized(world, wiring);
  const hooks = at(await canaryOf(world, wiring), 'spec', 'analysis', 'webhooks') as Hook[];
  const rollback = hooks.findIndex(({ type }) => type === 'rollback');
  await editCanary(world, wiring, [{ op: 'remove', path: `/spec/analysis/webhooks/${rollback}` }]);

  await setVersion(world, wiring, '2');
  await untilPhase(world, wiring, ['Progressing']);
  assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded', await story(world, wiring, []));
  const [promoted] = await recordsOf(world, wiring);
  const job = promoted?.['job'];
  const failed = async () => {
    const [only] = await jobsOf(world);
    return isTrue(only, 'Failed') ? [] : ['its test runs'];
  };
  await until('its test has failed', failed, patience.ms);

  await setVersion(world, wiring, '3');
  const closed = async () => {
    const record = (await recordsOf(world, wiring)).find((each) => each['job'] === job);
    return record?.['verdict'] === 'Failed' && record['closedAt'] !== undefined ? [] : [JSON.stringify(record)];
  };
  await until('its record is closed with its true verdict', closed, patience.ms);
  await untilTold(world, /^PromotedUnverified: /);
}

const cases: Case<World>[] = [
  {
    title: 'a wrong host in one hook is named with the right URL before Flagger waits for it in silence',
    run: wrongHost,
  },
  { title: 'a missing E2ESpec is told before the canary is scaled up', run: noSpec },
  { title: 'missing rights hold no rollout back, and its gate says what is missing', run: noRights },
  { title: 'an image that cannot be pulled is shown by kubectl get e2e within 15 s', run: noImage },
  { title: 'a rollout whose end nobody told is closed by the next one, which warns of it', run: closedByTheNext },
];

rollouts('No rollout waits in silence:', cases);
