// What docs/fleet.md shows of a file is in that file, line by line.
import assert from 'node:assert/strict';
import { read } from '../support/documents.ts';

const page = 'docs/fleet.md';

describe('The part of a file on a page', () => {
  const parts = [...read(page).matchAll(/<!-- fragment: (.+) -->\s+```yaml\n([\s\S]*?)```/g)];

  it('is shown', () => assert.ok(parts.length >= 5));

  for (const [, why = '', text = ''] of parts) {
    const [first = ''] = text.split('\n');
    it(`${page}: ${first.trim()} ... is in the file that it names`, () => {
      const [, file] = /^part of (\S+)$/.exec(why) ?? assert.fail(`${page} names no file for:\n${text}`);
      assert.ok(`\n${read(file ?? '')}`.includes(`\n${text}`), `${file} has no such lines:\n${text}`);
    });
  }
});
