import assert from 'node:assert/strict';
import type { Canary } from '../../../../function/api/canary.ts';
import type { Spec } from '../../../../function/api/e2espec.ts';
import { label } from '../../../../function/api/labels.ts';
import { jobFor, mayHaveUrl, type Wanted } from '../../../../function/cli/run/job.ts';

const canary: Canary = {
  metadata: { name: 'podinfo', namespace: 'shop', uid: 'c1' },
  spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, service: { port: 9898 } },
};

function made(
  spec: Partial<Spec> = {},
  wanted: Wanted = {},
  of: { canary?: Canary; uid?: string; name?: string } = {},
) {
  const { name = 'podinfo', uid } = of;
  const metadata = { name, namespace: 'shop', ...(uid !== undefined && { uid }) };
  const e2eSpec = { metadata, spec: { image: 'busybox', ...spec } };
  return jobFor({ e2eSpec, canary: of.canary, target: undefined }, wanted, '0a1b2c3d');
}

function containerOf(job: ReturnType<typeof made>) {
  const container = job.spec?.template.spec?.containers.find(({ name }) => name === 'e2e');
  return container ?? assert.fail('there is no container of the test');
}

const variablesOf = (job: ReturnType<typeof made>) =>
  Object.fromEntries((containerOf(job).env ?? []).map(({ name, value }) => [name, value]));

describe('The Job of the command line', () => {
  it('has a name of its own each time', () => {
    assert.equal(made().metadata?.name, 'e2e-podinfo-cli-0a1b2c3d');
    const { metadata } = jobFor(
      {
        e2eSpec: { metadata: { name: 'podinfo', namespace: 'shop' }, spec: { image: 'a' } },
        canary: undefined,
        target: undefined,
      },
      {},
    );
    assert.match(metadata?.name ?? '', /^e2e-podinfo-cli-[0-9a-f]{8}$/);
  });

  for (const name of ['a'.repeat(200), `${'a'.repeat(49)}-b`, `${'a.'.repeat(30)}b`]) {
    it(`has a name that is a label as well, of ${name}`, () => {
      const job = made({}, {}, { name });
      const own = job.metadata?.name ?? '';
      assert.ok(own.length <= 63, own);
      assert.match(own, /^e2e-[a-z0-9.-]*[a-z0-9]-0a1b2c3d$/);
    });
  }

  it('may have CANARY_URL of a Secret, which is not looked at', () => {
    assert.ok(mayHaveUrl(made({ envFrom: [{ secretRef: { name: 'urls' } }] })));
  });

  it('has none of the labels and annotations by which a verifier knows its own', () => {
    const { metadata, spec } = made({
      jobTemplate: { metadata: { labels: { team: 'a' } } },
      podTemplate: { metadata: { labels: { app: 'e2e' } } },
    });
    const pod = spec?.template.metadata?.labels;
    assert.deepEqual([metadata?.labels?.['team'], pod?.['app']], ['a', 'e2e']);
    for (const labels of [metadata?.labels, pod]) {
      assert.equal(labels?.[label.managedBy], undefined);
      assert.equal(labels?.['app.kubernetes.io/managed-by'], 'e2e-verifier-cli');
    }
    assert.deepEqual(metadata?.annotations, { 'remarkable.com/e2espec': 'podinfo' });
  });

  it('is owned by the E2ESpec that is applied, and by nothing where none is', () => {
    const [owner] = made({}, {}, { uid: 's1' }).metadata?.ownerReferences ?? [];
    assert.deepEqual(owner, { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', name: 'podinfo', uid: 's1' });
    assert.equal(made().metadata?.ownerReferences, undefined);
  });

  it('goes five minutes after its end, whatever the E2ESpec keeps', () => {
    assert.equal(made({ ttlSecondsAfterFinished: 86_400 }).spec?.ttlSecondsAfterFinished, 300);
  });

  const urls: [title: string, url: string | undefined, spec: Partial<Spec>, wanted: Wanted, of: { canary?: Canary }][] =
    [
      ['none without a Canary', undefined, {}, {}, {}],
      ['the live address where there is a Canary', 'http://podinfo.shop:9898', {}, {}, { canary }],
      [
        "the E2ESpec's own before that",
        'https://own',
        { env: [{ name: 'CANARY_URL', value: 'https://own' }] },
        {},
        { canary },
      ],
      [
        "the command line's before all",
        'http://given',
        { env: [{ name: 'CANARY_URL', value: 'https://own' }] },
        { url: 'http://given' },
        { canary },
      ],
    ];
  for (const [title, url, spec, wanted, of] of urls) {
    it(`tests ${title}`, () => {
      const job = made(spec, wanted, of);
      assert.deepEqual([variablesOf(job)['CANARY_URL'], mayHaveUrl(job)], [url, url !== undefined]);
    });
  }

  it('may have variables of the E2ESpec refer to the address', () => {
    const names = (
      containerOf(made({ env: [{ name: 'A', value: '$(CANARY_URL)' }] }, { url: 'http://given' })).env ?? []
    ).map(({ name }) => name);
    assert.ok(names.indexOf('CANARY_URL') < names.indexOf('A'), names.join(' '));
  });

  it('says who asked, whatever the E2ESpec says', () => {
    assert.equal(variablesOf(made({ env: [{ name: 'E2E_TRIGGER', value: 'rollout' }] }))['E2E_TRIGGER'], 'cli');
  });

  it('has the image and the variables of the command line', () => {
    const job = made({ env: [{ name: 'A', value: '1' }] }, { image: 'other', variables: [{ name: 'A', value: '2' }] });
    assert.deepEqual([containerOf(job).image, variablesOf(job)['A']], ['other', '2']);
  });

  it('is refused for what a gate is refused for', () => {
    assert.throws(
      () => made({ activeDeadlineSeconds: 12, podTemplate: { spec: { terminationGracePeriodSeconds: 30 } } }),
      /leaves the test 0 s/,
    );
  });
});
