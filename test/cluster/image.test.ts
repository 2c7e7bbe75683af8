/**
 * The image that `knative/build/image.ts` assembles, as tar and the OCI image specification read it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { archive, type Image, tar } from '../../knative/build/image.ts';

const image: Image = {
  tags: ['dev.local/example:1'],
  layers: [
    [
      { path: 'bin/tool', mode: 0o755, content: 'tool' },
      { path: 'bin/alias', link: 'tool' },
    ],
    [{ path: 'app/index.cjs', content: Buffer.alloc(1000, 'x') }],
  ],
  config: { User: '65532:65532', Entrypoint: ['/bin/tool'] },
};

const list = (content: Buffer) =>
  execFileSync('tar', ['--list', '--verbose', '--file=-'], { input: content }).toString();
const extract = (content: Buffer, path: string) =>
  execFileSync('tar', ['--extract', '--to-stdout', '--file=-', path], { input: content });
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('an assembled image', () => {
  it('has the same bytes for the same files, in whatever order they are named', () => {
    const [first = [], ...others] = image.layers;
    const reversed = { ...image, layers: [[...first].reverse(), ...others] };
    assert.equal(sha256(archive(image)), sha256(archive(reversed)));
  });

  it('names in its config the digest of each uncompressed layer, lowest first', () => {
    const content = archive(image);
    const [manifest] = JSON.parse(extract(content, 'manifest.json').toString());
    const config = JSON.parse(extract(content, manifest.Config).toString());
    const digests = manifest.Layers.map((path: string) => `sha256:${sha256(extract(content, path))}`);
    assert.deepEqual(config.rootfs.diff_ids, digests);
    assert.deepEqual(manifest.RepoTags, image.tags);
    assert.equal(config.config.User, '65532:65532');
  });

  it('keeps modes and links, owned by root, each entry after its folder', () => {
    const lines = list(tar(image.layers[0] ?? []))
      .trim()
      .split('\n');
    assert.match(lines[0] ?? '', /^drwxr-xr-x 0\/0 .* bin\/?$/);
    assert.match(lines[1] ?? '', /^lrwxrwxrwx 0\/0 .* bin\/alias -> tool$|^lrwxr-xr-x 0\/0 .* bin\/alias -> tool$/);
    assert.match(lines[2] ?? '', /^-rwxr-xr-x 0\/0 +4 .* bin\/tool$/);
  });

  it('refuses a path that a tar header cannot hold instead of cutting it', () => {
    assert.throws(() => tar([{ path: 'x'.repeat(101), content: '' }]), /path too long/);
  });
});
