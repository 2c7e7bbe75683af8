/**
 * What the test is told of the rollout, and how a run is named.
 */
import assert from 'node:assert/strict';
import { type Row, variable } from './row.ts';
import type { TargetKind } from './targets.ts';

const addresses: Record<TargetKind, (namespace: string) => string> = {
  Deployment: (namespace) => `http://web-canary.${namespace}:8080`,
  DaemonSet: (namespace) => `http://web-canary.${namespace}:8080`,
  Service: (namespace) => `http://web-canary.${namespace}:8080`,
  'Knative Service': (namespace) => `http://web-00002.${namespace}.svc.cluster.local`,
};

const kinds: TargetKind[] = ['Deployment', 'DaemonSet', 'Service', 'Knative Service'];
const long = `a${'-b'.repeat(40)}.c`;

export const variables: Row[] = [
  ...kinds.map((target) => ({
    title: `CANARY_URL of a ${target}`,
    target,
    check: (view: Parameters<Row['check']>[0]) =>
      assert.equal(variable(view, 'CANARY_URL'), addresses[target](view.scene.namespace)),
  })),
  {
    title: 'the rollout’s variables are there without any metadata, those of the event empty',
    check(view) {
      const { canary, namespace, checksum } = view.scene;
      const told = { CANARY_NAME: canary, CANARY_NAMESPACE: namespace, CANARY_PHASE: 'Progressing' };
      for (const [name, value] of Object.entries({ ...told, CANARY_CHECKSUM: checksum })) {
        assert.equal(variable(view, name), value, name);
      }
      for (const name of ['EVENT_MESSAGE', 'EVENT_TYPE', 'EVENT_TIMESTAMP']) assert.equal(variable(view, name), '');
      assert.equal(variable(view, 'E2E_TRIGGER'), 'rollout');
      assert.ok(!view.test.env?.some(({ name }) => name.startsWith('CANARY_METADATA_')));
    },
  },
  {
    title: 'metadata becomes variables, but neither the token nor what steers the verifier; the run has its own name',
    metadata: {
      eventMessage: 'New revision detected: $(CANARY_URL)',
      eventType: 'Normal',
      timestamp: '1640000000000',
      token: 'tok-5up3rs3cr3t',
      e2espec: 'podinfo',
      'region.name-1': 'north $(HOME) $$ $ ✓',
      _x: '',
    },
    check(view) {
      // Each "$" twice, or Kubernetes would replace what looks like a reference.
      assert.equal(variable(view, 'EVENT_MESSAGE'), 'New revision detected: $$(CANARY_URL)');
      assert.equal(variable(view, 'EVENT_TYPE'), 'Normal');
      assert.equal(variable(view, 'EVENT_TIMESTAMP'), '1640000000000');
      const own = view.test.env?.map(({ name }) => name).filter((name) => name.startsWith('CANARY_METADATA_'));
      assert.deepEqual(own, ['CANARY_METADATA_REGION_NAME_1', 'CANARY_METADATA__X']);
      assert.equal(variable(view, 'CANARY_METADATA_REGION_NAME_1'), 'north $$(HOME) $$$$ $$ ✓');
      assert.ok(!JSON.stringify(view.job).includes('tok-5up3rs3cr3t'));
      const { canary, checksum } = view.scene;
      assert.match(view.job.metadata?.name ?? '', new RegExp(`^e2e-${canary}-${checksum}-[0-9a-f]{10}$`));
      assert.match(view.job.metadata?.annotations?.['remarkable.com/hook'] ?? '', /^[0-9a-f]{10}$/);
    },
  },
  {
    title: 'env cannot change what the test believes about the rollout',
    spec: {
      env: [
        { name: 'CANARY_CHECKSUM', value: 'forged' },
        { name: 'EVENT_TYPE', value: 'forged' },
      ],
    },
    check(view) {
      assert.equal(variable(view, 'CANARY_CHECKSUM'), view.scene.checksum);
      assert.equal(variable(view, 'EVENT_TYPE'), '');
    },
  },
  {
    title: 'env alone may say another CANARY_URL, once and in its own place, with references to what stands before it',
    spec: {
      env: [
        { name: 'HOST', value: 'gw.example.com' },
        { name: 'CANARY_URL', value: 'https://$(HOST)/$(CANARY_NAME)' },
        { name: 'HEALTH', value: '$(CANARY_URL)/health' },
      ],
      podTemplate: {
        spec: { containers: [{ name: 'e2e', env: [{ name: 'CANARY_URL', value: 'http://elsewhere' }] }] },
      },
    },
    check(view) {
      assert.equal(variable(view, 'CANARY_URL'), 'https://$(HOST)/$(CANARY_NAME)');
      const names = (view.test.env ?? []).map(({ name }) => name);
      assert.deepEqual(names.slice(-3), ['HOST', 'CANARY_URL', 'HEALTH']);
      assert.equal(variable(view, 'CANARY_NAME'), view.scene.canary);
    },
  },
  {
    title: 'podTemplate cannot change CANARY_URL',
    spec: {
      podTemplate: {
        spec: { containers: [{ name: 'e2e', env: [{ name: 'CANARY_URL', value: 'http://elsewhere' }] }] },
      },
    },
    check: (view) => assert.equal(variable(view, 'CANARY_URL'), addresses.Deployment(view.scene.namespace)),
  },
  {
    title: 'a canary whose name is too long for a Job or a label is named in full in an annotation',
    canary: long,
    check({ job, scene }) {
      const { name = '', labels, annotations } = job.metadata ?? {};
      assert.equal(annotations?.['remarkable.com/canary'], long);
      assert.match(name, new RegExp(`^e2e-a[-b]+-${scene.checksum}-[0-9a-f]{10}$`));
      assert.ok(name.length <= 63 && (labels?.['remarkable.com/canary'] ?? '').length <= 63, name);
      assert.match(labels?.['remarkable.com/canary'] ?? '', /^a[-b]+-[0-9a-f]{10}$/);
    },
  },
];
