/**
 * The page in a real browser: what people see, read, hear and are spared.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildStatus } from '../../../knative/build/bundle.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { findChromium, openBrowser } from '../../support/status/browser.ts';
import { boundlessDefinition, hostileWorld } from '../../support/status/hostile.ts';
import { badNight, create, type World } from '../../support/status/world.ts';
import { type Deployed, emptyFolder, type Folder, start } from './deployed.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks: [string, BrowserContextOptions][] = [
  ['on a desk', { viewport: { width: 1180, height: 900 } }],
  ['on a desk, in the dark', { viewport: { width: 1180, height: 900 }, colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 390, height: 844 } }],
  ['on a phone, in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

describe('The page in a browser', function () {
  this.timeout(120_000);
  const chromium = findChromium();
  let folder: Folder;
  let browser: Browser;
  let ending: (() => Promise<unknown>)[];
  let night: Deployed;
  let hostile: Deployed;

  before(async function () {
    if (chromium === undefined) {
      console.log('      there is no chromium here: apt-get install chromium, or name one in CHROMIUM');
      return this.skip();
    }
    ending = [];
    folder = await emptyFolder();
    const { bundle } = await buildStatus(folder.path);
    const definition = boundlessDefinition();
    night = await show(await startEmbeddedKubernetes(), badNight, bundle);
    hostile = await show(await startEmbeddedKubernetes({ crds: definition }), hostileWorld, bundle);
    browser = await openBrowser(chromium);
    ending.push(
      () => browser.close(),
      () => folder.remove(),
      async () => rmSync(definition, { recursive: true }),
    );
  });
  after(async () => {
    for (const end of ending ?? []) await end();
  });

  async function show(
    kubernetes: EmbeddedKubernetes,
    worldAt: (now: Date) => World,
    bundle: string,
  ): Promise<Deployed> {
    await create(kubernetes, worldAt(kubernetes.now()));
    const page = await start(bundle, { KUBECONFIG: kubernetes.kubeconfig, CLUSTER_NAME: 'prod-eu' });
    ending.push(
      async () => page.child.kill('SIGKILL') && page.ended,
      () => kubernetes.stop(),
    );
    return page;
  }

  /** What the browser complains of, such as a violation of the policy, fails the test. */
  async function visit(
    url: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage(options);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    try {
      await page.goto(url);
      await look(page);
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
    }
  }

  const desk: BrowserContextOptions = { viewport: { width: 1180, height: 900 } };

  it('says first whether users are hit, and where; then what needs somebody, worst first', () =>
    visit(night.url, desk, async (page) => {
      assert.equal(await page.title(), '(3) prod-eu');
      assert.equal(
        await page.textContent('.headline'),
        'Users are on a revision that no test has passed: payments/checkout.',
      );
      const names = await page.locator('.row .name').allInnerTexts();
      assert.deepEqual(names, ['payments/checkout', 'shop/cart', 'shop/search', 'payments/ledger', 'platform/dns']);
      assert.equal(await page.textContent('#stale .badge'), 'Stale');
      const tiles = await page.locator('.tile').allInnerTexts();
      assert.deepEqual(
        tiles.map((tile) => tile.replace(/\s+/g, ' ')),
        ['3 need you', '1 waiting', '1 stale', '2 running', '1 not run yet', '10 ok'],
      );
    }));

  it('shows all of that in the first screen of a desk, and the headline in that of a phone', () =>
    visit(night.url, desk, async (page) => {
      const bottom = async (selector: string) => {
        const box = await page.locator(selector).first().boundingBox();
        return box === null ? Number.POSITIVE_INFINITY : box.y + box.height;
      };
      const end = await bottom('#failing');
      assert.ok(end <= 900, `${end} px`);
      await page.setViewportSize({ width: 390, height: 844 });
      assert.ok((await bottom('.headline')) <= 844);
    }));

  it('leads to the page of a test, with its runs, a picture of them, and lines to copy', () =>
    visit(night.url, desk, async (page) => {
      await page.click('text=cart');
      assert.equal(new URL(page.url()).pathname, '/shop/cart');
      assert.equal(await page.locator('.runs li').count(), 10);
      assert.equal(await page.locator('.bars rect').count(), 10);
      assert.match(String(await page.textContent('.commands')), /Test what is live now\s*kubectl e2e run cart -n shop/);
      await page.click('text=all tests');
      assert.equal(new URL(page.url()).pathname, '/');
    }));

  it('filters without a script, too', () =>
    visit(night.url, { ...desk, javaScriptEnabled: false }, async (page) => {
      await page.selectOption('select', 'payments');
      await page.click('button');
      assert.deepEqual(await page.locator('.row .name').allInnerTexts(), ['payments/checkout', 'payments/ledger']);
      await page.click('.tile.waiting');
      assert.deepEqual(await page.locator('.row .name').allInnerTexts(), ['payments/ledger']);
    }));

  it('refreshes without scrolling, and leaves open what was opened', () =>
    visit(night.url, { viewport: { width: 390, height: 600 } }, async (page) => {
      await page.click('#ok summary');
      await page.evaluate('scrollTo(0, 500)');
      await page.evaluate(
        "document.getElementById('main').dataset.old = 'yes'; document.dispatchEvent(new Event('visibilitychange'))",
      );
      await page.waitForSelector('#main:not([data-old])', { state: 'attached' });
      assert.equal(await page.evaluate('scrollY'), 500);
      assert.equal(await page.evaluate("document.getElementById('ok').open"), true);
    }));

  it('is dark where people want it dark', async () => {
    const backgrounds: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit(night.url, { ...desk, colorScheme }, async (page) => {
        backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      });
    }
    assert.deepEqual(backgrounds, ['rgb(246, 247, 249)', 'rgb(15, 20, 26)']);
  });

  for (const [where, options] of looks)
    for (const path of ['/', '/shop/cart']) {
      it(`is accessible at ${path} ${where}, and no wider than the screen`, () =>
        visit(`${night.url}${path}`, options, async (page) => {
          await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
          await page.evaluate(axe);
          const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
          assert.ok(passes.some(({ id }) => id === 'color-contrast'));
          const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          assert.deepEqual(
            serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`),
            [],
          );
          assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
        }));
    }

  for (const path of ['/', '/shop/hostile']) {
    it(`shows what hostile tests say at ${path} as text, within the width of a phone`, () =>
      visit(`${hostile.url}${path}`, { viewport: { width: 390, height: 844 } }, async (page) => {
        assert.doesNotMatch(await page.title(), /taken/);
        assert.match(String(await page.textContent('main')), /<script>document\.title='taken'<\/script><img src=x/);
        assert.equal(await page.locator('main script, main img').count(), 0);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
      }));
  }
});
