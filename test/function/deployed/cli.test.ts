import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { read, resources, root } from '../../support/documents.ts';

function lint(...files: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.cjs', ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

// Of Flux.
const variable = '$'.concat('{E2E}');
const canaryOf = (path: string) => resources(read(path)).find(({ kind }) => kind === 'Canary');

describe('k8s-e2e-verifier lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  after(() => rmSync(folder, { recursive: true }));

  it('exits 0 where every gate gates', () => {
    const { status, out } = lint('lint', 'examples/canary-blue-green.yaml');
    const says = 'ok: blue-green waits for its test at pre-rollout, and rolls back at once when it fails\n';
    assert.deepEqual([status, out], [0, says]);
  });

  const alone = 'examples/canary-webhook-alone-does-not-gate.yaml';
  const placeOf = (text: string, file = alone) =>
    read(file)
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;

  it('exits 1 and names the place, the canary, the webhook and what to do where one does not', () => {
    const { status, out } = lint('lint', alone);
    assert.equal(status, 1);
    const line = placeOf('default/webhook');
    assert.ok(
      out.includes(`${alone}:${line}:9: error: webhook-alone: webhook e2e-verification: /webhook answers 202`),
      out,
    );
  });

  it('writes the same as JSON, and as annotations with paths from the root of the repository', () => {
    const { status, out } = lint('lint', '--output', 'json', alone);
    const { canaries, summary } = JSON.parse(out);
    const { findings, ...canary } = canaries[0];
    assert.deepEqual([status, canary.name, canary.file, canary.ok], [1, 'webhook-alone', alone, false]);
    assert.deepEqual(summary, { canaries: 1, ok: 0, errors: findings.length, advice: 0 });
    const env = { ...process.env, GITHUB_WORKSPACE: dirname(root) };
    const args = ['dist/cli.cjs', 'lint', '-o', 'github', alone];
    const github = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
    const file = `${basename(root)}/${alone}`;
    assert.equal(github.stdout.match(/^::error file=(.*?),line=\d+,col=\d+,title=webhook-alone/)?.[1], file);
    assert.equal(github.status, 1);
  });

  it('counts retries against the E2ESpec that is given with the Canary', () => {
    const canary = 'examples/demo/canary.yaml';
    assert.equal(lint('lint', canary, 'examples/demo/e2espec-passes.yaml').status, 0);
    const slow = file(
      'slow.yaml',
      'kind: E2ESpec\nmetadata: {name: podinfo}\nspec: {image: x, activeDeadlineSeconds: 3600}\n',
    );
    const { status, out } = lint('lint', canary, slow);
    assert.equal(status, 1);
    assert.match(out, /canary\.yaml:\d+:\d+: error: .*retries: 40 .* Use 1208 or more/);
  });

  const gates = (host: string) =>
    file(
      'gates.yaml',
      `kind: Canary
metadata: {name: shop}
spec:
  targetRef: {kind: Deployment, name: shop}
  analysis:
    webhooks:
      - {name: e2e, type: pre-rollout, url: '${host}/pre-rollout', retries: 300}
      - {name: failed, type: rollback, url: '${host}/rollback'}
`,
    );

  it('takes the verifier to be where the gates lead', () => {
    assert.equal(lint('lint', gates('http://tests.qa')).status, 0);
  });

  it('takes it to be where --url says', () => {
    assert.equal(lint('lint', '--url', 'https://gw.example.com/e2e/', gates('https://gw.example.com/e2e')).status, 0);
    const { status, out } = lint('lint', '--url', 'http://e2e-verifier.default', gates('http://tests.qa'));
    assert.deepEqual([status, out], [2, '1 Canary does not call the verifier: shop\n']);
  });

  it('takes the List of kubectl get canaries -o yaml, from a file or from a pipe', () => {
    const canaries = ['blue-green', 'webhook-alone-does-not-gate'].flatMap((name) =>
      resources(read(`examples/canary-${name}.yaml`)).filter(({ kind }) => kind === 'Canary'),
    );
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: canaries });
    const of = lint('lint', file('list.yaml', list));
    assert.equal(of.status, 1);
    assert.match(
      of.out,
      /^\S+list\.yaml:1:\d+: error: webhook-alone: webhook e2e-verification: \/webhook answers 202/m,
    );
    assert.match(of.out, /^ok: blue-green waits/m);
    assert.match(of.out, /^2 Canaries: 1 ok, \d errors$/m);
    const slowly = `(sleep 0.3; cat) | "${process.execPath}" dist/cli.cjs lint -`;
    const { status, stdout } = spawnSync('sh', ['-c', slowly], { cwd: root, input: list, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, of.out.replaceAll(join(folder, 'list.yaml'), '<stdin>')]);
  });

  describe('of a folder', () => {
    const inFolder = (name: string, text: string) => {
      const path = join(folder, 'deploy', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    const canary = canaryOf('examples/canary-blue-green.yaml');
    const named = (name: string) => JSON.stringify({ ...canary, metadata: { name } });
    const lintFolder = () => lint('lint', join(folder, 'deploy'));
    beforeEach(() => rmSync(join(folder, 'deploy'), { recursive: true, force: true }));

    it('reads YAML and JSON in it and in what is in it, but for node_modules and what begins with a dot', () => {
      for (const path of ['z.yaml', 'a/b.yml', 'a/c.json', 'notes.txt', '.git/d.yaml', 'node_modules/e/f.yaml']) {
        inFolder(path, named(path.replaceAll(/\W/g, '-')));
      }
      const { status, out } = lintFolder();
      assert.deepEqual(
        [status, [...out.matchAll(/^ok: (\S+)/gm)].map(([, name]) => name)],
        [0, ['a-b-yml', 'a-c-json', 'z-yaml']],
      );
    });

    it('passes over what is no object of Kubernetes, and says what could be meant', () => {
      inFolder('ok.yaml', named('shop'));
      inFolder('values.yaml', 'a: {{ not YAML: [\n');
      inFolder('broken.yaml', 'a: [1,\n');
      inFolder('templates/canary.yaml', 'kind: Canary\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n');
      inFolder('templates/e2espec.yaml', 'kind: E2ESpec\n{{- if .Values.on }}\nspec: {}\n');
      inFolder('patch.yaml', 'kind: Canary\nmetadata: {name: shop}\nspec: {analysis: {interval: 1m}}\n');
      const { status, out, err } = lintFolder();
      assert.deepEqual([status, out.split('\n').length], [0, 2]);
      const said = err.replaceAll(folder, '').split('\n');
      assert.match(
        said[0] ?? '',
        /^not read: \/deploy\/patch\.yaml:3:1: Canary shop: spec\.targetRef must be an object \(a patch\?\)$/,
      );
      assert.match(
        said[1] ?? '',
        /^not read: \/deploy\/templates\/canary\.yaml:2:12: Canary without a name: a Helm template\. .*helm template/,
      );
      assert.match(said[2] ?? '', /^not read: \/deploy\/templates\/e2espec\.yaml: a Helm template/);
      assert.equal(said.length, 4);
    });

    it('misses no E2ESpec for one that stands in another file, whose Canary may be elsewhere', () => {
      inFolder('canary.yaml', named('shop'));
      const other = 'kind: E2ESpec\nmetadata: {name: frontend}\nspec: {image: x}\n';
      inFolder('frontend.yaml', other);
      assert.equal(lintFolder().status, 0);
      inFolder('canary.yaml', `${named('shop')}\n---\n${other}`);
      const { status, out } = lintFolder();
      assert.deepEqual([status, /There is frontend: add metadata\.e2espec: frontend/.test(out)], [1, true]);
    });

    it('misses no E2ESpec of which there is a part or a template', () => {
      const part = 'kind: E2ESpec\nmetadata: {name: smoke}\nspec: {backoffLimit: 1}\n';
      for (const text of [part, part.replace('backoffLimit: 1', 'image: "{{ .Values.image }}"')]) {
        inFolder('all.yaml', `${named('smoke')}\n---\n${text}---\n${part.replace('smoke', 'other')}`);
        const { status, out, err } = lintFolder();
        assert.deepEqual([status, out.replace(/ waits.*/s, '')], [0, 'ok: smoke'], out);
        assert.match(
          err,
          /deploy\/all\.yaml:\d+:\d+: E2ESpec smoke: (spec\.image is missing \(a patch\?\)|a Helm template)/,
        );
      }
    });

    it('says what is a template, though it be YAML', () => {
      inFolder('ok.yaml', named('shop'));
      inFolder('flux.yaml', named('flux').replaceAll('http://e2e-verifier.default', variable));
      inFolder('helm.yaml', named('helm').replaceAll('http://e2e-verifier.default', 'http://{{ .Values.host }}'));
      const { status, out, err } = lintFolder();
      assert.deepEqual([status, out.split('\n').length], [0, 2]);
      const [flux = '', helm = '', ...more] = err.replaceAll(folder, '').split('\n');
      assert.match(flux, /^not read: \/deploy\/flux\.yaml:1:\d+: Canary flux: a Flux template\. .*flux envsubst \|/);
      assert.match(helm, /^not read: \/deploy\/helm\.yaml:1:\d+: Canary helm: a Helm template\. .*helm template/);
      assert.deepEqual(more, ['']);
    });

    it('counts Canaries that do not call the verifier', () => {
      inFolder('ok.yaml', named('shop'));
      inFolder('other.yaml', 'kind: Canary\nmetadata: {name: other}\nspec: {targetRef: {kind: D, name: other}}\n');
      const { status, out } = lintFolder();
      assert.equal(status, 0);
      assert.match(out, /^1 Canary does not call the verifier: other$/m);
    });

    it('exits 2 where a Canary in it cannot be read, having linted the others', () => {
      inFolder('ok.yaml', named('shop'));
      inFolder('broken.yaml', 'kind: Canary\nmetadata: [\n');
      const { status, out, err } = lintFolder();
      assert.equal(status, 2);
      assert.match(out, /^ok: shop /);
      assert.match(err, /deploy\/broken\.yaml:3:1: error: /);
    });

    it('exits 2 where there is nothing to lint', () => {
      inFolder('other.yaml', 'kind: Canary\nmetadata: {name: other}\nspec: {targetRef: {kind: D, name: other}}\n');
      const { status, err } = lintFolder();
      assert.deepEqual([status, err.replace(folder, '')], [2, 'error: no Canary in /deploy calls the verifier\n']);
      inFolder('other.yaml', 'kind: ConfigMap\n');
      inFolder('another.json', '{}');
      assert.match(lintFolder().err, /^error: no Canary in \S+deploy \(2 files\)\n$/);
    });
  });

  it('exits 0 and says how it is used where it is asked to', () => {
    for (const args of [['--help'], ['-h'], ['lint', '-h'], ['lint', '--help', 'a.yaml']]) {
      const { status, out, err } = lint(...args);
      assert.deepEqual([status, out.split(' ')[0], err], [0, 'Usage:', '']);
    }
  });

  it('has no colours but on a terminal, where NO_COLOR takes them away', function () {
    if (spawnSync('script', ['--version']).status !== 0) this.skip();
    const onTerminal = (env: Record<string, string>) => {
      const command = `"${process.execPath}" dist/cli.cjs lint examples/canary-blue-green.yaml`;
      const all = { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env };
      return spawnSync('script', ['-qec', command, '/dev/null'], { cwd: root, encoding: 'utf8', env: all }).stdout;
    };
    const green = '\u001b[1;32mok\u001b[0m: blue-green';
    assert.ok(onTerminal({}).startsWith(green));
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) assert.ok(onTerminal(env).startsWith('ok: blue-green'));
    assert.ok(lint('lint', 'examples/canary-blue-green.yaml').out.startsWith('ok: blue-green'));
  });

  it('says what is missing in a Canary that cannot be one', () => {
    const written = {
      'spec must be an object': 'kind: Canary\nmetadata: {name: shop}\n',
      'spec.analysis.webhooks must be a list':
        'kind: Canary\nmetadata: {name: shop}\nspec: {targetRef: {kind: Deployment, name: shop}, analysis: {webhooks: 1}}\n',
      'metadata.name must be a string': 'kind: Canary\nmetadata:\nspec: {}\n',
    };
    for (const [says, text] of Object.entries(written)) {
      const { status, err } = lint('lint', file('broken.yaml', text));
      assert.equal(status, 2);
      assert.match(err, new RegExp(`broken\\.yaml:\\d:\\d+: error: Canary .*: ${says}`));
    }
  });

  const wrong = [
    { what: 'another command', args: ['apply'], says: /^unknown command 'apply'\n.*--help says more\n/ },
    {
      what: 'nothing to lint',
      args: ['lint'],
      says: /^say what to lint: a file, a folder, -n NAMESPACE, or -A.*\n.*--help/,
    },
    {
      what: 'a URL that is none',
      args: ['lint', '--url', 'e2e-verifier', 'a.yaml'],
      says: /^option '--url <url>' argument 'e2e-verifier' is invalid\. It must begin with http:\/\/ or https:\/\/\n/,
    },
    {
      what: 'an unknown option',
      args: ['lint', '--uri', 'a.yaml'],
      says: /^unknown option '--uri' \(Did you mean --url\?\)\n.*lint --help has examples\n/,
    },
    {
      what: 'an unknown format',
      args: ['lint', '-o', 'xml', 'a.yaml'],
      says: /^option '-o, --output <format>' argument 'xml' is invalid\. Allowed choices are text, json, github\.\n/,
    },
    {
      what: 'a namespace and all of them',
      args: ['lint', '-A', '-n', 'shop'],
      says: /^-n and -A exclude each other\n/,
    },
    { what: 'files and a cluster', args: ['lint', '-A', 'a.yaml'], says: /^files are linted without a cluster/ },
    { what: 'a cluster, and nothing of it', args: ['lint', '--context', 'a'], says: /^say what to lint/ },
  ];
  for (const { what, args, says } of wrong) {
    it(`exits 64 and says why with ${what}`, () => {
      const { status, out, err } = lint(...args);
      assert.deepEqual([status, out], [64, '']);
      assert.match(err, says);
    });
  }

  const unreadable = [
    {
      what: 'a file that is not there',
      args: ['nowhere.yaml'],
      says: /^nowhere\.yaml: error: there is no such file or folder\n$/,
    },
    {
      what: 'a file without a Canary',
      args: ['examples/e2espec-simple.yaml'],
      says: /^error: no Canary in examples\/e2espec-simple\.yaml\n$/,
    },
    { what: 'a file that is no YAML', args: [file('bad.yaml', 'a: [1,')], says: /^\S+bad\.yaml:1:7: error: / },
    {
      what: 'a template',
      args: [file('template.yaml', 'kind: Canary\n{{- if .Values.on }}\nspec: [\n')],
      says: /^\S+template\.yaml:\d:\d+: error: .*It looks like a Helm template\. .*helm template CHART/,
    },
  ];
  unreadable.push({
    what: 'a template that is YAML',
    args: [file('flux.yaml', read('examples/canary-blue-green.yaml').replace('http://e2e-verifier.default', variable))],
    says: /^\S+flux\.yaml:\d+:\d+: error: Canary blue-green: a Flux template\. .*flux envsubst \|[^\n]*\n$/,
  });
  for (const { what, args, says } of unreadable) {
    it(`exits 2 and says why with ${what}`, () => {
      const { status, err } = lint('lint', ...args);
      assert.equal(status, 2);
      assert.match(err, says);
    });
  }

  it('says what the API server refuses in an E2ESpec: of a Canary as its errors, of no Canary as what cannot be used', () => {
    const e2eSpec = (name: string) =>
      `kind: E2ESpec\nmetadata: {name: ${name}}\nspec:\n  image: x\n  mode: observe\n  activeDeadlineSeconds: "60"\n`;
    const own = lint('lint', 'examples/demo/canary.yaml', file('refused.yaml', e2eSpec('podinfo')));
    assert.equal(own.status, 1);
    assert.match(
      own.out,
      /refused\.yaml:5:3: error: demo\/podinfo: E2ESpec podinfo: mode: observe is refused .* Write Enforce/,
    );
    assert.match(
      own.out,
      /refused\.yaml:6:3: error: demo\/podinfo: E2ESpec podinfo: activeDeadlineSeconds: "60" is refused/,
    );
    assert.doesNotMatch(own.out, /^ok/m);
    const spare = lint('lint', 'examples/demo/canary.yaml', file('spare.yaml', e2eSpec('other')));
    assert.equal(spare.status, 2);
    assert.match(spare.out, /^ok: demo\/podinfo /);
    assert.match(spare.err, /^\S+spare\.yaml:\d:3: error: E2ESpec other: mode: observe is refused/m);
  });

  it('writes a whole object of JSON where there is nothing to lint', () => {
    const { status, out } = lint('lint', '-o', 'json', 'nowhere.yaml');
    const summary = { canaries: 0, ok: 0, errors: 0, advice: 0 };
    const problems = [{ file: 'nowhere.yaml', message: 'there is no such file or folder' }];
    assert.deepEqual([status, JSON.parse(out)], [2, { canaries: [], others: [], problems, summary }]);
  });

  it('has in its JSON where a file cannot be read', () => {
    const bad = file('bad.yaml', 'a: [1,');
    const { status, out } = lint('lint', '-o', 'json', 'examples/canary-blue-green.yaml', bad);
    const { problems, summary } = JSON.parse(out);
    assert.deepEqual([status, summary.ok, problems.length], [2, 1, 1]);
    const { message, ...place } = problems[0];
    assert.deepEqual(place, { file: bad, line: 1, column: 7 });
    assert.match(message, /./);
  });

  it('reads a file once, however often it is named', () => {
    const path = 'examples/canary-blue-green.yaml';
    const { status, out } = lint('lint', path, `./${path}`, join(root, path));
    assert.deepEqual([status, out.split('\n').length], [0, 2]);
    const among = lint('lint', 'examples', path).out.match(/^ok: blue-green /gm);
    assert.equal(among?.length, 1);
  });

  for (const encoding of ['utf-16le', 'utf-16be']) {
    it(`exits 2 and says so where a file is ${encoding}, as Windows PowerShell writes it`, () => {
      const bytes = Buffer.from(`\ufeff${read('examples/canary-blue-green.yaml')}`, 'utf16le');
      const path = join(folder, encoding, 'canary.yaml');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, encoding === 'utf-16le' ? bytes : bytes.swap16());
      for (const named of [path, dirname(path)]) {
        const { status, err } = lint('lint', named);
        assert.deepEqual([status, err], [2, `${path}: error: it is written in UTF-16. Save it as UTF-8\n`]);
      }
    });
  }

  it('counts a Canary that does not call the verifier, and exits 2 where there is no other', () => {
    const other = { kind: 'Canary', metadata: { name: 'other' }, spec: { targetRef: { kind: 'D', name: 'other' } } };
    const all = [canaryOf('examples/canary-blue-green.yaml'), other];
    const listed = lint('lint', file('list.yaml', JSON.stringify({ kind: 'List', items: all })));
    assert.equal(listed.status, 0);
    assert.match(listed.out, /^1 Canary does not call the verifier: other$/m);
    const alone = lint('lint', file('other.yaml', JSON.stringify(other)));
    assert.deepEqual([alone.status, alone.out], [2, '1 Canary does not call the verifier: other\n']);
    assert.match(alone.err, /^error: no Canary in \S+other\.yaml calls the verifier\n$/);
  });

  it('is silent where nobody reads on', () => {
    const command = `"${process.execPath}" dist/cli.cjs lint examples/canary-blue-green.yaml | true`;
    const { stderr } = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
    assert.equal(stderr, '');
  });

  it('annotates what cannot be read', () => {
    const { status, out } = lint('lint', '-o', 'github', 'nowhere.yaml');
    assert.deepEqual([status, out], [2, '::error file=nowhere.yaml::there is no such file or folder\n']);
  });
});

