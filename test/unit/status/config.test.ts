import assert from 'node:assert/strict';
import { readStatusConfig } from '../../../function/status/config.ts';

const laptop = { USE_IN_CLUSTER: 'false' };

const wrong: [Record<string, string>, RegExp][] = [
  [{ NAMESPACES: 'shop,Pay ments' }, /^NAMESPACES has "Pay", which cannot be the name of a namespace/],
  [{ TIME_TO_REPORT_PROBLEM: '0' }, /^TIME_TO_REPORT_PROBLEM is "0"; it must be a whole number from 1 to 43200$/],
  [{ TIME_TO_REPORT_PROBLEM: '20m' }, /^TIME_TO_REPORT_PROBLEM is "20m"/],
  [{ PORT: 'http' }, /^PORT is "http"/],
  [{ VERIFIER_URL: 'e2e-verifier.default' }, /^VERIFIER_URL is not an http:\/\/ or https:\/\/ URL/],
  [{ USE_IN_CLUSTER: 'no' }, /^USE_IN_CLUSTER is "no"/],
  [{ USE_IN_CLUSTER: 'true' }, /^KUBERNETES_SERVICE_HOST is not set/],
];

describe("The page's environment", () => {
  it('may be empty: all namespaces, 20 minutes, port 8080', () => {
    assert.deepEqual(readStatusConfig(laptop), {
      inCluster: false,
      port: 8080,
      namespaces: [],
      clusterName: '',
      silence: 1200,
      verifierUrl: '',
    });
  });

  it('names namespaces with commas, spaces and new lines between them', () => {
    const { namespaces } = readStatusConfig({ ...laptop, NAMESPACES: 'shop, payments\nstaging shop,' });
    assert.deepEqual(namespaces, ['shop', 'payments', 'staging']);
  });

  for (const [env, message] of wrong) {
    it(`is refused with ${JSON.stringify(env)}`, () => {
      assert.throws(() => readStatusConfig({ ...laptop, ...env }), { message });
    });
  }
});
