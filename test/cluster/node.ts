/**
 * The one node: configuration files and command lines of containerd, the CNI bridge, the kubelet and kube-proxy.
 * Paths under /run and /var are the cluster's own (`mounts.ts`).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pki, type Role } from './certificates.ts';
import { isCgroupV2 } from './cgroups.ts';
import { versionOf } from './components.ts';
import type { ProgramFolders } from './daemons.ts';
import { cgroup, inside, stateFolder } from './settings.ts';

const folder = join(stateFolder, 'config');
const socket = '/run/containerd/containerd.sock';
export const pauseImage = 'local/pause:1';

function write(name: string, content: string | object): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

export function containerd(programs: ProgramFolders): string[] {
  mkdirSync(join(folder, 'cni'), { recursive: true });
  write('cni/10-bridge.conflist', {
    cniVersion: '1.0.0',
    name: 'bridge',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: inside.pods }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
  // restrict_oom_score_adj: without CAP_SYS_RESOURCE no container would start. The opt plugin would make /opt/containerd.
  const config = write(
    'containerd.toml',
    `version = 2
disabled_plugins = ["io.containerd.internal.v1.opt"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${programs.cniPlugins}"
    conf_dir = "${join(folder, 'cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
`,
  );
  return ['containerd', '--config', config];
}

/** A gate that has become a part of Kubernetes may not be named any more. */
function isLocked(gate: keyof typeof lockedSince): boolean {
  const minor = Number(versionOf('kubernetes', 'k8s.io/kubernetes').split('.')[1]);
  return minor >= lockedSince[gate];
}

const lockedSince = { KubeletPSI: 36 };

export function kubelet(programs: ProgramFolders, kubeconfigs: Record<Role, string>): string[] {
  const config = write('kubelet.json', {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki.authority },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    containerRuntimeEndpoint: `unix://${socket}`,
    clusterDomain: 'cluster.local',
    clusterDNS: [inside.dnsService],
    resolvConf: write('resolv.conf', ''),
    volumePluginDir: '/var/lib/kubelet/plugins-exec',
    healthzBindAddress: '0.0.0.0',
    maxPods: 250,
    nodeStatusUpdateFrequency: '5s',
    syncFrequency: '10s',
    serializeImagePulls: false,
    registryPullQPS: 0,
    // Not 0: that is no limit on paper, and 5 a second in client-go, with which Events come half a minute late.
    eventRecordQPS: 500,
    eventBurst: 1000,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    featureGates: isCgroupV2 || isLocked('KubeletPSI') ? {} : { KubeletPSI: false },
  });
  return [
    join(programs.kubernetes, 'kubelet'),
    `--config=${config}`,
    `--kubeconfig=${kubeconfigs.kubelet}`,
    `--hostname-override=${inside.node}`,
    `--node-ip=${inside.bridge}`,
    '--root-dir=/var/lib/kubelet',
  ];
}

/** masqueradeAll: answers of a pod to a pod on the same bridge come back this way without the br_netfilter module. */
export function kubeProxy(programs: ProgramFolders, kubeconfigs: Record<Role, string>): string[] {
  const config = write('kube-proxy.json', {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    hostnameOverride: inside.node,
    clientConnection: { kubeconfig: kubeconfigs.proxy },
    clusterCIDR: inside.pods,
    healthzBindAddress: '0.0.0.0:10256',
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: { masqueradeAll: true, minSyncPeriod: '100ms', syncPeriod: '30s' },
    oomScoreAdj: 0,
  });
  return [join(programs.kubernetes, 'kube-proxy'), `--config=${config}`];
}
