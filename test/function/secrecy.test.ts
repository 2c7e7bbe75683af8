/**
 * A token is a secret: it goes into no log line, no answer, no Job, no record and no Event.
 */
import assert from 'node:assert/strict';
import type { PlayedCanary } from '../support/canary.ts';
import { rollOut, untilDecided, type World } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';

const token = 'tok-5up3rs3cr3t';
const userinfo = 'u53r1nf0';
const apiToken = 'ap1-t0k3n';
const printed = 'h1dd3n-p4ssw0rd';
const accessKey = ['AK', 'IAIOSFODNN7EXAMPLE'].join('');
const keyBody = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
const turned = '\u202e';
const hiding = '\u200b';
const secrets = [
  ...[token, userinfo, apiToken, printed, Buffer.from(`flagger:${userinfo}`).toString('base64')],
  ...[accessKey, keyBody, turned, hiding],
];

const paths = [
  '/webhook',
  '/pre-rollout',
  '/rollout',
  '/confirm-traffic-increase',
  '/confirm-promotion',
  '/rollback',
  '/confirm-rollout',
  '/post-rollout',
  '/event',
  '/nowhere',
];

const words = `login with pass${hiding}word=${printed} Authorization: Bearer ${apiToken} as ${accessKey}${turned} by -----BEGIN PRIVATE KEY----- ${keyBody} -----END PRIVATE KEY----- failed`;
const result = JSON.stringify({ total: 1, failed: 1, failures: [{ name: `login ${words}`, message: words }] });
const tests: Record<string, string> = {
  'is printed by the test': `echo "${words}"; exit 1`,
  'stands in the result of the test': `echo '${result}' > /dev/termination-log`,
};

for (const [where, script] of Object.entries(tests)) describe(`A secret that ${where}`, () => keepsSecrets(script));

function keepsSecrets(script: string): void {
  let world: World;
  let canary: PlayedCanary;
  const said: string[] = [];
  const { enter } = embeddedStage();

  before(async () => {
    world = await enter();
    const { verifier } = world;
    const metadata = { token, region: 'north' };
    const url = 'http://e2e-verifier.default';
    const webhooks = [
      { name: 'e2e', type: 'pre-rollout', url: `${url}/pre-rollout`, metadata },
      { name: 'e2e-failed', type: 'rollback', url: `${url}/rollback`, metadata },
    ];
    canary = await rollOut(world, { image: 'busybox:1.36', command: ['sh', '-c', script] }, { webhooks });
    const authorization = { Authorization: `Basic ${Buffer.from(`flagger:${userinfo}`).toString('base64')}` };
    const payload = canary.payload(metadata);
    const askAll = async () => {
      for (const path of paths) {
        for (const accept of ['*/*', 'application/json']) {
          const query = `${path}?token=${token}`;
          said.push((await verifier.post(query, payload, { ...authorization, Accept: accept })).body);
          const type = `password=${printed}`;
          said.push(
            (await verifier.post(query, payload, { ...authorization, Accept: accept, 'Content-Type': type })).body,
          );
        }
      }
    };
    await askAll();
    said.push((await untilDecided(world, payload)).body);
    await askAll();
    const broken = [
      { ...payload, metadata: { token: [token] } },
      { ...payload, metadata: { token, 'a-b': '', a_b: '' } },
      { ...payload, name: '', metadata: { token } },
      `{"metadata":{"token":"${token}"`,
    ];
    for (const each of broken) said.push((await verifier.post('/webhook', each, authorization)).body);
  });

  function assertSilent(what: string, value: unknown): void {
    const text = JSON.stringify(value);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${what} has ${secret}: ${text}`);
  }

  it('is in no answer', () => {
    assert.ok(said.some((body) => body.includes('[redacted]')));
    assertSilent('an answer', said);
  });

  it('is in no log line', () => {
    assert.ok(world.verifier.lines.length > paths.length);
    assertSilent('the log', world.verifier.lines);
  });

  it('is not in the record', async () => {
    const { kubernetes, namespace } = world;
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
    const spec = await kubernetes.get(key);
    assert.ok(JSON.stringify(spec?.['status']).includes('Failed'));
    assertSilent('the record', spec?.['status']);
  });

  it('is in no Event of the verifier', async () => {
    const { kubernetes, namespace } = world;
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    const own = events.filter(({ reason }) => String(reason).startsWith('E2ETest'));
    assert.ok(own.length >= 4);
    assertSilent('an Event', own);
  });

  it('of the payload is not in the Job, whose other metadata is', async () => {
    const { kubernetes, namespace } = world;
    const jobs = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    assert.ok(JSON.stringify(jobs).includes('"CANARY_METADATA_REGION","value":"north"'));
    for (const secret of [token, userinfo]) assert.ok(!JSON.stringify(jobs).includes(secret));
    assert.ok(!JSON.stringify(jobs).includes('CANARY_METADATA_TOKEN'));
  });
}
