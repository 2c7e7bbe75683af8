/**
 * `npm run test:bounds`: the built function under the memory limit of its container, against what would end it or hold it
 * up. Meanwhile a witness calls on, as a canary of another team; its answers are what counts. Needs root, for the limit.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Api, serve } from '../bench/api.ts';
import type { Large } from '../bench/api-server.ts';
import { limited } from '../bench/limited.ts';
import { quantile } from '../bench/measure.ts';
import { verifier } from '../bench/programs.ts';
import { type Moments, moments } from '../bench/recorded-api.ts';
import { call } from '../bench/requests.ts';
import { type Spawned, start } from '../bench/spawned.ts';
import { at, read } from '../support/documents.ts';
import { allAtOnce, headOf, silent } from './crowd.ts';
import type { Seen } from './witness.ts';

const kilobytes = 1000;
const longestAnswer = 2000;
const megabytes = Number.parseInt(
  String(
    at(
      parse(read('knative/base/service.yaml')),
      'spec',
      'template',
      'spec',
      'containers',
      0,
      'resources',
      'limits',
      'memory',
    ),
  ),
  10,
);

interface Scene {
  verifier: Spawned;
  running: Moments['running'];
  /** A call of the canary in this namespace, with so many bytes more. */
  bodyFor(namespace: string, more?: number): string;
}

interface Load {
  what: string;
  /** Resolves to the time from which on the witness may not be told to come again, in milliseconds since the epoch. */
  bring(scene: Scene): Promise<number>;
}

const always = 0;

// Milliseconds in which a process holds no call, and the status of one whose test runs.
const isNew = 10_500;
const waits = 429;

const team = (index: number): string => `team-${index}`;

function each<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const loads: Load[] = [
  {
    what: '8,000 calls at once',
    async bring({ verifier: { url }, bodyFor }) {
      noPass(
        await allAtOnce(
          url,
          each(8000, (index) => bodyFor(team(index))),
        ),
      );
      return Date.now();
    },
  },
  {
    what: '3,000 bodies of 64 KiB at once',
    async bring({ verifier: { url }, bodyFor }) {
      noPass(
        await allAtOnce(
          url,
          each(3000, (index) => bodyFor(team(index), 65_000)),
        ),
      );
      return Date.now();
    },
  },
  {
    what: '5,000 bodies that stop one byte short',
    async bring({ verifier: { port } }) {
      const crowd = await silent(port, 5000, headOf(65_536) + 'x'.repeat(65_535));
      await sleep(5000);
      crowd.hangUp();
      return always;
    },
  },
  {
    what: '5,000 bodies of a kilobyte that stop one byte short',
    async bring({ verifier: { port } }) {
      const crowd = await silent(port, 5000, headOf(1000) + 'x'.repeat(999));
      const isThere = Date.now();
      await sleep(4000);
      crowd.hangUp();
      return isThere + 2000;
    },
  },
  {
    what: '200 bodies in 4,000 pieces of a byte, which do not end',
    async bring({ verifier: { port } }) {
      const head = headOf(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked');
      const crowd = await silent(port, 200, head + '1\r\nx\r\n'.repeat(4000));
      await sleep(2000);
      crowd.hangUp();
      return always;
    },
  },
  {
    what: '9,000 heads that do not end',
    async bring({ verifier: { port } }) {
      const crowd = await silent(port, 9000, `${headOf(10).trimEnd()}\r\nX-Filling: ${'x'.repeat(7900)}`);
      await sleep(5000);
      crowd.hangUp();
      return always;
    },
  },
  {
    what: '50 connections with 1,000 requests each behind one that is not answered yet',
    async bring({ verifier: { port }, bodyFor }) {
      const body = bodyFor(team(0));
      const first = headOf(body.length) + body;
      const crowd = await silent(port, 50, first + 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000));
      await sleep(2000);
      crowd.hangUp();
      return always;
    },
  },
  {
    what: '100 calls that wait for Jobs of 240 kB, of which 40 are held',
    async bring({ verifier: { url }, bodyFor }) {
      await sleep(isNew);
      const bodies = each(100, () => bodyFor('waiting'));
      // Who is slow to find out that the test runs has no time left to hold the call.
      const answers = await allAtOnce(url, bodies, 50);
      noPass(answers);
      const held = answers.filter(({ status, took }) => status === waits && took > 4000);
      assert.equal(held.length, 40);
      return always;
    },
  },
  ...(
    [
      ['600 Jobs of 240 kB in one namespace', 'jobs', /create: /],
      ['400 pods of 240 kB of one Job', 'pods', /too large|larger than/],
      ['an answer of the API server of 300 MB', 'huge', /too large|larger than/],
    ] as const
  ).map(([what, namespace, says]) => ({
    what,
    async bring({ verifier: { url }, bodyFor }: Scene) {
      const calls = each(4, () => bodyFor(namespace));
      for (let times = 0; times < 3; times++) {
        const answers = await allAtOnce(url, calls);
        noPass(answers);
        // What was meant to be read was read.
        assert.match(answers.map(({ body }) => body).join(' '), says);
      }
      return always;
    },
  })),
];

function noPass(answers: { status: number; body: string }[]): void {
  const passed = answers.find(({ status }) => status >= 200 && status <= 202);
  assert.equal(passed, undefined);
}

/** One object by its path, for a namespace that the API server knows nothing else of. */
const filled = (object: object): string => JSON.stringify({ ...object, filling: 'x'.repeat(240 * kilobytes) });

