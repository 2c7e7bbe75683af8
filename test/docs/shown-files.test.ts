// What these pages show of a file is in that file, line by line.
import assert from 'node:assert/strict';
import { read } from '../support/documents.ts';

const pages = ['docs/fleet.md', 'docs/gitops.md'];

describe('The YAML on a page', () => {
  for (const page of pages)
    for (const [, why = '', text = ''] of read(page).matchAll(
      /(?:<!-- fragment: (.+) -->\s+)?```yaml\n([\s\S]*?)```/g,
    )) {
      const [first = ''] = text.split('\n');
      it(`${page}: ${first.trim()} ... is part of the file that it names`, () => {
        const [, file] = /^part of (\S+)$/.exec(why) ?? assert.fail(`${page} names no file for:\n${text}`);
        assert.ok(`\n${read(file ?? '')}`.includes(`\n${text}`), `${file} has no such lines:\n${text}`);
      });
    }
});
