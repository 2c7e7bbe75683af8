/**
 * Whatever the API server hands out: every kind that is read, with every field missing, null and of another type, put to
 * every kind of call. The answer is never an error of the verifier's own, never a pass and never a rollback.
 */
import assert from 'node:assert/strict';
import { strayRejections } from '../../support/stray-rejections.ts';
import { answerTo, apiWith, type Cluster, clusterWith, phases, scenes } from './cluster-fixture.ts';

type Path = (string | number)[];

function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return [[step], ...pathsIn(each).map((path) => [step, ...path])];
  });
}

const others = { 'of another type': (value: unknown) => (typeof value === 'string' ? 7 : 'seven'), null: () => null };
const spoilt: Record<string, (value: unknown) => unknown> = {
  ...others,
  'a list': () => [],
  'an object': () => ({}),
  missing: () => undefined,
};

/** The same value, with one place changed: a copy as far as the way there. */
function withChange(value: unknown, [step, ...path]: Path, change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  const copy: object = Array.isArray(value) ? [...value] : { ...Object(value) };
  const changed = withChange(Reflect.get(copy, step), path, change);
  if (changed === undefined && Array.isArray(copy)) copy.splice(Number(step), 1);
  else if (changed === undefined) Reflect.deleteProperty(copy, step);
  else Reflect.set(copy, step, changed);
  return copy;
}

function* changesOf(whole: Cluster): Generator<{ what: string; cluster: Cluster }> {
  for (const [plural, [object]] of Object.entries(whole)) {
    for (const place of object ? pathsIn(object) : []) {
      for (const [how, change] of Object.entries(spoilt)) {
        const cluster = { ...whole, [plural]: [Object(withChange(object, place, change))] };
        yield { what: `${plural} with ${place.join('.')} ${how}`, cluster };
      }
    }
  }
}

/** Where a pass, or on /rollback a yes, would be wrong. */
function isShut(path: string, scene: string): boolean {
  if (path === '/rollback') return scene !== 'whose test has failed';
  return path === '/pre-rollout' || path === '/confirm-promotion';
}

describe('An object of another shape', () => {
  for (const [scene, { target, runs }] of Object.entries(scenes)) {
    for (const [path, phase] of Object.entries(phases)) {
      const whole = clusterWith(target, phase, runs);
      it(`is answered and is no pass, on ${path} in a run ${scene}`, async () => {
        const asItIs = await answerTo(path, apiWith(whole));
        assert.doesNotMatch(asItIs.body, /^InternalError/);
        for (const { what, cluster } of changesOf(whole)) {
          const { status, body } = await answerTo(path, apiWith(cluster));
          assert.doesNotMatch(body, /^InternalError/, what);
          if (isShut(path, scene)) assert.ok(status > 202, `${what}: ${status} ${body}`);
        }
      }).timeout(60_000);
    }
  }

  const needed: [plural: string, path: string, says: RegExp][] = [
    ['canaries', 'spec', /^Invalid: podinfo of canaries cannot be read: spec must be an object\. Correct the Canary$/],
    ['canaries', 'spec.targetRef', /^Invalid: podinfo of canaries cannot be read: spec\.targetRef must be an object/],
    ['canaries', 'spec.targetRef.name', /spec\.targetRef\.name must be a string/],
    ['canaries', 'spec.analysis.webhooks.0.url', /spec\.analysis\.webhooks\[0\]\.url must be a string/],
    ['e2especs', 'spec', /^Invalid: podinfo of e2especs cannot be read: spec must be an object\. .*apply crds/],
    ['e2especs', 'status.runs.0.checksum', /status\.runs\[0\]\.checksum must be a string/],
    [
      'pods',
      'metadata',
      /^ServiceUnavailable: the API server answered with one of pods in which metadata must be an object$/,
    ],
    ['pods', 'status.containerStatuses.0.name', /status\.containerStatuses\[0\]\.name must be a string/],
  ];
  for (const [plural, path, says] of needed) {
    it(`is refused, and says that ${plural} lack ${path}`, async () => {
      const whole = clusterWith('deployments', 'Progressing', scenes['whose pod waits']?.runs ?? {});
      const [object = {}] = whole[plural] ?? [];
      const place = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
      for (const change of [spoilt['missing'], spoilt['null']]) {
        const cluster = { ...whole, [plural]: [Object(withChange(object, place, change ?? assert.fail()))] };
        const { body } = await answerTo('/pre-rollout', apiWith(cluster));
        assert.match(body, says);
      }
    });
  }

  for (const name of ['', '.', '..', 'x/status', 'UPPER', 'x'.repeat(254)]) {
    it(`is refused where the Canary's target is called "${name.slice(0, 20)}", which becomes no part of a path`, async () => {
      const whole = clusterWith('deployments', 'Progressing', {});
      const [canary = {}] = whole['canaries'] ?? [];
      const cluster = { ...whole, canaries: [Object(withChange(canary, ['spec', 'targetRef', 'name'], () => name))] };
      const { status, body } = await answerTo('/pre-rollout', apiWith(cluster));
      const says = 'Invalid: podinfo of canaries cannot be read: spec.targetRef.name must be the name of an object';
      assert.deepEqual([status, body], [422, `${says}. Correct the Canary`]);
    });
  }

  it('is refused where a Knative Service names a revision that is no name', async () => {
    const whole = clusterWith('services of Knative', 'Progressing', {});
    const [service = {}] = whole['services'] ?? [];
    const place = ['status', 'latestCreatedRevisionName'];
    const cluster = { ...whole, services: [Object(withChange(service, place, () => '../podinfo'))] };
    const { body } = await answerTo('/pre-rollout', apiWith(cluster));
    assert.match(body, /^ServiceUnavailable: .*latestCreatedRevisionName must be the name of an object$/);
  });

  it('that nobody thought of is answered 500, told in the log, and ends nothing', async () => {
    const lines: unknown[] = [];
    const log = { info: () => undefined, warn: () => undefined, error: (...line: unknown[]) => lines.push(line) };
    const stray = await strayRejections(async () => {
      for (const path of Object.keys(phases)) {
        const { status, body } = await answerTo(
          path,
          () => Promise.reject(new TypeError('nobody thought of this')),
          log,
        );
        const said = 'InternalError: an error of the verifier itself; its log has the details';
        assert.deepEqual([status, body], [500, said]);
      }
    });
    assert.deepEqual(stray, []);
    assert.match(JSON.stringify(lines[0]), /nobody thought of this.*client|nobody thought of this.*shapes\.test/);
  });
});
