import assert from 'node:assert/strict';
import { verifierAt } from '../../../../function/cli/run/verifier.ts';

describe('The verifier to which a token is sent', () => {
  const addresses: [given: string | true, url: string][] = [
    [true, 'http://e2e-verifier.default.svc/run'],
    ['http://e2e-verifier.default', 'http://e2e-verifier.default.svc/run'],
    ['http://e2e-verifier.default/', 'http://e2e-verifier.default.svc/run'],
    ['http://e2e-verifier.default:8080/gates', 'http://e2e-verifier.default.svc:8080/gates/run'],
    ['http://e2e-verifier.default.svc', 'http://e2e-verifier.default.svc/run'],
    ['http://e2e-verifier.default.svc.cluster.local', 'http://e2e-verifier.default.svc.cluster.local/run'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/run'],
    ['http://localhost:8080', 'http://localhost:8080/run'],
    ['http://[::1]:8080', 'http://[::1]:8080/run'],
    ['https://verifier.example.com/e2e', 'https://verifier.example.com/e2e/run'],
    // A name that everybody may have is asked for as one that only a cluster answers to.
    ['http://example.com', 'http://example.com.svc/run'],
  ];
  for (const [given, url] of addresses) {
    it(`is ${url} for ${given}`, () => assert.equal(verifierAt(given, undefined).url.href, url));
  }

  it('is what the environment says, where no address is given', () => {
    assert.equal(verifierAt(true, 'https://verifier.example.com').url.href, 'https://verifier.example.com/run');
    assert.equal(verifierAt('http://a.b', 'https://verifier.example.com').url.href, 'http://a.b.svc/run');
    assert.equal(verifierAt(true, '').url.href, 'http://e2e-verifier.default.svc/run');
  });

  it('is a guess where nobody has named it', () => {
    const isNamed = (...named: Parameters<typeof verifierAt>) => verifierAt(...named).isNamed;
    assert.deepEqual([isNamed(true, undefined), isNamed(true, '')], [false, false]);
    assert.deepEqual([isNamed('http://e2e-verifier.default'), isNamed(true, 'http://a.b')], [true, true]);
  });

  const refused = [
    'http://verifier.example.com',
    'http://e2e-verifier',
    'http://10.0.0.1',
    'http://e2e-verifier.default.svc.example.com',
    'http://svc.cluster.local',
    'http://127.0.0.1.example.com',
    'http://user:password@e2e-verifier.default',
    'ftp://e2e-verifier.default',
    'e2e-verifier.default',
    'podinfo',
    '',
  ];
  for (const given of refused) it(`is not "${given}"`, () => assert.throws(() => verifierAt(given, undefined)));
});
