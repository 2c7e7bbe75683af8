// Each bound of the E2ESpec definition broken once: refused, by that bound, with the field's name.
import assert from 'node:assert/strict';
import { at } from '../support/documents.ts';
import { complete } from './complete.ts';
import { checker, customResources, type Schema } from './schema.ts';

const resource = customResources('crds/e2especs.yaml')[0];
assert.ok(resource);
const check = checker(resource);

const text = (length: number): string => 'x'.repeat(length);
const times = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));
const keys = (count: number): Record<string, string> => Object.fromEntries(times(count, (index) => [`k${index}`, '1']));
const verdict = ['passed', 'Unknown', ''];
const quantity = ['1 Gi', 'lots', '1,5', text(65)];
const time = ['yesterday', '2026-01-02', '2026-01-02 03:04:05'];

/** [fields, what each of them refuses]; undefined is a field left out. */
const table: [fields: string[], values: unknown[]][] = [
  [['spec', 'spec.image'], [undefined]],
  [['spec.image'], ['', 'bad image', text(1025)]],
  [['spec.imagePullPolicy'], ['always', 'Sometimes']],
  [['spec.command', 'spec.args'], [times(257, () => 'x')]],
  [['spec.command.0', 'spec.args.0'], [text(131_072)]],
  [['spec.env'], [times(257, (index) => ({ name: `N${index}` })), [{ name: 'TWICE' }, { name: 'TWICE' }]]],
  [['spec.env.0.name'], [undefined, '', 'A=B', 'é', 'TAB\t', text(257)]],
  [['spec.env.0.value'], [text(131_072)]],
  [['spec.env.1.valueFrom'], [{}, { fieldRef: { fieldPath: 'a' }, secretKeyRef: { name: 'a', key: 'b' } }]],
  [
    [
      'spec.env.1.valueFrom.secretKeyRef.name',
      'spec.env.2.valueFrom.configMapKeyRef.name',
      'spec.envFrom.0.secretRef.name',
      'spec.envFrom.1.configMapRef.name',
      'spec.secrets.0.name',
      'spec.configMaps.0.name',
      'spec.imagePullSecrets.0.name',
    ],
    [undefined, '', 'Upper', 'a_b', '-a', 'a.', 'a/b', text(254)],
  ],
  [['spec.serviceAccountName'], ['', 'Upper', 'system:admin', text(254)]],
  [
    ['spec.env.1.valueFrom.secretKeyRef.key', 'spec.env.2.valueFrom.configMapKeyRef.key'],
    [undefined, '', 'a/b', text(254)],
  ],
  [['spec.env.3.valueFrom.fieldRef.apiVersion'], [text(65)]],
  [['spec.env.3.valueFrom.fieldRef.fieldPath'], [undefined, '', text(513)]],
  [['spec.env.4.valueFrom.resourceFieldRef.containerName'], [text(64)]],
  [['spec.env.4.valueFrom.resourceFieldRef.resource'], [undefined, '', text(254)]],
  [['spec.env.4.valueFrom.resourceFieldRef.divisor'], quantity],
  [['spec.envFrom'], [times(65, () => ({ secretRef: { name: 'a' } }))]],
  [['spec.envFrom.0'], [{ prefix: 'A_' }, { secretRef: { name: 'a' }, configMapRef: { name: 'a' } }]],
  [['spec.envFrom.0.prefix'], ['A=', text(257)]],
  [
    ['spec.secrets', 'spec.configMaps'],
    [times(65, (index) => ({ name: 'a', mountPath: `/${index}` })), times(2, () => ({ name: 'a', mountPath: '/a' }))],
  ],
  [
    ['spec.secrets.0.mountPath', 'spec.configMaps.0.mountPath'],
    [undefined, '', '/', 'relative', './a', '/a:b', `/${text(1024)}`],
  ],
  [
    ['spec.configMaps.0.items'],
    [
      [],
      times(513, (index) => ({ key: 'a', path: `${index}` })),
      times(2, (index) => ({ key: `${index}`, path: 'a' })),
    ],
  ],
  [['spec.configMaps.0.items.0.key'], [undefined, '', 'a/b', text(254)]],
  [['spec.configMaps.0.items.0.path'], [undefined, '', '/absolute', 'a:b', text(1025)]],
  [['spec.imagePullSecrets'], [times(17, (index) => ({ name: `r${index}` })), times(2, () => ({ name: 'r' }))]],
  [['spec.resources.requests', 'spec.resources.limits'], [keys(33)]],
  [['spec.resources.requests.cpu', 'spec.resources.limits.cpu'], quantity],
  [['spec.resources.claims'], [times(17, (index) => ({ name: `c${index}` })), times(2, () => ({ name: 'c' }))]],
  [['spec.resources.claims.0.name'], [undefined, '', text(254)]],
  [['spec.resources.claims.0.request'], [text(254)]],
  [
    ['spec.backoffLimit', 'spec.inconclusiveRetries'],
    [-1, 11, '1', 0.5],
  ],
  [['spec.activeDeadlineSeconds'], [0, 9, 86_401, '10m']],
  [
    ['spec.ttlSecondsAfterFinished', 'spec.ttlSecondsAfterFailure'],
    [0, 299, 604_801],
  ],
  [['spec.staleAfterSeconds'], [0, 59, 31_536_001]],
  [['spec.onInconclusive'], ['rollback', 'Promote']],
  [['spec.mode'], ['observe', 'Warn']],
  [
    ['podTemplate', 'jobTemplate'].flatMap((template) => [
      `spec.${template}.metadata.labels`,
      `spec.${template}.metadata.annotations`,
    ]),
    [keys(65)],
  ],
  [['spec.podTemplate.metadata.labels.a', 'spec.jobTemplate.metadata.labels.a'], [text(64)]],
  [['spec.podTemplate.metadata.annotations.a', 'spec.jobTemplate.metadata.annotations.a'], [text(65_537)]],
  [['spec.podTemplate.volumes', 'spec.timeoutSeconds', 'spec.podTemplate.metadata.name'], ['unknown']],
  [['spec.jobTemplate.spec', 'spec.jobTemplate.metadata.name'], ['unknown']],
  [['status.lastRun.verdict'], verdict],
  [['status.lastRun.reason', 'status.runs.0.reason'], [text(129)]],
  [['status.lastRun.canary'], [text(254)]],
  [['status.lastRun.checksum', 'status.runs.0.canaryUID', 'status.runs.0.hook', 'status.runs.0.jobUID'], [text(65)]],
  [['status.runs.0.rolloutEnd'], [text(65)]],
  [['status.runs.0.trigger'], ['', 'rollout']],
  [['status.runs.0.id'], [text(254)]],
  [['status.runs.0.eventPending'], ['yes']],
  [['status.runs.0.notificationPending'], [true, 'Running', 'Superseded']],
  [['status.lastRun.duration', 'status.lastRun.attempt'], [text(33)]],
  [['status.lastRun.message', 'status.latest.0.message'], [text(301)]],
  [['status.lastRun.trigger'], ['', 'nobody']],
  [
    ['status.latest'],
    [
      times(101, (index) => ({ ...complete.status.latest[0], hook: `h${index}` })),
      times(2, () => complete.status.latest[0]),
    ],
  ],
  [['status.latest.0.canary'], [undefined, '', text(254)]],
  [['status.latest.0.hook'], [undefined, text(321)]],
  [['status.latest.0.verdict'], [undefined, ...verdict]],
  [
    ['status.latest.0.reason', 'status.conditions.0.reason'],
    [undefined, text(129)],
  ],
  [
    ['status.latest.0.checksum', 'status.latest.0.canaryUID', 'status.conditions.0.type'],
    [undefined, text(65)],
  ],
  [['status.latest.0.trigger'], [undefined, 'nobody']],
  [['status.latest.0.attempt'], [0, 1001]],
  [
    ['status.latest.0.mode', 'status.runs.0.mode'],
    ['observe', 'Warn'],
  ],
  [['status.latest.0.flaky'], [0, 11]],
  [['status.latest.0.consecutiveFailures'], [0, 11]],
  [['status.latest.0.logUrl', 'status.runs.0.logUrl'], [text(2049)]],
  [['status.runs.0.links'], [times(6, () => complete.status.runs[0]?.links[0])]],
  [['status.runs.0.links.0.name'], [undefined, text(61)]],
  [['status.runs.0.links.0.url'], [undefined, text(901)]],
  [
    ['status.latest.0.time', 'status.conditions.0.lastTransitionTime'],
    [undefined, ...time],
  ],
  [['status.latest.0.lastPassedAt'], time],
  [
    [
      'status.latest.0.durationSeconds',
      'status.latest.0.total',
      'status.latest.0.failed',
      'status.runs.0.durationSeconds',
    ],
    [-1, 1_000_000_001],
  ],
  [
    ['status.conditions'],
    [
      times(9, (index) => ({ ...complete.status.conditions[0], type: `T${index}` })),
      times(2, () => complete.status.conditions[0]),
    ],
  ],
  [['status.conditions.0.status'], [undefined, 'true', 'Maybe']],
  [['status.conditions.0.message'], [undefined, text(301)]],
  [
    [
      'status.lastRun.time',
      'status.runs.0.startedAt',
      'status.runs.0.finishedAt',
      'status.runs.0.closedAt',
      'status.runs.0.targetChangedAt',
    ],
    time,
  ],
  [['status.runs'], [times(201, () => complete.status.runs[0])]],
  [['status.runs.0.verdict'], [undefined, ...verdict]],
  [['status.runs.0.hook'], [undefined]],
  [['status.runs.0.canary'], [undefined, '', text(254)]],
  [
    ['status.runs.0.checksum', 'status.runs.0.rollout'],
    [undefined, '', text(65)],
  ],
  [['status.runs.0.attempt'], [0, 1001]],
  [['status.runs.0.removed'], [-1, 1001]],
  [['status.runs.0.requestedAt'], [text(65)]],
  [['status.runs.0.skip'], [text(513)]],
  [['status.runs.0.counts.total', 'status.runs.0.counts.failed'], [undefined]],
  [['status.runs.0.job'], [text(64)]],
  [['status.runs.0.message'], [text(1025)]],
  [
    ['status.runs.0.specGeneration', 'status.runs.0.newerGeneration'],
    [-1, 1_000_000_001],
  ],
  [['status.runs.0.target', 'status.runs.0.targetChangedTo', 'status.runs.0.specUID'], [text(65)]],
  [['total', 'passed', 'failed', 'skipped'].map((count) => `status.runs.0.counts.${count}`), [-1, 1_000_000_001]],
];