describe('k8s-e2e-verifier wire', () => {
  const manifest = (...webhooks: string[]) => `kind: Canary
metadata: {name: shop}
spec:
  targetRef: {kind: Deployment, name: shop}
  analysis:
    interval: 10s
    iterations: 2
    webhooks:
${webhooks.map((each) => `      - {${each}}\n`).join('')}---
kind: E2ESpec
metadata: {name: shop}
spec: {image: x}
`;
  const human = "name: human, type: confirm-promotion, url: 'http://e2e-verifier.default/gate/check', timeout: 9s";
  const bridge = "name: chat, type: event, url: 'http://slack-bridge.ops/event'";
  const load = "name: load, type: rollout, url: 'http://flagger-loadtester.test/'";

  function wire(input: string, env: Record<string, string> = {}): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.cjs', 'wire', '-'], {
      cwd: root,
      encoding: 'utf8',
      input,
      env: { ...process.env, ...env },
    });
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  }
  const webhooksOf = (text: string): { name: string; url: string; timeout?: string }[] => parse(text).webhooks;

  it('prints a gate that a person opens again, as it is, and names those of others', () => {
    const text = wire(
      manifest("name: e2e, type: pre-rollout, url: 'http://e2e-verifier.default/pre-rollout'", human, load),
    );
    const printed = webhooksOf(text);
    assert.deepEqual(
      printed.map(({ name }) => name),
      ['e2e-preflight', 'e2e', 'e2e-failed', 'human'],
    );
    assert.equal(printed[3]?.timeout, '9s');
    assert.match(text, /^# Keep beside them: load\.$/m);
  });

  it("leads to the usual place where the only hook may be somebody else's, and has that kept", () => {
    const text = wire(manifest(bridge));
    for (const { url } of webhooksOf(text)) assert.match(url, /^http:\/\/e2e-verifier\.default\//);
    assert.match(text, /^# Keep beside them: chat\.$/m);
  });

  it('has comments no wider than the terminal', () => {
    for (const width of [100, 60]) {
      const lines = wire(manifest(human), { COLUMNS: String(width) }).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > width),
        [],
      );
    }
  });
});
