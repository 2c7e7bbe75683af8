/**
 * `npm run --silent sbom > FILE`: what the image is made of by this repository, as SPDX 2.3: the npm packages in the function, the
 * page and the command line, and Node.js, each with the hash it was taken by. What the base image brings, the builder of the image says.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCli, buildFunction, buildStatus } from './bundle.ts';
import { repositoryOf } from './changelog.ts';
import { packagesIn } from './licenses.ts';

interface Locked {
  version: string;
  license?: string;
  integrity: string;
}

interface SpdxPackage {
  SPDXID: string;
  name: string;
  versionInfo: string;
  [field: string]: unknown;
}

interface Document {
  packages: SpdxPackage[];
  relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
  [field: string]: unknown;
}

export interface Sources {
  name: string;
  version: string;
  license: string;
  /** Where the project is. */
  home: string;
  /** RFC 3339. */
  created: string;
  /** By path, as package-lock.json has them. */
  packages: Record<string, Locked>;
}

const document = 'SPDXRef-DOCUMENT';

export function sbomOf({ name, version, license, home, created, packages }: Sources): Document {
  const main = packageOf(name, { version, license, integrity: '' });
  const parts = Object.entries(packages).map(([path, locked]) => packageOf(nameIn(path), locked));
  const contents = parts.map(({ SPDXID }) => relation(main.SPDXID, 'CONTAINS', SPDXID));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: document,
    name: `${name}-${version}`,
    documentNamespace: `${home}/sbom/${version}/${created}`,
    creationInfo: { created, creators: [`Tool: ${name}-sbom`] },
    packages: [main, ...parts],
    relationships: [relation(document, 'DESCRIBES', main.SPDXID), ...contents],
  };
}

function packageOf(name: string, { version, license = 'NOASSERTION', integrity }: Locked): SpdxPackage {
  const [, hash = ''] = /^sha512-(.+)$/.exec(integrity) ?? [];
  // https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const references = [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }];
  // Node.js by the name under which its vulnerabilities are told.
  const cpe = `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`;
  const node = { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: cpe };
  return {
    SPDXID: `SPDXRef-${`${name}-${version}`.replaceAll(/[^\w.-]|_/g, '-')}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: license,
    copyrightText: 'NOASSERTION',
    externalRefs: isNode(name) ? [...references, node] : references,
    ...(hash !== '' && {
      checksums: [{ algorithm: 'SHA512', checksumValue: Buffer.from(hash, 'base64').toString('hex') }],
    }),
  };
}

function relation(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function nameIn(path: string): string {
  return path.replace(/^.*node_modules\//, '');
}

function isNode(name: string): boolean {
  return name.startsWith('node-linux-');
}

/** Of what these sources make. `created`: RFC 3339. */
export async function sbom(created: string): Promise<Document> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { name, version, license, config } = read('package.json');
  const locked: Record<string, Locked> = read('package-lock.json').packages;
  const folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  try {
    const ofFunction = await buildFunction(folder);
    const built = [ofFunction, ofFunction.sink, await buildStatus(folder), await buildCli(folder)];
    const folders = new Set(built.flatMap(({ metafile }) => packagesIn(metafile, root)));
    const bundled = [...folders].map((path) => relative(root, path).replace(/^.*?(?=node_modules\/)/, ''));
    const node = Object.keys(locked).filter((path) => isNode(nameIn(path)));
    const packages = Object.fromEntries(
      [...bundled, ...node].map((path) => {
        const { [path]: found } = locked;
        if (found === undefined) throw new Error(`package-lock.json has no ${path}`);
        return [path, found];
      }),
    );
    return sbomOf({ name, version, license, home: repositoryOf(config.image), created, packages });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  // https://reproducible-builds.org/docs/source-date-epoch/
  const { SOURCE_DATE_EPOCH: epoch } = process.env;
  const time = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000);
  console.log(JSON.stringify(await sbom(`${time.toISOString().slice(0, 19)}Z`), null, 2));
}
