/**
 * Mistakes of the verifier itself, wherever they show: in each request of each kind of call something is thrown that
 * nobody thought of. It is answered 500 and told in the log with its stack, and no later look makes up for it in silence.
 */
import assert from 'node:assert/strict';
import { annotation } from '../../../function/api/labels.ts';
import type { ApiRequest } from '../../../function/kube/request.ts';
import type { Ask } from '../../../function/kube/response.ts';
import { strayRejections } from '../../support/stray-rejections.ts';
import {
  answerTo,
  apiWith,
  type Cluster,
  checksum,
  clusterWith,
  type Json,
  phases,
  scenes,
} from './cluster-fixture.ts';

const nameOf = ({ verb, resource, subresource }: ApiRequest): string =>
  [verb, resource.plural, subresource].filter(Boolean).join(' ');

/** What the call asks of this API, each kind of request once. */
async function requestsOf(path: string, api: Ask): Promise<string[]> {
  const names = new Set<string>();
  await answerTo(path, (request) => {
    names.add(nameOf(request));
    return api(request);
  });
  return [...names];
}

/** The same, with the request of a person to let this revision through. */
function withSkip(cluster: Cluster): Cluster {
  const [spec = {}] = cluster['e2especs'] ?? [];
  const annotations = { [annotation.skip]: `podinfo/${checksum}: known flake` };
  return { ...cluster, e2especs: [{ ...spec, metadata: { ...Object(spec['metadata']), annotations } as Json }] };
}

const plain = (cluster: Cluster): Cluster => cluster;

describe('An error that nobody thought of', () => {
  for (const [scene, { target, runs }] of Object.entries(scenes)) {
    for (const [how, change] of [
      ['', plain],
      [' that is to be let through by hand', withSkip],
    ] as const) {
      for (const [path, phase] of Object.entries(phases)) {
        it(`is answered 500 and told in the log, on ${path} in a run ${scene}${how}`, async () => {
          const api = apiWith(change(clusterWith(target, phase, runs)));
          const requests = await requestsOf(path, api);
          assert.ok(requests.length > 1);
          const stray = await strayRejections(async () => {
            for (const name of requests) {
              const lines: unknown[] = [];
              const log = {
                info: () => undefined,
                warn: () => undefined,
                error: (...line: unknown[]) => lines.push(line),
              };
              const spoilt: Ask = (request) =>
                nameOf(request) === name ? Promise.reject(new TypeError(`nobody thought of ${name}`)) : api(request);
              const { status, body } = await answerTo(path, spoilt, log);
              const said = 'InternalError: an error of the verifier itself; its log has the details';
              assert.deepEqual([status, body], [500, said], name);
              assert.match(JSON.stringify(lines[0]), new RegExp(`nobody thought of ${name}.*mistakes\\.test`), name);
            }
          });
          assert.deepEqual(stray, []);
        });
      }
    }
  }
});
