/**
 * The go.mod of a component at another version than the one that is pinned: the committed one's `tool` lines, the module's
 * own `replace` lines, and a go.sum that Go writes. In the cache, because a version that was chosen is nobody's pin.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { committedFolder, sourceFolder } from './components.ts';
import { goEnvironment } from './go.ts';
import { part } from './progress.ts';
import { chosenVersion, versioned } from './versions.ts';

interface Replacement {
  Old: { Path: string };
  New: { Path: string; Version?: string };
}

/**
 * Kubernetes keeps its libraries in its own tree, and publishes each as version 0.Y.Z of its module:
 * https://github.com/kubernetes/kubernetes/blob/master/staging/README.md
 */
function replaceLine({ Old, New }: Replacement, version: string): string {
  if (New.Version !== undefined) return `replace ${Old.Path} => ${New.Path} ${New.Version}`;
  return `replace ${Old.Path} => ${Old.Path} v${version.replace(/^1\./, '0.')}`;
}

/** Go 1.25 compiles no older one, and Flagger 1.38 asks for one: https://github.com/golang/go/issues/74462 */
const toolsThatCompile = 'require golang.org/x/tools v0.24.1 // indirect';

async function goMod(name: string, module: string, version: string): Promise<string> {
  const committed = readFileSync(join(committedFolder(name), 'go.mod'), 'utf8');
  const tools = committed.match(/^tool (?:\([\s\S]*?^\)|.*)$/m)?.[0];
  if (tools === undefined) throw new Error(`no tool lines in ${name}/go.mod`);
  const answer = await run('go', ['mod', 'download', '-json', `${module}@v${version}`], { env: goEnvironment });
  const { GoMod } = JSON.parse(answer) as { GoMod: string };
  const upstream = JSON.parse(await run('go', ['mod', 'edit', '-json', GoMod])) as { Replace: Replacement[] | null };
  const replaced = (upstream.Replace ?? []).map((each) => replaceLine(each, version));
  const go = committed.match(/^go .*$/m)?.[0];
  return [
    `module k8s-e2e-verifier/cluster/${name}`,
    go,
    ...replaced,
    tools,
    `require ${module} v${version} // indirect`,
    `${toolsThatCompile}\n`,
  ].join('\n\n');
}

async function resolve(folder: string, content: () => Promise<string>): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    writeFileSync(join(unfinished, 'go.mod'), await content());
    const env = { ...goEnvironment, GOFLAGS: '-mod=mod' };
    await run('go', ['list', '-deps', 'tool'], { cwd: unfinished, env });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** For every component of which another version was chosen. What is there already is kept. */
export async function prepareSources(): Promise<void> {
  for (const [name, { module }] of Object.entries(versioned)) {
    const version = chosenVersion(name);
    const folder = sourceFolder({ name });
    if (version === undefined || existsSync(folder)) continue;
    await part(`resolve ${name} ${version}`, () => resolve(folder, () => goMod(name, module, version)));
  }
}
