/**
 * The field `tokenFile` of a kubeconfig's users, which client-node does not know.
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { load } from 'js-yaml';

interface Written {
  users?: { name?: string; user?: { tokenFile?: string } | null }[] | null;
}

/** For what client-node has loaded by default: each user with a token file is given one as client-node reads it. */
export function withTokenFiles(config: KubeConfig): KubeConfig {
  const { KUBECONFIG, HOME = '' } = process.env;
  const paths = KUBECONFIG ? KUBECONFIG.split(delimiter) : [join(HOME, '.kube/config')];
  const files = new Map<string, string>();
  for (const path of paths.filter((each) => existsSync(each))) {
    const { users } = (load(readFileSync(path, 'utf8')) ?? {}) as Written;
    for (const { name = '', user } of users ?? []) {
      if (user?.tokenFile) files.set(name, resolve(dirname(path), user.tokenFile));
    }
  }
  config.users = config.users.map((user) => {
    const tokenFile = files.get(user.name);
    // As kubectl has it, the file goes before a token.
    const { token: _, ...others } = user;
    return tokenFile ? { ...others, authProvider: { name: 'tokenFile', config: { tokenFile } } } : user;
  });
  return config;
}
