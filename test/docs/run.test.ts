// docs/write-a-test.md, as a reader follows it: what it has applied, what it calls, and what is answered.
import assert from 'node:assert/strict';
import { exec, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { runHook, statusOfError, statusOfVerdict } from '../../function/flagger/hooks.ts';
import { at, objectsOf, read } from '../support/documents.ts';
import { applySpec, passing } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';

const file = 'docs/write-a-test.md';
const page = read(file);
const shell = promisify(exec);
const manifests = objectsOf(file).filter(({ metadata }) => metadata.name === 'my-app-ci');

describe('POST /run in docs/write-a-test.md', () => {
  const stage = embeddedStage();

  it('has an account that may have the test run, and nothing else, by its words', async function () {
    if (spawnSync('curl', ['--version']).status !== 0) this.skip();
    const { kubernetes, verifier } = stage;
    const namespace = 'default';
    await applySpec({ kubernetes, namespace }, passing, 'my-app');
    for (const each of manifests) {
      const subjects = at(each, 'subjects');
      const placed = Array.isArray(subjects) ? { subjects: subjects.map((one) => ({ ...one, namespace })) } : {};
      await kubernetes.apply({ ...each, ...placed, metadata: { ...each.metadata, namespace } });
    }
    const [, account = ''] = /kubectl create token (\S+)/.exec(page) ?? [];
    const token = await kubernetes.token({ namespace, name: account });
    const [, curl = '', answer] = /^\$ (curl -sS [\s\S]*?)\n(Started: .*)\n```/m.exec(page) ?? [];
    const here = curl.replace('http://e2e-verifier.default', verifier.url);
    const call = (command: string) => shell(`${command} -w '%{http_code}'`, { env: { ...process.env, TOKEN: token } });
    assert.equal((await call(here)).stdout, `${answer}\n429`);
    assert.match((await call(here.replace('my-app', 'other-app'))).stdout, /\n403$/);
  });

  it('leaves a Job that kubectl finds by its label', async function () {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) this.skip();
    const [, command = ''] = /`(kubectl get jobs [^`]+)`/.exec(page) ?? [];
    const { stdout } = await shell(command, { env: { ...process.env, KUBECONFIG: stage.kubernetes.kubeconfig } });
    assert.match(stdout, /^NAME .*\ne2e-my-app-run-3b7e80be0796 .*\n$/);
  });

  it('has every status that is answered, and no other', () => {
    const [, table = ''] = /<!-- run-answers -->([\s\S]*?)<!-- \/run-answers -->/.exec(page) ?? [];
    const told = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    const verdicts = (['passed', 'failed', 'inconclusive', 'running'] as const).map((kind) =>
      statusOfVerdict(runHook, kind, false),
    );
    const refusals = (
      [
        ...(['BadRequest', 'Unauthorized', 'Forbidden', 'SpecMissing'] as const),
        ...(['AlreadyExists', 'Invalid', 'ServiceUnavailable'] as const),
      ] as const
    ).map((kind) => statusOfError(kind, runHook));
    assert.deepEqual(told, [...verdicts, ...refusals]);
  });
});
