/**
 * Assembles a container image from files, without a container engine or a registry: a docker archive, which
 * `ctr images import`, `docker load`, `kind load image-archive` and `skopeo copy` read. Same files, same bytes.
 *
 *     node knative/build/image.ts --tag dev.local/e2e-verifier:1 --output image.tar
 *
 * For the platform that it runs on alone: the code cache fits no other.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryOf } from './changelog.ts';

/** A file (`content`), a symbolic link (`link`) or an empty folder (neither) of an image; `path` has no leading slash. */
export interface Entry {
  path: string;
  mode?: number;
  content?: Buffer | string;
  link?: string;
}

export interface Image {
  tags: readonly string[];
  /** Lowest first; a layer that stays the same is not unpacked again. */
  layers: readonly (readonly Entry[])[];
  config: {
    User?: string;
    WorkingDir?: string;
    Entrypoint?: string[];
    Cmd?: string[];
    Env?: string[];
    Labels?: Record<string, string>;
  };
  /** 1970 where it is not given, so that an image is of its files alone. */
  created?: Date;
}

const BLOCK = 512;

/** One ustar header (POSIX.1-1988) and its content. Owner 0 and time 0: nothing of the machine gets in. */
function tarEntry(entry: Entry): Buffer {
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`path too long for a tar header: ${entry.path}`);
  const content = Buffer.from(entry.content ?? '');
  const type = entry.link !== undefined ? '2' : entry.content === undefined ? '5' : '0';
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number) =>
    header.write(value.toString(8).padStart(length - 1, '0'), offset);
  header.write(entry.path, 0);
  octal(entry.mode ?? (type === '0' ? 0o644 : 0o755), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write(' '.repeat(8) + type, 148);
  header.write(entry.link ?? '', 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parents(parent), parent];
}

/** Entries sorted by path, each after its folders. */
export function tar(entries: readonly Entry[]): Buffer {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) for (const path of parents(entry.path)) byPath.set(path, { path });
  for (const entry of entries) byPath.set(entry.path, entry);
  const sorted = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.concat([...sorted.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

/** As an image names it: https://github.com/opencontainers/image-spec/blob/main/image-index.md#platform-variants */
export function platformOf(os: string, arch: string): Platform {
  if (os === 'linux' && arch === 'x64') return { os, architecture: 'amd64' };
  if (os === 'linux' && arch === 'arm64') return { os, architecture: arch, variant: 'v8' };
  throw new Error(`no image can be made of the Node.js of ${os} on ${arch}: docker build -f knative/Dockerfile`);
}

/** The docker archive: layers, config.json (named by its digest) and manifest.json. */
export function archive(image: Image): Buffer {
  const layers = image.layers.map(tar).map((content) => ({ content, digest: sha256(content) }));
  const created = (image.created ?? new Date(0)).toISOString();
  const config = JSON.stringify({
    ...platformOf(process.platform, process.arch),
    created,
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    history: layers.map(() => ({ created })),
  });
  const configFile = `${sha256(config)}.json`;
  const layerFiles = layers.map(({ content, digest }) => ({ path: `${digest}/layer.tar`, content }));
  const paths = layerFiles.map(({ path }) => path);
  const manifest = JSON.stringify([{ Config: configFile, RepoTags: image.tags, Layers: paths }]);
  const unique = [...new Map(layerFiles.map((file) => [file.path, file])).values()];
  return tar([...unique, { path: configFile, content: config }, { path: 'manifest.json', content: manifest }]);
}

/** A program with the shared libraries that the dynamic loader would load for it, at the paths it looks in. */
export function programWithLibraries(program: string, path: string): Entry[] {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> )?(\/\S+) \(0x/g);
  const found = [...libraries].map((match) => match[1] ?? '');
  const entries = found.map((file) => ({
    path: file.slice(1),
    mode: 0o755,
    content: readFileSync(realpathSync(file)),
  }));
  return [{ path, mode: 0o755, content: readFileSync(program) }, ...entries];
}

/** A user without rights, and a /tmp: what an image without a distribution in it needs. */
const base: readonly Entry[] = [
  { path: 'etc/passwd', content: 'root:x:0:0::/:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n' },
  { path: 'etc/group', content: 'root:x:0:\nnonroot:x:65532:\n' },
  { path: 'tmp', mode: 0o1777 },
];

export function nodeLayer(node = process.execPath): Entry[] {
  return [...base, ...programWithLibraries(node, 'usr/local/bin/node')];
}

/**
 * The files that `npm run build` made: the start, the function and its code cache, which this Node has to be taking; what
 * brings CloudEvents to a sink; the command line; the page; the licences of each.
 */
function functionLayer(start: string, node = process.execPath): Entry[] {
  const folder = dirname(start);
  const files = readdirSync(folder).filter((file) =>
    /^(?:(?:function|sink)-.*|cli|status)\.(?:cjs|cache|LICENSES\.txt)$/.test(file),
  );
  const bundle = files.find((file) => /^function-.*\.cjs$/.test(file)) ?? '';
  const { status } = spawnSync(node, [join(import.meta.dirname, 'accepts.ts'), join(folder, bundle)], {
    env: {},
  });
  if (status !== 0) throw new Error(`the code cache of ${folder} is not of ${node}: npm run build, with that Node`);
  const content = (file: string) => readFileSync(join(folder, file));
  return [basename(start), ...files].map((file) => ({ path: `app/${file}`, content: content(file) }));
}

export function functionImage(tag: string, start: string, node?: string): Image {
  const image = nodeImage(tag, start, functionLayer(start, node), node);
  return { ...image, config: { ...image.config, Labels: labels() } };
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function labels(): Record<string, string> {
  const file = join(import.meta.dirname, '../../package.json');
  const { name, description, version, license, homepage, config } = JSON.parse(readFileSync(file, 'utf8'));
  const project = repositoryOf(config.image);
  const values = { title: name, description, version, licenses: license, url: project, source: project };
  const entries = Object.entries({ ...values, documentation: homepage });
  return Object.fromEntries(entries.map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}

/** Node.js and these files; `start` is the one in /app that it runs where no other is named. */
export function nodeImage(tag: string, start: string, app: readonly Entry[], node?: string): Image {
  return {
    tags: [tag],
    layers: [nodeLayer(node), app],
    config: {
      User: '65532:65532',
      WorkingDir: '/app',
      Entrypoint: ['/usr/local/bin/node'],
      Cmd: [`/app/${basename(start)}`],
      Env: ['NODE_ENV=production', 'PATH=/usr/local/bin:/usr/bin:/bin'],
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      tag: { type: 'string' },
      output: { type: 'string' },
      start: { type: 'string', default: join(import.meta.dirname, '../../dist/index.cjs') },
      label: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.tag === undefined || values.output === undefined) {
    console.error('usage: node knative/build/image.ts --tag NAME --output FILE [--start FILE] [--label NAME=VALUE]...');
    process.exit(2);
  }
  const image = functionImage(values.tag, values.start);
  const more = values.label.map((label) => [label.replace(/=.*/s, ''), label.replace(/^[^=]*=?/, '')]);
  const Labels = { ...image.config.Labels, ...Object.fromEntries(more) };
  // https://reproducible-builds.org/docs/source-date-epoch/
  const created = new Date(Number(process.env['SOURCE_DATE_EPOCH'] ?? 0) * 1000);
  writeFileSync(values.output, archive({ ...image, created, config: { ...image.config, Labels } }));
  const { os, architecture } = platformOf(process.platform, process.arch);
  console.log(`${values.output}: ${values.tag} for ${os}/${architecture}`);
}
