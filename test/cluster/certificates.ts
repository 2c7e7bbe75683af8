/**
 * Keys and certificates of the control plane, made by openssl: one authority, the API server, its kubelet client.
 * Everything else authenticates by a token (`users`), so no further certificates are needed.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { inside, stateFolder } from './settings.ts';

const folder = join(stateFolder, 'pki');

export const pki = {
  authority: join(folder, 'ca.crt'),
  authorityKey: join(folder, 'ca.key'),
  server: join(folder, 'apiserver.crt'),
  serverKey: join(folder, 'apiserver.key'),
  kubeletClient: join(folder, 'kubelet-client.crt'),
  kubeletClientKey: join(folder, 'kubelet-client.key'),
  serviceAccounts: join(folder, 'service-accounts.key'),
  tokens: join(folder, 'tokens.csv'),
};

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];

async function sign(certificate: string, key: string, subject: string, extensions: string[]): Promise<void> {
  const extra = extensions.flatMap((extension) => ['-addext', extension]);
  const by = ['-CA', pki.authority, '-CAkey', pki.authorityKey];
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    ...by,
    '-subj',
    subject,
    ...extra,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
}

export async function createCertificates(clusterAddress: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = ['-subj', '/CN=e2e-verifier-test', '-keyout', pki.authorityKey, '-out', pki.authority];
  await run('openssl', ['req', '-x509', ...newKey, ...authority]);
  const service = 'kubernetes.default.svc';
  const names = ['localhost', 'kubernetes', 'kubernetes.default', service, `${service}.cluster.local`];
  const addresses = ['127.0.0.1', inside.apiService, inside.bridge, clusterAddress];
  const alternatives = [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
  await sign(pki.server, pki.serverKey, '/CN=kube-apiserver', [
    `subjectAltName=${alternatives.join(',')}`,
    'basicConstraints=critical,CA:FALSE',
  ]);
  await sign(pki.kubeletClient, pki.kubeletClientKey, '/O=system:masters/CN=kube-apiserver-kubelet-client', [
    'extendedKeyUsage=clientAuth',
    'basicConstraints=critical,CA:FALSE',
  ]);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(pki.serviceAccounts, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

/** User name and groups by role, as Kubernetes' own RBAC rules and the Node authorizer expect them. */
const users = {
  admin: ['admin', 'system:masters'],
  controllerManager: ['system:kube-controller-manager', ''],
  scheduler: ['system:kube-scheduler', ''],
  kubelet: [`system:node:${inside.node}`, 'system:nodes'],
  proxy: ['system:kube-proxy', ''],
} as const;

export type Role = keyof typeof users;

/** Writes the API server's token file and a kubeconfig for each role; resolves to their paths. */
export function createKubeconfigs(address: string, adminAddress: string, adminFile: string): Record<Role, string> {
  const tokens: string[] = [];
  const write = (role: Role, file: string, server: string) => {
    const token = randomBytes(24).toString('hex');
    const [user, group] = users[role];
    tokens.push(`${token},${user},${user}${group === '' ? '' : `,"${group}"`}`);
    writeFileSync(file, kubeconfigOf(server, token), { mode: 0o600 });
    return file;
  };
  const components = `https://${address}:6443`;
  const files = {
    admin: write('admin', adminFile, `https://${adminAddress}:6443`),
    controllerManager: write('controllerManager', join(folder, 'controller-manager.kubeconfig'), components),
    scheduler: write('scheduler', join(folder, 'scheduler.kubeconfig'), components),
    kubelet: write('kubelet', join(folder, 'kubelet.kubeconfig'), components),
    proxy: write('proxy', join(folder, 'proxy.kubeconfig'), components),
  };
  writeFileSync(pki.tokens, `${tokens.join('\n')}\n`, { mode: 0o600 });
  return files;
}

function kubeconfigOf(server: string, token: string): string {
  return `${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority': pki.authority } }],
    users: [{ name: 'e2e', user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  })}\n`;
}
