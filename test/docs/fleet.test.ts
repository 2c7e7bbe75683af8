// examples/fleet/: what kustomize makes of it, and of what a team changes in it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Canary } from '../../function/api/canary.ts';
import type { Spec } from '../../function/api/e2espec.ts';
import { lint } from '../../function/lint/lint.ts';
import { at, isKustomization, type Resource, read, resources, yamlFiles } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { writeFleet } from '../support/fleet.ts';
import {
  kustomize,
  lintRendered,
  name,
  namesOf,
  ofKind,
  problems,
  rendered,
  renderedText,
  skipWithoutKubectl,
} from './fleet.ts';

describe('examples/fleet', function () {
  this.timeout(30_000);
  let objects: Resource[];
  let kubernetes: EmbeddedKubernetes;
  let folder: string;

  before(async function () {
    skipWithoutKubectl(this);
    objects = rendered('examples/fleet');
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
  });
  after(() => kubernetes?.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const edit = (file: string, change: (text: string) => string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    assert.notEqual(change(text), text);
    writeFileSync(path, change(text));
  };

  it('renders to a namespace that is open to the verifier, and for each service its objects and its E2ESpec', () => {
    const ofServices = ['cart', 'search'].flatMap((service) =>
      ['Deployment', 'Canary', 'E2ESpec'].map((kind) => `${kind} shop ${service}`),
    );
    assert.deepEqual(
      objects.map(name).sort(),
      [...ofServices, 'Namespace shop', 'RoleBinding shop e2e-verifier'].sort(),
    );
  });

  it('binds the Role to the account of the verifier, in whichever namespace the binding is', () => {
    const [binding] = ofKind(objects, 'RoleBinding');
    assert.deepEqual(at(binding, 'subjects'), [{ kind: 'ServiceAccount', name: 'e2e-verifier', namespace: 'default' }]);
    const [role] = resources(read('knative/base/rbac.yaml')).filter(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'e2e-verifier',
    );
    assert.ok(role);
    assert.equal(at(binding, 'roleRef', 'name'), role.metadata.name);
  });

  it('is what the API server takes, with no unknown field', async () => {
    for (const object of [...objects, ...resources(read('examples/fleet/tenant.yaml'))]) {
      assert.deepEqual(problems(object), [], name(object));
      assert.ok((await kubernetes.apply(object)).metadata.uid, name(object));
    }
  });

  it('is linted as docs/fleet.md shows it', () => {
    const [, shown] =
      /```console\n\$ kubectl kustomize examples\/fleet \| kubectl e2e lint -\n([\s\S]*?)```/.exec(
        read('docs/fleet.md'),
      ) ?? [];
    const { status, stdout } = lintRendered(renderedText('examples/fleet'));
    assert.equal(stdout, shown);
    assert.equal(status, 0);
  });

  it('has no file that is not rendered, but the one for tenants', () => {
    const files = yamlFiles('examples/fleet').filter((file) => !isKustomization(file));
    const shared = ['base/e2espec.yaml', 'namespace/namespace.yaml', 'tenant.yaml'];
    const ofServices = ['cart', 'search'].flatMap((service) => [
      `shop/${service}/canary.yaml`,
      `shop/${service}/e2espec.yaml`,
    ]);
    assert.deepEqual(files, [...shared, ...ofServices].map((file) => `examples/fleet/${file}`).sort());
  });

  it('lets the services of it run under Pod Security restricted, and their tests', () => {
    const [namespace] = ofKind(objects, 'Namespace');
    assert.equal(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
    const pods = [
      ...ofKind(objects, 'Deployment').map((each) => at(each, 'spec', 'template', 'spec')),
      ...ofKind(objects, 'E2ESpec').map((each) => at(each, 'spec', 'podTemplate', 'spec')),
    ];
    assert.equal(pods.length, 4);
    for (const pod of pods) {
      assert.equal(at(pod, 'securityContext', 'runAsNonRoot'), true);
      assert.deepEqual(at(pod, 'securityContext', 'seccompProfile'), { type: 'RuntimeDefault' });
      assert.deepEqual(at(pod, 'containers', 0, 'securityContext'), {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('gives an E2ESpec the name and the image of its service, and all the rest from one place', () => {
    const [cart, search] = ofKind(objects, 'E2ESpec');
    assert.ok(cart);
    const { image, command, ...rest } = cart['spec'] as Spec;
    assert.deepEqual([image, command?.[0]], ['busybox:1.36', 'sh']);
    const [base] = resources(read('examples/fleet/base/e2espec.yaml'));
    assert.deepEqual(rest, base?.['spec']);
    assert.deepEqual(at(search, 'spec', 'podTemplate'), at(base, 'spec', 'podTemplate'));
  });

  it('says in e2espec.yaml of a service four lines, which overrule what all have in common', () => {
    writeFleet(folder, { namespaces: 1, services: 1 });
    const file = 'team-1/team-1-service-1/e2espec.yaml';
    assert.equal(readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean).length, 4);
    edit(file, (text) => text.replace('spec: { ', 'spec: { activeDeadlineSeconds: 60, '));
    const [spec] = ofKind(rendered(folder), 'E2ESpec');
    assert.equal(at(spec, 'spec', 'activeDeadlineSeconds'), 60);
    assert.equal(at(spec, 'spec', 'inconclusiveRetries'), 2);
  });

  it('asks often enough to outlast the longest test, by a number that stands in one place', () => {
    const [spec] = ofKind(objects, 'E2ESpec');
    const found = (canary: Resource) =>
      lint(canary as unknown as Canary, { specOf: () => spec?.['spec'] as Spec, retryAfterSeconds: 10 });
    for (const canary of ofKind(objects, 'Canary')) assert.deepEqual(found(canary), []);
    writeFleet(folder, { namespaces: 1, services: 2 });
    edit('wiring/kustomization.yaml', (text) => text.replace('retries: 120', 'retries: 30'));
    const { status, stdout } = lintRendered(renderedText(folder));
    assert.equal(status, 1);
    assert.equal(stdout.match(/retries: 30 ends the waiting before the run can end.* Use 119 or more/g)?.length, 2);
    edit('wiring/kustomization.yaml', (text) => text.replace('retries: 30', 'retries: 119'));
    assert.equal(lintRendered(renderedText(folder)).status, 0);
  });

  describe('with webhooks', () => {
    const canary = 'team-1/team-1-service-1/canary.yaml';
    beforeEach(() => {
      writeFleet(folder, { namespaces: 1, services: 1 });
    });

    it('of a team keeps them, and adds its own', () => {
      const own = 'webhooks: [{ name: load, type: rollout, url: http://load.test/ }]';
      edit(canary, (text) => text.replace('    webhooks: []', `    ${own}`));
      const [wired] = ofKind(rendered(folder), 'Canary');
      assert.deepEqual(namesOf(wired), ['load', 'e2e-preflight', 'e2e', 'e2e-failed', 'e2e-close']);
    });

    it('missing in a Canary renders nothing at all, rather than a Canary without a gate', () => {
      edit(canary, (text) => text.replace('    webhooks: []\n', ''));
      const { status, stdout, stderr } = kustomize(folder);
      assert.notEqual(status, 0);
      assert.equal(stdout, '');
      assert.match(stderr, /\/spec\/analysis\/webhooks\/-/);
    });
  });

  it('without an image in e2espec.yaml is refused by the API server', async () => {
    writeFleet(folder, { namespaces: 1, services: 1, prefix: 'bare' });
    edit('bare-1/bare-1-service-1/e2espec.yaml', (text) => text.replace('image: busybox:1.36, ', ''));
    const specs = ofKind(rendered(folder), 'E2ESpec');
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bare-1' } });
    for (const spec of specs) await assert.rejects(kubernetes.apply(spec), /spec\.image: Required value/);
    assert.equal(specs.length, 1);
  });
});
