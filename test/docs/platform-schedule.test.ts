/**
 * How the suites of examples/platform are run by the clock, and where their metrics go.
 */
import assert from 'node:assert/strict';
import { at, parse, read } from '../support/documents.ts';
import { kustomized, namespaceOf, suiteNames } from '../support/platform/suites.ts';

const objects = kustomized();
const inNamespace = (namespace: string, kind: string, name?: string) =>
  objects.filter(
    (each) =>
      each.kind === kind &&
      each.metadata.namespace === namespace &&
      (name === undefined || each.metadata.name === name),
  );
const bridge = 'e2e-platform';

describe('The CronJobs of examples/platform', () => {
  for (const suite of suiteNames) {
    const namespace = namespaceOf(suite);
    const only = (kind: string, name?: string) => {
      const [found, ...others] = inNamespace(namespace, kind, name);
      assert.ok(found);
      assert.deepEqual(others, []);
      return found;
    };
    const job = () => at(only('CronJob'), 'spec', 'jobTemplate', 'spec');
    const pod = () => at(job(), 'template', 'spec');

    it(`run ${suite}, and no second time at once`, () => {
      const args = at(pod(), 'containers', 0, 'args');
      const asked = ['run', suite, '-n', '$(POD_NAMESPACE)', '--record', '--id', '$(JOB_NAME)'];
      assert.deepEqual(args, ['/app/cli.cjs', ...asked]);
      assert.equal(at(only('CronJob'), 'spec', 'concurrencyPolicy'), 'Forbid');
    });

    it(`may have ${suite} run, and nothing else`, () => {
      const account = at(pod(), 'serviceAccountName');
      const bindings = objects.filter(
        ({ kind, ...each }) =>
          kind.endsWith('RoleBinding') &&
          ((at(each, 'subjects') ?? []) as { name: string; namespace: string }[]).some(
            (subject) => subject.name === account && subject.namespace === namespace,
          ),
      );
      assert.deepEqual(
        bindings.map((each) => at(each, 'roleRef', 'name')),
        [account],
      );
      const rules = only('Role', String(account))['rules'];
      const run = { apiGroups: ['remarkable.com'], resources: ['e2especs/run'], resourceNames: [suite] };
      assert.deepEqual(rules, [{ ...run, verbs: ['create'] }]);
    });

    it(`wait for ${suite} longer than it may take, and less than until it is stale`, () => {
      const spec = only('E2ESpec')['spec'] as Record<string, number>;
      const [deadline = 0, retries = 0, stale = 0] = [
        spec['activeDeadlineSeconds'],
        spec['inconclusiveRetries'],
        spec['staleAfterSeconds'],
      ];
      const wait = Number(at(job(), 'activeDeadlineSeconds'));
      assert.ok(wait > (retries + 1) * (deadline + 60), `${wait} s`);
      assert.ok(wait + 300 < stale, `${wait} s`);
    });

    it(`have somebody told of two failures of ${suite} in a row`, () => {
      assert.equal(only('E2ESpec').metadata.labels?.['remarkable.com/alert-after-failures'], '2');
    });
  }

  it('come every five minutes, no more than two of them in the same', () => {
    const minutes = suiteNames.map((suite) => {
      const [cronJob] = inNamespace(namespaceOf(suite), 'CronJob');
      const schedule = String(at(cronJob, 'spec', 'schedule'));
      const [, first = '0'] = /^(?:\*|([1-4])-59)\/5 \* \* \* \*$/.exec(schedule) ?? assert.fail(schedule);
      return Number(first);
    });
    const times = [0, 1, 2, 3, 4].map((minute) => minutes.filter((each) => each === minute).length);
    assert.deepEqual(times, [2, 2, 2, 2, 2]);
  });

  it('do what examples/periodic does', () => {
    const podOf = (file: string) => {
      const text = read(file)
        .replaceAll('shop-smoke-runner', 'runner')
        .replaceAll(/\bshop-smoke\b/g, 'SUITE');
      const cronJob = parse(text).find((each) => at(each, 'kind') === 'CronJob');
      const template = at(cronJob, 'spec', 'jobTemplate', 'spec', 'template', 'spec') as object;
      const failures = at(cronJob, 'spec', 'jobTemplate', 'spec', 'podFailurePolicy');
      return { ...template, serviceAccountName: '', failures };
    };
    assert.deepEqual(podOf('examples/platform/cronjob/cronjob.yaml'), podOf('examples/periodic/periodic.yaml'));
  });
});

describe('The bridge of examples/platform', () => {
  const [service] = inNamespace(bridge, 'Service');
  const [deployment] = inNamespace(bridge, 'Deployment');
  const container = at(deployment, 'spec', 'template', 'spec', 'containers', 0);

  it('is where the settings say', () => {
    const settings = read('examples/platform/specs/settings.env');
    assert.ok(settings.includes(`\nSTATSD_HOST=${service?.metadata.name}.${bridge}\n`));
    const [statsd] = (at(service, 'spec', 'ports') as { name: string; port: number; protocol: string }[]).filter(
      ({ name }) => name === 'statsd',
    );
    assert.equal(statsd?.protocol, 'UDP');
    assert.ok(settings.includes(`\nSTATSD_PORT=${statsd?.port}\n`));
  });

  it('hears the suites, by a policy that names each of their namespaces', () => {
    const [policy] = inNamespace(bridge, 'NetworkPolicy');
    const from = ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchExpressions', 0, 'values'];
    assert.deepEqual(at(policy, ...from), suiteNames.map(namespaceOf));
  });

  it('has its mapping mounted where it looks for it, under a name that changes with the content', () => {
    const [configMap] = inNamespace(bridge, 'ConfigMap');
    assert.deepEqual(Object.keys((configMap?.['data'] ?? {}) as object), ['mapping.yml']);
    assert.equal(
      at(deployment, 'spec', 'template', 'spec', 'volumes', 0, 'configMap', 'name'),
      configMap?.metadata.name,
    );
    const mounted = at(container, 'volumeMounts', 0, 'mountPath');
    assert.ok((at(container, 'args') as string[]).includes(`--statsd.mapping-config=${mounted}/mapping.yml`));
  });
});
