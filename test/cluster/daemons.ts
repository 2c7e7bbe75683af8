/**
 * Command lines of the control plane, and how every component is asked whether it is well.
 * What runs on the node (containerd, kubelet, kube-proxy) has more to configure: `node.ts`.
 */
import { join } from 'node:path';
import { pki, type Role } from './certificates.ts';
import { inside, stateFolder } from './settings.ts';

export type ProgramFolders = Record<'pause' | 'etcd' | 'kubernetes' | 'cniPlugins', string>;

/** Asked over the link from the machine while it starts and by `status`; HTTP 200 is well. containerd: alive is well. */
export const healthEndpoints: Record<string, { scheme: 'http' | 'https'; port: number; path: string }> = {
  etcd: { scheme: 'http', port: 2381, path: '/health' },
  'kube-apiserver': { scheme: 'https', port: 6443, path: '/readyz' },
  'kube-controller-manager': { scheme: 'https', port: 10257, path: '/healthz' },
  'kube-scheduler': { scheme: 'https', port: 10259, path: '/healthz' },
  kubelet: { scheme: 'http', port: 10248, path: '/healthz' },
  'kube-proxy': { scheme: 'http', port: 10256, path: '/livez' },
};

export function etcd(programs: ProgramFolders): string[] {
  return [
    join(programs.etcd, 'server'),
    `--data-dir=${join(stateFolder, 'etcd')}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--listen-metrics-urls=http://0.0.0.0:2381',
    '--unsafe-no-fsync',
  ];
}

export function apiServer(programs: ProgramFolders): string[] {
  return [
    join(programs.kubernetes, 'kube-apiserver'),
    '--etcd-servers=http://127.0.0.1:2379',
    `--advertise-address=${inside.bridge}`,
    `--service-cluster-ip-range=${inside.services}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--token-auth-file=${pki.tokens}`,
    `--tls-cert-file=${pki.server}`,
    `--tls-private-key-file=${pki.serverKey}`,
    `--client-ca-file=${pki.authority}`,
    `--kubelet-client-certificate=${pki.kubeletClient}`,
    `--kubelet-client-key=${pki.kubeletClientKey}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki.serviceAccounts}`,
    `--service-account-signing-key-file=${pki.serviceAccounts}`,
    '--allow-privileged=true',
    '--endpoint-reconciler-type=lease',
  ];
}

export function controllerManager(programs: ProgramFolders, kubeconfigs: Record<Role, string>): string[] {
  return [
    join(programs.kubernetes, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfigs.controllerManager}`,
    `--authentication-kubeconfig=${kubeconfigs.controllerManager}`,
    `--authorization-kubeconfig=${kubeconfigs.controllerManager}`,
    `--service-account-private-key-file=${pki.serviceAccounts}`,
    `--root-ca-file=${pki.authority}`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
  ];
}

export function scheduler(programs: ProgramFolders, kubeconfigs: Record<Role, string>): string[] {
  return [
    join(programs.kubernetes, 'kube-scheduler'),
    `--kubeconfig=${kubeconfigs.scheduler}`,
    `--authentication-kubeconfig=${kubeconfigs.scheduler}`,
    `--authorization-kubeconfig=${kubeconfigs.scheduler}`,
    '--leader-elect=false',
  ];
}