function changed(path: string, value: unknown): unknown {
  const document = structuredClone(complete);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = at(document, ...names) as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return document;
}

/** The place in the definition: positions and free keys do not matter. */
const place = (field: string): string =>
  field.replace(/\.\d+/g, '[]').replace(/\b(requests|limits|labels|annotations)\.\w+/, '$1{}');

const bounds = (path: string, node: Schema): string[] => {
  const inside = path === '' ? '' : `${path}.`;
  return [
    ...Object.keys(node)
      .filter((keyword) => /^(enum|pattern|oneOf|m(in|ax)\w+|x-kubernetes-list-map-keys)$/.test(keyword))
      .map((keyword) => `${path} ${keyword}`),
    ...(node.format === 'date-time' ? [`${path} format`] : []),
    ...(node.required ?? []).map((name) => `${inside}${name} required`),
    ...Object.entries(node.properties ?? {}).flatMap(([name, inner]) => bounds(`${inside}${name}`, inner)),
    ...(node.items ? bounds(`${path}[]`, node.items) : []),
    ...(node.additionalProperties ? bounds(`${path}{}`, node.additionalProperties) : []),
  ];
};

const shown = (value: unknown): string => {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 50 ? `${json.slice(0, 30)}… (${json.length} characters)` : json;
};

describe('an E2ESpec', () => {
  const broken = new Set<string>();

  it('is taken with every field inside of its bounds', () => {
    assert.deepEqual(check(complete), []);
  });

  for (const [fields, values] of table)
    for (const field of fields)
      it(`is refused with ${field} ${values.map(shown).join(' or ')}`, () => {
        for (const value of values) {
          const refusals = check(changed(field, value));
          assert.ok(
            refusals.some(({ message }) => message.startsWith(`${field}: `)),
            `${shown(value)}: ${JSON.stringify(refusals)}`,
          );
          for (const refusal of refusals) broken.add(`${place(refusal.field)} ${refusal.keyword}`);
        }
      });

  it('has no bound that this table does not break', () => {
    assert.deepEqual(
      bounds('', resource.schema).filter((bound) => !broken.has(bound)),
      [],
    );
  });
});
