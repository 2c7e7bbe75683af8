/**
 * The verifier reads its cluster where a pod finds it: in /var/run/secrets, which root can have in a mount namespace of
 * its own. Others get a kubeconfig, which costs the start a little more.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from './api.ts';

const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
const mark = 'BENCH_IN_POD';
const isPod = process.env[mark] === 'yes';

/** How the verifier is told of its cluster in this run. */
export const wayIn = isPod
  ? 'in-cluster (service account files in a mount namespace)'
  : 'a kubeconfig (not run by root)';

/** Runs this command again where /var/run can be written to without the machine noticing; its exit code. */
export function runAsInPod(): number | undefined {
  if (isPod || process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const prepare = `mount -t tmpfs none "$(realpath /var/run)" && mkdir -p ${folder} && exec "$@"`;
  const own = ['--mount', '--propagation', 'private', 'sh', '-ec', prepare, 'sh'];
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, [mark]: 'yes' };
  return spawnSync('unshare', [...own, ...again], { stdio: 'inherit', env }).status ?? 1;
}

/** The environment in which the verifier finds this API server. Only one at a time. */
export function environment(api: Api): Record<string, string> {
  if (!isPod) {
    const kubeconfig = join(api.caFile, '../kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(api)));
    return { USE_IN_CLUSTER: 'false', AUTHENTICATE_PAYLOAD: 'true', KUBECONFIG: kubeconfig };
  }
  copyFileSync(api.caFile, join(folder, 'ca.crt'));
  copyFileSync(api.tokenFile, join(folder, 'token'));
  writeFileSync(join(folder, 'namespace'), 'default');
  return { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) };
}

function kubeconfigOf(api: Api): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: api.url, 'certificate-authority': api.caFile } }],
    users: [{ name: 'bench', user: { tokenFile: api.tokenFile } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
}
