/**
 * Where the test reaches the canary and which labels it must not carry, against what the real Flagger made of the same target and
 * `service` block: `test/fixtures/services/`.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../function/api/canary.ts';
import type { Target } from '../../../function/api/kubernetes.ts';
import { canaryUrl, liveUrl, podSelectors } from '../../../function/flagger/canary-service.ts';
import { at, read } from '../../support/documents.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import { type CapturedServices, serviceScenes } from '../../support/services.ts';

type Fixture = CapturedServices & { canary: KubernetesObject & Canary; target: KubernetesObject & Target };

interface Port {
  port: number;
  targetPort: number | string;
  appProtocol?: string;
}

/** Where somebody listens: a headless Service maps no port. */
function listeningPorts({ service, target }: Fixture): number[] {
  const ports = (at(service, 'spec', 'ports') ?? []) as Port[];
  if (at(service, 'spec', 'clusterIP') !== 'None') return ports.map(({ port }) => port);
  const [own] = (at(target, 'spec', 'template', 'spec', 'containers', 0, 'ports') ?? []) as {
    name: string;
    containerPort: number;
  }[];
  return ports.map(({ targetPort }) => (targetPort === own?.name ? own.containerPort : Number(targetPort)));
}

describe('CANARY_URL', () => {
  for (const [name, scene] of Object.entries(serviceScenes)) {
    const fixture: Fixture = JSON.parse(read(`test/fixtures/services/${name}.json`));
    const { canary, target, service } = fixture;
    const { namespace } = canary.metadata;

    it(`of ${name} is ${scene.url('NAMESPACE')}`, () => assert.equal(canaryUrl(canary, target), scene.url(namespace)));

    it(`of ${name} is the same without the revision, where users reach it`, () => {
      assert.equal(liveUrl(canary, target), scene.url(namespace).replace(/-(canary|\d{5})\./, '.'));
    });

    it(`of ${name} leads to the Service that Flagger has made`, () => {
      const url = new URL(canaryUrl(canary, target) ?? '');
      assert.equal(url.hostname.split('.')[0], service.metadata.name);
      const port = Number(url.port || { 'http:': 80, 'https:': 443 }[url.protocol]);
      assert.ok(listeningPorts(fixture).includes(port), JSON.stringify(service['spec']));
    });
  }

  const knative = (url: unknown, revision: string | undefined): Target => ({
    status: { ...(revision && { latestCreatedRevisionName: revision }), address: { url: url as string } },
  });
  const web: Canary = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u' },
    spec: { targetRef: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'web' } },
  };
  const domains: [address: unknown, host: string][] = [
    ['http://web.shop.svc.cluster.local', 'web-2.shop.svc.cluster.local'],
    ['http://web.shop.svc.corp.internal', 'web-2.shop.svc.corp.internal'],
    ['https://web.shop.svc.corp.internal', 'web-2.shop.svc.corp.internal'],
    ['http://web.shop.example.com', 'web-2.shop.svc.cluster.local'],
    ['', 'web-2.shop.svc.cluster.local'],
    [undefined, 'web-2.shop.svc.cluster.local'],
    ['no URL', 'web-2.shop.svc.cluster.local'],
  ];
  for (const [address, host] of domains) {
    it(`of a Knative Service at ${address} is http://${host}`, () => {
      assert.equal(canaryUrl(web, knative(address, 'web-2')), `http://${host}`);
    });
  }

  it('of a Knative Service without a revision is not there', () => {
    assert.equal(canaryUrl(web, knative('http://web.shop.svc.cluster.local', undefined)), undefined);
    assert.equal(canaryUrl(web, undefined), undefined);
  });

  // Flagger cannot make these Services on today's Kubernetes; one day it may, as it could before.
  const copied: [what: string, service: Canary['spec']['service'], spec: Target['spec'], url: string][] = [
    [
      'the port of the block, which the target has',
      { port: 81 },
      { ports: [{ port: 80 }, { port: 81 }] },
      'http://web-canary.shop:81',
    ],
    [
      'its own port',
      { name: 'other', port: 8080 },
      { ports: [{ port: 80, targetPort: 8080 }] },
      'http://web-canary.shop:80',
    ],
    [
      'no UDP port',
      { port: 8080 },
      { ports: [{ port: 53, protocol: 'UDP' }, { port: 80 }] },
      'http://web-canary.shop:80',
    ],
    ['https', { port: 443 }, { ports: [{ port: 443, appProtocol: 'https' }] }, 'https://web-canary.shop:443'],
    [
      'the pods’ port when it is headless',
      { port: 80 },
      { clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] },
      'http://web-canary.shop:8080',
    ],
    [
      'the port of the block, when it has none',
      { port: 8443 },
      { type: 'ExternalName' },
      'http://web-canary.shop:8443',
    ],
    [
      'https by the block, when it has no ports',
      { port: 8443, appProtocol: 'https' },
      { type: 'ExternalName' },
      'https://web-canary.shop:8443',
    ],
    [
      'the port of the block, whatever an ExternalName lists',
      { port: 8443 },
      { type: 'ExternalName', ports: [{ port: 80 }] },
      'http://web-canary.shop:8443',
    ],
    [
      'the port that an ExternalName lists, when there is no block',
      undefined,
      { type: 'ExternalName', ports: [{ port: 8443 }] },
      'http://web-canary.shop:8443',
    ],
    ['its own port, when there is no block', undefined, { ports: [{ port: 8080 }] }, 'http://web-canary.shop:8080'],
    ['80 without any port', {}, undefined, 'http://web-canary.shop:80'],
    ['80 without a block or any port', undefined, {}, 'http://web-canary.shop:80'],
  ];
  for (const [what, service, spec, url] of copied) {
    it(`of a core Service has ${what}`, () => {
      const canary: Canary = {
        ...web,
        spec: { targetRef: { apiVersion: 'core/v1', kind: 'Service', name: 'web' }, ...(service && { service }) },
      };
      assert.equal(canaryUrl(canary, { ...(spec && { spec }) }), url);
    });
  }

  const containers = (...ports: { name?: string; containerPort: number }[]): Target['spec'] => ({
    template: { spec: { containers: [{}, { ports }] } },
  });
  const headless: [what: string, targetPort: unknown, spec: Target['spec'], port: number][] = [
    [
      'the port with the name',
      'web',
      containers({ name: 'metrics', containerPort: 9 }, { name: 'web', containerPort: 8 }),
      8,
    ],
    ['the number, whatever its containers name', 8, containers({ name: 'web', containerPort: 9 }), 8],
    ['the port of the block, when it says no other', undefined, containers({ containerPort: 9 }), 80],
    ['the port of the block, when no container has that name', 'web', containers({ containerPort: 9 }), 80],
    ['the port of the block, when there are no containers', 'web', { template: { spec: {} } }, 80],
    ['the port of the block, when there is no pod', 'web', { template: {} }, 80],
    ['the port of the block, when there is no template', 'web', {}, 80],
    ['the port of the block, when nothing is said', 'web', undefined, 80],
  ];
  for (const [what, targetPort, spec, port] of headless) {
    it(`of a headless Deployment has ${what}`, () => {
      const canary: Canary = {
        ...web,
        spec: { targetRef: { kind: 'Deployment', name: 'web' }, service: { port: 80, targetPort, headless: true } },
      };
      assert.equal(canaryUrl(canary, { ...(spec && { spec }) }), `http://web-canary.shop:${port}`);
    });
  }

  it('of a core Service that is not there is by the block', () => {
    const targetRef = { apiVersion: 'core/v1', kind: 'Service', name: 'web' };
    assert.equal(
      canaryUrl({ ...web, spec: { targetRef, service: { port: 81 } } }, undefined),
      'http://web-canary.shop:81',
    );
  });

  it('takes an empty service.name for none, as Flagger does', () => {
    const canary: Canary = {
      ...web,
      spec: { targetRef: { kind: 'Deployment', name: 'web' }, service: { name: '', port: 1 } },
    };
    assert.equal(canaryUrl(canary, undefined), 'http://web-canary.shop:1');
  });
});

