/**
 * What the suites of examples/platform tell StatsD, read from a socket.
 */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { type Platform, startPlatform } from '../support/platform/embedded.ts';
import type { Ran } from '../support/platform/run-suite.ts';
import type { SuiteName } from '../support/platform/suites.ts';

describe('The metrics of examples/platform', () => {
  let platform: Platform;
  let bridge: Socket;
  let received: string[];
  before(async () => {
    platform = await startPlatform();
    bridge = createSocket('udp4').on('message', (message) => received.push(message.toString()));
    await new Promise<void>((resolve) => bridge.bind(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    received = [];
  });
  after(async () => {
    bridge.close();
    await platform.kubernetes.stop();
  });

  const told = (suite: SuiteName, env: Record<string, string> = {}): Promise<Ran> =>
    platform.run(suite, { env: { STATSD_PORT: String(bridge.address().port), LOG_LEVEL: 'DEBUG', ...env } });
  const names = () => received.map((metric) => metric.replace(/:[\d.]+/, ''));

  const timers: [SuiteName, string[]][] = [
    ['namespace', ['kubee2etests.namespace.create', 'kubee2etests.namespace.delete']],
    ['service', ['e2e-service.service.create', 'e2e-service.service.delete']],
    ['deployment', ['e2e-deployment.deployment.create', 'e2e-deployment.deployment.delete']],
    [
      'deployment-scale-service',
      [
        'e2e-deployment-scale-service.service.create',
        'e2e-deployment-scale-service.deployment.create',
        'e2e-deployment-scale-service.deployment.scale',
      ],
    ],
  ];
  for (const [suite, expected] of timers)
    it(`are one datagram for each action of ${suite}, with the milliseconds that it took, and no error`, async () => {
      const { output } = await told(suite);
      assert.deepEqual(
        names(),
        expected.map((name) => `e2etest.action.${name}|ms`),
      );
      // As the suite itself has measured it.
      for (const metric of received) assert.ok(output.includes(`statsd ${metric}\n`), metric);
      for (const metric of received) assert.ok(Number(/:([\d.]+)\|/.exec(metric)?.[1]) > 0, metric);
    });

  it('count what is wrong by its area and error, once', async () => {
    const stop = platform.kubernetes.misbehave({ verb: 'create', resource: 'services' }, { kind: 'status', code: 403 });
    await told('service');
    stop();
    assert.deepEqual(names(), ['e2etest.errors.e2e-service.service.api.forbidden|c']);
  });

  it('count a wait that is in vain', async () => {
    const { kubernetes } = platform;
    const metadata = { name: 'kubee2etests-x', namespace: 'e2e-service' };
    const labels = { 'kubernetes.io/service-name': 'kubee2etests' };
    const slice = { metadata: { ...metadata, labels }, addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.9'] }] };
    await kubernetes.apply({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...slice });
    const { result } = await told('service', { TEST_TIMEOUT_SECONDS: '0.5' });
    await kubernetes.delete({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...metadata });
    assert.deepEqual(result.failures, [
      {
        name: 'service › check service exists and has 0 endpoints',
        message:
          'k8s.incorrect_endpoint_count: service kubee2etests has 0 endpoints: not within 0.5 s, but it has 1: 10.0.0.9',
      },
    ]);
    assert.ok(names().includes('e2etest.errors.e2e-service.service.k8s.incorrect_endpoint_count|c'), String(names()));
  });

  it('do not count that what was deleted is not there', async () => {
    await told('namespace');
    assert.deepEqual(
      names().filter((name) => name.includes('errors')),
      [],
    );
  });

  for (const [what, env] of [
    ['not there', { STATSD_PORT: '1' }],
    ['a name that nobody knows', { STATSD_HOST: 'no-such-bridge.invalid' }],
  ] as const)
    it(`fail no test and hold none up where the bridge is ${what}`, async () => {
      const begin = Date.now();
      const { status } = await told('service', env);
      assert.equal(status, 0);
      assert.ok(Date.now() - begin < 5000);
    });
});
