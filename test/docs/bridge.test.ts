/**
 * What the bridge of examples/notifications writes into the chat, run as it is, with a chat that takes everything.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { at } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

// The token is where no process outside of a pod has one.
const inPod = `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { readFileSync } = fs;
fs.readFileSync = (path, ...more) => path.startsWith?.('/var/run/secrets/') ? 'token' : readFileSync(path, ...more);
syncBuiltinESMExports();`;

const rows: { type: string; data: Record<string, string>; text: string }[] = [
  { type: 'passed', data: { verdict: 'Passed', message: 'm' }, text: ':white_check_mark: *shop/my-app* Passed: m' },
  {
    type: 'failed',
    data: { verdict: 'Failed', reason: 'Error', message: 'm' },
    text: ':x: *shop/my-app* Failed: Error: m',
  },
  {
    type: 'waiting',
    data: { verdict: 'Inconclusive', reason: 'JobStuck', message: 'm' },
    text: ':raised_hand: *shop/my-app* Inconclusive: JobStuck: m',
  },
  {
    type: 'waiting',
    data: { reason: 'GateWaits', message: 'the gate is closed' },
    text: ':raised_hand: *shop/my-app* GateWaits: the gate is closed',
  },
  {
    type: 'event',
    data: { eventType: 'Normal', phase: 'Progressing', message: 'm' },
    text: ':information_source: *shop/my-app* Normal: m',
  },
];

describe('The bridge into a chat', function () {
  this.timeout(20_000);
  const texts: unknown[] = [];
  let chat: Server;
  let bridge: ChildProcess;
  let url = '';
  before(async () => {
    chat = createServer(async (request, response) => {
      texts.push(at(await json(request), 'text'));
      response.end('ok');
    }).listen(0, '127.0.0.1');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = { PORT: String(port), SLACK_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}` };
    const preload = `data:text/javascript,${encodeURIComponent(inPod)}`;
    bridge = spawn(process.execPath, ['--import', preload, 'examples/notifications/bridge.mjs'], { env });
    const missing = () =>
      fetch(url).then(
        () => [],
        () => ['an answer'],
      );
    await until('the bridge is there', missing, 15_000);
  });
  after(() => {
    bridge.kill();
    chat.close();
  });

  for (const { type, data, text } of rows) {
    it(`says ${text}`, async () => {
      const source = '/apis/flagger.app/v1beta1/namespaces/shop/canaries/my-app';
      const body = JSON.stringify({
        type: `com.remarkable.e2e.${type}`,
        source,
        data: { namespace: 'shop', canary: 'my-app', ...data },
      });
      assert.equal((await fetch(url, { method: 'POST', body })).status, 202);
      assert.equal(texts.at(-1), text);
    });
  }
});