describe('The labels by which a Service of the canary selects pods', () => {
  for (const name of Object.keys(serviceScenes)) {
    it(`are Flagger's, of the canary and of the primary: ${name}`, () => {
      const { target, service, primary }: Fixture = JSON.parse(read(`test/fixtures/services/${name}.json`));
      if (target.kind === 'Service') return assert.deepEqual(podSelectors(target), []);
      assert.deepEqual(podSelectors(target), [at(service, 'spec', 'selector'), at(primary, 'spec', 'selector')]);
    });
  }

  const rows: [what: string, selector: unknown, expected: Record<string, string>[]][] = [
    ['a core Service: all together', { app: 'web', track: 'new' }, [{ app: 'web', track: 'new' }]],
    ['a core Service without a selector: none', {}, []],
    ['no selector at all: none', undefined, []],
    [
      'a Deployment with name and app: app comes first',
      { matchLabels: { name: 'n', app: 'a' } },
      [{ app: 'a' }, { app: 'a-primary' }],
    ],
    [
      'a core Service that selects by a label with a strange name: all together',
      { app: 'web', matchLabels: 'new' },
      [{ app: 'web', matchLabels: 'new' }],
    ],
    [
      'a Deployment with a name and a label of its own: the name',
      { matchLabels: { tier: 't', name: 'n' } },
      [{ name: 'n' }, { name: 'n-primary' }],
    ],
    [
      'a Deployment with none of Flagger’s usual: any of them',
      { matchLabels: { service: 's', tier: 't' } },
      [{ service: 's' }, { service: 's-primary' }, { tier: 't' }, { tier: 't-primary' }],
    ],
    ['a Deployment without labels: none', { matchLabels: {} }, []],
    ['what is no label: none', { matchLabels: { app: 1 } }, []],
  ];
  for (const [what, selector, expected] of rows) {
    it(`are of ${what}`, () => {
      const spec = selector === undefined ? {} : { selector: selector as Record<string, string> };
      assert.deepEqual(podSelectors({ spec }), expected);
    });
  }

  it('are none where there is no target, or nothing in it', () => {
    assert.deepEqual(podSelectors(undefined), []);
    assert.deepEqual(podSelectors({}), []);
  });
});
