import assert from 'node:assert/strict';
import { addressOf, hostOf, isSameHost, placeOf, readUrl } from '../../../function/flagger/address.ts';
import { effortOf } from '../../support/effort.ts';

describe('A host', () => {
  const internal = [
    'e2e-verifier.default',
    'E2E-Verifier.Default',
    'e2e-verifier.default:80',
    'e2e-verifier.default:8080',
    'e2e-verifier.default.svc',
    'e2e-verifier.default.svc.cluster.local',
    'e2e-verifier.default.svc.cluster.local.',
    'e2e-verifier.default.svc.cluster.local.:80',
    'e2e-verifier.default.svc.cluster.local.:8080',
  ];
  const same: [string, string][] = [
    ...internal.flatMap((a) => [...internal, 'e2e-verifier'].map((b): [string, string] => [a, b])),
    ...internal.map((a): [string, string] => [a, 'e2e-verifier.default.example.com']),
    ['e2e-verifier.default', 'e2e-verifier.default.svc.corp.internal'],
    ['verifier', 'verifier.default'],
    ['e2e-v2', 'e2e-v2.default'],
    ['2nd-verifier', '2nd-verifier.default'],
    ['gw.example.com', 'GW.example.com:443'],
    ['127.0.0.1:8080', '127.0.0.1:8080'],
    ['[::1]:8080', '[::1]:8080'],
  ];
  for (const [a, b] of same) {
    it(`${a} is ${b}`, () => assert.ok(isSameHost(hostOf(a), hostOf(b)) && isSameHost(hostOf(b), hostOf(a))));
  }

  const others: [string, string][] = [
    ['e2e-verifier.default', 'e2e-verifier.staging'],
    ['e2e-verifier.default', 'loadtester.default'],
    ['e2e-verifier', 'loadtester'],
    ['e2e-verifier.default.svc.cluster.local', 'e2e-verifier.default.svc.corp.internal'],
    ['e2e-verifier.default.a.example.com', 'e2e-verifier.default.b.example.com'],
    ['e2e-verifier.staging', 'e2e-verifier.default.example.com'],
    ['hooks', 'hooks.slack.com'],
    ['gw.example.com', 'gw.example.com:8443'],
    ['127.0.0.1:8080', '127.0.0.1:9090'],
    ['10.0.0.1', '10.0.0.2'],
    ['10.0', '10.0.0.1'],
    ['localhost', 'localhost:8080'],
    ['[::1]:8080', '[::1]:9090'],
    ['', 'e2e-verifier'],
    ['', ':8080'],
  ];
  for (const [a, b] of others) {
    it(`"${a}" is not ${b}`, () => assert.ok(!isSameHost(hostOf(a), hostOf(b)) && !isSameHost(hostOf(b), hostOf(a))));
  }
});

describe('The URL of a webhook', () => {
  const rows: [url: string, place: string, path: string][] = [
    ['http://e2e-verifier.default/pre-rollout', 'e2e-verifier.default', '/pre-rollout'],
    ['HTTP://E2E-Verifier.default:80/pre-rollout', 'e2e-verifier.default', '/pre-rollout'],
    ['http://e2e-verifier.default/pre-rollout/', 'e2e-verifier.default', '/pre-rollout'],
    ['http://e2e-verifier.default//pre-rollout//', 'e2e-verifier.default', '/pre-rollout'],
    ['http://e2e-verifier.default/rollback?team=shop#top', 'e2e-verifier.default', '/rollback'],
    ['https://user:secret@gw.example.com:443/e2e/pre-rollout', 'gw.example.com/e2e', '/pre-rollout'],
    ['https://gw.example.com:8443//a//b/rollback/', 'gw.example.com:8443/a/b', '/rollback'],
  ];
  for (const [url, place, path] of rows) {
    it(`${url} is ${path} at ${place}`, () => {
      const address = addressOf(url);
      assert.ok(address);
      assert.deepEqual([placeOf(address), address.path], [place, path]);
    });
  }

  const none = [
    '',
    '/pre-rollout',
    'pre-rollout',
    'e2e-verifier.default/pre-rollout',
    'e2e-verifier.default:80/pre-rollout',
    '//e2e-verifier.default/pre-rollout',
    'http:/e2e-verifier.default/pre-rollout',
    'http:///pre-rollout',
    'http://?/pre-rollout',
    'http:\\\\e2e-verifier.default\\pre-rollout',
    'http://e2e-verifier.default\\pre-rollout',
    ' http://e2e-verifier.default/pre-rollout',
    'http://e2e-verifier.default/pre-rollout\n',
    'http://e2e verifier/pre-rollout',
    'ftp://e2e-verifier.default/pre-rollout',
    'http://e2e-verifier.default:99999/pre-rollout',
  ];
  for (const url of none) {
    it(`${JSON.stringify(url)} is none that Flagger can call`, () => assert.equal(readUrl(url), undefined));
  }

  for (const url of [
    'http://e2e-verifier.default/',
    'http://e2e-verifier.default/prerollout',
    'http://x.y/gate/rollback',
  ]) {
    it(`${url} calls no hook`, () => assert.equal(addressOf(url), undefined));
  }

  it('has at most 4,096 characters', () => {
    const long = `http://e2e-verifier.default/rollback?${'x'.repeat(4096)}`;
    assert.ok(addressOf(long.slice(0, 4096)));
    assert.equal(addressOf(long.slice(0, 4097)), undefined);
  });

  it('is read in no time, however long it is', () => {
    for (const part of ['/', '.', ':1', '.:1', 'a-', '%', '/rollback', '\\']) {
      const long = part.repeat(1_000_000 / part.length);
      const effort = effortOf(() => {
        for (const url of [long, `http://${long}`, `http://a/${long}`, `http://a${long}/rollback`]) addressOf(url);
        hostOf(long);
      });
      assert.ok(effort < 1000, `${part}: ${effort} ms`);
    }
  });
});
