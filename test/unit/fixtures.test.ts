/**
 * What the verdict is on Jobs as a real cluster left them: `test/fixtures/` is made by `test/cluster/capture.ts`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { oneLine } from '../../function/record/words.ts';
import type { Snapshot } from '../cluster/scenario.ts';
import { scenarios } from '../cluster/scenarios.ts';
import { causes, sentenceOf, verdictOn } from './causes.ts';

const folder = new URL('../fixtures/', import.meta.url);

async function read(fixture: string): Promise<Snapshot> {
  return JSON.parse(readFileSync(new URL(`${fixture}.json`, folder), 'utf8'));
}

describe('The verdict on what a real cluster leaves', () => {
  for (const { fixture, later = 0, verdict, says } of causes) {
    it(`is ${verdict} for ${fixture}${later ? `, ${later} s later` : ''}`, async () => {
      const judged = await verdictOn(await read(fixture), later);
      const said = sentenceOf(judged);
      assert.equal(judged.kind, verdict, said);
      if (says !== undefined) assert.match(said, says);
      const answer = `Job e2e-podinfo-5c95544979: ${said}`;
      assert.equal(oneLine(answer), answer, 'one line, short enough to be told in full');
    });
  }

  it('is told for every fixture, and every fixture that is not synthetic can be made again', () => {
    const names = readdirSync(folder).flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? []);
    assert.deepEqual([...new Set(causes.map(({ fixture }) => fixture))].sort(), names.sort());
    assert.deepEqual(Object.keys(scenarios).sort(), names.filter((name) => !name.startsWith('synthetic-')).sort());
  });
});
