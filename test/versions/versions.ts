/**
 * Two versions of the verifier at one API server, as while its pods are replaced:
 *
 *     npm run test:versions -- COMMIT
 *
 * They answer one rollout in turns, whichever began it: one Job, one verdict, each Event once. Then the earlier one alone
 * leaves the objects of every moment in test/fixtures/versions/, where versions.test.ts has the present one go on with them.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Deployed, emptyFolder, start } from '../function/deployed/deployed.ts';
import { root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { jobsIn, recordsOf, type World } from '../support/environment.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import type { Verifier } from '../support/verifier.ts';
import { buildFormer } from './former.ts';
import { type Left, versionsFolder, word } from './left.ts';
import { type Ask, beginAt, type Moment, moments } from './moments.ts';

type Post = Verifier['post'];

const poster =
  ({ url }: Deployed): Post =>
  async (path, payload) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(payload) });
    return { status: response.status, body: (await response.text()).trimEnd(), headers: response.headers };
  };

async function enter(kubernetes: EmbeddedKubernetes, post: Post): Promise<World> {
  const verifier: Verifier = { url: '', lines: [], post, stop: async () => undefined };
  return { kubernetes, verifier, namespace: await kubernetes.namespace() };
}

const eventsIn = ({ kubernetes, namespace }: World) => kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });

async function inTurns(kubernetes: EmbeddedKubernetes, posts: readonly Post[], moment: Moment): Promise<string[]> {
  let turn = 0;
  const next: Post = (path, payload) => (posts[turn++ % posts.length] ?? assert.fail())(path, payload);
  const world = await enter(kubernetes, next);
  const before = kubernetes.requests.length;
  const canary = await beginAt(world, moment);
  const ask: Ask = (path) => next(path, canary.payload());
  await moment.reach(world, ask, canary);
  const answers: string[] = [];
  for (const path of moment.paths) {
    answers.push(word(await ask(path)));
    // Flagger asks each version of the others again and again.
    if (path !== '/post-rollout') answers.push(word(await ask(path)));
  }
  const made = kubernetes.requests
    .slice(before)
    .filter((seen) => seen.verb === 'create' && seen.resource === 'jobs' && seen.status === 201 && !seen.dryRun);
  const verdicts = (await recordsOf(world)).map(({ verdict }) => verdict);
  // 7ce0091 and earlier do not tell what holds a test up, and no later version has to make up for it.
  const told = (await eventsIn(world)).filter(
    ({ reason }) => String(reason).startsWith('E2ETest') && reason !== 'E2ETestBlocked',
  );
  const events = told.map(({ reason }) => String(reason)).sort();
  return [
    `Jobs: ${made.length}`,
    `records: ${verdicts.join()}`,
    `answers: ${answers.join()}`,
    `Events: ${events.join()}`,
  ];
}

async function atOnce(kubernetes: EmbeddedKubernetes, posts: readonly Post[]): Promise<string> {
  const world = await enter(kubernetes, posts[0] ?? assert.fail());
  const moment = moments[0] ?? assert.fail();
  const canary = await beginAt(world, moment);
  const calls = Array.from({ length: 20 }, (_, index) =>
    posts[index % posts.length]?.('/pre-rollout', canary.payload()),
  );
  const words = new Set((await Promise.all(calls)).map((answered) => word(answered ?? assert.fail())));
  return `${(await jobsIn(world)).length} Jobs, ${[...words].join(', ')}`;
}

/** The objects that one version leaves behind at a moment, and what it answers itself. */
async function leave(kubernetes: EmbeddedKubernetes, post: Post, moment: Moment): Promise<Left> {
  const world = await enter(kubernetes, post);
  const { namespace } = world;
  const canary = await beginAt(world, moment);
  const ask: Ask = (path) => post(path, canary.payload());
  await moment.reach(world, ask, canary);
  const kinds = [
    ['flagger.app/v1beta1', 'Canary'],
    ['apps/v1', 'Deployment'],
    ['remarkable.com/v1', 'E2ESpec'],
    ['batch/v1', 'Job'],
    ['v1', 'Pod'],
  ] as const;
  const objects: KubernetesObject[] = [];
  for (const [apiVersion, kind] of kinds) objects.push(...(await kubernetes.list({ apiVersion, kind, namespace })));
  const at = kubernetes.now().toISOString();
  const answers: Record<string, string> = {};
  for (const path of moment.paths) answers[path] = word(await ask(path));
  const records = (await recordsOf(world)).map(({ verdict }) => String(verdict));
  return { title: moment.title, at, payload: canary.payload(), objects, answers, records };
}

const [commit] = process.argv.slice(2);
if (commit === undefined) {
  console.error('usage: npm run test:versions -- COMMIT');
  process.exit(64);
}
const name = execFileSync('git', ['rev-parse', '--short=7', commit], { cwd: root, encoding: 'utf8' }).trim();
const folder = await emptyFolder();
// Deadlines and graces pass five times as fast.
const kubernetes = await startEmbeddedKubernetes({ speed: 5 });
const env = { KUBECONFIG: kubernetes.kubeconfig, AUTHENTICATE_PAYLOAD: 'true' };
const former = await start(buildFormer(name, folder.path), env);
const present = await start(await build(folder), env);
let isWell = true;
try {
  const posts = { former: poster(former), present: poster(present) };
  for (const [first, order] of [
    [name, [posts.former, posts.present]],
    ['this checkout', [posts.present, posts.former]],
  ] as const) {
    console.log(`\n${first} is asked first, then in turns:`);
    for (const moment of moments) {
      const found = await inTurns(kubernetes, order, moment);
      const alone = await inTurns(kubernetes, [order[0]], moment);
      const isSame = found.join() === alone.join();
      isWell &&= isSame;
      console.log(`  ${isSame ? 'as one version alone' : 'ANOTHER OUTCOME'}: ${moment.title}: ${found.join('; ')}`);
      if (!isSame) console.log(`    one version alone: ${alone.join('; ')}`);
    }
    console.log(`  20 calls at once: ${await atOnce(kubernetes, order)}`);
  }
  const left: Left[] = [];
  for (const moment of moments) left.push(await leave(kubernetes, posts.former, moment));
  mkdirSync(versionsFolder, { recursive: true });
  writeFileSync(join(versionsFolder, `${name}.json`), `${JSON.stringify(left, null, 2)}\n`);
} finally {
  for (const { child } of [former, present]) child.kill('SIGKILL');
  await kubernetes.stop();
  await folder.remove();
}
process.exit(isWell ? 0 : 1);
