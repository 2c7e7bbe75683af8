/**
 * What an earlier version has left in a cluster, the present one goes on with: captured by `npm run test:versions`, one file
 * for each version, named by its commit.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import { recordsOf } from '../support/environment.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';
import { type Left, versionsFolder, word } from './left.ts';

/** The same with its times as long ago as they were then. */
function asOfNow(left: Left, now: Date): Left {
  const later = Math.floor((now.getTime() - Date.parse(left.at)) / 1000) * 1000;
  const shifted = (time: string) => `${new Date(Date.parse(time) + later).toISOString().slice(0, 19)}Z`;
  return JSON.parse(JSON.stringify(left).replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, shifted));
}

/** What the API server and the Job controller fill in. */
function asWritten(object: KubernetesObject): KubernetesObject {
  const { uid: _uid, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  const { status: _status, ...rest } = object;
  const { selector: _selector, ...spec } = object['spec'] as Record<string, unknown>;
  if (object.kind === 'Job') {
    const labels = at(spec, 'template', 'metadata', 'labels') as Record<string, string>;
    for (const name of Object.keys(labels)) if (/controller-uid|job-name/.test(name)) delete labels[name];
    return { ...rest, metadata, spec };
  }
  // A node of the embedded API would run it.
  if (object.kind === 'Pod') return { ...rest, metadata, spec: { ...spec, nodeName: 'a-node' } };
  return { ...rest, metadata };
}

/** Makes the objects again, in this namespace and with the uids that they get now. */
async function makeAgain({ kubernetes, namespace }: EmbeddedWorld, left: Left): Promise<Left> {
  let text = JSON.stringify(left).replaceAll(left.payload.namespace, namespace);
  const current = (): Left => JSON.parse(text);
  for (const index of left.objects.keys()) {
    const object = current().objects[index] ?? assert.fail();
    const { metadata } = await kubernetes.apply(asWritten(object));
    text = text.replaceAll(object.metadata.uid ?? '', metadata.uid ?? '');
  }
  for (const { apiVersion, kind, metadata, status } of current().objects) {
    if (status === undefined) continue;
    const key = { apiVersion, kind, namespace, name: metadata.name ?? '' };
    await kubernetes.patch(key, { status }, 'status');
  }
  return current();
}

const files = readdirSync(versionsFolder);

it('There is what an earlier version has left', () => {
  assert.ok(files.length > 0);
});

for (const file of files) {
  const moments: Left[] = JSON.parse(readFileSync(join(versionsFolder, file), 'utf8'));
  describe(`With what ${file.replace('.json', '')} has left, when`, () => {
    const stage = embeddedStage({ runsJobs: false });

    for (const moment of moments) {
      it(`${moment.title}, this version answers the same, and starts nothing`, async () => {
        const world = await stage.enter();
        const { kubernetes, verifier } = world;
        const { payload, answers, records } = await makeAgain(world, asOfNow(moment, kubernetes.now()));
        const before = kubernetes.requests.length;
        const told: Record<string, string> = {};
        for (const path of Object.keys(answers)) told[path] = word(await verifier.post(path, payload));
        assert.deepEqual(told, answers);
        const writes = kubernetes.requests
          .slice(before)
          .filter(({ resource, verb }) => resource === 'jobs' && (verb === 'create' || verb === 'delete'));
        assert.deepEqual(writes, []);
        const verdicts = (await recordsOf(world)).map(({ verdict }) => verdict);
        assert.deepEqual(verdicts, records);
      });
    }
  });
}
