/**
 * Answers with 200 that are not the answer: pages, other objects, other shapes; and times that are not the time. What is said
 * of another object is what the caller would like to hear: that a test passed, or to /rollback that it failed.
 */
import type { Canary } from '../../function/api/canary.ts';
import { annotation, label, manager } from '../../function/api/labels.ts';
import { rolloutOf } from '../../function/flagger/canary.ts';
import { checksumOf } from '../../function/flagger/checksum.ts';
import { at, isObject, type JsonObject, objectOf, objectsOf } from '../support/embedded/json.ts';
import { changes, type Fault, failure, isWrite } from './fault.ts';
import type { Exchange, Said } from './front.ts';

type Wish = 'passed' | 'failed';
type Change = (metadata: JsonObject) => JsonObject;

const others: Record<string, Change> = {
  'of another name': (metadata) => ({ ...metadata, name: `${metadata['name']}-other` }),
  'of another namespace': (metadata) => ({ ...metadata, namespace: 'another' }),
};

/** The same kind, with other metadata; a create or patch answered so was not carried out. */
function other(name: string, wish: Wish): Fault {
  const change = others[name] ?? ((metadata) => metadata);
  return {
    name: `200 with one ${name}, which ${wish}`,
    answer: (exchange) => exchange.say(200, lieOf(exchange, change, wish)),
  };
}

function lieOf(exchange: Exchange, change: Change, wish: Wish): unknown {
  const { call } = exchange;
  const said = truth(exchange);
  const object = said.code < 300 ? objectOf(said.body) : invented(exchange);
  if (call.verb === 'list') {
    const items = objectsOf(object['items']);
    const all = items.length > 0 ? items : [invented(exchange)];
    return { ...object, items: all.map((each) => favourable(exchange, withChange(each, change), wish)) };
  }
  return favourable(exchange, withChange(object, change), wish);
}

/** What is asked for, or would be there after the write. */
function truth(exchange: Exchange): Said {
  const { kubernetes, call } = exchange;
  if (call.verb === 'get' || call.verb === 'list') return exchange.work();
  const url = `/apis/batch/v1/namespaces/${call.namespace}/jobs/none`;
  return kubernetes.answer({ method: 'GET', url, headers: {}, body: '' });
}

function withChange(object: JsonObject, change: Change): JsonObject {
  const metadata = objectOf(object['metadata']);
  const owners = objectsOf(metadata['ownerReferences']).map((owner) => change(owner));
  return { ...object, metadata: { ...change(metadata), ...(owners.length > 0 && { ownerReferences: owners }) } };
}

/** One that would be of this run but for its metadata. */
function invented({ kubernetes, call }: Exchange): JsonObject {
  const url = `/apis/flagger.app/v1beta1/namespaces/${call.namespace}/canaries/podinfo`;
  const canary = kubernetes.answer({ method: 'GET', url, headers: {}, body: '' }).body as unknown as Canary;
  const checksum = checksumOf(canary.status ?? {});
  const kind = call.resource.kind;
  const name = call.name ?? `e2e-podinfo-${checksum}`;
  return {
    kind,
    metadata: {
      name,
      namespace: call.namespace,
      uid: 'invented',
      resourceVersion: '7',
      generation: 1,
      creationTimestamp: new Date(Date.now() - 60_000).toISOString(),
      labels: { [label.managedBy]: manager },
      annotations: {
        [annotation.canary]: 'podinfo',
        [annotation.canaryUid]: canary.metadata?.uid,
        [annotation.checksum]: checksum,
        [annotation.rollout]: canary.metadata ? rolloutOf(canary) : undefined,
        [annotation.e2eSpec]: 'podinfo',
        [annotation.metadataHash]: '',
        [annotation.specGeneration]: '1',
      },
      ownerReferences: [{ kind: kind === 'Pod' ? 'Job' : 'Canary', name: 'invented', uid: 'invented' }],
    },
    spec: {},
    involvedObject: { kind: 'Pod', name: 'invented', uid: 'invented' },
  };
}

function favourable(exchange: Exchange, object: JsonObject, wish: Wish): JsonObject {
  const passed = wish === 'passed';
  const time = new Date(Date.now() - 5000).toISOString();
  switch (exchange.call.resource.plural) {
    case 'jobs': {
      const condition = { status: 'True', reason: 'Lie', message: 'a lie', lastTransitionTime: time };
      const conditions = [{ ...condition, type: passed ? 'Complete' : 'Failed' }];
      return { ...object, status: { startTime: time, conditions } };
    }
    case 'pods': {
      const reason = passed ? 'Completed' : 'Error';
      const terminated = { exitCode: passed ? 0 : 1, reason, startedAt: time, finishedAt: time };
      const containerStatuses = [{ name: 'e2e', state: { terminated } }];
      return { ...object, status: { phase: passed ? 'Succeeded' : 'Failed', containerStatuses } };
    }
    case 'e2especs': {
      const runs = objectsOf(at(object, 'status', 'runs'));
      const records = runs.length > 0 ? runs : [recordIn(exchange)];
      return { ...object, status: { runs: records.map((run) => ({ ...run, verdict: passed ? 'Passed' : 'Failed' })) } };
    }
    default:
      return object;
  }
}

