/**
 * Webhooks over HTTPS, through a gateway whose certificate nobody has signed: what Flagger does with `disableTLS` and without.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import type { Hook } from './alert-rollouts.ts';
import { run } from './command.ts';
import { kubectl } from './kubectl.ts';
import { patience, patiently } from './patience.ts';
import { canaryOf, eventsOf, type World } from './rollout.ts';
import { assertPassedOnce, begin, editCanary, setVersion, untilPhase, wiringOf } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';

const wiring = wiringOf('blue/green');

const gateway = `
const { request } = require('node:http');
const { createServer } = require('node:https');
createServer({ key: process.env.KEY, cert: process.env.CERTIFICATE }, (from, to) => {
  const { method, url, headers } = from;
  const passed = request({ host: 'e2e-verifier.default', method, path: url, headers: { ...headers, host: 'e2e-verifier.default' } });
  passed.on('response', (answer) => { to.writeHead(answer.statusCode, answer.headers); answer.pipe(to); });
  passed.on('error', (error) => { to.writeHead(502); to.end(String(error)); });
  from.pipe(passed);
}).listen(8443);
`;

async function selfSigned(host: string): Promise<{ key: string; certificate: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'self-signed-'));
  try {
    const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'certificate')];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    await run('openssl', ['req', '-x509', ...kind, ...subject, ...files]);
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    return { key: text('key'), certificate: text('certificate') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resolves to its address. */
async function startGateway({ kubernetes, namespace }: World): Promise<string> {
  const { key, certificate } = await selfSigned(`gateway.${namespace}`);
  const metadata = { name: 'gateway', namespace, labels: { app: 'gateway' } };
  const env = Object.entries({ KEY: key, CERTIFICATE: certificate }).map(([name, value]) => ({ name, value }));
  const container = { name: 'gateway', image: 'node:24', command: ['node', '-e', gateway], env };
  const readinessProbe = { tcpSocket: { port: 8443 }, periodSeconds: 1 };
  const containers = [{ ...container, readinessProbe }];
  await kubernetes.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } });
  const ports = [{ port: 443, targetPort: 8443 }];
  await kubernetes.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: metadata.labels, ports } });
  await kubectl(['wait', 'pod/gateway', '-n', namespace, '--for=condition=Ready', patiently]);
  return `https://gateway.${namespace}`;
}

async function callOverHttps(world: World, disableTLS: boolean): Promise<void> {
  const address = await startGateway(world);
  const hooks = at(await canaryOf(world, wiring), 'spec', 'analysis', 'webhooks') as Hook[];
  // Of a confirm-rollout that it cannot ask, Flagger says no more than that it waits.
  const value = hooks
    .filter(({ type }) => type !== 'confirm-rollout')
    .map((hook) => {
      const url = hook.url.replace(/^http:\/\/[^/]+/, address);
      return { ...hook, url, retries: disableTLS ? 60 : 0, disableTLS };
    });
  await editCanary(world, wiring, [{ op: 'replace', path: '/spec/analysis/webhooks', value }]);
}

const cases: Case<World>[] = [
  {
    title: 'gate with disableTLS: a revision is promoted after its test',
    async run(world) {
      await begin(world, wiring);
      await callOverHttps(world, true);
      await setVersion(world, wiring, '2');
      assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded');
      await assertPassedOnce(world, wiring, 1);
    },
  },
  {
    title: 'without it let nothing out: Flagger takes no certificate that it does not know, and says so',
    async run(world) {
      await begin(world, wiring);
      await callOverHttps(world, false);
      await setVersion(world, wiring, '2');
      const untold = async () => {
        const events = await eventsOf(world, wiring);
        return events.some((event) => /x509: certificate signed by unknown authority/.test(event)) ? [] : events;
      };
      await until('the certificate is told', untold, patience.ms);
      assert.equal(at(await canaryOf(world, wiring), 'status', 'canaryWeight'), 0);
      assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Failed');
    },
  },
];

rollouts('Webhooks over HTTPS', cases);
