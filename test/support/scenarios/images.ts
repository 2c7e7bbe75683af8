/**
 * Images that cannot be had.
 */

import type { Place } from '../environment.ts';
import { applied, isTrue, lasting, noImage, type Scenario, waitsFor } from '../scenario.ts';

// containerd speaks plain HTTP with registries of its own machine.
// https://github.com/containerd/containerd/blob/main/docs/hosts.md
const imageAt = (port: number) => `127.0.0.1:${port}/no-such-image:1`;

/** A registry on the node that answers every question alike. */
function registry(port: number, status: number, header: Record<string, string> = {}) {
  const script = `require('http').createServer((_, answer) => answer.writeHead(${status}, ${JSON.stringify(header)}).end()).listen(${port}, '127.0.0.1')`;
  const spec = {
    hostNetwork: true,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'registry',
        image: 'node:24',
        command: ['node', '-e', script],
        readinessProbe: { tcpSocket: { host: '127.0.0.1', port }, periodSeconds: 1 },
      },
    ],
  };
  return ({ kubernetes, namespace }: Place): Promise<void> => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'registry', namespace }, spec };
    return applied(kubernetes, pod, (now) => isTrue(now, 'Ready'));
  };
}

const login = { 'WWW-Authenticate': 'Basic realm="registry"' };

export const images: Record<string, Scenario> = {
  'image-pull-fails': { spec: { ...lasting, image: noImage }, isMoment: waitsFor('ErrImagePull') },
  'image-pull-backs-off': { spec: { ...lasting, image: noImage }, isMoment: waitsFor('ImagePullBackOff') },
  'image-name-invalid': { spec: { ...lasting, image: 'UPPERCASE:tag' }, isMoment: waitsFor('InvalidImageName') },
  'image-never-pulled': {
    spec: { ...lasting, image: noImage, imagePullPolicy: 'Never' },
    isMoment: waitsFor('ErrImageNeverPull'),
  },
  'image-not-found': {
    prepare: registry(18_441, 404),
    spec: { ...lasting, image: imageAt(18_441) },
    isMoment: waitsFor('ImagePullBackOff'),
  },
  'image-pull-denied': {
    prepare: registry(18_442, 401, login),
    spec: { ...lasting, image: imageAt(18_442) },
    isMoment: waitsFor('ImagePullBackOff'),
  },
  'image-pull-secret-missing': {
    prepare: registry(18_443, 401, login),
    spec: { ...lasting, image: imageAt(18_443), imagePullSecrets: [{ name: 'no-such-secret' }] },
    isMoment: waitsFor('ImagePullBackOff'),
  },
};
