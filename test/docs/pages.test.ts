// docs/ is a dozen pages that can be read from the top: what a page holds stands at its beginning, and where to go next at its end.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { read, root } from '../support/documents.ts';
import { anchorOf } from './anchors.ts';

const pages = globSync('docs/*.md', { cwd: root }).sort();

/** Without its blocks: a `#` in those is a comment. */
const prose = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```$/gm, '');

/** More than a screen or two, so that nobody sees what is further down. */
const LONG = 150;

describe('The pages of docs/', () => {
  it('are few', () => assert.ok(pages.length <= 15, pages.join()));

  for (const page of pages) {
    const lines = read(page).trimEnd().split('\n');
    const [beginning = '', ...sections] = prose(page).split(/^(?=## )/m);

    it(`${page} has 450 lines at most`, () => assert.ok(lines.length <= 450, `${lines.length} lines`));

    it(`${page} ends with where to go next`, () => assert.match(lines.at(-1) ?? '', /^Next: \[.+\]\(.+\)/));

    it(`${page} has no two headings of one address`, () => {
      const anchors = [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      assert.deepEqual(anchors, [...new Set(anchors)]);
    });

    if (lines.length <= LONG) continue;
    it(`${page} names its sections at its beginning`, () => {
      const anchors = sections.map((section) => anchorOf(/^## (.+)$/m.exec(section)?.[1] ?? ''));
      assert.ok(anchors.length > 1);
      assert.deepEqual(
        anchors.filter((anchor) => !beginning.includes(`](#${anchor})`)),
        [],
      );
    });
  }

  it('call the command line by the name that it is installed by', () => {
    // Nothing to download until the first release: only the page that says so may name npx.
    const naming = pages.filter((page) => read(page).includes('npx k8s-e2e-verifier'));
    assert.deepEqual(naming, ['docs/command-line.md']);
  });
});
