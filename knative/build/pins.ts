/**
 * `npm run pins`: asks the registries which digests the tags of knative/Dockerfile have now, and writes them there. Which
 * Node.js is taken stands in knative/build/node/package.json, its hashes in package-lock.json: npm writes those.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
const indexes = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json';

const image = /^(FROM )(\S+?):([\w.-]+)@sha256:[\da-f]{64}/gm;

/** The Dockerfile with the digests that its tags have now; throws where a registry does not say one. `at`: where a registry is. */
export async function repin(dockerfile: string, at = (host: string): string => `https://${host}`): Promise<string> {
  const digests = new Map<string, string>();
  for (const [, , name = '', tag = ''] of dockerfile.matchAll(image)) {
    digests.set(`${name}:${tag}`, await digestOf(name, tag, at));
  }
  return dockerfile.replace(image, (_, from, name, tag) => `${from}${name}:${tag}@${digests.get(`${name}:${tag}`)}`);
}

async function digestOf(name: string, tag: string, at: (host: string) => string): Promise<string> {
  const [first = '', ...path] = name.split('/');
  // A name without a host is Docker Hub's: https://github.com/distribution/reference
  const hasHost = path.length > 0 && /[.:]/.test(first);
  const registry = at(hasHost ? first : 'registry-1.docker.io');
  const repository = hasHost ? path.join('/') : path.length > 0 ? name : `library/${name}`;
  const url = `${registry}/v2/${repository}/manifests/${tag}`;
  const headers = { Accept: indexes };
  const open = await fetch(url, { method: 'HEAD', headers });
  const answer = open.status === 401 ? await fetch(url, { method: 'HEAD', headers: await login(open, headers) }) : open;
  const digest = answer.headers.get('docker-content-digest') ?? '';
  if (!answer.ok || !/^sha256:[\da-f]{64}$/.test(digest)) throw new Error(`${url} answers ${answer.status} ${digest}`);
  return digest;
}

// https://distribution.github.io/distribution/spec/auth/token/
async function login(refused: Response, headers: Record<string, string>): Promise<Record<string, string>> {
  const challenge = refused.headers.get('www-authenticate') ?? '';
  const { realm = '', ...query } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const answer = await fetch(`${realm}?${new URLSearchParams(query)}`);
  const { token } = JSON.parse(await answer.text());
  return { ...headers, Authorization: `Bearer ${token}` };
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../Dockerfile');
  const before = readFileSync(file, 'utf8');
  const after = await repin(before);
  writeFileSync(file, after);
  console.log(after === before ? 'The digests are those of today.' : 'knative/Dockerfile has new digests.');
}