/** The objects of namespaces that are not like the others: without a Job, with a Job that is complete, with too much of all. */
function special({ running, recorded }: Moments): Record<string, Large> {
  const large: Record<string, Large> = {};
  const add = (namespace: string, objects: typeof running.objects, own: string) => {
    for (const [path, object] of Object.entries(objects)) {
      const text = JSON.stringify(object).replaceAll(own, namespace);
      large[path.replace('*', namespace)] = { object: text, bytes: 0 };
    }
  };
  const without = (objects: typeof running.objects, part: string) =>
    Object.fromEntries(Object.entries(objects).filter(([path]) => !path.includes(part)));
  const withoutStatus = (objects: typeof running.objects, part: string) =>
    Object.fromEntries(
      Object.entries(objects).map(([path, { status, ...object }]) => [
        path,
        path.includes(part) || status === undefined ? object : { ...object, status },
      ]),
    );
  const [job] = Object.entries(running.objects).filter(([path]) => path.includes('/jobs/'));
  assert.ok(job);
  const { metadata, ...rest } = job[1];
  const other = { ...rest, metadata: { ...metadata, name: 'numbered-', uid: 'numbered-', namespace: 'jobs' } };
  // Nothing has begun, so those of other revisions are looked for.
  add('jobs', withoutStatus(without(running.objects, '/jobs/'), '/e2especs/'), running.payload.namespace);
  large['/apis/batch/v1/namespaces/jobs/jobs'] = { item: filled(other), times: 600 };
  // The verdict is not on record, so its pods are looked at.
  add('pods', withoutStatus(recorded.objects, '/e2especs/'), recorded.payload.namespace);
  const [complete] = Object.entries(recorded.objects).filter(([path]) => path.includes('/jobs/'));
  assert.ok(complete);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: 'numbered-', uid: 'numbered-', namespace: 'pods' },
      ownerReferences: [{ kind: 'Job', name: 'e2e', uid: complete[1].metadata.uid, controller: true }],
    },
    status: { phase: 'Failed' },
  };
  large['/api/v1/namespaces/pods/pods'] = { item: filled(pod), times: 400 };
  add('waiting', running.objects, running.payload.namespace);
  const [waited = ''] = Object.keys(large).filter((path) => path.includes('/waiting/jobs/'));
  const { object: waiting } = large[waited] as { object: string };
  large[waited] = { object: waiting, bytes: 240 * kilobytes };
  add('huge', running.objects, running.payload.namespace);
  const [spec = ''] = Object.keys(large).filter((path) => path.includes('/huge/e2especs/'));
  const { object } = large[spec] as { object: string };
  large[spec] = { object, bytes: 300 * kilobytes ** 2 };
  return large;
}

describe(`The function under a limit of ${megabytes} MB lives and answers others within two seconds, with`, function () {
  this.timeout(90_000);
  let moment: Moments;
  let api: Api;
  before(async () => {
    moment = await moments();
    setPriority(first);
    // The namespace of the pods is of the recorded moment, whose Canary has another name and checksum.
    api = await serve(moment.running, special(moment));
  });
  after(() => api?.stop());
  // The crowd shares the machine with those whom it besets, which it would not in a cluster: so they go first.
  beforeEach(() => setPriority(first));
  const first = -15;

  for (const { what, bring } of loads) {
    it(what, async function () {
      const limit = limited(verifier(api), megabytes);
      if (limit === undefined) return this.skip();
      const spawned = await start(limit.program);
      const bodyFor = (namespace: string, more = 0): string => {
        const { payload } = namespace === 'pods' ? moment.recorded : moment.running;
        return JSON.stringify({ ...payload, namespace, ...(more > 0 && { filling: 'x'.repeat(more) }) });
      };
      const witness = await watch(spawned.url, bodyFor('witness'));
      try {
        await sleep(500);
        setPriority(0);
        const calm = await bring({ verifier: spawned, running: moment.running, bodyFor });
        await sleep(500);
        const seen = await witness.seen();
        assert.equal((await call({ url: `${spawned.url}/healthz` })).status, 200);
        console.log(`      ${figures(seen, limit.peak())}`);
        check(seen, calm, moment.running.status);
      } finally {
        witness.end();
        await spawned.end();
        limit.lift();
      }
    });
  }
});

async function watch(url: string, body: string) {
  const child = fork(join(import.meta.dirname, 'witness.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send({ url, body });
  return {
    async seen(): Promise<Seen[]> {
      const told = once(child, 'message');
      child.send('enough');
      const [seen] = await told;
      return seen;
    },
    end: () => child.disconnect(),
  };
}

function figures(seen: Seen[], peak: number): string {
  const counts = new Map<string, number>();
  for (const { what, status } of seen) counts.set(`${what} ${status}`, (counts.get(`${what} ${status}`) ?? 0) + 1);
  const took = seen.map((each) => each.took);
  const [middle, slowest] = [0.5, 1].map((part) => quantile(took, part).toFixed(0));
  const told = [...counts].map(([what, count]) => `${count} x ${what}`).join(', ');
  return `${told}; p50 ${middle} ms, slowest ${slowest} ms; at most ${peak.toFixed(0)} MB`;
}

function check(seen: Seen[], calm: number, running: number): void {
  assert.ok(seen.length > 10);
  for (const { what, status, body, took, at: asked } of seen) {
    const said = `${what} ${asked - calm} ms after it was calm: ${status} ${body} after ${took.toFixed(0)} ms`;
    assert.ok(took < longestAnswer, said);
    const isCrowded = asked < calm;
    if (what === 'health check') assert.equal(status, 200, said);
    else assert.ok(status === running || (isCrowded && status === 503), said);
  }
}