/** Of the run that is going on. */
function recordIn(exchange: Exchange): JsonObject {
  const written = objectOf(at(invented(exchange), 'metadata', 'annotations'));
  return {
    canary: 'podinfo',
    canaryUID: written[annotation.canaryUid],
    checksum: written[annotation.checksum],
    rollout: written[annotation.rollout],
    hook: '',
  };
}

/** The true answer, with something changed. */
const changed = (change: (said: Said, exchange: Exchange) => Said) => (exchange: Exchange) => {
  const { code, body } = change(exchange.work(), exchange);
  exchange.say(code, body);
};

const isList = (body: unknown): boolean => isObject(body) && Array.isArray(body['items']);

function ofAnotherKind(body: unknown): unknown {
  const rest = { apiVersion: 'v1', kind: 'ConfigMap', data: {} };
  if (isList(body)) return { ...rest, kind: 'ConfigMapList', items: [{ metadata: { name: 'other', uid: 'other' } }] };
  return { ...rest, metadata: { name: 'other', namespace: 'another', uid: 'other', resourceVersion: '1' } };
}

/** Bodies of a 200; a write that is answered so was not carried out. */
const bodies: Record<string, unknown> = {
  'an empty object': {},
  null: null,
  'a number': 42,
  'an empty list': [],
  'a page of HTML': '<html><body>Sign in</body></html>',
  nothing: '',
  'a Status of failure': failure(500, 'etcdserver: request timed out'),
  'a Status of success': { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' },
};

const lengths: Fault[] = [-3, 7].map((off) => ({
  name: `200 with ${off < 0 ? 'more' : 'less'} than its Content-Length`,
  // Over HTTP/2 an error of the protocol.
  breaksConnection: true,
  answer(exchange) {
    const { code, body } = exchange.work();
    const length = Buffer.byteLength(JSON.stringify(body)) + off;
    exchange.say(code, body, { 'content-length': String(length) });
  },
}));

const dates: Fault[] = [
  ['no Date', undefined],
  ['a Date that is none', 'yesterday'],
  ['a Date years ago', 'Mon, 01 Jan 2001 00:00:00 GMT'],
  ['a Date in years', 'Thu, 01 Jan 2099 00:00:00 GMT'],
].map(([name, date]) => ({
  name: `the answer with ${name}`,
  answer(exchange) {
    const { code, body } = exchange.work();
    exchange.say(code, body, { date });
  },
}));

export const lies: Fault[] = [
  ...Object.keys(others).flatMap((name) => (['passed', 'failed'] as const).map((wish) => other(name, wish))),
  {
    name: '200 with one of another uid',
    answer: changed(({ code, body }) => {
      const object = objectOf(body);
      if (code >= 300 || isList(body)) return { code, body };
      return { code, body: { ...object, metadata: { ...objectOf(object['metadata']), uid: 'another' } } };
    }),
  },
  {
    name: '200 with one of another kind',
    answer: (exchange) => exchange.say(200, ofAnotherKind(truth(exchange).body)),
  },
  {
    name: '200 with a list for an object, or an object for a list',
    answer(exchange) {
      const { body } = truth(exchange);
      if (isList(body)) exchange.say(200, objectsOf(objectOf(body)['items'])[0] ?? ofAnotherKind({}));
      else exchange.say(200, { kind: 'List', apiVersion: 'v1', metadata: {}, items: [body] });
    },
  },
  ...Object.entries(bodies).map(
    ([name, body]): Fault => ({ name: `200 with ${name}`, answer: (exchange) => exchange.say(200, body) }),
  ),
  { name: '204', answer: (exchange) => exchange.say(204, '') },
  {
    name: '202 and the work later',
    meets: changes,
    answer: (exchange) =>
      exchange.say(202, '{"kind":"Status","status":"Success"}', { 'content-type': 'application/json' }),
  },
  {
    name: '200 with a page after the work',
    meets: isWrite,
    answer(exchange) {
      exchange.work();
      exchange.say(200, '<html><body>Sign in</body></html>', { 'content-type': 'text/html' });
    },
  },
  ...lengths,
  ...dates,
];
