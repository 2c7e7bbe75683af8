/**
 * E2ESpecs: good values and wild ones in each field, and anything at all in podTemplate, which the definition lets through.
 */
import fc from 'fast-check';

const name = fc.oneof(fc.constantFrom('db', 'conf', 'e2e', 'a.b'), fc.string({ maxLength: 12 }));
const mount = fc.record({ name, mountPath: fc.oneof(fc.constantFrom('/var/x', '/a/b', '/'), fc.string()) });
const integer = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 10, max: 90_000 }), fc.integer());
const variable = fc.record(
  { name: fc.oneof(fc.constantFrom('A', 'CANARY_URL', 'a b'), fc.string({ maxLength: 9 })), value: fc.string() },
  { requiredKeys: ['name'] },
);
const quantity = fc.oneof(fc.constantFrom('100m', '64Mi', '1', 2, '1e3'), fc.string({ maxLength: 5 }));
const wild = fc.jsonValue({ maxDepth: 3 });

const container = fc.record(
  {
    name: fc.constantFrom('e2e', 'proxy', ''),
    image: fc.oneof(fc.constant('busybox'), wild),
    env: fc.oneof(fc.array(variable, { maxLength: 2 }), wild),
    envFrom: fc.oneof(fc.constant([{ secretRef: { name: 'db' } }]), wild),
    volumeMounts: fc.oneof(fc.constant([{ name: 'scratch', mountPath: '/s' }]), wild),
    command: fc.oneof(fc.array(fc.string(), { maxLength: 3 }), wild),
    resources: wild,
  },
  { requiredKeys: [] },
);
const listOf = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 3 }) }, { weight: 1, arbitrary: wild });

const podSpec = fc.record(
  {
    containers: listOf(fc.oneof({ weight: 5, arbitrary: container }, { weight: 1, arbitrary: wild })),
    initContainers: listOf(fc.oneof({ weight: 5, arbitrary: container }, { weight: 1, arbitrary: wild })),
    volumes: listOf(fc.oneof(fc.constant({ name: 'scratch', emptyDir: {} }), wild)),
    restartPolicy: fc.oneof(fc.constantFrom('Always', 'Never'), wild),
    nodeSelector: fc.oneof(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), wild),
    imagePullSecrets: listOf(fc.record({ name })),
    serviceAccountName: fc.oneof(name, wild),
    automountServiceAccountToken: fc.oneof(fc.boolean(), wild),
    terminationGracePeriodSeconds: fc.oneof(integer, wild),
    hostAliases: wild,
    nonsense: wild,
  },
  { requiredKeys: [] },
);

const labels = fc.dictionary(
  fc.oneof(fc.constantFrom('team', 'app', 'a/b/c'), fc.string({ maxLength: 8 })),
  fc.string({ maxLength: 8 }),
  {
    maxKeys: 3,
  },
);

/** Few fields at a time, so that many a one gets past the definition. */
export function anySpec(): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record(
      {
        imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never', 'Sometimes'),
        command: fc.array(fc.string(), { maxLength: 3 }),
        args: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
        env: fc.uniqueArray(variable, { maxLength: 3, selector: (each) => each.name }),
        envFrom: fc.constantFrom([{ secretRef: { name: 'db' } }], [{ configMapRef: { name: 'c' }, prefix: 'P_' }]),
        secrets: fc.array(mount, { maxLength: 2 }),
        configMaps: fc.array(mount, { maxLength: 1 }),
        imagePullSecrets: fc.array(fc.record({ name }), { maxLength: 1 }),
        serviceAccountName: name,
        resources: fc.record({ requests: fc.record({ cpu: quantity }), limits: fc.record({ memory: quantity }) }),
        backoffLimit: integer,
        activeDeadlineSeconds: integer,
        ttlSecondsAfterFinished: integer,
        inconclusiveRetries: integer,
        onInconclusive: fc.constantFrom('Rollback', 'Hold'),
        podTemplate: fc.record(
          { metadata: fc.record({ labels, annotations: labels }), spec: podSpec },
          { requiredKeys: [] },
        ),
        jobTemplate: fc.record({ metadata: fc.record({ labels, annotations: labels }, { requiredKeys: [] }) }),
      },
      { requiredKeys: ['podTemplate'] },
    )
    .chain((fields) =>
      fc
        .tuple(
          fc.subarray(Object.keys(fields), { maxLength: Math.min(3, Object.keys(fields).length) }),
          fc.constantFrom([], ['podTemplate']),
          fc.oneof(fc.constant('busybox:1.36'), fc.string({ maxLength: 20 })),
        )
        .map(([kept, more, image]) => ({ image, ...only(fields, [...kept, ...more]) })),
    );
}

function only(fields: Record<string, unknown>, kept: string[]): Record<string, unknown> {
  return Object.fromEntries(kept.map((field) => [field, fields[field]]));
}
