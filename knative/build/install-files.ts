/**
 * `npm run install-files -- --output FOLDER [--image NAME[:TAG]] [--digest sha256:...]`: the files that install the
 * verifier with one `kubectl apply --server-side -f`, without this checkout, with the image named in them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, parseAllDocuments, stringify } from 'yaml';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  subjects?: { kind: string; name: string; namespace?: string }[];
  [field: string]: unknown;
}

export interface InstallFile {
  name: string;
  /** What it brings, for its first line. */
  what: string;
  objects: Manifest[];
}

interface Kustomization {
  namespace: string;
  resources: string[];
  images: [{ name: string }];
}

interface Package {
  version: string;
  config: { image: string };
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const load = (path: string): Manifest[] => parseAllDocuments(read(path)).map((document) => document.toJS());

const base: Kustomization = parse(read('knative/base/kustomization.yaml'));

const { version, config }: Package = JSON.parse(read('package.json'));

/** The name under which this version is released. */
export const releasedImage = `${config.image}:${version}`;

// A name, with a registry and its port or without, and a tag or none.
const named = /^(?:[^\s@/]+\/)*[^\s@:/]+(?::[\w.-]+)?$/;

/** A name without a tag is meant in this version. */
export function imageReference(image: string, digest?: string): string {
  if (image.includes('@')) throw new Error(`--image ${image}: the digest is told by --digest`);
  if (!named.test(image)) throw new Error(`--image ${image}: no image has that name`);
  if (digest !== undefined && !/^sha256:[\da-f]{64}$/.test(digest)) throw new Error(`--digest ${digest}: no sha256`);
  const tagged = /:[^/]*$/.test(image) ? image : `${image}:${version}`;
  return digest === undefined ? tagged : `${tagged}@${digest}`;
}

/** As kustomize puts objects into a namespace: what lives in one, and the accounts that a binding names. */
export function inNamespace(namespace: string, { subjects, ...object }: Manifest): Manifest {
  const metadata = isOfCluster(object) ? object.metadata : { ...object.metadata, namespace };
  const bound = subjects?.map((subject) => ({ ...subject, namespace }));
  return { ...object, metadata, ...(bound && { subjects: bound }) };
}

export function isOfCluster({ kind }: Pick<Manifest, 'kind'>): boolean {
  return kind.startsWith('Cluster') || kind === 'CustomResourceDefinition';
}

function withImage(former: string, image: string, object: Manifest): Manifest {
  return JSON.parse(JSON.stringify(object), (key, value) => (key === 'image' && value === former ? image : value));
}

export function installFiles(image: string): InstallFile[] {
  const crds = readdirSync(new URL('../../crds', import.meta.url)).flatMap((file) => load(`crds/${file}`));
  return [
    {
      name: 'install.yaml',
      what: 'the E2ESpec, and the verifier without Knative, in the namespace default',
      objects: [...crds, ...withoutKnative(image)],
    },
    {
      name: 'install-knative.yaml',
      what: 'the E2ESpec, and the verifier as a Knative Service, in the namespace default',
      objects: [...crds, ...withKnative(image)],
    },
    { name: 'crds.yaml', what: 'the E2ESpec alone', objects: crds },
    {
      name: 'status.yaml',
      what: 'the page beside the verifier, without Knative, in the namespace default',
      objects: page(image, 'status-published/deployment.yaml'),
    },
    {
      name: 'status-knative.yaml',
      what: 'the page beside the verifier, as a Knative Service, in the namespace default',
      objects: page(image, 'status/service.yaml'),
    },
  ];
}

/** All of examples/deployment.yaml but the account that is an example for tests. */
function withoutKnative(image: string): Manifest[] {
  const own = load('examples/deployment.yaml').filter(({ metadata }) => metadata.name !== 'e2e-test-runner');
  return own.map((object) => withImage(releasedImage, image, object));
}

/** What `kubectl kustomize knative/base` gives, where this is made without kubectl. */
function withKnative(image: string): Manifest[] {
  const { resources } = base;
  return inBase(
    image,
    resources.map((file) => `knative/base/${file}`),
  );
}

function page(image: string, running: string): Manifest[] {
  return inBase(image, ['knative/overlays/status/rbac.yaml', `knative/overlays/${running}`]);
}

function inBase(image: string, files: string[]): Manifest[] {
  const { namespace, images } = base;
  const [{ name: former }] = images;
  return files.flatMap(load).map((object) => withImage(former, image, inNamespace(namespace, object)));
}

export function textOf({ name, what, objects }: InstallFile): string {
  const head = `# k8s-e2e-verifier ${version}: ${what}.\n# kubectl apply --server-side -f ${name}\n`;
  // kubectl reads YAML 1.1, where a plain `on` is no string.
  return head + objects.map((object) => stringify(object, { compat: 'yaml-1.1', lineWidth: 0 })).join('---\n');
}

function main(): void {
  const { values } = parseArgs({
    options: {
      output: { type: 'string' },
      image: { type: 'string', default: releasedImage },
      digest: { type: 'string' },
    },
  });
  const { output, digest } = values;
  if (output === undefined) throw new Error('--output FOLDER is missing');
  const image = imageReference(values.image, digest);
  mkdirSync(output, { recursive: true });
  for (const file of installFiles(image)) {
    const path = join(output, file.name);
    writeFileSync(path, textOf(file));
    console.log(`${path}: ${file.what}`);
  }
  console.log(`image: ${image}`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('usage: npm run install-files -- --output FOLDER [--image NAME[:TAG]] [--digest sha256:HEX]');
    process.exitCode = 2;
  }
}
