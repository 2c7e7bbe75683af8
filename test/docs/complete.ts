// One E2ESpec with every field that has a bound, each at a value that the API server takes.
export const complete = {
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  metadata: { name: 'shop' },
  spec: {
    image: 'busybox:1.36',
    imagePullPolicy: 'Always',
    command: ['sh'],
    args: ['-c'],
    env: [
      { name: 'PLAIN', value: '' },
      { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'a.b', key: '.k_1' } } },
      { name: 'CONFIG', valueFrom: { configMapKeyRef: { name: 'a', key: 'k', optional: true } } },
      { name: 'FIELD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
      {
        name: 'cpu.limit',
        valueFrom: { resourceFieldRef: { containerName: 'e2e', resource: 'limits.cpu', divisor: 1 } },
      },
    ],
    envFrom: [{ prefix: '', secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }],
    secrets: [{ name: 's', mountPath: '/s' }],
    configMaps: [{ name: 'c', mountPath: '/c/d' }],
    imagePullSecrets: [{ name: 'registry' }],
    serviceAccountName: 'e2e',
    resources: {
      requests: { cpu: '100m', memory: 1024 },
      limits: { cpu: '1.5' },
      claims: [{ name: 'gpu', request: 'r' }],
    },
    backoffLimit: 10,
    activeDeadlineSeconds: 10,
    ttlSecondsAfterFinished: 300,
    inconclusiveRetries: 0,
    onInconclusive: 'Hold',
    podTemplate: { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } }, spec: { anything: [{ goes: true }] } },
    jobTemplate: { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } } },
  },
  status: {
    lastRun: { verdict: 'Passed', reason: 'Completed', canary: 'shop', checksum: '85d557f47b', duration: '42s' },
    runs: [
      {
        canary: 'shop',
        checksum: '85d557f47b',
        rollout: '2026-01-02T03:04:05Z',
        hook: '',
        verdict: 'Passed',
        counts: { total: 3, passed: 3, failed: 0, skipped: 0 },
      },
    ],
  },
};
