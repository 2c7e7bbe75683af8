/**
 * The deployed process before an API server that goes wrong: each request of each kind of call, at each stage of a run, during
 * each fault. No fault is a pass, a rollback or a start that is not so; each call is answered in its budget, and the next one
 * as if nothing had been. FAULTS=3/20 takes the third twentieth of the cases; `npm run test:faults` takes all.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { build, type Deployed, emptyFolder, type Folder } from '../function/deployed/deployed.ts';
import { type Certificates, createCertificates } from '../function/transport/tls-api.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { handsOn, removeNamespace } from '../support/hands.ts';
import { confirmDeletions } from '../support/job-moves.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';
import { runCase } from './case.ts';
import { token } from './fault.ts';
import { faults } from './faults.ts';
import { type Front, startFront } from './front.ts';
import { casesOf, type ProtocolCase, type Row, rows, sampleOf, type Usual } from './matrix.ts';
import { leaks, notYetHeld } from './not-yet-held.ts';
import { copyOf, photograph } from './photo.ts';
import { pool } from './pool.ts';
import { type Stage, stages } from './stages.ts';
import { callOf, type Lane, openLane, post, postInTime } from './verifiers.ts';

const isOfTime = /was not asked for|^late|aborted due to timeout|503 .*(TimeoutError|ABORT_ERR|took too long)/;
const calmly = pool(2);

// For one case again: its name, or some words of it.
const only = new RegExp(process.env['FAULTS_ONLY'] || '.');
const shown = new Set([...notYetHeld, ...leaks].map(({ shows }) => shows));
const shard = process.env['FAULTS'] || '1/20';

describe(`During faults of the API server (${shard} of the cases)`, function () {
  this.timeout(900_000);
  let folder: Folder;
  let files: Certificates;
  let kubernetes: EmbeddedKubernetes;
  const fronts: Front[] = [];
  const lanes: Lane[] = [];
  const outcomes = new Map<string, Promise<string[]>>();
  const failures = new Map<string, string | undefined>();
  /** The verifier's, and its callers'. */
  const tokens = new Set<string>();
  let count = 0;
  let copies = 0;

  before(async function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    folder = await emptyFolder();
    files = await createCertificates(folder.path);
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
    const bundle = await build(folder);
    const [http2, http1] = [
      await startFront(kubernetes, files, 'HTTP/2'),
      await startFront(kubernetes, files, 'HTTP/1.1'),
    ];
    fronts.push(http2, http1);
    const open = (front: Front, processes: number, atOnce: number) =>
      openLane(bundle, folder.path, files, front.port, { processes, atOnce });
    const [shared, alone, old] = [await open(http2, 1, 24), await open(http2, 6, 1), await open(http1, 1, 8)];
    lanes.push(shared, alone, old);
    const usual = await learn(shared, http2);
    for (const { payload } of usual.values()) tokens.add(payload.metadata?.['token'] ?? token);
    const all = rows.flatMap((row) => casesOf(row, usual.get(row.title) ?? assert.fail(row.title)));
    const sample = sampleOf(all, shard);
    for (const row of rows) {
      const ofRow = all.filter(({ path, stage }) => path === row.path && stage === row.stage);
      const cases = ofRow.filter((each) => (sample.has(each) && only.test(each.name)) || shown.has(each.name));
      count += cases.length;
      const run = (each: ProtocolCase) => {
        const isOld = each.protocol === 'HTTP/1.1';
        const lane = isOld ? old : each.fault.breaksConnection ? alone : shared;
        const front = isOld ? http1 : http2;
        return lane.run((verifier) => outcome(each, front, verifier));
      };
      outcomes.set(
        row.title,
        Promise.all(cases.map(run)).then((failures) => failures.flat()),
      );
    }
  });
  after(async () => {
    for (const { verifiers } of lanes) {
      for (const { child, ended } of verifiers) {
        child.kill('SIGKILL');
        await ended;
      }
    }
    for (const front of fronts) await front.stop();
    await kubernetes?.stop();
    await folder?.remove();
  });

  /** What goes wrong in a case, unless that is known. */
  async function outcome(each: ProtocolCase, front: Front, verifier: Deployed): Promise<string[]> {
    const failure = await failureOf(each, front, verifier);
    failures.set(each.name, failure);
    if (failure === undefined) return [];
    const isKnown = notYetHeld.some(({ cases, says }) => cases.test(each.name) && says.test(failure));
    return isKnown ? [] : [`${each.name}: ${failure}`];
  }

  /** What was too slow for its budget is tried again when less is going on: this machine may have been too busy. */
  async function failureOf(each: ProtocolCase, front: Front, verifier: Deployed): Promise<string | undefined> {
    const failure = await tryCase(each, front, verifier);
    for (let tries = 1; tries <= 3; tries++) {
      if (failure === undefined || !isOfTime.test(failure)) return failure;
      const again = await calmly(() => tryCase(each, front, verifier));
      if (again === undefined || !isOfTime.test(again)) return again;
    }
    return failure;
  }

  async function tryCase(each: ProtocolCase, front: Front, verifier: Deployed): Promise<string | undefined> {
    const namespace = `copy-${++copies}`;
    try {
      await runCase(each, { kubernetes, front, verifier, namespace });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message.split('\n')[0] : String(error);
    }
  }

  /** Each row without a fault: what is asked for, and what is answered. */
  async function learn(lane: Lane, front: Front): Promise<Map<string, Usual>> {
    const usual = new Map<string, Usual>();
    const unhurried = await startVerifier({ kubeconfig: kubernetes.kubeconfig, callBudget: 60_000 });
    await Promise.all(
      stages.map((stage) =>
        lane.run(async (verifier) => {
          const { photo, payload } = await setUp(stage, unhurried);
          for (const row of rows) if (row.stage === stage) usual.set(row.title, await makeCall(row, verifier));

          async function makeCall({ path }: Row, to: Deployed): Promise<Usual> {
            for (;;) {
              const namespace = `dry-${++copies}`;
              const hands = copyOf(photo, kubernetes, namespace);
              const seen = front.watch(namespace);
              const first = await post(to, path, { ...payload, namespace }).catch(() => undefined);
              const requests = [...new Set(seen)].sort();
              confirmDeletions(hands);
              const second = await postInTime(to, path, { ...payload, namespace });
              removeNamespace(hands);
              // No call is as it should be on a machine that is too slow for it.
              if (first && first.status !== 503)
                return { photo, payload, requests, statuses: [first.status, second.status] };
            }
          }
        }),
      ),
    );
    await unhurried.stop();
    return usual;
  }

  /** By the same function in this process, which has all the time it needs. */
  async function setUp(stage: Stage, verifier: Verifier): Promise<Pick<Usual, 'photo' | 'payload'>> {
    const namespace = await kubernetes.namespace();
    const hands = handsOn(kubernetes, namespace);
    const canary = await stage.setUp({
      kubernetes,
      namespace,
      hands,
      async post(path, payload) {
        const { body, headers } = callOf(path, payload);
        await verifier.post(path, body, headers);
        confirmDeletions(hands);
      },
    });
    return { photo: photograph(kubernetes, namespace), payload: canary.payload() };
  }

  for (const { title } of rows) {
    it(`${title} is answered as it should be, and so is the call after it`, async () => {
      assert.deepEqual(await outcomes.get(title), []);
    });
  }

  const logged = async (): Promise<string[]> => {
    await Promise.all(outcomes.values());
    return lanes.flatMap(({ verifiers }) => verifiers.flatMap(({ lines }) => lines));
  };

  it('the process lives, and has asked nowhere else', async () => {
    await Promise.all(outcomes.values());
    console.log(`      ${count} cases: ${rows.length} kinds of calls, ${faults.length} faults`);
    for (const { child, url } of lanes.flatMap(({ verifiers }) => verifiers)) {
      assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    }
    for (const { strayed } of fronts) assert.deepEqual(strayed, []);
  });

  it('nothing is logged but JSON lines, without any token', async () => {
    for (const line of await logged()) {
      assert.doesNotThrow(() => JSON.parse(line), line);
      assert.ok(![...tokens].some((each) => line.includes(each)) || leaks.some(({ lines }) => lines.test(line)), line);
    }
  });

  for (const { lines, why } of leaks) {
    it(`does not hold yet: ${why}`, async () => {
      const found = (await logged()).filter((line) => lines.test(line));
      assert.ok(
        found.some((line) => line.includes(token)),
        'it holds by now: take the line off the list',
      );
    });
  }

  for (const { shows, says, why } of notYetHeld) {
    it(`does not hold yet: ${why}`, async () => {
      await Promise.all(outcomes.values());
      assert.ok(failures.has(shows), `there is no case ${shows}`);
      assert.match(failures.get(shows) ?? 'it holds by now: take the line off the list', says);
    });
  }
});
