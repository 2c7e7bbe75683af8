import assert from 'node:assert/strict';
import { readConfig } from '../../function/config.ts';

const pod = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };

describe('The configuration', () => {
  it('has defaults for a pod', () => {
    assert.deepEqual(readConfig(pod), {
      inCluster: true,
      port: 8080,
      logLevel: 'info',
      retryAfterSeconds: 10,
      authenticatesPayload: true,
      callBudget: 8000,
    });
  });

  it('does not authenticate payloads outside a cluster, unless told to', () => {
    const outside = readConfig({ USE_IN_CLUSTER: 'false' });
    assert.ok(!('problems' in outside) && !outside.authenticatesPayload);
    const told = readConfig({ USE_IN_CLUSTER: 'false', AUTHENTICATE_PAYLOAD: 'true' });
    assert.ok(!('problems' in told) && told.authenticatesPayload);
  });

  const wrong = [
    { env: { ...pod, PORT: '80a' }, says: /PORT is "80a"/ },
    { env: { ...pod, PORT: '70000' }, says: /0 to 65535/ },
    { env: { ...pod, USE_IN_CLUSTER: 'yes' }, says: /USE_IN_CLUSTER is "yes"; it must be true or false/ },
    { env: { ...pod, LOG_LEVEL: 'loud' }, says: /error or warn or info or debug/ },
    { env: { ...pod, RETRY_AFTER_SECONDS: '0' }, says: /RETRY_AFTER_SECONDS/ },
    { env: { ...pod, CALL_BUDGET_MS: '1' }, says: /CALL_BUDGET_MS/ },
    { env: {}, says: /USE_IN_CLUSTER=false uses your kubeconfig/ },
  ];
  for (const { env, says } of wrong) {
    it(`says what is wrong with ${JSON.stringify(env)}`, () => {
      const config = readConfig(env);
      assert.ok('problems' in config);
      assert.match(config.problems.join('. '), says);
    });
  }

  it('says all that is wrong at once', () => {
    const config = readConfig({ PORT: 'x', LOG_LEVEL: 'x' });
    assert.ok('problems' in config && config.problems.length === 3);
  });
});
