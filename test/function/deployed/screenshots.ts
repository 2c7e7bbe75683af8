/**
 * `npm run screenshots`: the pictures of the page as it is, on a cluster on a bad night (docs/status-page.md) and with the suites of
 * examples/platform.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { buildStatus } from '../../../knative/build/bundle.ts';
import { root } from '../../support/documents.ts';
import { startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { findChromium, openBrowser } from '../../support/status/browser.ts';
import { platformSuites } from '../../support/status/platform.ts';
import { badNight, create, type World } from '../../support/status/world.ts';
import { emptyFolder, start } from './deployed.ts';

const folder = join(root, 'docs/images');

interface Picture {
  name: string;
  path: string;
  look: BrowserContextOptions;
  /** With what the page folds. */
  isOpen?: true;
}

const desk = { viewport: { width: 1080, height: 860 } };
const tall = { viewport: { width: 1080, height: 990 } };
const worlds: [world: (now: Date) => World, cluster: string, pictures: Picture[]][] = [
  [
    badNight,
    'prod-eu',
    [
      { name: 'status-page.png', path: '/', look: desk },
      {
        name: 'status-page-dark-phone.png',
        path: '/',
        look: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
      },
      { name: 'status-page-test.png', path: '/shop/cart', look: desk },
    ],
  ],
  [platformSuites, 'prod-eu', [{ name: 'status-page-platform.png', path: '/', look: tall, isOpen: true }]],
];

const chromium = findChromium();
if (chromium === undefined) throw new Error('there is no chromium: apt-get install chromium, or name one in CHROMIUM');
// As Knative answers for a verifier that nobody calls.
const activator = createServer((_, response) => response.end('activator')).listen(0, '127.0.0.1');
await once(activator, 'listening');
const { port } = activator.address() as AddressInfo;
const built = await emptyFolder();
const browser = await openBrowser(chromium);
try {
  mkdirSync(folder, { recursive: true });
  const { bundle } = await buildStatus(built.path);
  for (const each of worlds) await photograph(bundle, ...each);
} finally {
  activator.close();
  await browser.close();
  await built.remove();
}

async function photograph(bundle: string, world: (now: Date) => World, cluster: string, pictures: Picture[]) {
  const kubernetes = await startEmbeddedKubernetes();
  try {
    await create(kubernetes, world(kubernetes.now()));
    const page = await start(bundle, {
      KUBECONFIG: kubernetes.kubeconfig,
      CLUSTER_NAME: cluster,
      VERIFIER_URL: `http://127.0.0.1:${port}`,
    });
    try {
      for (const { name, path, look, isOpen } of pictures) {
        const tab = await browser.newPage(look);
        await tab.goto(`${page.url}${path}`);
        if (isOpen) await tab.locator('details > summary').first().click();
        await tab.screenshot({ path: join(folder, name) });
        console.log(join('docs/images', name));
      }
    } finally {
      page.child.kill('SIGTERM');
      await page.ended;
    }
  } finally {
    await kubernetes.stop();
  }
}
