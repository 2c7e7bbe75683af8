/**
 * What a pod of the embedded node waits for, sees and says.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { field, job, jobsIn, shell, terminated, until, waiting } from './harness.ts';

describe('a pod on the embedded Kubernetes', function () {
  this.timeout(10_000);
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let jobs: ReturnType<typeof jobsIn>;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ speed: 5, unpullable: ['quay.io/missing/test:1'] });
    namespace = await kubernetes.namespace();
    jobs = jobsIn(kubernetes, namespace);
  });
  after(() => kubernetes.stop());
  const create = (name: string, container: object, spec = {}, pod = {}) =>
    kubernetes.apply(job(namespace, name, container, spec, pod));
  const waitsFor = (name: string, reason: string) =>
    until(reason, async () => {
      const pod = await jobs.pod(name);
      return field(waiting(pod), 'reason') === reason && pod;
    });
  const put = (kind: string, name: string, data: Record<string, string>) =>
    kubernetes.apply({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace },
      [kind === 'Secret' ? 'stringData' : 'data']: data,
    });

  const images: [string, string, object, string, RegExp][] = [
    [
      'malformed',
      'Busy::Box',
      {},
      'InvalidImageName',
      /Failed to apply default image tag "Busy::Box": couldn't parse image name/,
    ],
    ['unknown-host', 'registry.invalid/a:1', {}, 'ErrImagePull', /lookup registry\.invalid: no such host/],
    ['unpullable', 'quay.io/missing/test:1', {}, 'ErrImagePull', /quay\.io\/missing\/test:1/],
    [
      'never',
      'never/pulled:1',
      { imagePullPolicy: 'Never' },
      'ErrImageNeverPull',
      /is not present with pull policy of Never/,
    ],
  ];
  for (const [name, image, extra, reason, message] of images) {
    it(`with image ${image} (${name}) waits with ${reason}`, async () => {
      await create(name, { image, command: ['true'], ...extra });
      const pod = await waitsFor(name, reason);
      assert.match(String(field(waiting(pod), 'message')), message);
      assert.equal(field(pod, 'status', 'phase'), 'Pending');
      assert.ok((await jobs.events(pod.metadata.uid)).includes(`Warning Failed Error: ${reason}`));
    });
  }

  it('whose image cannot be pulled alternates between ErrImagePull and ImagePullBackOff', async () => {
    await create('alternates', { image: 'registry.invalid/b:1', command: ['true'] });
    await waitsFor('alternates', 'ErrImagePull');
    const pod = await waitsFor('alternates', 'ImagePullBackOff');
    assert.match(
      String(field(waiting(pod), 'message')),
      /^Back-off pulling image "registry.invalid\/b:1": ErrImagePull: /,
    );
    await waitsFor('alternates', 'ErrImagePull');
    const events = await jobs.events(pod.metadata.uid);
    assert.ok(events.includes('Normal BackOff Back-off pulling image "registry.invalid/b:1"'));
  });

  const configurations: [string, object, (namespace: string) => string][] = [
    [
      'secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'gone', key: 'k' } } }] },
      () => 'secret "gone" not found',
    ],
    [
      'configmap',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'gone', key: 'k' } } }] },
      () => 'configmap "gone" not found',
    ],
    ['all-of-secret', { envFrom: [{ secretRef: { name: 'gone' } }] }, () => 'secret "gone" not found'],
    [
      'key',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'there', key: 'k' } } }] },
      (ns) => `couldn't find key k in Secret ${ns}/there`,
    ],
  ];
  for (const [name, container, message] of configurations) {
    it(`with a missing ${name} waits with CreateContainerConfigError and the kubelet's words`, async () => {
      await put('Secret', 'there', { other: 'x' });
      await create(`missing-${name}`, { ...shell('exit 0'), ...container });
      const pod = await waitsFor(`missing-${name}`, 'CreateContainerConfigError');
      assert.equal(field(waiting(pod), 'message'), message(namespace));
    });
  }

  it('gets on once the missing Secret is there', async () => {
    await create('heals', {
      ...shell('test "$A" = b'),
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'late', key: 'k' } } }],
    });
    await waitsFor('heals', 'CreateContainerConfigError');
    await put('Secret', 'late', { k: 'b' });
    assert.equal(field(await jobs.finished('heals'), 'status', 'succeeded'), 1);
  });

  it('with a missing Secret volume stays at ContainerCreating, with FailedMount events', async () => {
    const volumes = [{ name: 'v', secret: { secretName: 'gone' } }];
    await create('unmounted', { ...shell('exit 0'), volumeMounts: [{ name: 'v', mountPath: '/v' }] }, {}, { volumes });
    const wanted = 'Warning FailedMount MountVolume.SetUp failed for volume "v" : secret "gone" not found';
    const pod = await until('FailedMount', async () => {
      const found = await jobs.pod('unmounted');
      return (await jobs.events(found.metadata.uid)).includes(wanted) && jobs.pod('unmounted');
    });
    assert.equal(field(waiting(pod), 'reason'), 'ContainerCreating');
  });

  it('sees its Secrets and ConfigMaps as files, variables and expansions', async () => {
    await put('Secret', 'credentials', { token: 's3cret' });
    await put('ConfigMap', 'settings', { color: 'blue', size: 'large' });
    const script =
      'echo "$TOKEN $color $P_size $GREETING $NAME $ESCAPED $(cat /etc/credentials/token) $(cat /etc/settings/hue)"; exit 1';
    await create(
      'sees',
      {
        ...shell(script.replaceAll('$(', '$$(')),
        env: [
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'credentials', key: 'token' } } },
          { name: 'GREETING', value: 'hello-$(TOKEN)-$(UNKNOWN)' },
          { name: 'ESCAPED', value: '$$(TOKEN)' },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        ],
        envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'P_', configMapRef: { name: 'settings' } }],
        volumeMounts: [
          { name: 'credentials', mountPath: '/etc/credentials', readOnly: true },
          { name: 'settings', mountPath: '/etc/settings' },
        ],
      },
      {},
      {
        volumes: [
          { name: 'credentials', secret: { secretName: 'credentials' } },
          { name: 'settings', configMap: { name: 'settings', items: [{ key: 'color', path: 'hue' }] } },
        ],
      },
    );
    await jobs.finished('sees');
    const words = `s3cret blue large hello-s3cret-$(UNKNOWN) ${namespace} $(TOKEN) s3cret blue\n`;
    assert.equal(field(terminated(await jobs.pod('sees')), 'message'), words);
  });

  it('has no variables but its own and PATH', async () => {
    await create('bare', {
      ...shell('env | grep -v -e ^PATH= -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=; exit 1'),
      env: [{ name: 'MINE', value: '1' }],
    });
    await jobs.finished('bare');
    assert.equal(field(terminated(await jobs.pod('bare')), 'message'), 'MINE=1\n');
  });

  it('runs init containers in order, beside its sidecars, which end with it', async () => {
    const share = { volumeMounts: [{ name: 's', mountPath: '/share' }], image: 'busybox:1' };
    await create(
      'ordered',
      { ...shell('cat /share/log; exit 1'), ...share },
      {},
      {
        terminationGracePeriodSeconds: 1,
        volumes: [{ name: 's', emptyDir: {} }],
        initContainers: [
          { name: 'first', ...share, command: ['sh', '-c', 'echo first > /share/log'] },
          {
            name: 'proxy',
            ...share,
            restartPolicy: 'Always',
            command: ['sh', '-c', 'echo proxy >> /share/log; sleep 300'],
          },
          { name: 'last', ...share, command: ['sh', '-c', 'sleep 0.2; echo last >> /share/log'] },
        ],
      },
    );
    await jobs.finished('ordered');
    const pod = await jobs.pod('ordered');
    assert.equal(field(terminated(pod), 'message'), 'first\nproxy\nlast\n');
    assert.equal(field(pod, 'status', 'initContainerStatuses', 1, 'state', 'terminated', 'exitCode'), 137);
  });

  it('whose init container fails never starts its test', async () => {
    const initContainers = [{ name: 'first', image: 'busybox:1', command: ['sh', '-c', 'exit 4'] }];
    await create('uninitialized', shell('exit 0'), {}, { initContainers });
    await jobs.finished('uninitialized');
    const pod = await jobs.pod('uninitialized');
    assert.equal(field(pod, 'status', 'phase'), 'Failed');
    assert.equal(field(waiting(pod), 'reason'), 'PodInitializing');
    assert.equal(field(pod, 'status', 'initContainerStatuses', 0, 'state', 'terminated', 'exitCode'), 4);
  });

  it('that no node can take is Unschedulable, and says why', async () => {
    await create('nowhere', shell('exit 0'), {}, { nodeSelector: { disk: 'fast' } });
    const condition = await until('PodScheduled', async () =>
      field(await jobs.pod('nowhere'), 'status', 'conditions', 0),
    );
    assert.deepEqual(
      [field(condition, 'type'), field(condition, 'status'), field(condition, 'reason')],
      ['PodScheduled', 'False', 'Unschedulable'],
    );
    assert.match(
      String(field(condition, 'message')),
      /^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector/,
    );
  });

  it('without its ServiceAccount is not made, until the account appears', async () => {
    const created = await create('accountless', shell('exit 0'), {}, { serviceAccountName: 'robot' });
    const wanted = `Warning FailedCreate Error creating: pods "accountless-" is forbidden: error looking up service account ${namespace}/robot: serviceaccount "robot" not found`;
    await until('FailedCreate', async () => (await jobs.events(created.metadata.uid)).includes(wanted));
    assert.equal((await jobs.pods('accountless')).length, 0);
    await kubernetes.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } });
    assert.equal(field(await jobs.finished('accountless'), 'status', 'succeeded'), 1);
  });

  it('beyond a quota is not made, and the event counts', async () => {
    const full = await kubernetes.namespace();
    await kubernetes.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace: full },
      spec: { hard: { pods: '0' } },
    });
    const created = await kubernetes.apply(job(full, 'over', shell('exit 0')));
    const [event] = await until('FailedCreate', async () => {
      const found = await jobsIn(kubernetes, full).events(created.metadata.uid);
      return found.length > 0 && found;
    });
    assert.match(
      String(event),
      /^Warning FailedCreate Error creating: pods "over-\w{5}" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0$/,
    );
  });

  it('ignores SIGTERM as PID 1 without a handler does, and is killed after its grace', async () => {
    await create('deaf', shell('sleep 300'), {}, { terminationGracePeriodSeconds: 2 });
    const pod = await until('a running pod', async () => {
      const found = await jobs.pod('deaf');
      return field(found, 'status', 'phase') === 'Running' && found;
    });
    const key = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.metadata.name ?? '' };
    const before = kubernetes.now().getTime();
    await kubernetes.delete(key);
    const going = await kubernetes.get(key);
    assert.ok(going?.metadata.deletionTimestamp);
    await until('the pod to go', async () => (await kubernetes.get(key)) === undefined);
    assert.ok(kubernetes.now().getTime() - before >= 1900);
  });

  it('of an image without a command runs its entrypoint: nothing here, and exit code 0', async () => {
    await create('entrypoint', { image: 'ghcr.io/example/test:1' });
    assert.equal(field(await jobs.finished('entrypoint'), 'status', 'succeeded'), 1);
  });
});
