/**
 * ConfigMaps that the command line makes for a run. Apart from `write.ts`, because the verifier has no right to it, and needs
 * none.
 */
import { type Ask, isObject, messageOf, unavailable } from './response.ts';

export interface ConfigMap {
  apiVersion: 'v1';
  kind: 'ConfigMap';
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
  };
  immutable?: boolean;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

export interface ConfigMaps {
  /** Done as well when one of that name is there already: it was made by a try whose answer was lost. */
  create(configMap: ConfigMap): Promise<void>;
}

const configMapResource = { group: '', version: 'v1', plural: 'configmaps' } as const;

export function configMaps(ask: Ask): ConfigMaps {
  return {
    async create(configMap) {
      const { namespace } = configMap.metadata;
      const response = await ask({ verb: 'create', resource: configMapResource, namespace, body: configMap });
      const isThere = isObject(response.body) && response.body['reason'] === 'AlreadyExists';
      if (response.code >= 300 && !isThere) {
        throw unavailable(`ConfigMap ${configMap.metadata.name} cannot be created: ${messageOf(response)}`);
      }
    },
  };
}
