/**
 * What it takes to open and to close a gate of a Canary, in somebody's name: who they are, the Canary, and its annotations.
 */

import { type Canary, canaryResource } from '../api/canary.ts';
import { writtenByHand } from './annotate.ts';
import { type Read, readOne } from './read.ts';
import { type Ask, isObject, unavailable } from './response.ts';

export interface Gatekeeper {
  /** The name of the user whose request it is. */
  whoAmI(): Promise<string>;
  getCanary(namespace: string, name: string): Promise<Read<Canary>>;
  /** Sets annotations of the Canary (null takes one away); resolves to the Canary as it is then. */
  annotateCanary(
    namespace: string,
    name: string,
    annotations: Record<string, string | null>,
  ): Promise<{ canary: Canary; now: Date }>;
}

const reviews = { group: 'authentication.k8s.io', version: 'v1', plural: 'selfsubjectreviews' } as const;
const review = { apiVersion: `${reviews.group}/${reviews.version}`, kind: 'SelfSubjectReview' };

export function gatekeeper(ask: Ask): Gatekeeper {
  return {
    async whoAmI() {
      const { body } = await ask({ verb: 'create', resource: reviews, namespace: null, body: review });
      const status = isObject(body) && isObject(body['status']) ? body['status'] : {};
      const { username } = isObject(status['userInfo']) ? status['userInfo'] : {};
      if (typeof username === 'string' && username !== '') return username;
      throw unavailable('the API server does not say whose token it is');
    },
    async getCanary(namespace, name) {
      const wanted = { resource: canaryResource, namespace, name };
      return readOne<Canary>(await ask({ verb: 'get', ...wanted }), wanted);
    },
    async annotateCanary(namespace, name, annotations) {
      const wanted = { resource: canaryResource, namespace, name };
      const request = {
        verb: 'patch',
        ...wanted,
        query: writtenByHand,
        body: { metadata: { annotations } },
      } as const;
      const { value, now } = readOne<Canary>(await ask(request), wanted);
      if (value === undefined) throw unavailable(`patch: Canary ${name} did not come back`);
      return { canary: value, now };
    },
  };
}
