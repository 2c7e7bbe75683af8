/**
 * What the machine must have, told before anything starts; what apt can bring is installed.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build, isBuilt } from './build.ts';
import { run } from './command.ts';
import { type Component, components } from './components.ts';
import { part } from './progress.ts';

/** Program to Debian package. */
const fromApt: Record<string, string> = {
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  openssl: 'openssl',
  ip: 'iproute2',
  nsenter: 'util-linux',
  mount: 'mount',
};

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function hasPip(): boolean {
  return spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
}

/** Linux, its user and its tools: one sentence for each thing that is missing. */
export function missingPrerequisites(): string[] {
  const packages = Object.entries(fromApt).filter(([program]) => !onPath(program));
  const checks: [boolean, string][] = [
    [process.platform === 'linux', 'Linux: the cluster runs in namespaces of this machine'],
    [process.getuid?.() === 0, 'root: namespaces, mounts and containers need it'],
    [onPath('go'), 'Go 1.26 or newer (older ones from 1.21 on fetch it themselves): https://go.dev/doc/install'],
    [onPath('apt-get'), `apt (Debian, Ubuntu), for busybox ${packages.map(([, name]) => name).join(' ')}`.trim()],
    [hasPip(), 'python3 with pip (python3-pip): Envoy comes as a Python package'],
    [existsSync('/sys/fs/cgroup'), 'cgroups mounted at /sys/fs/cgroup'],
  ];
  return checks.filter(([there]) => !there).map(([, what]) => what);
}

export async function installPackages(): Promise<void> {
  const packages = Object.entries(fromApt).filter(([program]) => !onPath(program));
  if (packages.length === 0) return;
  const names = [...new Set(packages.map(([, name]) => name))];
  // RUNLEVEL=1: the package must not start a containerd of the machine's own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await part(`install ${names.join(' ')}`, async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...names], { env });
  });
}

export async function buildAll(which: (component: Component) => boolean): Promise<void> {
  const wanted: Component[] = Object.values(components).filter(which);
  const built = await Promise.all(wanted.map(isBuilt));
  const missing = wanted.filter((_, index) => !built[index]);
  for (const [index, component] of missing.entries()) {
    console.log(`  component ${index + 1} of ${missing.length} to build: ${component.name}`);
    await build(component);
  }
}
