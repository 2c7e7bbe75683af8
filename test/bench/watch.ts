/**
 * A watch of the API server, with the time at which each change was heard of here: objects tell theirs in whole seconds.
 */
import { get, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubernetesObject } from '../support/kubernetes.ts';

export interface Heard {
  object: KubernetesObject;
  /** In milliseconds since the epoch. */
  at: number;
}

/** `path`: of a collection, as `/apis/batch/v1/namespaces/shop/jobs`. What is there already comes first. */
export async function watch(kubeconfig: string, path: string, hear: (heard: Heard) => void): Promise<() => void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const token = config.getCurrentUser()?.token;
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const url = `${config.getCurrentCluster()?.server}${path}?watch=1`;
  let isEnded = false;
  const begin = () => {
    const request = get(url, { ...options, headers, agent: false }, (response) => {
      const lines = createInterface(response).on('line', (line) => {
        hear({ object: JSON.parse(line).object, at: Date.now() });
      });
      // An API server ends each watch after some time.
      for (const stream of [lines, response]) stream.on('error', () => undefined);
      response.once('close', () => isEnded || begin());
    });
    request.on('error', () => isEnded || setTimeout(begin, 100));
    end = () => request.destroy();
  };
  let end = (): unknown => undefined;
  begin();
  return () => {
    isEnded = true;
    end();
  };
}
