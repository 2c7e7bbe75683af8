/**
 * The images of the cluster, assembled from the built programs and put into containerd: there is no registry.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { archive, type Entry, type Image, nodeLayer, programWithLibraries } from '../../knative/build/image.ts';
import { run } from './command.ts';
import { funcUtilsImage } from './components.ts';
import { pauseImage } from './node.ts';
import { enter, type StartedProcess } from './processes.ts';

/** Names that tests and examples use for "an image with a shell": all are Debian's busybox. */
export const busyboxTags = [
  'docker.io/library/busybox:1.36',
  'docker.io/library/alpine:latest',
  'docker.io/library/alpine:3',
  'gcr.io/my-project/my-app-e2e:latest',
  'gcr.io/my-project/my-app-e2e:v1.0.0',
];
export const nodeTag = 'docker.io/library/node:24';

export function localImage(name: string): string {
  return `dev.local/${name}:local`;
}

function busyboxLayer(busybox: string): Entry[] {
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n');
  const links = applets.filter((name) => name !== '' && name !== 'busybox');
  return [
    ...programWithLibraries(busybox, 'bin/busybox'),
    ...links.map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
    { path: 'bin/wget', mode: 0o755, content: readFileSync(join(import.meta.dirname, 'wget.sh')) },
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532::/:/bin/sh\n' },
    { path: 'etc/group', content: 'root:x:0:\nnonroot:x:65532:\n' },
    { path: 'root', mode: 0o700 },
    { path: 'tmp', mode: 0o1777 },
    { path: 'var/tmp', mode: 0o1777 },
  ];
}

const path = ['PATH=/usr/local/bin:/usr/bin:/bin'];
const program = (file: string, to: string): Entry => ({ path: to, mode: 0o755, content: readFileSync(file) });

export interface Programs {
  pause: string;
  coredns: string;
  flagger: string;
  knativeServing: string;
  netKourier: string;
  busybox: string;
  envoy: string;
}

/** Each as a function, so that only one is held in memory at a time. */
export function clusterImages(from: Programs): (() => Image)[] {
  const shell = busyboxLayer(from.busybox);
  const go = (name: string, file: string, to: string, user: string) => (): Image => ({
    tags: [localImage(name)],
    layers: [shell, [program(file, to)]],
    config: { User: user, WorkingDir: `/${to.slice(0, to.lastIndexOf('/'))}`, Entrypoint: [`/${to}`], Env: path },
  });
  const knative = (folder: string, name: string) =>
    go(`knative-${name}`, join(folder, name), `ko-app/${name}`, '65532');
  return [
    () => ({
      tags: [pauseImage],
      layers: [[program(join(from.pause, 'pause'), 'pause')]],
      config: { Entrypoint: ['/pause'] },
    }),
    () => ({ tags: busyboxTags, layers: [shell], config: { Cmd: ['sh'], Env: path } }),
    () => ({
      tags: [funcUtilsImage],
      layers: [
        shell,
        [{ path: 'bin/socat', mode: 0o755, content: readFileSync(join(import.meta.dirname, 'socat.sh')) }],
      ],
      config: { Env: path },
    }),
    go('coredns', join(from.coredns, 'coredns'), 'bin/coredns', '0'),
    ...['controller', 'webhook', 'activator', 'autoscaler', 'queue'].map((name) => knative(from.knativeServing, name)),
    knative(from.netKourier, 'kourier'),
    () => ({
      tags: [localImage('envoy')],
      layers: [shell, programWithLibraries(from.envoy, 'usr/local/bin/envoy')],
      config: { Entrypoint: ['/usr/local/bin/envoy'], Env: path },
    }),
    go('flagger', join(from.flagger, 'flagger'), 'home/flagger/flagger', '10001'),
    go('loadtester', join(from.flagger, 'loadtester'), 'home/app/loadtester', '10001'),
    () => ({ tags: [nodeTag], layers: [shell, nodeLayer()], config: { Cmd: ['node'], Env: path } }),
  ];
}

/** What examples/artifacts uploads with; of the suite that needs it. */
export function rcloneImage(tag: string, rclone: string, busybox: string): Image {
  return {
    tags: [`docker.io/${tag}`],
    layers: [busyboxLayer(busybox), [program(join(rclone, 'rclone'), 'usr/local/bin/rclone')]],
    config: { Entrypoint: ['rclone'], Env: path },
  };
}

/** What examples/tasks runs its commands in, with as much of the load tester's own image as is tried. */
export function testersImage(
  tag: string,
  from: { testers: string; kubectl: string; helm: string | undefined; busybox: string },
): Image {
  const found = readdirSync(join(from.testers, 'usr'), { recursive: true, encoding: 'utf8', withFileTypes: true });
  const files = found.filter((each) => each.isFile() && !each.parentPath.includes('/share/'));
  const installed = files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    return program(file, relative(from.testers, file));
  });
  return {
    tags: [tag],
    layers: [
      busyboxLayer(from.busybox),
      [...programWithLibraries('/bin/bash', 'bin/bash'), { path: 'usr/bin/env', link: '/bin/env' }, ...installed],
      [
        program(from.kubectl, 'usr/local/bin/kubectl'),
        ...(from.helm === undefined ? [] : [program(from.helm, 'usr/local/bin/helm')]),
      ],
    ],
    config: { Cmd: ['sh'], Env: path },
  };
}

/** What examples/platform updates its deployment to: another image, and the same Node.js. */
export function otherNodeImage(busybox: string): Image {
  const layers = [busyboxLayer(busybox), nodeLayer(), [{ path: 'etc/slim', content: 'slim\n' }]];
  return { tags: [`${nodeTag}-slim`], layers, config: { Cmd: ['node'], Env: path } };
}

/** The bridge of examples/platform; of the suite that needs it. */
export function statsdExporterImage(tag: string, folder: string): Image {
  return {
    tags: [tag],
    layers: [[program(join(folder, 'statsd_exporter'), 'bin/statsd_exporter')]],
    config: { User: '65534', Entrypoint: ['/bin/statsd_exporter'], Env: path },
  };
}

/** Not of every cluster: see `kueue.ts`. */
export function kueueImage(folder: string): Image {
  return {
    tags: [localImage('kueue')],
    layers: [[program(join(folder, 'kueue'), 'manager')]],
    config: { User: '65532', Entrypoint: ['/manager'] },
  };
}

/** Puts an image where the kubelet finds it. */
export async function importImage(first: StartedProcess, image: Image): Promise<void> {
  const ctr = ['ctr', '--namespace', 'k8s.io', 'images', 'import', '-'];
  await run('nsenter', [...enter(first), ...ctr], { input: archive(image) });
}
