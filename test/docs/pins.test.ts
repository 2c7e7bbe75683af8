/**
 * `npm run pins`, at a registry that wants a token first, as Docker Hub does.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { repin } from '../../knative/build/pins.ts';
import { read } from '../support/documents.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

describe('npm run pins', () => {
  let registry: Server;
  let url: string;
  const asked: string[] = [];
  before(async () => {
    registry = createServer(({ method, url: path = '', headers: { authorization, accept } }, response) => {
      if (path.startsWith('/token?')) return response.end(JSON.stringify({ token: path }));
      if (authorization === undefined) {
        const challenge = `Bearer realm="${url}/token",service="registry",scope="repository:pull"`;
        return response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      }
      asked.push(`${method} ${path} ${authorization} ${accept?.includes('oci.image.index')}`);
      const known = path.includes('/library/node/') || path.includes('/distroless/');
      return response.writeHead(known ? 200 : 404, known ? { 'Docker-Content-Digest': digest('a') } : {}).end();
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
    url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  });
  after(() => registry.close());

  it('writes the digests that the tags have now, and nothing else', async () => {
    const before = read('knative/Dockerfile');
    const after = await repin(before, () => url);
    assert.equal(after, before.replaceAll(/@sha256:[\da-f]{64}/g, `@${digest('a')}`));
    assert.equal(after.split(digest('a')).length, 3);
    const token = 'Bearer /token?service=registry&scope=repository%3Apull true';
    const [node, distroless] = asked;
    assert.match(node ?? '', /^HEAD \/v2\/library\/node\/manifests\/24\.[\d.]+-slim /);
    assert.equal(distroless, `HEAD /v2/distroless/cc-debian13/manifests/nonroot ${token}`);
  });

  it('asks each registry under its own name', async () => {
    const hosts: string[] = [];
    await repin(read('knative/Dockerfile'), (host) => {
      hosts.push(host);
      return url;
    });
    assert.deepEqual(hosts, ['registry-1.docker.io', 'gcr.io']);
  });

  it('leaves all as it is where a registry does not know a tag', async () => {
    const unknown = `FROM ann/shop:1@${digest('b')}\n`;
    await assert.rejects(
      repin(unknown, () => url),
      /ann\/shop\/manifests\/1 answers 404/,
    );
  });
});
