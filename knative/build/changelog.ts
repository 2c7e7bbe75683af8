/**
 * `npm run release-notes -- vVERSION`: what CHANGELOG.md says of a version, for its release. Ends with 1 where it says nothing,
 * and where the tag, package.json and the chart are not of one version.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The section of a version, without its heading. */
export function sectionOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((each) => each.startsWith(`[${version}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## [${version}] - DATE"`);
  const [heading = '', ...lines] = section.split('\n');
  if (!/^\[[^\]]+\] - \d{4}-\d\d-\d\d$/.test(heading)) {
    throw new Error(`CHANGELOG.md: "## ${heading}" must be "## [${version}] - YYYY-MM-DD"`);
  }
  const text = lines.join('\n').trim();
  if (text === '') throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return text;
}

/** Links to files of the repository lead nowhere in the text of a release. */
export function withWholeLinks(text: string, repository: string, tag: string): string {
  return text.replaceAll(/\]\((?!https?:|#)([^)]+)\)/g, `](${repository}/blob/${tag}/$1)`);
}

/** Where the repository of an image of ghcr.io is. */
export function repositoryOf(image: string): string {
  return image.replace(/^ghcr\.io/, 'https://github.com');
}

export interface Versions {
  package: { version: string; config: { image: string } };
  chart: { version: string; appVersion: string };
}

/** The version that a tag names. Throws where it is not that of all that is released under it. */
export function versionOf(tag: string, { package: { version, config }, chart }: Versions): string {
  const [, named] = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag) ?? [];
  if (named === undefined) throw new Error(`"${tag}" is no tag of a version, as v1.2.3 is`);
  const others = {
    'version of package.json': version,
    'version of knative/chart/Chart.yaml': chart.version,
    'appVersion of knative/chart/Chart.yaml': chart.appVersion,
  };
  const wrong = Object.entries(others).filter(([, other]) => other !== named);
  if (wrong.length > 0) {
    throw new Error(`the tag is ${tag}, but ${wrong.map(([what, other]) => `the ${what} is ${other}`).join(', ')}`);
  }
  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
  if (config.image !== config.image.toLowerCase()) {
    throw new Error(`no registry takes the image's name, ${config.image}: say whose it is in package.json, "config"`);
  }
  return named;
}

if (import.meta.main) {
  const [tag = ''] = process.argv.slice(2);
  const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const read = (file: string) => readFileSync(path(file), 'utf8');
  try {
    const chart: Versions['chart'] = parse(read('knative/chart/Chart.yaml'));
    const released: Versions['package'] = JSON.parse(read('package.json'));
    const section = sectionOf(read('CHANGELOG.md'), versionOf(tag, { package: released, chart }));
    console.log(withWholeLinks(section, repositoryOf(released.config.image), tag));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
