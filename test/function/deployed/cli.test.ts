import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { read, resources, root } from '../../support/documents.ts';

function lint(...files: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.cjs', ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('k8s-e2e-verifier lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  after(() => rmSync(folder, { recursive: true }));

  it('exits 0 where every gate gates', () => {
    const { status, out } = lint('lint', 'examples/canary-blue-green.yaml');
    assert.deepEqual([status, out], [0, 'blue-green: every gate gates\n']);
  });

  it('exits 1 and names the canary, the webhook and what to do where one does not', () => {
    const { status, out } = lint('lint', 'examples/canary-webhook-alone-does-not-gate.yaml');
    assert.equal(status, 1);
    assert.match(out, /^webhook-alone: webhook e2e-verification: \/webhook answers 202/m);
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
    assert.match(out, /retries: 40 .* Use 1208 or more/);
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
    assert.equal(status, 1);
    assert.match(out, /^shop: no webhook calls a gate of the verifier \(that of webhook e2e is tests\.qa's\)/m);
  });

  it('takes the List of kubectl get canaries -o yaml, from a file or from a pipe', () => {
    const canaries = ['blue-green', 'webhook-alone-does-not-gate'].flatMap((name) =>
      resources(read(`examples/canary-${name}.yaml`)).filter(({ kind }) => kind === 'Canary'),
    );
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: canaries });
    const of = lint('lint', file('list.yaml', list));
    assert.equal(of.status, 1);
    assert.match(of.out, /^webhook-alone: webhook e2e-verification: \/webhook answers 202/m);
    const slowly = `(sleep 0.3; cat) | "${process.execPath}" dist/cli.cjs lint -`;
    const { status, stdout } = spawnSync('sh', ['-c', slowly], { cwd: root, input: list, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, of.out]);
  });

  it('exits 0 and says how it is used where it is asked to', () => {
    for (const args of [['--help'], ['lint', '-h']]) {
      const { status, out, err } = lint(...args);
      assert.deepEqual([status, out.split(' ')[0], err], [0, 'usage:', '']);
    }
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
      assert.match(err, new RegExp(`broken\\.yaml: Canary .*: ${says}`));
    }
  });

  const wrong = [
    { what: 'no command', args: [], says: /^a command is missing\nusage: / },
    { what: 'another command', args: ['apply'], says: /^there is no apply\nusage: / },
    { what: 'no file', args: ['lint'], says: /^a file is missing\nusage: / },
    {
      what: 'a URL that is none',
      args: ['lint', '--url', 'e2e-verifier', 'a.yaml'],
      says: /^--url e2e-verifier: it begins with http:\/\/ or https:\/\/\nusage: /,
    },
    { what: 'an unknown option', args: ['lint', '--uri', 'a.yaml'], says: /^Unknown option '--uri'.*\nusage: / },
    { what: 'a file that is not there', args: ['lint', 'nowhere.yaml'], says: /nowhere\.yaml: .*ENOENT/ },
    { what: 'a file without a Canary', args: ['lint', 'examples/e2espec-simple.yaml'], says: /no Canary in/ },
    { what: 'a file that is no YAML', args: ['lint', file('bad.yaml', 'a: [1,')], says: /bad\.yaml: / },
  ];
  for (const { what, args, says } of wrong) {
    it(`exits 2 and says why with ${what}`, () => {
      const { status, err } = lint(...args);
      assert.equal(status, 2);
      assert.match(err, says);
    });
  }
});
