/** The table of versions, which `npm run matrix` reads and writes, and the versions that `cluster up` is told. */
import assert from 'node:assert/strict';
import { versionsFrom } from '../support/cluster-versions.ts';
import { readRows, withRows } from '../support/compatibility.ts';
import { read } from '../support/documents.ts';

const page = read('docs/compatibility.md');

describe('The table of docs/compatibility.md', () => {
  it('is written as it was read', () => {
    assert.equal(withRows(page, readRows(page)), page);
  });

  it('keeps what stands before and after it, and a title with a bar in it', () => {
    const row = { kubernetes: '1.1.1', flagger: '2.2.2', knative: '0.3.3', date: '2026-11-27' };
    const rows = [
      { ...row, result: '60 passed; failed: a|b' },
      { ...row, flagger: '2.2.3', result: '61 passed' },
    ];
    const changed = withRows(page, rows);
    assert.deepEqual(readRows(changed), rows);
    assert.equal(withRows(changed, readRows(page)), page);
  });

  it('says of every row how many tests passed, and when', () => {
    for (const { result, date } of readRows(page)) {
      assert.match(result, /^\d+ passed/);
      assert.match(date, /^\d{4}-\d\d-\d\d$/);
    }
  });

  it('is missed where it is not there', () => {
    assert.throws(() => readRows('# A page'), /has no table that begins with \| Kubernetes/);
  });
});

describe('npm run cluster up', () => {
  it('takes a version for each part', () => {
    assert.deepEqual(
      { ...versionsFrom(['--kubernetes', '1.36.3', '--flagger=1.41.0']) },
      { kubernetes: '1.36.3', flagger: '1.41.0' },
    );
  });

  for (const [args, why] of [
    [['--flagger', '1.41'], /--flagger 1\.41 is no version\. Write all three numbers/],
    [['--flagger', 'latest'], /--flagger latest is no version/],
    [['--istio', '1.2.3'], /Unknown option '--istio'/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => versionsFrom([...args]), why);
    });
  }
});
