/**
 * The definition of E2ESpecs and the verifier are upgraded one after the other: in between, one of them is older.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { lacking, type Properties, withMore } from '../support/definitions.ts';
import { at, parse, read } from '../support/documents.ts';
import { assertAnswer, failing, jobsIn, passing, recordsOf, rollOut, untilDecided } from '../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));

/** A file of crds/e2especs.yaml, changed. */
function definition(name: string, change: (status: Properties) => void): string {
  const [crd] = parse(read('crds/e2especs.yaml'));
  change(
    at(crd, 'spec', 'versions', 0, 'schema', 'openAPIV3Schema', 'properties', 'status', 'properties') as Properties,
  );
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(crd));
  return file;
}

after(() => rmSync(folder, { recursive: true }));

const key = ({ namespace }: EmbeddedWorld) => ({
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  namespace,
  name: 'podinfo',
});

describe('A verifier that is older than the definition', () => {
  const stage = embeddedStage({ crds: definition('newer', withMore) });

  it('leaves what a newer one has written in the status, but for the record that it writes itself', async () => {
    const world = await stage.enter();
    const canary = await rollOut(world, passing);
    assertAnswer(await untilDecided(world, canary.payload()), 200);
    const [first] = await recordsOf(world);
    const trend = [{ canary: 'podinfo', hook: 'e2e', verdict: 'Passed' }];
    const status = { trend, runs: [{ ...first, logUrl: 'https://logs.example.com/1' }] };
    await world.kubernetes.patch(key(world), { status }, 'status');

    await canary.end('Succeeded');
    await canary.begin('two');
    assertAnswer(await untilDecided(world, canary.payload()), 200);

    const written = await world.kubernetes.get(key(world));
    assert.deepEqual(at(written, 'status', 'trend'), trend);
    assert.deepEqual(
      (await recordsOf(world)).map(({ logUrl }) => logUrl),
      [undefined, 'https://logs.example.com/1'],
    );
  });

  it('writes its record of a run anew, without what a newer one has put into it', async () => {
    const world = await stage.enter();
    const canary = await rollOut(world, { ...passing, command: ['sh', '-c', 'sleep 3'] });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    const [running] = await recordsOf(world);
    const status = { runs: [{ ...running, logUrl: 'https://logs.example.com/1' }] };
    await world.kubernetes.patch(key(world), { status }, 'status');
    assertAnswer(await untilDecided(world, canary.payload()), 200);
    const [decided, ...others] = await recordsOf(world);
    assert.deepEqual([decided?.['verdict'], decided?.['logUrl'], others], ['Passed', undefined, []]);
  });
});

describe('A verifier that is newer than the definition', () => {
  const stage = embeddedStage({
    crds: definition('older', lacking('specUID', 'rolloutEnd', 'eventPending', 'counts', 'durationSeconds')),
  });

  for (const [what, spec, status] of [
    ['a pass', passing, 200],
    ['a failure', failing, 412],
  ] as const)
    it(`answers ${what}, once and again when the Job is gone, and only loses what has no field yet`, async () => {
      const world = await stage.enter();
      const canary = await rollOut(world, spec);
      assertAnswer(await untilDecided(world, canary.payload()), status);
      for (const { apiVersion, kind, metadata } of await jobsIn(world)) {
        await world.kubernetes.delete({ apiVersion, kind, namespace: world.namespace, name: metadata.name ?? '' });
      }
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), status);
      assert.deepEqual(await jobsIn(world), []);
      const [record, ...others] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], others], [status === 200 ? 'Passed' : 'Failed', []]);
      assert.ok(record?.['job'] && !('specUID' in record));
    });
});
