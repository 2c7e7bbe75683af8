/**
 * What is read on the pages, where the view model alone does not say it.
 */
import assert from 'node:assert/strict';
import { detailOf } from '../../../function/status/detail.ts';
import { detailPage } from '../../../function/status/detail-page.ts';
import { listPage } from '../../../function/status/list-page.ts';
import { countsOf, type Snapshot } from '../../../function/status/snapshot.ts';
import { canaryIn, entry, now, recordOf, requested, rowsAt, testNamed } from './stage.ts';

const snapshot: Snapshot = {
  cluster: 'prod',
  asOf: now.toISOString(),
  verifier: { kind: 'unasked', word: 'not asked', message: '' },
  problems: [],
};

const skipped = entry('Skipped', { message: 'skipped by hand: INC-42' });
const hotfix = testNamed('cart', { latest: [skipped], runs: [recordOf(skipped)] });
const promoted = canaryIn('Succeeded', { promoted: 'new' });
const words =
  'promoted without its test, which a person skipped: all on the new revision (new), which no test has passed';

describe('The first page', () => {
  it('shows whole what was promoted without its test, and folds what passed', async () => {
    const fine = testNamed('fine', { latest: [entry('Passed', { canary: 'fine' })] });
    const rows = rowsAt([hotfix, fine], [promoted]);
    const html = await listPage({ ...snapshot, rows, counts: countsOf(rows) }, { namespace: '', state: '' });
    const [shown = '', folded = ''] = html.split('<details');
    assert.match(shown, /Users are on a revision that no test has passed: <strong>shop\/cart<\/strong>/);
    assert.match(shown, /<h2>let through without its test <span class="many">1<\/span><\/h2>/);
    assert.ok(shown.includes(words) && shown.includes('skipped by hand: INC-42'));
    assert.match(folded, /fine/);
    assert.doesNotMatch(folded, /cart/);
  });

  it('has nothing folded where nothing passed', async () => {
    const rows = rowsAt([hotfix], [promoted]);
    const html = await listPage({ ...snapshot, rows, counts: countsOf(rows) }, { namespace: '', state: '' });
    assert.doesNotMatch(html, /<details/);
  });
});

describe('The page of a test', () => {
  it('says what was promoted without its test', async () => {
    const detail = detailOf(hotfix, [promoted], { now, silence: 1200 });
    const html = await detailPage(detail, snapshot);
    assert.match(html, /class="users hit"/);
    assert.doesNotMatch(html, /class="reason">Skipped/);
    assert.ok(html.includes(words));
  });

  it('names a run that no rollout asked for by its id', async () => {
    const latest = entry('Failed', { ...requested, reason: 'Error' });
    const detail = detailOf(testNamed('dns', { latest: [latest], runs: [recordOf(latest)] }), [], {
      now,
      silence: 1200,
    });
    const html = await detailPage(detail, snapshot);
    assert.match(html, /<dt>Trigger<\/dt><dd>request, id nightly-7<\/dd>/);
    assert.match(html, /<p class="foot">id nightly-7/);
    assert.doesNotMatch(html, /[Cc]hecksum/);
  });
});
