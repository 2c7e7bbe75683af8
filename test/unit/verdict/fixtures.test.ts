/**
 * What the verdict is on Jobs as a real cluster left them: `test/fixtures/` is made by `test/cluster/capture.ts`.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine } from '../../../function/text.ts';
import { causes, sentenceOf, verdictOn } from '../../support/causes.ts';
import { read, root } from '../../support/documents.ts';
import type { Snapshot } from '../../support/scenario.ts';
import { nodeScenarios } from '../../support/scenarios/nodes.ts';
import { scenarios } from '../../support/scenarios.ts';

const folder = 'test/fixtures';

function snapshot(fixture: string): Snapshot {
  return JSON.parse(read(join(folder, `${fixture}.json`)));
}

describe('The verdict on what a real cluster leaves', () => {
  for (const { fixture, later = 0, verdict, says } of causes) {
    it(`is ${verdict} for ${fixture}${later ? `, ${later} s later` : ''}`, async () => {
      const judged = await verdictOn(snapshot(fixture), later);
      const said = sentenceOf(judged);
      assert.equal(judged.kind, verdict, said);
      if (says !== undefined) assert.match(said, says);
      const answer = `Job e2e-podinfo-5c95544979: ${said}`;
      assert.equal(oneLine(answer), answer, 'one line, short enough to be told in full');
    });
  }

  it('tells why the container waits where the pod has reached its deadline before the kubelet has said more', async () => {
    const seen = snapshot('pod-deadline-before-the-image');
    const message = 'Back-off pulling image "registry.invalid/no-such-image:1"';
    for (const container of seen.pods.flatMap(({ status }) => status?.containerStatuses ?? [])) {
      container.state = { waiting: { reason: 'ImagePullBackOff', message } };
    }
    const said = sentenceOf(await verdictOn(seen, 0));
    assert.match(said, /^ImagePullBackOff: container e2e: Back-off pulling image/);
  });

  it('is told for every fixture, and every fixture that is not synthetic can be made again', () => {
    const names = readdirSync(join(root, folder)).flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? []);
    assert.deepEqual([...new Set(causes.map(({ fixture }) => fixture))].sort(), names.sort());
    const nodes = nodeScenarios({ silence: () => undefined, wake: () => undefined });
    const makeable = Object.keys({ ...scenarios, ...nodes });
    assert.deepEqual(makeable.sort(), names.filter((name) => !name.startsWith('synthetic-')).sort());
  });
});
