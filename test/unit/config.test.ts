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
      callsInFlight: 1000,
      logUrlTemplate: '',
      statusUrl: '',
    });
  });

  it('does not authenticate payloads outside a cluster, unless told to', () => {
    assert.equal(readConfig({ USE_IN_CLUSTER: 'false' }).authenticatesPayload, false);
    assert.equal(readConfig({ USE_IN_CLUSTER: 'false', AUTHENTICATE_PAYLOAD: 'true' }).authenticatesPayload, true);
  });

  const wrong = [
    { env: { ...pod, PORT: '80a' }, says: /PORT is "80a"/ },
    { env: { ...pod, PORT: '70000' }, says: /0 to 65535/ },
    { env: { ...pod, USE_IN_CLUSTER: 'yes' }, says: /USE_IN_CLUSTER is "yes"; it must be true or false/ },
    { env: { ...pod, LOG_LEVEL: 'loud' }, says: /error or warn or info or debug/ },
    { env: { ...pod, RETRY_AFTER_SECONDS: '0' }, says: /RETRY_AFTER_SECONDS/ },
    { env: { ...pod, CALL_BUDGET_MS: '1' }, says: /CALL_BUDGET_MS/ },
    { env: { ...pod, MAX_CALLS_IN_FLIGHT: '0' }, says: /MAX_CALLS_IN_FLIGHT is "0"; it must be a whole number from 1/ },
    {
      env: { ...pod, NOTIFY_URL: 'chat.example.com/hook' },
      says: /NOTIFY_URL is not an http:\/\/ or https:\/\/ URL; say/,
    },
    { env: { ...pod, K_SINK: 'ftp://chat.example.com' }, says: /K_SINK is not an http:\/\/ or https:\/\/ URL/ },
    ...['{', '{"extensions":{"Cluster":"a"}}', '{"extensions":{"cluster":1}}'].map((overrides) => ({
      env: { ...pod, K_SINK: 'http://broker', K_CE_OVERRIDES: overrides },
      says: /K_CE_OVERRIDES must be JSON as/,
    })),
    {
      env: { ...pod, LOG_URL_TEMPLATE: 'https://a.example.com/{node}' },
      says: /LOG_URL_TEMPLATE names \{node\}; it may/,
    },
    {
      env: { ...pod, STATUS_URL: 'status.example.com' },
      says: /STATUS_URL is "status\.example\.com"; it must begin with http/,
    },
    { env: { ...pod, STATUS_URL: 'https://a.example.com/?x' }, says: /STATUS_URL is ".*"; .* no \? and no #/ },
    { env: { ...pod, LOG_URL_TEMPLATE: 'https://a.example.com/{pod' }, says: /LOG_URL_TEMPLATE names \{pod; it may/ },
    {
      env: { ...pod, LOG_URL_TEMPLATE: 'logs/{pod}' },
      says: /LOG_URL_TEMPLATE is not an address; it must begin with http/,
    },
    { env: {}, says: /USE_IN_CLUSTER=false uses your kubeconfig/ },
  ];
  for (const { env, says } of wrong) {
    it(`says what is wrong with ${JSON.stringify(env)}`, () => {
      assert.throws(() => readConfig(env), { message: says });
    });
  }

  it('has a sink where one is named: NOTIFY_URL, or else that of a SinkBinding', () => {
    const [url, broker] = ['https://user:pass@chat.example.com/hook', 'http://broker.example'];
    const sinkOf = (env: Record<string, string>) => readConfig({ ...pod, ...env }).sink;
    assert.deepEqual(sinkOf({ NOTIFY_URL: url, K_SINK: broker }), { variable: 'NOTIFY_URL', url, extensions: {} });
    assert.deepEqual(sinkOf({ NOTIFY_URL: '', K_SINK: broker, K_CE_OVERRIDES: '{"extensions":{"cluster":"eu-1"}}' }), {
      ...{ variable: 'K_SINK', url: broker, extensions: { cluster: 'eu-1' } },
    });
    assert.equal(sinkOf({ NOTIFY_URL: '', K_SINK: '', K_CE_OVERRIDES: '' }), undefined);
  });

  it('never says a URL that may hold a password', () => {
    assert.throws(
      () => readConfig({ ...pod, NOTIFY_URL: 'tcp://hook:hunter2@chat.example.com' }),
      ({ message }: Error) => !message.includes('hunter2'),
    );
  });

  it('says all that is wrong at once', () => {
    assert.throws(() => readConfig({ PORT: 'x', LOG_LEVEL: 'x' }), {
      message: /^PORT is "x"; .*\. LOG_LEVEL is "x"; .*\. KUBERNETES_SERVICE_HOST is not set, [^.]*$/,
    });
  });
});
