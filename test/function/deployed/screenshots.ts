/**
 * `npm run screenshots`: the pictures of docs/status-page.md, of the page as it is, on a cluster on a bad night.
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
import { badNight, create } from '../../support/status/world.ts';
import { emptyFolder, start } from './deployed.ts';

const folder = join(root, 'docs/images');

const desk = { viewport: { width: 1080, height: 860 } };
const pictures: [name: string, path: string, look: BrowserContextOptions][] = [
  ['status-page.png', '/', desk],
  ['status-page-dark-phone.png', '/', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ['status-page-test.png', '/shop/cart', desk],
];

const chromium = findChromium();
if (chromium === undefined) throw new Error('there is no chromium: apt-get install chromium, or name one in CHROMIUM');
// As Knative answers for a verifier that nobody calls.
const activator = createServer((_, response) => response.end('activator')).listen(0, '127.0.0.1');
await once(activator, 'listening');
const { port } = activator.address() as AddressInfo;
const built = await emptyFolder();
const kubernetes = await startEmbeddedKubernetes();
const browser = await openBrowser(chromium);
try {
  mkdirSync(folder, { recursive: true });
  await create(kubernetes, badNight(kubernetes.now()));
  const { bundle } = await buildStatus(built.path);
  const page = await start(bundle, {
    KUBECONFIG: kubernetes.kubeconfig,
    CLUSTER_NAME: 'prod-eu',
    VERIFIER_URL: `http://127.0.0.1:${port}`,
  });
  try {
    for (const [name, path, look] of pictures) {
      const tab = await browser.newPage(look);
      await tab.goto(`${page.url}${path}`);
      await tab.screenshot({ path: join(folder, name) });
      console.log(join('docs/images', name));
    }
  } finally {
    page.child.kill('SIGTERM');
    await page.ended;
  }
} finally {
  activator.close();
  await browser.close();
  await kubernetes.stop();
  await built.remove();
}
