/**
 * Images, of which there are none here: what can be told from a reference alone, and who can be pulled.
 */
import type { Container } from './workloads.ts';

export type Pull =
  | { kind: 'present' }
  | { kind: 'pulled' }
  | { kind: 'invalid'; message: string }
  | { kind: 'neverPulled'; message: string }
  | { kind: 'failed'; message: string };

export interface Images {
  obtain(container: Container): Pull;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const host = '(?:localhost|[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9.-]+(?=:\\d))(?::\\d+)?';
const reference = new RegExp(
  `^(?:(${host})/)?(${component}(?:/${component})*)(?::([\\w][\\w.-]{0,127}))?(?:@sha256:[a-f0-9]{64})?$`,
);

/**
 * Hosts that end in .invalid (RFC 2606) cannot be pulled from, nor the listed images. What starts with dev.local/
 * counts as loaded onto the node, as on the clusters the suites run on.
 */
export function createImages(unpullable: readonly string[]): Images {
  const onNode = new Set<string>();
  return {
    obtain({ image, imagePullPolicy }) {
      const [, registry = 'docker.io', path = ''] = reference.exec(image) ?? [];
      if (path === '') return { kind: 'invalid', message: invalidReference(image) };
      const present = onNode.has(image) || image.startsWith('dev.local/');
      if (imagePullPolicy === 'Never') {
        const message = `Container image "${image}" is not present with pull policy of Never`;
        return present ? { kind: 'present' } : { kind: 'neverPulled', message };
      }
      if (present && imagePullPolicy === 'IfNotPresent') return { kind: 'present' };
      const hostname = registry.replace(/:\d+$/, '');
      if (hostname.endsWith('.invalid') || unpullable.includes(image)) {
        return { kind: 'failed', message: pullError(image, registry, hostname, path) };
      }
      onNode.add(image);
      return { kind: 'pulled' };
    },
  };
}

function invalidReference(image: string): string {
  const lower = reference.test(image.toLowerCase());
  const why = lower
    ? `invalid reference format: repository name (${repositoryOf(image)}) must be lowercase`
    : 'invalid reference format';
  return `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${why}`;
}

/** Without a registry it is of Docker's library, and the tag is no part of it. */
function repositoryOf(image: string): string {
  const repository = image.replace(/:[^:/]*$/, '');
  return repository.includes('/') ? repository : `library/${repository}`;
}

function pullError(image: string, registry: string, hostname: string, path: string): string {
  const tag = /:([^:/@]+)$/.exec(image)?.[1] ?? 'latest';
  const canonical = `${registry}/${path}:${tag}`;
  return `failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}": failed to do request: Head "https://${registry}/v2/${path}/manifests/${tag}": dial tcp: lookup ${hostname}: no such host`;
}
